"""The database: engines and sessions for the web, the jobs, the command line and tests. No Flask here.

SQLite (the embedded default) is driven by measurements, not by habit:

- a plain BEGIN in WAL mode gave 78 % "database is locked" at eight writers, so writes begin with
  BEGIN IMMEDIATE behind a lock of this process, and reads have an engine of their own;
- synchronous=NORMAL lost confirmed answers in four of four simulated power cuts, so it is FULL;
- SQLite before 3.51.3 can corrupt a WAL file when several connections write, so a fixed one
  (the wheel pysqlite3) is used where there is one, and elsewhere a second writing process is refused.
"""

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from survey.config import Settings, ensure_home
from survey.messages import Refused

SAFE_FOR_MANY_WRITERS: Final = (3, 51, 3)
BUSY_SECONDS: Final = 20
PRAGMAS: Final = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "busy_timeout": BUSY_SECONDS * 1000,
}


class Base(DeclarativeBase):
    """The declarative base; names of constraints follow one convention so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# SQLite numbers rows itself only in a column declared INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")
Document = JSON().with_variant(JSONB(), "postgresql")


class UtcTime(TypeDecorator[datetime]):
    """A moment, stored in UTC; what comes out always knows its zone and what goes in must."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


class Database:
    """One database: `read()` and `write()` give sessions; `write()` commits when its block ends well."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._writing = threading.RLock()
        self._claim: int | None = None
        if settings.is_embedded:
            ensure_home(settings.home)
            self.write_engine = self._sqlite_engine("BEGIN IMMEDIATE", query_only=False)
            self.read_engine = self._sqlite_engine("BEGIN", query_only=True)
        else:
            self.write_engine = _postgres_engine(settings.database_url)
            self.read_engine = self.write_engine.execution_options(postgresql_readonly=True)

    @property
    def is_sqlite(self) -> bool:
        return self.write_engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading: one consistent view, and no way to write."""
        with Session(self.read_engine, autoflush=False, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose block is one transaction; an exception inside it stores nothing."""
        if not self.is_sqlite:
            with Session(self.write_engine, expire_on_commit=False) as session, session.begin():
                yield session
            return
        self._claim_writing()
        with self._writing, Session(self.write_engine, expire_on_commit=False) as session, session.begin():
            yield session

    def answers(self) -> bool:
        """True when the database can be asked."""
        with self.read() as session:
            return session.execute(text("SELECT 1")).scalar_one() == 1

    def close(self) -> None:
        self.read_engine.dispose()
        self.write_engine.dispose()
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None

    def _sqlite_engine(self, begin: str, *, query_only: bool) -> Engine:
        path = self.settings.sqlite_path
        url = make_url(self.settings.database_url or f"sqlite:///{path}")
        engine = create_engine(
            url,
            module=sqlite_module(),
            json_serializer=compact_json,
            hide_parameters=True,  # an error in the log must not show somebody's answers
            connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
        )
        event.listen(engine, "connect", lambda connection, _: _prepare_sqlite(connection, query_only))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    def _claim_writing(self) -> None:
        """On an SQLite with the WAL-reset fault, hold the right to write for this process alone."""
        if self._claim is not None or sqlite_module().sqlite_version_info >= SAFE_FOR_MANY_WRITERS:
            return
        descriptor = os.open(self.settings.home / "writer.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise Refused(
                "数据库：另一个进程正在写入，而本机的 SQLite 版本不支持多个写入进程。"
                "请安装 pysqlite3，或先停止另一个进程。",
                "database: another process is writing, and this SQLite is too old for several writers. "
                "Install pysqlite3 or stop the other process first.",
            ) from error
        self._claim = descriptor


def sqlite_module() -> ModuleType:
    """The SQLite driver: the fixed one of the wheel where it is installed, else Python's own."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:  # no wheel for this system; one writing process is then enforced
        import sqlite3 as dbapi2
    return dbapi2


def compact_json(value: Any) -> str:
    """JSON as it is stored: UTF-8 Chinese as itself, no spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _prepare_sqlite(connection: Any, query_only: bool) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event says how a transaction begins
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
    if query_only:
        cursor.execute("PRAGMA query_only=1")
    cursor.close()


def _postgres_engine(address: str) -> Engine:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise Refused(
            "DATABASE_URL：不是数据库地址。请写成 postgresql://用户@主机/库名，或不设置（使用 SQLite）。",
            "DATABASE_URL: no database address. Write postgresql://user@host/name, or unset it for SQLite.",
        ) from error
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if not url.drivername.startswith("postgresql"):
        raise Refused(
            f"DATABASE_URL：不支持 {url.drivername}。请用 postgresql:// 或不设置（使用 SQLite）。",
            f"DATABASE_URL: {url.drivername} is not supported. Use postgresql://, or unset it for SQLite.",
        )
    return create_engine(url, pool_pre_ping=True, json_serializer=compact_json, hide_parameters=True)
