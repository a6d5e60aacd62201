"""One path for the shape of the database: it fits the models, and goes up and down on data."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

import app  # noqa: F401 (brings every room's models)
from questionnaires import instruments
from survey import migrations
from survey.audit import Auditor, Writer
from survey.config import Settings
from survey.console.publishing import open_wave, publish
from survey.db import Base, Database
from survey.messages import Refused


@pytest.fixture
def database(settings: Settings, any_database_url: str) -> Iterator[Database]:
    database = Database(replace(settings, database_url=any_database_url))
    yield database
    database.close()


def fill(database: Database) -> None:
    writer = Writer(Auditor(b"key"), "test")
    with database.write() as session:
        publish(session, instruments.load("bank-satisfaction"), writer)
        open_wave(session, "bank-satisfaction", "one", writer)


def test_upgrade__gives_exactly_the_models(database: Database) -> None:
    migrations.upgrade(database)
    with database.write_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": Base.metadata})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations__up_and_down_and_up_again_on_data(database: Database) -> None:
    migrations.upgrade(database)
    fill(database)
    migrations.downgrade(database, "base")
    assert set(inspect(database.write_engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(database)
    fill(database)


@pytest.mark.parametrize("statement", ["UPDATE version SET number = 7", "DELETE FROM version"])
def test_version__once_published__the_database_refuses_any_change(database: Database, statement: str) -> None:
    migrations.upgrade(database)
    fill(database)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"])
def test_audit_event__the_database_refuses_any_change(database: Database, statement: str) -> None:
    migrations.upgrade(database)
    fill(database)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text(statement))


def test_bring_up_to_date__older_shape__refused_with_the_command(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations.upgrade(database)
    monkeypatch.setattr(migrations, "head", lambda: "9999")
    with pytest.raises(Refused, match="huisheng upgrade"):
        migrations.bring_up_to_date(database)
