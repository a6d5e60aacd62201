"""`huisheng demo`: a whole bank to look at, built in seconds and served until Ctrl-C."""

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import click
from flask import Flask

from survey import jobs, migrations
from survey.cli import house_language, print_json, tell
from survey.config import DEFAULT_PORT, Settings, from_environment
from survey.console.models import Version
from survey.db import now
from survey.demo.building import Demo, Login, build, renewed_code
from survey.messages import Refused
from survey.services import EXTENSION, Services
from survey.serving import free_port, serve

LOOPBACK: Final = "127.0.0.1"
REMEMBERED: Final = "demo.json"
FOLDER: Final = click.Path(file_okay=False, path_type=Path)
Loader = Callable[[Services], None]


def command(
    create_app: Callable[[Settings], Flask], sweeps: Callable[[Services], list[jobs.Sweep]], load: Loader
) -> click.Command:
    """The demo command; `load` adds what rooms above this one bring (interviews)."""

    @click.command()
    @click.option("--responses", default=20_000, show_default=True, type=click.IntRange(0, 1_000_000))
    @click.option("--seed", default=2026, show_default=True, type=int)
    @click.option("--port", type=click.IntRange(1, 65535), help="default: 8000, or the next free one")
    @click.option(
        "--home", type=click.Path(file_okay=False, path_type=Path), help="default: a fresh directory"
    )
    @click.option("--once", is_flag=True, help="build and exit")
    @click.option("--json", "as_json", is_flag=True, help="print one JSON document on one line")
    def demo(
        responses: int, seed: int, port: int | None, home: Path | None, once: bool, as_json: bool
    ) -> None:
        """Build the demo bank (示例银行), print its links and logins, and serve it until Ctrl-C."""
        port = port or (DEFAULT_PORT if once else free_port(LOOPBACK, DEFAULT_PORT))
        settings = _settings(home, port)
        app = create_app(settings)
        services: Services = app.extensions[EXTENSION]
        with app.app_context():
            built = _built(services, responses, seed, load)

            def show() -> None:
                print_json(built.document()) if as_json else _print(built)

            if once:
                show()
            else:
                serve(app, LOOPBACK, port, sweeps(services), show)

    return demo


def _settings(home: Path | None, port: int) -> Settings:
    """The settings of a demo: always embedded, always on this machine, whatever else is configured."""
    settings = from_environment()
    place = home.absolute() if home else Path(tempfile.mkdtemp(prefix="huisheng-demo-"))
    public_url = settings.public_url if "HUISHENG_PUBLIC_URL" in os.environ else f"http://{LOOPBACK}:{port}"
    return replace(settings, home=place, database_url="", public_url=public_url)


def _built(services: Services, responses: int, seed: int, load: Loader) -> Demo:
    remembered = services.settings.home / REMEMBERED
    migrations.upgrade(services.database)
    if remembered.exists():
        return renewed_code(services, _recall(remembered))
    _refuse_used_home(services)
    tell(
        f"正在生成示例银行：{responses} 份答卷……",
        f"building the demo bank: {responses} responses ...",
    )
    today = now().astimezone(services.settings.zone).date()
    built = build(services, responses, seed, today)
    load(services)
    # The passwords are of this demo alone; the file lets the same demo be served again.
    descriptor = os.open(remembered, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(built.document(), file, ensure_ascii=False)
    return built


def _recall(remembered: Path) -> Demo:
    document = json.loads(remembered.read_text("utf-8"))
    logins = tuple(Login(**login) for login in document.pop("logins"))
    return Demo(**document, logins=logins)


def _refuse_used_home(services: Services) -> None:
    with services.database.read() as session:
        used = session.query(Version.id).first() is not None
    if used:
        raise Refused(
            f"{services.settings.home} 里已有数据，不能再生成示例。请换一个 --home。",
            f"{services.settings.home} already holds data, so no demo is built. Choose another --home.",
        )


def _print(demo: Demo) -> None:
    words = {
        "zh": ("问卷", "管理后台", "自助终端", "注册码", "登录", "数据目录", "按 Ctrl-C 停止"),
        "en": ("Survey", "Console", "Kiosk", "enrolment code", "Logins", "Data", "Press Ctrl-C to stop"),
    }[house_language()]
    survey, console, kiosk, code, logins, data, stop = words
    click.echo(f"{survey}  {demo.survey_url}")
    click.echo(f"{console}  {demo.console_url}")
    click.echo(f"{kiosk}  {demo.kiosk_url}  {code} {demo.enrolment_code}")
    click.echo(f"{logins}")
    for login in demo.logins:
        click.echo(f"  {login.role:<11} {login.username:<12} {login.password}  {login.branch or ''}")
    click.echo(f"{data}  {demo.home}")
    click.echo(stop)
