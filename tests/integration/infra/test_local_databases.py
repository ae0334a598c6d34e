import pytest
from sqlalchemy import URL, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from infra.local.databases import fresh_database


def test_a_source_database_is_empty_and_dropped_though_a_transaction_is_open_in_it(oltp_server: URL) -> None:
    check_life_of_a_database(oltp_server)


def test_a_warehouse_database_is_empty_and_dropped_though_a_transaction_is_open_in_it(dwh_server: URL) -> None:
    check_life_of_a_database(dwh_server)


def check_life_of_a_database(server: URL) -> None:
    with fresh_database(server) as url:
        engine = create_engine(url, poolclass=NullPool)
        assert inspect(engine).get_table_names() == []
        straggler = engine.connect()
        straggler.execute(text("CREATE TABLE held (n int)"))
        straggler.commit()
        straggler.execute(text("SELECT * FROM held"))
    with pytest.raises(DBAPIError):
        straggler.execute(text("SELECT * FROM held"))
    straggler.invalidate()
    straggler.close()
    with pytest.raises(DBAPIError):
        engine.connect()
