"""The rejected rows as CSV, for a spreadsheet."""

import csv
import os
import re
from collections.abc import Sequence
from pathlib import Path

from techmarket.errors import ConfigurationError
from techmarket.project import Project
from techmarket.publish.visible import visible
from techmarket.quality.quarantine.rejects import Reject
from techmarket.quality.rules.rule_texts import UNDECLARED, RuleTexts, texts_by_rule

ABOUT = ("source_table", "source_key", "rule", "asks_for", "how_to_mend", "rejected_since_utc", "first_batch", "newest_batch")

_READS_AS_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_LINES = "\t\r\n"
_NEGATIVE = re.compile(r"-[0-9]+(\.[0-9]+)?")


def write_csv(path: Path, rejects: Sequence[Reject], project: Project) -> None:
    """Write one line a reject, with the whole row; tables share columns of one name.

    UTF-8 with a byte order mark; a spreadsheet runs no value as a formula; control characters but ends of lines and tabs are escapes.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    tables = {reject.table for reject in rejects}
    columns = list(dict.fromkeys(name for table in project.catalog.values() if table.name in tables for name in table.column_names))
    texts = texts_by_rule(project.rules)
    try:
        with open(path, "w", encoding="utf-8-sig", newline="", opener=_private) as file:
            writer = csv.writer(file)
            writer.writerow([*ABOUT, *columns])
            writer.writerows(_line(reject, columns, texts.get(reject.rule, UNDECLARED)) for reject in rejects)
    except OSError as exc:
        msg = f"{path} cannot be written: {exc.strerror}. Next: name a file elsewhere."
        raise ConfigurationError(msg) from None


def _private(path: str, flags: int) -> int:
    """A new file is its owner's alone: it may hold personal data."""
    return os.open(path, flags, 0o600)


def _line(reject: Reject, columns: Sequence[str], texts: RuleTexts) -> list[str]:
    about = [reject.table, reject.row_key, reject.rule, texts.what, texts.remedy]
    when = [f"{reject.rejected_at:%Y-%m-%d %H:%M:%S}", str(reject.first_batch_id), str(reject.batch_id)]
    return [_harmless(value) for value in (*about, *when, *(reject.row.get(name) for name in columns))]


def _harmless(value: str | None) -> str:
    """Put an apostrophe before what a spreadsheet would run; negative numbers stay numbers."""
    if value is None:
        return ""
    guard = "'" if _READS_AS_FORMULA.match(value) and not _NEGATIVE.fullmatch(value) else ""
    return guard + visible(value, allowed=_LINES)
