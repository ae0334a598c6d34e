"""Renders ``docs/quality.md``."""

from collections.abc import Iterator, Sequence

from techmarket.quality.rules.row_rules import Rule, Severity

_HEAD = """\
<!-- Rendered from expectations/ by `make render`; do not edit. -->

# What the data must be like

The quality gate checks every staged row against these rules before anything reaches the warehouse.

| severity | what a broken rule does |
|---|---|
| critical row | The failing rows go to quarantine (`stg.rejected_rows`). Every load retries them until they pass. |
| critical table | The load is blocked: nothing in the warehouse changes. |
| warning | The load goes on; the verdict says WARN. |
| off | Loads skip the rule and say so; `techmarket check` tries it. |

An order is released whole: if its header or one of its lines is rejected, its other rows are held (rule `held_with_order`). A rejected
payment is held alone. A load is blocked if more than ten rows of a table, and more than `TECHMARKET_MAX_REJECT_SHARE` of its staged rows,
are newly rejected.

`techmarket check --severity RULE=SEVERITY`, or the deployment `check-quality/ad-hoc`, tries a severity without a release.
`techmarket load --severity` sets it for one load; the ledger (`dwh.load_batches.severity_overrides`) and the load's page record it. Rules
on keys and staged columns cannot be changed, because the release needs them.
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
        cells = (f"`{rule.name}`", rule.severity.words, rule.what, rule.reason, rule.remedy, rule.owner)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""
