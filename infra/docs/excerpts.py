"""The SQL in ``docs/how-a-load-works.md``.

``<!-- sql: NAME -->`` names a block's file of ``sql/`` or generated statement.
"""

import re
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from expectations import RULES
from techmarket.extract import statements as extract_statements
from techmarket.model.catalog import CATALOG
from techmarket.quality.gate.statements import reject_rows
from techmarket.quality.rules.row_rules import RowRule
from techmarket.staging import statements as staging_statements

PAGE: Final = Path("docs/how-a-load-works.md")

_BLOCK: Final = re.compile(
    r"^(?P<head>(?P<indent> *)<!-- sql: (?P<name>[^>]+) -->\n(?P=indent)```sql\n).*?(?=^(?P=indent)```$)", re.DOTALL | re.MULTILINE
)
_CLAUSE: Final = re.compile(r" (?=(?:FROM|WHERE|UNION|ORDER BY|AND) )")
_WIDTH: Final = 100
_LINES = CATALOG["order_items"]


def _reject(rule_id: str) -> str:
    rule = next(rule for rule in RULES if isinstance(rule, RowRule) and rule.id == rule_id)
    return str(reject_rows(rule, CATALOG[rule.table]))


_GENERATED: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {
        "a range of order_items": lambda: extract_statements.extract_range(_LINES),
        "orders that changed": lambda: extract_statements.changed_keys(
            [CATALOG[name] for name in ("orders", "order_items", "payments")], "order_id"
        ),
        "COPY of order_items": lambda: staging_statements.copy_into(_LINES),
        "index on order_items": lambda: staging_statements.key_index(_LINES, unique=True),
        "rejects of order_items.discount_is_fraction": lambda: _reject("order_items.discount_is_fraction"),
    }
)


def with_current_sql() -> str:
    """The page with current SQL.

    Raises:
        KeyError: a block names no known statement.
    """
    return _BLOCK.sub(
        lambda block: block["head"] + textwrap.indent(_sql(block["name"]) + "\n", block["indent"]), PAGE.read_text(encoding="utf-8")
    )


def _sql(name: str) -> str:
    if name.startswith("sql/"):
        return Path(name).read_text(encoding="utf-8").strip()
    return "\n".join(
        textwrap.fill(clause, _WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
        for clause in _CLAUSE.split(_GENERATED[name]())
    )
