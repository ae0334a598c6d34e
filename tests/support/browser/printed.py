import html
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')


@dataclass(frozen=True)
class Word:
    text: str
    is_whole: bool


def printed_words(pdf: bytes) -> list[Word]:
    """Words of all pages. Without pdftotext the test fails."""
    if not shutil.which("pdftotext"):
        pytest.fail("This test reads a PDF with pdftotext, and none is installed. Next: apt-get install poppler-utils.", pytrace=False)
    found = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return [word for width, height, page in _PAGE.findall(found) for word in _words(page, float(width), float(height))]


def counted(text: str) -> Counter[str]:
    """Number of times each word occurs; each digit group of a number is a word."""
    return Counter(text.split())


def _words(page: str, width: float, height: float) -> Iterator[Word]:
    for left, top, right, bottom, text in _WORD.findall(page):
        is_whole = float(left) >= 0 and float(top) >= 0 and float(right) <= width and float(bottom) <= height
        yield from (Word(part, is_whole) for part in html.unescape(text).split())
