"""Turn an export into a sealed extract."""

import logging
from collections.abc import Mapping, Sequence

from techmarket.extract.directory import disk_errors, make_private, removed_unless_sealed
from techmarket.extract.dump.declaration import Declaration, read_declaration
from techmarket.extract.dump.directory import TableFiles, find_files, require_unchanged
from techmarket.extract.dump.request import ExportRequest
from techmarket.extract.dump.table_file import copy_text_of
from techmarket.extract.part_writers import OnPart, PartWriters
from techmarket.extract.schema_check import require_contract
from techmarket.extract.sealed import WHOLE, Manifest, SealedExtract, seal
from techmarket.model.modes import Mode
from techmarket.model.progress import SILENT, Progress
from techmarket.project import Project

log = logging.getLogger(__name__)


def extract_export(
    request: ExportRequest,
    project: Project,
    *,
    extract_id: str,
    on_part: OnPart = lambda _part, _text: None,
    progress: Progress = SILENT,
) -> SealedExtract:
    """Seal the catalogue's tables from an export below ``settings.extract_dir``.

    Open transactions are hidden, so the horizon is set back by ``watermark_overlap_without_process``.

    Raises:
        ExportError: a file is missing, cut, edited, mixed up or wrongly encoded.
        SchemaDriftError: the columns break the contract.
        ConfigurationError: unreadable export, missing option or full disk.
    """
    catalog, settings = project.catalog, project.settings
    files = find_files(request.directory, catalog)
    _require_unchanged(request, files)
    declarations = _declarations(files)
    directory = settings.extract_dir / extract_id
    with disk_errors(directory):
        make_private(directory)
        with removed_unless_sealed(directory):
            with PartWriters(directory, settings.part_bytes, on_part) as writers:
                for file in files:
                    _copy(file, declarations.get(file.table.name), request, writers, progress)
            writers.warn_of_nul_bytes()
            manifest = Manifest(
                extract_id=extract_id,
                mode=Mode.FULL,
                source_version=f"export of {_server(declarations)}",
                snapshot_at=request.taken_at,
                horizon=request.taken_at - settings.watermark_overlap_without_process,
                reads=dict.fromkeys(catalog, WHOLE),
                requested_keys={},
                nul_bytes=writers.nul_bytes,
                catalog=catalog.fingerprint,
                parts=writers.parts,
            )
            return seal(directory, manifest)


def _require_unchanged(request: ExportRequest, files: Sequence[TableFiles]) -> None:
    if request.without_checksums:
        log.warning("export: %s is read without checksums: a file that was cut between two lines would not be noticed", request.directory)
    else:
        require_unchanged(request.directory, files)


def _declarations(files: Sequence[TableFiles]) -> dict[str, Declaration]:
    found = {file.table.name: read_declaration(file.declaration, file.table.name) for file in files if file.declaration}
    declared = {table: declaration.columns for table, declaration in found.items()}
    for line in require_contract([file.table for file in files if file.declaration], declared, of="The export's schema"):
        log.warning("export: %s; add it to techmarket/model/catalog.py or to left_out", line)
    return found


def _copy(files: TableFiles, declaration: Declaration | None, request: ExportRequest, writers: PartWriters, progress: Progress) -> None:
    writer = writers[files.table.name]
    for text in copy_text_of(files, declaration, request):
        writer.write(text, text.count(b"\n"))
        progress.count(files.table.name, writer.rows, 0)


def _server(declarations: Mapping[str, Declaration]) -> str:
    versions = {declaration.server_version for declaration in declarations.values() if declaration.server_version}
    return " and ".join(sorted(versions)) or "an unknown version"
