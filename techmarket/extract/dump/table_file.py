"""One table's file as COPY text."""

from collections.abc import Iterator
from itertools import chain

from techmarket.errors import ConfigurationError, ExportError
from techmarket.extract.dump.blocks import BadRecordError, blocks, open_data
from techmarket.extract.dump.declaration import Declaration
from techmarket.extract.dump.directory import TableFiles, readable
from techmarket.extract.dump.forms import DIALECTS, RECORD, form_of
from techmarket.extract.dump.key_order import KeyOrder
from techmarket.extract.dump.layout import catalog_layout, header_layout, named_layout
from techmarket.extract.dump.lines import CopyText
from techmarket.extract.dump.request import ExportRequest
from techmarket.extract.dump.time_zones import ToUtc, to_utc_from


def copy_text_of(files: TableFiles, declaration: Declaration | None, request: ExportRequest) -> Iterator[bytes]:
    """Yield a table's rows, a block at a time.

    Raises:
        ExportError: the file is cut, or a line is invalid; names file and line.
        SchemaDriftError: the header lacks a column.
        ConfigurationError: unreadable file or unknown time zone.
    """
    line = 1
    try:
        with readable(files.data), open_data(files.data) as file:
            found = blocks(file)
            first = next(found, None)
            if first is None:
                return
            text, header = _begin(files, first, declaration, request)
            line += header.count(b"\n")
            keys = KeyOrder(files.table)
            for block in chain([first[len(header) :]], found):
                rows = text.render(block)
                _require_new_keys(keys, rows, block)
                yield rows
                line += block.count(b"\n")
    except BadRecordError as exc:
        msg = (
            f"{files.data.name}, line {line + exc.line}: {exc.what}. Nothing was loaded."
            " Next: make the export again, as docs/runbook.md says."
        )
        raise ExportError(msg) from None


def _begin(files: TableFiles, first: bytes, declaration: Declaration | None, request: ExportRequest) -> tuple[CopyText, bytes]:
    record = first[: _length_of_record(first)]
    if record.endswith(b"\r\n"):
        msg = r"ends in CR LF: the file was converted on its way, or exported with LINES TERMINATED BY '\r\n'"
        raise BadRecordError(0, msg)
    dialect = DIALECTS[request.form or form_of(record)]
    to_utc = _to_utc(files, declaration, request)
    if declaration:
        return CopyText(named_layout(files.table, list(declaration.columns)), dialect, to_utc), b""
    if layout := header_layout(files.table, record, dialect):
        return CopyText(layout, dialect, to_utc), record
    layout = catalog_layout(files.table, is_told=request.catalog_order, file=files.data.name)
    return CopyText(layout, dialect, to_utc), b""


def _require_new_keys(keys: KeyOrder, rows: bytes, block: bytes) -> None:
    repeated = keys.repeated_row(rows) if rows else None
    if repeated is not None:
        at = 0
        for _ in range(repeated):
            at += _length_of_record(block, at)
        raise BadRecordError(block.count(b"\n", 0, at), "has the key of the line before")


def _length_of_record(block: bytes, at: int = 0) -> int:
    record = RECORD.match(block, at)
    return len(record[0]) if record else 0


def _to_utc(files: TableFiles, declaration: Declaration | None, request: ExportRequest) -> ToUtc | None:
    """None if the values are in UTC."""
    to_utc = to_utc_from(request.zone) if request.zone else None
    if declaration and declaration.in_utc and to_utc:
        msg = (
            f"{files.table.name}.sql says that the data beside it is in UTC, --time-zone that it is in {request.time_zone}. Nothing was"
            " loaded. Next: leave --time-zone out; if another session wrote the data, move the .sql files away and say --catalog-order."
        )
        raise ConfigurationError(msg)
    if declaration and not declaration.in_utc and not request.zone:
        msg = (
            f"{files.table.name}.sql does not set UTC, so the data beside it is in the exporting session's time zone (--skip-tz-utc)."
            " Nothing was loaded. Next: name that zone with --time-zone."
        )
        raise ConfigurationError(msg)
    return to_utc
