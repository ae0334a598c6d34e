from pathlib import Path

import pytest

from infra.docs.site.check import problems


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("<script src='https://cdn.example/x.js'></script>", "page.html asks another host: https://cdn.example/x.js"),
        ("<link href='//fonts.example/x.css' rel='stylesheet'>", "page.html asks another host: //fonts.example/x.css"),
        ("<a href='gone.html'>gone</a>", "page.html leads to nothing: gone.html"),
        ("<img src='gone.png'>", "page.html leads to nothing: gone.png"),
        ("<a href='other.html#gone'>gone</a>", "page.html leads to no such anchor: other.html#gone"),
        ("<a href='#gone'>gone</a>", "page.html leads to no such anchor: #gone"),
    ],
)
def test_what_leads_or_asks_nowhere_good_is_named(page: str, complaint: str, tmp_path: Path) -> None:
    (tmp_path / "other.html").write_text("<h1 id='here'>Here</h1>")
    (tmp_path / "page.html").write_text(page)
    assert list(problems(tmp_path)) == [complaint]


def test_a_style_that_asks_another_host_is_named(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("@font-face { src: url('https://fonts.example/x.woff') }")
    assert list(problems(tmp_path)) == ["style.css asks another host"]


def test_a_sound_site_has_no_problems(tmp_path: Path) -> None:
    (tmp_path / "other.html").write_text("<h1 id='here'>Here</h1>")
    (tmp_path / "page.html").write_text("<a href='other.html#here'>here</a> <a href='https://example.com'>elsewhere</a> <img src='x.png'>")
    (tmp_path / "x.png").write_bytes(b"")
    assert list(problems(tmp_path)) == []
