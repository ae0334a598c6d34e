from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from techmarket.extract.dump.importing import extract_export
from techmarket.extract.dump.request import ExportRequest
from techmarket.extract.live import ExtractRequest, extract
from techmarket.extract.sealed import SealedExtract, new_extract_id
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import Project
from techmarket.settings import Settings
from tests.support.shop.awkward_shop import open_awkward_shop
from tests.support.shop.exporter import Exporter, Rows


@pytest.fixture
def shop(source_admin: sa.Engine) -> sa.Engine:
    open_awkward_shop(source_admin)
    return source_admin


@pytest.fixture
def exporter(shop: sa.Engine, tmp_path: Path) -> Exporter:
    return Exporter(shop, tmp_path / "exports")


@pytest.fixture
def read_live(source: sa.Engine, settings: Settings) -> Callable[[], Rows]:
    def read() -> Rows:
        request = ExtractRequest(Mode.FULL, {}, {})
        return rows_of(extract(source, request, extract_id=new_extract_id(), project=Project(CATALOG, (), settings)))

    return read


@pytest.fixture
def read_export(settings: Settings) -> Callable[..., Rows]:
    def read(directory: Path, **said: object) -> Rows:
        request = ExportRequest(directory, datetime.now(UTC), **said)
        return rows_of(extract_export(request, extract_id=new_extract_id(), project=Project(CATALOG, (), settings)))

    return read


def rows_of(sealed: SealedExtract) -> Rows:
    """Rows by table, sorted, as exports have no order."""
    parts = sealed.manifest.parts
    return {
        table: sorted(b"".join(sealed.path(part).read_bytes() for part in parts if part.table == table).split(b"\n")) for table in CATALOG
    }
