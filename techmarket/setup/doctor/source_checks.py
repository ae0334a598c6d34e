"""Checks of the order system."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.db.flavour import Flavour
from techmarket.errors import ConfigurationError, SchemaDriftError
from techmarket.extract.schema_check import check_schema
from techmarket.extract.snapshot import NO_ADVANCE, read_horizon
from techmarket.model.catalog import Catalog
from techmarket.project import Project
from techmarket.settings import Settings
from techmarket.setup.doctor.clocks import compare_clocks
from techmarket.setup.doctor.finding import Finding, fail, ok, warn
from techmarket.setup.doctor.running import Check

_OLDEST = {Flavour.MYSQL: (8, 0), Flavour.MARIADB: (10, 11)}
_REPLICATION_USER = "system user"
_SMALL_PACKET = 4 * 2**20
_PRIVILEGES_SHOWN = 5


def source_checks(connection: sa.Connection, project: Project) -> Mapping[str, Check]:
    """In the report's order."""
    catalog, settings = project.catalog, project.settings
    return {
        "server": partial(_server, connection),
        "replica": partial(_replica, connection),
        "tables": partial(_readable_tables, connection, catalog),
        "schema": partial(_schema, connection, catalog),
        "storage": partial(_storage, connection, catalog),
        "open transactions": partial(_open_transactions, connection, settings),
        "read-only user": partial(_read_only, connection),
        "clock": partial(_clock, connection),
        "time zone": partial(_time_zone, connection),
        "packet size": partial(_packet_size, connection),
    }


def _facts(connection: sa.Connection) -> sa.Row[tuple[str, str, str, datetime, str, datetime | None, int, bool]]:
    return sql.run(connection, "doctor/server").one()


def _server(connection: sa.Connection) -> Finding:
    facts = _facts(connection)
    product = Flavour.of(facts.version)
    major, minor = facts.version.split(".")[:2]
    said = f"{facts.account} on {product} {facts.version}, database {facts.database_name}"
    if (int(major), int(minor)) < _OLDEST[product]:
        needed = ".".join(map(str, _OLDEST[product]))
        return fail(said, f"upgrade the server to {product} {needed} or later")
    return ok(said)


def _replica(connection: sa.Connection) -> Finding:
    """Its lag needs more rights."""
    sessions = sql.run(connection, "doctor/sessions").mappings()
    signs = ["replication threads run"] if any(session["User"] == _REPLICATION_USER for session in sessions) else []
    if _facts(connection).is_read_only:
        signs.append("read_only is on")
    if signs:
        remedy = "name the primary in TECHMARKET_OLTP_URL, or set TECHMARKET_WATERMARK_OVERLAP above the longest lag (docs/runbook.md)"
        return warn(f"this may be a replica, since {' and '.join(signs)}", remedy)
    return ok("no sign of one")


def _readable_tables(connection: sa.Connection, catalog: Catalog) -> Finding:
    refused = [name for name in catalog if not _may_read(connection, name)]
    if refused:
        return fail(f"cannot read {', '.join(refused)}", "create the tables, or grant SELECT on them (sql/mysql/03_roles.sql)")
    return ok(f"SELECT on all {len(catalog)} tables")


def _may_read(connection: sa.Connection, table: str) -> bool:
    try:
        with typed_errors("Reading a table"):
            connection.execute(sa.select(sa.literal(1)).select_from(sa.table(table)).limit(0))
    except ConfigurationError:
        return False
    return True


def _schema(connection: sa.Connection, catalog: Catalog) -> Finding:
    try:
        unread = check_schema(connection, catalog)
    except SchemaDriftError as exc:
        broken = [line.removeprefix("  - ") for line in str(exc).splitlines() if line.startswith("  - ")]
        return fail("; ".join(broken), "restore the source's schema, or change techmarket/model/catalog.py and run `techmarket bootstrap`")
    if unread:
        return warn("; ".join(unread), "add it to techmarket/model/catalog.py, as a column or under left_out")
    return ok("as the catalogue declares it")


def _storage(connection: sa.Connection, catalog: Catalog) -> Finding:
    tables = [row for row in sql.run(connection, "doctor/storage") if row.name in catalog]
    if not tables:
        return fail("none of the catalogue's tables is here", "check the database name at the end of TECHMARKET_OLTP_URL")
    outside = [f"{row.name} ({row.storage_engine})" for row in tables if row.storage_engine != "InnoDB"]
    if outside:
        return fail(f"not in a snapshot: {', '.join(outside)}", "ALTER TABLE ... ENGINE = InnoDB, else loads read them at another instant")
    narrow = [row.name for row in tables if not row.text_collation.startswith("utf8mb4")]
    if narrow:
        return warn(f"not utf8mb4: {', '.join(narrow)}", "ALTER TABLE ... CONVERT TO CHARACTER SET utf8mb4, else some characters get lost")
    return ok("InnoDB and utf8mb4 throughout")


def _open_transactions(connection: sa.Connection, settings: Settings) -> Finding:
    horizon = read_horizon(connection, settings)
    if not horizon.sees_writers:
        overlap = settings.watermark_overlap_without_process
        return warn(f"cannot be seen, so each load reads {overlap} again", "GRANT PROCESS ON *.* to the reader (sql/mysql/03_roles.sql)")
    if horizon.at == NO_ADVANCE:
        return warn("prepared transactions without a session hold the watermark", "end what XA RECOVER lists: XA COMMIT or XA ROLLBACK")
    return ok(f"seen; a load now would be complete up to {horizon.at:%Y-%m-%d %H:%M:%S} UTC")


def _read_only(connection: sa.Connection) -> Finding:
    privileges = sql.run(connection, "doctor/privileges").scalars().all()
    if privileges:
        shown = ", ".join(privileges[:_PRIVILEGES_SHOWN]) + (", ..." if len(privileges) > _PRIVILEGES_SHOWN else "")
        return warn(f"the user may do more than read: {shown}", "load with a user of SELECT and PROCESS only (sql/mysql/03_roles.sql)")
    return ok("the user may only read")


def _clock(connection: sa.Connection) -> Finding:
    before = datetime.now(UTC)
    clock = _facts(connection).clock.replace(tzinfo=UTC)
    return compare_clocks(clock, before, datetime.now(UTC))


def _time_zone(connection: sa.Connection) -> Finding:
    facts = _facts(connection)
    if facts.system_clock is None:
        return fail(f"the server does not know its own time zone, {facts.time_zone}", "set the server's time zone and start it again")
    return ok(f"the server runs in {facts.time_zone}")


def _packet_size(connection: sa.Connection) -> Finding:
    size = _facts(connection).max_allowed_packet
    said = f"max_allowed_packet is {size // 2**20} MiB"
    if size < _SMALL_PACKET:
        return warn(said, f"raise it to {_SMALL_PACKET // 2**20} MiB or more: loads read in small pages, which is slow")
    return ok(said)
