"""What pages tell people to run on the warehouse, runs there."""

import re
from pathlib import Path

import sqlalchemy as sa

LOAD_PAGE = Path("docs/how-a-load-works.md")
_OFFERED = re.compile(r"(?<!-->\n)^```sql\n(.+?)^```$", re.DOTALL | re.MULTILINE)


def test_the_queries_that_the_page_on_loads_offers_run(warehouse: sa.Engine) -> None:
    offered = _OFFERED.findall(LOAD_PAGE.read_text(encoding="utf-8"))
    queries = [query for block in offered for query in block.split(";") if query.strip()]
    assert len(queries) == 2
    with warehouse.connect() as connection:
        for query in queries:
            connection.execute(sa.text(query))
