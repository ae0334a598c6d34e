"""MkDocs hooks: add the root's pages and decisions, rewrite links."""

import posixpath
import re
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).resolve().parents[3]
_OF_THE_ROOT: Final = {name: name.lower() for name in ("README.md", "README.uk.md", "CONTRIBUTING.md", "CHANGELOG.md")}
"""Page to its place on the site."""
_LINK: Final = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the root's pages."""
    for name, page in _OF_THE_ROOT.items():
        files.append(File.generated(config, page, content=(ROOT / name).read_text(encoding="utf-8")))
    return files


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add every decision to the navigation."""
    understand = next(part["Understand"] for part in config.nav or [] if "Understand" in part)
    decisions = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    next(part for part in understand if "Decisions" in part)["Decisions"] = ["adr/README.md", *(f"adr/{page.name}" for page in decisions)]
    return config


def on_page_markdown(markdown: str, *, page: Page, files: Files, **_: Any) -> str:
    """Point links at the site; others become text."""
    source = page.file.src_uri
    written_in = next((name for name, known in _OF_THE_ROOT.items() if known == source), f"docs/{source}")

    def led(link: re.Match[str]) -> str:
        if re.match(r"\w+:", link["target"]):
            return link[0]
        named = posixpath.normpath(posixpath.join(posixpath.dirname(written_in), link["target"]))
        on_site = _OF_THE_ROOT.get(named, named.removeprefix("docs/"))
        if (named in _OF_THE_ROOT or named.startswith("docs/")) and files.get_file_from_path(on_site):
            target = posixpath.relpath(on_site, posixpath.dirname(source) or ".")
            return f"{link['image']}[{link['text']}]({target}{link['anchor'] or ''})"
        if not (ROOT / named).exists():
            return link[0]  # MkDocs reports it
        return f"{link['text']} (`{named}`)"

    return _LINK.sub(led, markdown)
