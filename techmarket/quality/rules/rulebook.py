"""``docs/quality.md``: every rule in plain words, rendered from the rules."""

from collections.abc import Iterator, Sequence

from techmarket.quality.rules.row_rules import Rule, Severity

_HEAD = """\
<!-- Rendered from expectations/ by `make render`; do not edit. -->

# What the data must be like

The quality gate checks every staged row against these rules before anything reaches the warehouse.

| severity | what a broken rule does |
|---|---|
| critical row | The failing rows go to quarantine (`stg.rejected_rows`) and are tried again by every load until they pass. |
| critical table | The load is blocked: nothing in the warehouse changes. |
| warning | The load goes on; the verdict says WARN. |
| off | Loads do not check the rule, and their pages say so; `techmarket check` tries it. |

An order is released whole or not at all: if its header or one of its lines is rejected, its other rows are held with it
(rule `held_with_order`). A rejected payment is held alone. Too many newly rejected rows of one table (more than
`TECHMARKET_MAX_REJECT_SHARE` of those staged, and more than ten) block the load.

To try a rule or another severity without releasing anything: `techmarket check --severity RULE=SEVERITY`, or the deployment
`check-quality/ad-hoc`. `techmarket load --severity` sets it for one load alone. The ledger keeps what was asked for
(`dwh.load_batches.severity_overrides`), and so does the load's page. Keys and the staged columns are not to be bargained with: the
release rests on them.
"""


def render_rulebook(rules: Sequence[Rule]) -> str:
    """The page as Markdown."""
    tables = dict.fromkeys(rule.table for rule in rules)
    sections = ("\n".join(_section(table, [rule for rule in rules if rule.table == table])) for table in tables)
    return "\n".join((_HEAD, *sections))


def _section(table: str, rules: Sequence[Rule]) -> Iterator[str]:
    order = list(Severity)
    yield f"## {table}\n"
    yield "| rule | severity | what must hold | why | how to mend | owner |"
    yield "|---|---|---|---|---|---|"
    for rule in sorted(rules, key=lambda rule: order.index(rule.severity)):
        cells = (f"`{rule.name}`", rule.severity, rule.what, rule.reason, rule.remedy, rule.owner)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""
