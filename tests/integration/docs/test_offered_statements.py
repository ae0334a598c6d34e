import pytest
import sqlalchemy as sa

from tests.support.documents.offered import DOCS, offered

ELSEWHERE = {
    "scaling.md": "release/test_fact_sales_by_year.py",
    "runbook.md": "extract/dump/test_dump_same_as_live.py",
    "set-up.md": "nowhere: the databases are created by every test's fixtures",
    "set-up.uk.md": "nowhere either",
}
"""Pages with statements for other warehouses, and their tests."""


def test_no_page_offers_statements_that_are_not_tried() -> None:
    pages = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
    assert {page for page in pages if offered(page)} == {"how-a-load-works.md", "security.md", "kpi.md", *ELSEWHERE}


@pytest.mark.parametrize(("page", "statements"), [("how-a-load-works.md", 2), ("security.md", 1), ("kpi.md", 1)])
def test_statements_that_pages_offer_run_as_the_warehouses_owner(page: str, statements: int, warehouse: sa.Engine) -> None:
    assert len(offered(page)) == statements
    with warehouse.begin() as connection:
        for statement in offered(page):
            connection.execute(sa.text(statement))


def test_what_the_quarantine_keeps_of_a_person_is_deleted_as_the_page_says(warehouse: sa.Engine) -> None:
    with warehouse.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO stg.rejected_rows (table_name, row_key, rule, row_data, first_batch_id, batch_id, resolved_at)"
            " VALUES ('customers', '4711', 'a', '{}', 1, 1, now()), ('customers', '4711', 'b', '{}', 1, 1, NULL),"
            " ('customers', '4712', 'a', '{}', 1, 1, now())"
        )
        for statement in offered("security.md"):
            connection.execute(sa.text(statement))
        left = connection.exec_driver_sql("SELECT row_key, rule FROM stg.rejected_rows ORDER BY row_key").all()
    assert [tuple(row) for row in left] == [("4711", "b"), ("4712", "a")]
