"""Templates and filters. All text is escaped: it comes from the source."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def environment(*folders: Path) -> Environment:
    """The folders' templates may extend those of this one."""
    loader = FileSystemLoader([*folders, Path(__file__).parent])
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


_templates = environment()


def render(template: str, **values: object) -> str:
    """A page."""
    return _templates.get_template(template).render(values)


def write(file: Path, text: str) -> None:
    """Write atomically."""
    draft = file.with_name(f"{file.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


def instant(moment: datetime) -> str:
    """A moment to the minute, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def count(number: int) -> str:
    """With separated thousands."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def age(since: datetime, until: datetime) -> str:
    """In days or hours."""
    hours = int((until - since).total_seconds()) // 3600
    if hours < 1:
        return "less than an hour"
    number, unit = (hours // 24, "day") if hours >= 48 else (hours, "hour")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def heights(values: Sequence[int], height: float) -> list[float]:
    """Of bars from 0 to the largest value; every bar but 0 is visible."""
    most = max(values, default=0) or 1
    return [round(max(height * value / most, 2.0 if value else 0.0), 1) for value in values]


_templates.filters |= {"instant": instant, "count": count, "age": age, "heights": heights}
