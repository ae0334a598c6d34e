import re

from tests.support.repository import ROOT

DOCS = ROOT / "docs"
_OFFERED = re.compile(r"(?<!-->\n)^```sql\n(.+?)^```$", re.DOTALL | re.MULTILINE)


def offered(page: str) -> list[str]:
    """A page's statements, without those marked as the pipeline's own."""
    text = re.sub(r"^--.*\n", "", "".join(_OFFERED.findall((DOCS / page).read_text(encoding="utf-8"))), flags=re.MULTILINE)
    return [statement.strip() for statement in text.split(";") if statement.strip()]
