"""Commands that keep an installation running: serve, worker, upgrade, check, audit."""

from typing import Final

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from survey import jobs, migrations
from survey.cases.opening import open_cases
from survey.cli import here, tell, with_services
from survey.comments.sweeping import read_new_comments
from survey.config import DEFAULT_PORT
from survey.db import now, sqlite_module
from survey.services import Services
from survey.serving import serve as run_server
from survey.serving import work

LOOPBACK: Final = "127.0.0.1"


def sweeps(services: Services) -> list[jobs.Sweep]:
    """The work that is found from the state of the data, run every minute."""

    def comments() -> int:
        return read_new_comments(services)

    def cases() -> int:
        return open_cases(services)

    def audit_seals() -> int:
        with services.database.write() as session:
            return services.auditor.seal(session)

    return [comments, cases, audit_seals]  # complaints become cases after they were read


@click.command()
@click.option("--host", default=LOOPBACK, show_default=True)
@click.option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(1, 65535))
@with_services
def serve(host: str, port: int) -> None:
    """Serve the application (with the jobs inside on SQLite)."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def ready() -> None:
        tell(f"回声已启动：http://{host}:{port}/", f"Huisheng is listening on http://{host}:{port}/")

    run_server(app, host, port, sweeps(here()), ready)


@click.command()
@with_services
def worker() -> None:
    """Run the jobs of an installation on PostgreSQL."""
    work(here(), sweeps(here()))


@click.command()
@with_appcontext
def upgrade() -> None:
    """Bring the database to today's shape; an empty one is created."""
    migrations.upgrade(here().database)
    tell(f"数据库结构版本：{migrations.head()}", f"database revision: {migrations.head()}")


@click.command()
@with_services
def check() -> None:
    """Say what this installation runs with and what is missing."""
    services = here()
    database = services.database
    click.echo(f"home      {services.settings.home}")
    click.echo(f"database  {database.write_engine.url.render_as_string(hide_password=True)}")
    if database.is_sqlite:
        click.echo(f"sqlite    {sqlite_module().sqlite_version}")
    click.echo(f"public    {services.settings.public_url}")
    local = now().astimezone(services.settings.zone)
    click.echo(f"zone      {services.settings.timezone} ({local:%Y-%m-%d %H:%M})")
    click.echo(f"answers   {'yes' if database.answers() else 'no'}")


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
@with_services
def audit_verify() -> None:
    """Recount every event and every seal; exit 1 when something was changed or removed."""
    services = here()
    with services.database.read() as session:
        verdict = services.auditor.verify(session)
    if verdict.is_whole:
        tell(
            f"审计记录完整：{verdict.events} 条，其中 {verdict.sealed} 条已封存。",
            f"the audit trail is whole: {verdict.events} events, {verdict.sealed} of them sealed.",
        )
        return
    tell(
        f"审计记录被改动：事件 {list(verdict.changed_events)}，封存 {list(verdict.broken_seals)}。",
        f"the audit trail was changed: events {list(verdict.changed_events)}, "
        f"seals {list(verdict.broken_seals)}.",
    )
    raise click.exceptions.Exit(1)
