"""Commands that keep an installation running, as somebody at a terminal meets them."""

import json
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

import app as composition
from survey import serving
from survey.services import Services
from tests.server import ROOT, Server


def test_help__is_a_map_of_the_product(runner: FlaskCliRunner) -> None:
    shown = runner.invoke(composition.cli, ["--help"])
    assert shown.exit_code == 0
    for command in ("serve", "demo", "questionnaire", "responses", "analyse", "text", "interviews", "audit"):
        assert f"\n  {command} " in shown.output


def test_upgrade__empty_home__database_and_keys_are_made_private(tmp_path: Path) -> None:
    server = Server(tmp_path / "home")
    server.run("upgrade")
    assert (tmp_path / "home" / "huisheng.sqlite3").exists()
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0
    assert "sqlite" in server.run("check")


def test_user_add__short_password__exit_1_and_the_message_in_the_house_language(tmp_path: Path) -> None:
    environment = {"PATH": "", "HUISHENG_HOME": str(tmp_path), "HUISHENG_LOCALE": "en"}
    done = subprocess.run(
        [sys.executable, "-m", "app", "user", "add", "x", "--role", "admin", "--password-stdin"],
        input="short\n",
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "too short" in done.stderr


def test_unknown_setting__refused_by_name(tmp_path: Path) -> None:
    environment = {"PATH": "", "HUISHENG_HOME": str(tmp_path), "HUISHENG_TYPO": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "app", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "HUISHENG_TYPO" in done.stderr


def test_audit_verify__whole_trail__exit_0(runner: FlaskCliRunner, services: Services) -> None:
    assert runner.invoke(composition.cli.commands["audit"].commands["verify"]).exit_code == 0  # type: ignore[attr-defined]


def test_demo__once_with_json__one_line_with_every_link_and_login(tmp_path: Path) -> None:
    server = Server(tmp_path / "unused")
    home = tmp_path / "demo"
    printed = server.run("demo", "--once", "--json", "--responses", "60", "--home", str(home))
    assert printed.count("\n") == 1
    demo = json.loads(printed)
    assert {
        "home",
        "survey_url",
        "console_url",
        "kiosk_url",
        "enrolment_code",
        "questionnaire",
        "wave",
    } < set(demo)
    roles = [login["role"] for login in demo["logins"]]
    assert set(roles) == {"admin", "researcher", "manager", "handler", "clerk", "auditor"}
    assert roles.count("manager") == roles.count("handler") == 2
    again = json.loads(server.run("demo", "--once", "--json", "--home", str(home)))
    assert again["logins"] == demo["logins"], "the same home gives the same demo"


@pytest.mark.slow
def test_serve__two_hundred_slow_clients__stop_nobody(tmp_path: Path) -> None:

    server = Server(tmp_path / "home").start()
    slow = []
    try:
        for _ in range(200):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=5)
            connection.sendall(b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\na=")
            slow.append(connection)
        answered = threading.Event()

        def ask() -> None:
            with urllib.request.urlopen(f"{server.url}/healthz", timeout=10) as answer:
                if answer.status == 200:
                    answered.set()

        asking = threading.Thread(target=ask)
        asking.start()
        asking.join(timeout=10)
        assert answered.is_set()
    finally:
        for connection in slow:
            connection.close()
        server.stop()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_serve__told_to_stop__ends_by_itself(tmp_path: Path, how: signal.Signals) -> None:
    server = Server(tmp_path / "home").start()
    server.end(how)


def test_free_port__somebody_listens_there__the_next_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert port < serving.free_port("127.0.0.1", port) < port + serving.PORTS_TRIED
