"""``python -m infra.docs.site.check DIR``: fails on broken links and fetches from other hosts."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_ASKED_FOR = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("video", "src"), ("audio", "src")}


@dataclass
class _Links(HTMLParser):
    names: set[str] = field(default_factory=set)
    asked_for: list[str] = field(default_factory=list)
    led_to: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect an element's anchor and address."""
        for name, value in attrs:
            if name in {"id", "name"} and value:
                self.names.add(value)
            elif (tag, name) in _ASKED_FOR and value:
                self.asked_for.append(value)
            elif (tag, name) == ("a", "href") and value:
                self.led_to.append(value)


def problems(site: Path) -> Iterator[str]:
    """Fetches from other hosts, and broken links."""
    pages = {path: _read(path) for path in sorted(site.rglob("*.html"))}
    for path, links in pages.items():
        where = path.relative_to(site)
        yield from (f"{where} asks another host: {address}" for address in links.asked_for if urlsplit(address).netloc)
        for address in (*links.led_to, *links.asked_for):
            target = urlsplit(address)
            if target.scheme or target.netloc or path.name == "404.html":
                continue
            leads_to = (path.parent / unquote(target.path)).resolve() if target.path else path.resolve()
            if not leads_to.is_file():
                yield f"{where} leads to nothing: {address}"
            elif target.fragment and leads_to in pages and unquote(target.fragment) not in pages[leads_to].names:
                yield f"{where} leads to no such anchor: {address}"
    for style in sorted(site.rglob("*.css")):
        if "url(http" in style.read_text(encoding="utf-8").replace('"', "").replace("'", ""):
            yield f"{style.relative_to(site)} asks another host"


def _read(path: Path) -> _Links:
    links = _Links()
    links.feed(path.read_text(encoding="utf-8"))
    return links


def main(site: Path) -> None:
    """Check a built site."""
    found = list(problems(site.resolve()))
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
