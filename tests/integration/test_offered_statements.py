"""What pages tell people to run on the warehouse, runs there."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

_OFFERED = re.compile(r"(?<!-->\n)^```sql\n(.+?)^```$", re.DOTALL | re.MULTILINE)


def offered(page: str) -> list[str]:
    """Statements of a page that readers are to run; those that show what the pipeline runs have a mark above them."""
    text = "".join(_OFFERED.findall(Path("docs", page).read_text(encoding="utf-8")))
    return [statement for statement in text.split(";") if statement.strip()]


@pytest.mark.parametrize(("page", "statements"), [("how-a-load-works.md", 2), ("security.md", 1)])
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
