"""Few plain fixtures: settings of a fresh home, the application, clients of each role, a published bank."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

import app as composition
from questionnaires import instruments
from survey import migrations
from survey.accounts.people import BranchRow, add_user, find_branch, import_branches
from survey.audit import Writer
from survey.config import Settings
from survey.console.publishing import add_collector, open_wave, publish
from survey.services import EXTENSION, Services

PASSWORD = "a long test password"
IN_CI = os.environ.get("CI") == "true"

BRANCHES = (
    BranchRow(2, "HQ", "示例银行总行", "", "east"),
    BranchRow(3, "E1", "青枫分行", "HQ", "east"),
    BranchRow(4, "E11", "青枫东支行", "E1", "east"),
    BranchRow(5, "W1", "望川分行", "HQ", "west"),
    BranchRow(6, "W11", "望川南支行", "W1", "west"),
)


def missing(what: str) -> None:
    """Skip on a newcomer's machine, fail in CI: a skip there would hide that nothing was tested."""
    if IN_CI:
        pytest.fail(f"{what} is needed in CI and is not there")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database: SQLite's default and a real PostgreSQL, one after the other."""
    if request.param == "sqlite":
        return ""
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.new_database()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", rate_limits=False)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    application = composition.create_app(settings)
    application.testing = True
    services: Services = application.extensions[EXTENSION]
    migrations.upgrade(services.database)
    yield application
    services.database.close()


@pytest.fixture
def services(app: Flask) -> Services:
    here: Services = app.extensions[EXTENSION]
    return here


@pytest.fixture
def writer(services: Services) -> Writer:
    return Writer(services.auditor, "test")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@dataclass(frozen=True, slots=True)
class Bank:
    """The bank satisfaction questionnaire, open, with a web collector in each of two sub-branches."""

    slug: str
    wave: str
    version: str
    notice: str
    tokens: dict[str, str]


@pytest.fixture
def bank(services: Services, writer: Writer) -> Bank:
    with services.database.write() as session:
        import_branches(session, BRANCHES, writer)
        version = publish(session, instruments.load("bank-satisfaction"), writer)
        wave = open_wave(session, version.questionnaire.slug, "2026Q4", writer)
        tokens = {
            code: add_collector(session, wave, "web", writer, branch=find_branch(session, code)).token
            for code in ("E11", "W11")
        }
        return Bank(version.questionnaire.slug, wave.name, version.hash, version.notice_hash or "", tokens)


@pytest.fixture
def sign_in(app: Flask, services: Services, writer: Writer) -> Callable[..., FlaskClient]:
    """A client of somebody with that role (and branch), signed in through the login page."""

    def signed_in(role: str, branch: str | None = None) -> FlaskClient:
        username = f"{role}-{branch or 'all'}".lower()
        with app.app_context(), services.database.write() as session:
            place = find_branch(session, branch) if branch else None
            add_user(session, username, role, PASSWORD, writer, branch=place)
        client = app.test_client()
        token = csrf_token(client.get("/login").text)
        answer = client.post("/login", data={"username": username, "password": PASSWORD, "csrf_token": token})
        assert answer.status_code == 302, answer.text
        return client

    return signed_in


def csrf_token(page: str) -> str:
    """The token of the first form of a page."""
    return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


class PostgresServer:
    """A PostgreSQL server of our own in a temporary directory, on a socket only we can reach."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._data = folder / "data"
        self._databases = 0

    def start(self) -> None:
        self._as_owner("initdb", "-D", str(self._data), "-U", "huisheng", "-A", "trust", "-E", "UTF8")
        options = f"-k {self._folder} -c listen_addresses= -c fsync=off"
        self._as_owner(
            "pg_ctl", "-D", str(self._data), "-w", "-o", options, "-l", str(self._folder / "log"), "start"
        )

    def stop(self) -> None:
        self._as_owner("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")

    def new_database(self) -> str:
        self._databases += 1
        name = f"test{self._databases}"
        self._as_owner("createdb", "-h", str(self._folder), "-U", "huisheng", name)
        return f"postgresql://huisheng@/{name}?host={self._folder}"

    def _as_owner(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    programs = _postgres_programs()
    if programs is None:
        missing("PostgreSQL's server (Debian package postgresql)")
        return
    # Not under pytest's directory: pytest closes that to other users, and PostgreSQL will not run as root.
    with tempfile.TemporaryDirectory(prefix="huisheng-pg-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        server = PostgresServer(programs, folder)
        server.start()
        yield server
        server.stop()


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None
