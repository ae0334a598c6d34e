import re
import secrets
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from techmarket.db.flavour import Flavour
from techmarket.ledger.batches import close_batch, load_lock, open_batch
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import Project
from techmarket.settings import Settings
from techmarket.setup.bootstrap import bootstrap_warehouse
from techmarket.setup.doctor import examine
from techmarket.setup.doctor.finding import Finding, Level
from tests.support.queries import run

Examine = Callable[..., dict[str, Finding]]
SOURCE = [
    "connection", "server", "replica", "tables", "schema", "storage", "open transactions", "read-only user", "clock", "time zone",
    "packet size",
]  # fmt: skip
WAREHOUSE = ["connection", "server", "role", "schemas", "owner", "analysts", "clock", "time zone", "last load", "load lock", "quarantine"]


@pytest.fixture
def examined(source: sa.Engine, warehouse: sa.Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Examine:
    monkeypatch.chdir(tmp_path)  # a developer's .env is here no concern
    right = {"oltp_url": source.url.render_as_string(hide_password=False), "dwh_url": warehouse.url.render_as_string(hide_password=False)}

    def examined(**wrong: object) -> dict[str, Finding]:
        given = settings.model_dump() | right | wrong
        return {finding.check: finding for finding in examine(Project(CATALOG, (), Settings(_env_file=None, **given)))}

    return examined


def problems(findings: dict[str, Finding]) -> dict[str, Level]:
    return {check: finding.level for check, finding in findings.items() if finding.level is not Level.OK}


def test_all_is_well_but_for_the_load_that_never_ran(examined: Examine) -> None:
    findings = examined()
    names = [
        *(f"source: {name}" for name in SOURCE),
        *(f"warehouse: {name}" for name in WAREHOUSE),
        "machine: extracts",
        "machine: data docs",
        "machine: private files",
    ]
    assert list(findings) == names
    assert problems(findings) == {"warehouse: last load": Level.WARN}


def test_every_finding_that_is_not_ok_says_what_to_do(examined: Examine, oltp_server: sa.URL, dwh_server: sa.URL) -> None:
    empty = examined(
        oltp_url=oltp_server.set(database="mysql").render_as_string(hide_password=False),
        dwh_url=dwh_server.render_as_string(hide_password=False),
    )
    assert len(problems(empty)) >= 10
    assert [finding.check for finding in empty.values() if bool(finding.remedy) != (finding.level is not Level.OK)] == []
    assert len(empty) == len(SOURCE) + len(WAREHOUSE) + 3


def test_a_database_that_cannot_be_reached_leaves_the_other_to_be_examined(examined: Examine, source: sa.Engine) -> None:
    wrong = secrets.token_hex(8)
    findings = examined(oltp_url=source.url.set(password=wrong).render_as_string(hide_password=False))
    assert [check for check in findings if check.startswith("source")] == ["source: connection"]
    assert findings["source: connection"].level is Level.FAIL
    assert "check the user and the password" in findings["source: connection"].remedy
    assert findings["warehouse: schemas"].level is Level.OK
    assert wrong not in str(findings)


class Fault(NamedTuple):
    """A fault, the check that must find it, and how."""

    statement: str
    check: str
    level: Level
    said: str


SOURCE_FAULTS = [
    Fault("ALTER TABLE products DROP COLUMN list_price", "schema", Level.FAIL, "products.list_price is missing"),
    Fault("ALTER TABLE products ADD COLUMN colour INT", "schema", Level.WARN, "products.colour (int) is new"),
    Fault("DROP TABLE payments", "tables", Level.FAIL, "cannot read payments"),
    Fault("ALTER TABLE products ADD INDEX i (name(10)), CONVERT TO CHARACTER SET latin1", "storage", Level.WARN, "not utf8mb4: products"),
    Fault(
        "ALTER TABLE payments DROP FOREIGN KEY payments_order; ALTER TABLE payments ENGINE = MyISAM",
        "storage",
        Level.FAIL,
        "not in a snapshot: payments (MyISAM)",
    ),
    Fault("REVOKE PROCESS ON *.* FROM '{user}'@'%'", "open transactions", Level.WARN, "1:00:00"),
    Fault("GRANT DELETE ON {database}.orders TO '{user}'@'%'", "read-only user", Level.WARN, "more than read: DELETE"),
    Fault("GRANT UPDATE ON {database}.* TO '{user}'@'%'", "read-only user", Level.WARN, "more than read: UPDATE"),
    Fault("GRANT FILE ON *.* TO '{user}'@'%'", "read-only user", Level.WARN, "more than read: FILE"),
]


@pytest.mark.parametrize("fault", SOURCE_FAULTS, ids=lambda fault: fault.said)
def test_a_fault_of_the_order_system_is_found(examined: Examine, source_admin: sa.Engine, source: sa.Engine, fault: Fault) -> None:
    run(source_admin, *fault.statement.format(user=source.url.username, database=source.url.database).split("; "))
    found = examined()[f"source: {fault.check}"]
    assert found.level is fault.level
    assert fault.said in found.observed


def test_servers_that_are_too_old_and_a_small_packet_are_found(examined: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    # By import_module, as the package has functions of these names, which hide its modules.
    of_source, of_warehouse = (import_module(f"techmarket.setup.doctor.{side}_checks") for side in ("source", "warehouse"))
    monkeypatch.setattr(of_source, "_OLDEST", dict.fromkeys(Flavour, (99, 1)))
    monkeypatch.setattr(of_source, "_SMALL_PACKET", 2**30 + 1)
    monkeypatch.setattr(of_warehouse, "_OLDEST", 99)
    findings = examined()
    assert re.match(r"upgrade the server to (MySQL|MariaDB) 99\.1 or later", findings["source: server"].remedy)
    assert findings["warehouse: server"].remedy == "upgrade the server to PostgreSQL 99 or later"
    assert findings["source: packet size"].remedy.startswith("raise it to 1024 MiB or more")
    assert problems(findings).items() >= {
        ("source: server", Level.FAIL), ("source: packet size", Level.WARN), ("warehouse: server", Level.FAIL),
    }  # fmt: skip


REPLICATION = {
    "MariaDB": ("CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = 1, MASTER_USER = 'nobody'", "SLAVE"),
    "MySQL": ("CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = 1, SOURCE_USER = 'nobody'", "REPLICA"),
}


def test_a_replica_is_found_by_its_threads(examined: Examine, source_admin: sa.Engine) -> None:
    point, replica = REPLICATION["MariaDB" if is_mariadb(source_admin) else "MySQL"]
    run(source_admin, point, f"START {replica}")
    try:
        found = examined()["source: replica"]
    finally:
        run(source_admin, f"STOP {replica}", f"RESET {replica} ALL")
    assert (found.level, found.observed) == (Level.WARN, "this may be a replica, since replication threads run")


def test_a_server_that_takes_no_writes_may_be_a_replica(examined: Examine, source_admin: sa.Engine) -> None:
    run(source_admin, "SET GLOBAL read_only = ON")
    try:
        found = examined()["source: replica"]
    finally:
        run(source_admin, "SET GLOBAL read_only = OFF")
    assert (found.level, found.observed) == (Level.WARN, "this may be a replica, since read_only is on")


def is_mariadb(engine: sa.Engine) -> bool:
    with engine.connect() as connection:
        return "MariaDB" in connection.exec_driver_sql("SELECT VERSION()").scalar_one()


WAREHOUSE_FAULTS = [
    Fault("DROP TABLE stg.orders CASCADE", "schemas", Level.FAIL, "missing: stg.orders"),
    Fault("ALTER TABLE stg.regions ADD COLUMN x int", "schemas", Level.FAIL, "not as the catalogue declares: stg.regions"),
    Fault("ALTER TABLE dwh.dim_region OWNER TO CURRENT_USER", "owner", Level.FAIL, "owned by another role: dwh.dim_region"),
    Fault("REVOKE SELECT ON dwh.fact_sales FROM techmarket_bi", "analysts", Level.WARN, "techmarket_bi cannot read fact_sales"),
    Fault("GRANT DELETE ON dwh.fact_sales TO techmarket_bi", "analysts", Level.FAIL, "too much with dwh.fact_sales"),
    Fault("GRANT USAGE ON SCHEMA stg TO techmarket_bi; GRANT SELECT ON stg.orders TO techmarket_bi", "analysts", Level.FAIL, "stg.orders"),
]


@pytest.mark.parametrize("fault", WAREHOUSE_FAULTS, ids=lambda fault: fault.said)
def test_a_fault_of_the_warehouse_is_found(examined: Examine, dwh_database: sa.URL, fault: Fault) -> None:
    run(sa.create_engine(dwh_database, poolclass=sa.NullPool), fault.statement)
    found = examined()[f"warehouse: {fault.check}"]
    assert found.level is fault.level
    assert fault.said in found.observed


@pytest.mark.parametrize(("setting", "off"), [("statement_timeout", "0"), ("default_transaction_read_only", "FALSE")])
def test_an_analyst_without_limits_is_found_and_bounded_again_by_bootstrap(
    examined: Examine, dwh_database: sa.URL, setting: str, off: str
) -> None:
    admin = sa.create_engine(dwh_database, poolclass=sa.NullPool)
    run(admin, f"ALTER ROLE techmarket_bi IN DATABASE {dwh_database.database} SET {setting} = {off}")
    found = examined()["warehouse: analysts"]
    assert (found.level, found.observed) == (Level.WARN, f"techmarket_bi has no {setting}")
    bootstrap_warehouse(admin, catalog=CATALOG, today=date(2026, 11, 22))
    assert examined()["warehouse: analysts"].level is Level.OK


def test_a_role_that_may_do_anything_is_found(examined: Examine, dwh_database: sa.URL) -> None:
    assert problems(examined(dwh_url=dwh_database.render_as_string(hide_password=False)))["warehouse: role"] is Level.WARN


def test_the_last_load_is_told(examined: Examine, warehouse: sa.Engine) -> None:
    batch = open_batch(warehouse, Mode.FULL, requested_by="test")
    close_batch(warehouse, batch.batch_id, status="failed", error="The disk was full.")
    found = examined()["warehouse: last load"]
    assert (found.level, found.observed) == (Level.WARN, f"batch {batch.batch_id} failed: The disk was full.")
    run(warehouse, "UPDATE dwh.load_batches SET status = 'released', finished_at = now() - interval '3 hours'")
    assert examined()["warehouse: last load"] == Finding(Level.OK, f"batch {batch.batch_id} released 3 h ago", "", "warehouse: last load")
    run(warehouse, "UPDATE dwh.load_batches SET finished_at = now() - interval '3 days'")
    assert examined()["warehouse: last load"].level is Level.WARN


def test_a_load_at_work_is_told_from_one_that_died(examined: Examine, warehouse: sa.Engine) -> None:
    batch = open_batch(warehouse, Mode.FULL, requested_by="test")
    with load_lock(warehouse, holder="busy.example pid 5"):
        found = examined()["warehouse: load lock"]
        assert (found.level, "busy.example pid 5" in found.observed) == (Level.OK, True)
    found = examined()["warehouse: load lock"]
    assert (found.level, found.observed) == (Level.WARN, f"batch {batch.batch_id} died without a word")


def test_rows_in_quarantine_are_counted_once_each(examined: Examine, warehouse: sa.Engine) -> None:
    columns = "table_name, row_key, rule, row_data, first_batch_id, batch_id"
    for rule in ("one", "another"):
        run(warehouse, f"INSERT INTO stg.rejected_rows ({columns}) VALUES ('orders', '1', '{rule}', '{{}}', 1, 1)")
    assert examined()["warehouse: quarantine"].observed == "1 rows wait, the oldest for 0 min"


def test_a_directory_that_cannot_be_written_is_found(examined: Examine, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert examined(extract_dir=file)["machine: extracts"].level is Level.FAIL


def test_passwords_and_extracts_that_others_can_read_are_found(examined: Examine, settings: Settings) -> None:
    Path(".env").touch(mode=0o644)
    (settings.extract_dir / "old").mkdir(mode=0o755, parents=True)
    found = examined()["machine: private files"]
    assert (found.level, found.remedy) == (Level.WARN, f"run `chmod -R go= .env {settings.extract_dir / 'old'}`")
    subprocess.run(found.remedy.split("`")[1].split(), check=True)
    assert examined()["machine: private files"].level is Level.OK


def test_a_clock_that_is_off_is_found(examined: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("techmarket.setup.doctor.clocks._TOLERANCE", -timedelta(seconds=1))
    findings = examined()
    assert (findings["source: clock"].level, findings["warehouse: clock"].level) == (Level.WARN, Level.WARN)
