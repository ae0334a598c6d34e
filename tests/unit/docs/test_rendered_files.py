from pathlib import Path

import pytest

from infra.docs.render import RENDERED


@pytest.mark.parametrize("path", RENDERED, ids=str)
def test_a_rendered_file_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == RENDERED[path](), "run `make render`"
