"""Runs Great Expectations in an ephemeral context.

It writes nothing to disk, sends nothing, and has no address or password.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import NoReturn, cast

import great_expectations as gx
import psycopg2
import sqlalchemy as sa
from great_expectations.core import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent import PostgresDatasource
from great_expectations.datasource.fluent.interfaces import TestConnectionError
from great_expectations.exceptions import GreatExpectationsError
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from techmarket.db.driver_errors import typed_errors
from techmarket.db.engines import WAREHOUSE_DRIVER
from techmarket.errors import CheckError, ConfigurationError, IntegrityError
from techmarket.quality.gate.expectations import expectation
from techmarket.quality.gate.usual_volume import Band
from techmarket.quality.rules.row_rules import Rule

_NOWHERE = f"{WAREHOUSE_DRIVER}://gate@warehouse/given"
"""Great Expectations requires an address, but the engine makes the connections."""

# Counts without values: GX's query for values has LIMIT 0, so no row leaves the database.
_COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}

_SESSIONS = 2
"""The database runs one session's query while Python plans or reads the other's."""

_SETTINGS = {
    "search_path": "stg",
    "work_mem": "256MB",
    # Large hash tables do not fit a processor's caches: merge joins are faster (docs/adr/0006).
    "enable_hashjoin": "off",
    # The sessions use two processors; with four, each session can use one more.
    "max_parallel_workers_per_gather": "1",
}
_SET = "SELECT set_config(name, value, FALSE) FROM unnest(%s, %s) AS setting (name, value)"


class _ConnectionLost(BaseException):
    """Not an ``Exception``: Great Expectations would record that and continue."""

    def __init__(self, error: psycopg2.Error) -> None:
        super().__init__(str(error))
        self.error = error


class GateSession:
    """Evaluates rules over staged tables."""

    def __init__(self, datasource: PostgresDatasource) -> None:
        self._datasource = datasource
        self._last_error: BaseException | None = None
        self.engine: sa.Engine = datasource.get_execution_engine().engine
        self.transactions = self.engine.execution_options(isolation_level="READ COMMITTED")
        # Great Expectations inspects a table on another engine before it checks it on this one.
        for engine in {self.engine, datasource.get_engine()}:
            sa.event.listen(engine, "handle_error", self._remember)

    def evaluate(self, table: str, rules: Sequence[Rule], bands: Mapping[str, Band]) -> dict[str, ExpectationValidationResult]:
        """Run one table's suite; return results by rule id. ``bands`` are the usual row counts by table.

        Raises:
            CheckError: a check did not complete.
            TransientError: the connection was lost.
        """
        suite = gx.ExpectationSuite(name=table, expectations=[expectation(rule, bands) for rule in rules])
        try:
            asset = self._datasource.add_table_asset(table, table_name=table)
            results = asset.add_batch_definition_whole_table("staged").get_batch().validate(suite, result_format=_COUNTS_ONLY).results
        except (GreatExpectationsError, TestConnectionError, SQLAlchemyError) as exc:
            self._fail(f"The suite of table {table}", str(exc))
        for result in results:
            self._require_evaluated(result)
        by_rule = {_rule_id(result): result for result in results}
        if not rules or len(results) != len(rules) or by_rule.keys() != {rule.id for rule in rules}:
            msg = f"Table {table} has {len(rules)} rules, {len(by_rule)} were evaluated. Next: an engineer must look at the gate."
            raise CheckError(msg)
        return by_rule

    def _require_evaluated(self, result: ExpectationValidationResult) -> None:
        """Great Expectations records a crash as a failure, with one cause a metric."""
        info = result.exception_info or {}
        causes = [info] if "raised_exception" in info else list(info.values())
        for cause in causes:
            if cause["raised_exception"]:
                self._fail(f"Rule {_rule_id(result)}", str(cause["exception_message"]))

    def _remember(self, context: sa.engine.ExceptionContext) -> None:
        """Great Expectations keeps only the error's text."""
        self._last_error = context.sqlalchemy_exception

    def _fail(self, what: str, message: str) -> NoReturn:
        unknown = f"{what} could not be checked, so nothing is known about the data"
        if self._last_error is not None:
            try:
                with typed_errors(unknown):
                    raise self._last_error
            except (ConfigurationError, IntegrityError) as exc:
                raise CheckError(str(exc)) from None
        msg = f"{unknown}: {message.strip().partition(chr(10))[0]} Next: compare the staged tables with the catalogue, then load again."
        raise CheckError(msg)


def _rule_id(result: ExpectationValidationResult) -> str:
    configuration = result.expectation_config
    return str(configuration.meta["rule"]) if configuration and configuration.meta else "(unnamed)"


@contextmanager
def gate_sessions(warehouse: sa.Engine, *, gate_time: datetime) -> Iterator[tuple[GateSession, ...]]:
    """Sessions, one a thread, that read ``gate_time`` (business time) as the current time."""

    def connect() -> DBAPIConnection:
        try:
            pooled = warehouse.raw_connection()
        except psycopg2.Error as exc:  # the driver's own error: no statement is running yet
            raise _ConnectionLost(exc) from exc
        pooled.detach()
        connection = cast("DBAPIConnection", pooled.dbapi_connection)
        with closing(connection.cursor()) as cursor:
            settings = _SETTINGS | {"techmarket.gate_time": gate_time.isoformat(sep=" ")}
            cursor.execute(_SET, (list(settings), list(settings.values())))
        connection.commit()
        return connection

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    datasources = [
        context.data_sources.add_postgres(
            f"staging_{number}",
            connection_string=_NOWHERE,
            # Autocommit: a BEGIN and a ROLLBACK for each check would be many of a small load's round trips.
            kwargs={"creator": connect, "poolclass": StaticPool, "isolation_level": "AUTOCOMMIT"},  # type: ignore[call-arg] # not in the stubs
        )
        for number in range(_SESSIONS)
    ]
    try:
        yield tuple(GateSession(datasource) for datasource in datasources)
    except _ConnectionLost as lost:
        with typed_errors("Connecting to check the staged tables"):
            raise DBAPIError(None, None, lost.error) from None
    finally:
        for datasource in datasources:
            datasource.get_execution_engine().close()
            datasource.get_engine().dispose()
