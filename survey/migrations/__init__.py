"""The one path by which the database changes shape: `upgrade` for the demo, production and tests alike."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from survey.db import Database
from survey.messages import Refused


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to a revision; an empty one is created."""
    with database.write_engine.begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to a revision (`base` empties it)."""
    with database.write_engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def bring_up_to_date(database: Database) -> None:
    """Create an empty embedded database; refuse one whose shape is not today's."""
    with database.read() as session:
        current = MigrationContext.configure(session.connection()).get_current_revision()
    if current == head():
        return
    if current is None and database.is_sqlite:
        upgrade(database)
        return
    raise Refused(
        f"数据库：结构版本是 {current}，需要 {head()}。请先运行 huisheng upgrade。",
        f"database: its shape is revision {current}, needed is {head()}. Run huisheng upgrade first.",
    )


def head() -> str:
    """The newest revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return ScriptDirectory.from_config(config).get_current_head() or ""
