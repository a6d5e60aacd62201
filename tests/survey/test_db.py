"""The database keeps what it confirmed, and many writers do not lock each other out."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from survey import db, migrations
from survey.audit import AuditEvent, Auditor
from survey.config import Settings
from survey.db import Database, UtcTime
from survey.messages import Refused


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(Settings(home=tmp_path))
    migrations.upgrade(database)
    return database


def test_sqlite__every_connection_has_the_pragmas(database: Database) -> None:
    for engine in (database.read_engine, database.write_engine):
        with engine.connect() as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in db.PRAGMAS}
        assert found == db.PRAGMAS


def test_sqlite__is_the_fixed_version_of_the_wheel() -> None:
    assert db.sqlite_module().sqlite_version_info >= db.SAFE_FOR_MANY_WRITERS


def test_read__cannot_write(database: Database) -> None:
    with database.read() as session, pytest.raises(OperationalError, match="readonly"):
        session.execute(text("INSERT INTO role (name) VALUES ('x')"))


def test_write__error_inside__stores_nothing(database: Database) -> None:
    with pytest.raises(KeyError), database.write() as session:
        session.execute(text("INSERT INTO role (name) VALUES ('x')"))
        raise KeyError
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM role")) == 0


def test_write__eight_threads__all_stored_and_none_locked_out(database: Database) -> None:
    auditor, errors = Auditor(b"key"), []

    def write(thread: int) -> None:
        try:
            for number in range(25):
                with database.write() as session:
                    session.add(auditor.event("test", "counted", "thread", thread, number=number))
        except Exception as error:  # whatever it is, the test must see it
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with database.read() as session:
        assert session.query(AuditEvent).count() == 200


def test_write__second_process_on_an_old_sqlite__refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OldSqlite:
        sqlite_version_info = (3, 40, 1)

    monkeypatch.setattr(db, "sqlite_module", lambda: OldSqlite)
    first = Database.__new__(Database)
    second = Database.__new__(Database)
    for one in (first, second):
        one.settings, one._claim = Settings(home=tmp_path), None
    first._claim_writing()
    with pytest.raises(Refused, match="another process is writing"):
        second._claim_writing()


def test_time__without_a_zone__refused_and_utc_comes_back() -> None:
    kind = UtcTime()
    with pytest.raises(ValueError, match="zone"):
        kind.process_bind_param(datetime(2026, 11, 23), None)  # noqa: DTZ001 (the point of the test)
    back = kind.process_result_value(datetime(2026, 11, 23, 15, 59, 59), None)  # noqa: DTZ001 (as SQLite gives it)
    assert back == datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("address", ["foo", "mysql://x/y"])
def test_database_url__not_one_we_know__refused_by_name(tmp_path: Path, address: str) -> None:
    with pytest.raises(Refused, match="DATABASE_URL"):
        Database(Settings(home=tmp_path, database_url=address))
