import pytest
import sqlalchemy as sa

from infra.docs.dictionary.comments import relations
from infra.docs.dictionary.lineage import UNITS, Origins, lineage_of
from techmarket.errors import ConfigurationError
from techmarket.model.catalog import CATALOG
from techmarket.model.star import STAR

LIVE = """
SELECT n.nspname || '.' || c.relname AS relation, obj_description(c.oid) AS meaning, a.attname AS name,
       format_type(a.atttypid, NULL) AS type, col_description(c.oid, a.attnum) AS column_meaning
FROM pg_class AS c
JOIN pg_namespace AS n ON c.relnamespace = n.oid
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname IN ('dwh', 'stg') AND c.relkind IN ('r', 'v')
ORDER BY relation, a.attnum
"""
TO_RELEASE = {"stg.sales_to_release": "dwh.fact_sales", "stg.payments_to_release": "dwh.fact_payments"}
WITHOUT_COLUMNS = {*(f"stg.accepted_{table}" for table in CATALOG), *TO_RELEASE}
"""Views of stg with the columns of their tables or facts."""


@pytest.fixture
def live(warehouse: sa.Engine) -> list[sa.RowMapping]:
    with warehouse.connect() as connection:
        return list(connection.execute(sa.text(LIVE)).mappings())


def test_dictionary_and_live_warehouse_have_the_same_columns_in_the_same_words(live: list[sa.RowMapping]) -> None:
    documented = [(relation.name, relation.meaning, *column) for relation in relations().values() for column in relation.columns.items()]
    existing = [
        (row["relation"], row["meaning"], row["name"], row["column_meaning"]) for row in live if row["relation"] not in WITHOUT_COLUMNS
    ]
    assert set(documented) - set(existing) == set()
    assert set(existing) - set(documented) == set()
    assert sorted(documented, key=lambda column: column[0]) == existing


def test_views_of_staging_have_the_columns_of_their_tables_and_facts(live: list[sa.RowMapping]) -> None:
    columns = {name: [row["name"] for row in live if row["relation"] == name] for name in {row["relation"] for row in live}}
    for table, declared in CATALOG.items():
        assert columns[f"stg.accepted_{table}"] == columns[f"stg.{table}"] == list(declared.column_names)
    for view, fact in TO_RELEASE.items():
        assert set(columns[view]) < set(columns[fact])
    assert set(relations()) == set(columns)


def test_every_number_that_is_no_key_and_no_part_of_a_date_has_a_unit(live: list[sa.RowMapping]) -> None:
    of_numeric = {row["name"] for row in live if row["type"] == "numeric"}
    assert of_numeric - set(UNITS) == set()
    assert set(UNITS) - {row["name"] for row in live} == set()


def test_lineage_is_declared_of_columns_that_exist_and_no_other() -> None:
    known, declared = relations(), lineage_of(STAR)
    assert set(declared) == set(known) - WITHOUT_COLUMNS
    of_marts = {column for name, relation in known.items() if name.startswith("dwh.mart_") for column in relation.columns}
    for name, lineage in declared.items():
        there = of_marts if name.startswith("dwh.mart_") else set(known[name].columns)
        assert set(lineage.columns) - there == set()


def test_a_column_that_nothing_tells_the_origin_of_is_refused() -> None:
    known = relations()
    with pytest.raises(ConfigurationError, match=r"dwh\.fact_sales\.colour comes from.*techmarket/model/star\.py"):
        Origins(STAR, known).of(known["dwh.fact_sales"], "colour")
