"""Huisheng put together: `create_app` builds the application, `huisheng` is its command.

Nobody imports this module; it alone knows every room.
"""

from pathlib import Path

from flask import Flask
from flask.cli import ScriptInfo
from flask_wtf import CSRFProtect

import interviews.cli
import interviews.demo
import interviews.routes
import survey.accounts.access
import survey.accounts.commands
import survey.accounts.routes
import survey.accounts.sessions
import survey.admin.routes
import survey.cases.routes
import survey.cli
import survey.comments.commands
import survey.console.analysis_routes
import survey.console.commands
import survey.console.routes
import survey.dashboards.routes
import survey.demo.commands
import survey.errors
import survey.kiosk.api
import survey.kiosk.commands
import survey.kiosk.routes
import survey.language
import survey.layout.routes
import survey.limits
import survey.logs
import survey.operations
import survey.paper.routes
import survey.privacy.commands
import survey.privacy.routes
import survey.respond.routes
import survey.responses.commands
import survey.responses.routes
import survey.security
import survey.services
from survey.config import Settings, from_environment

ROOT = Path(__file__).parent

ROOMS = (
    survey.layout.routes,
    survey.accounts.routes,
    survey.respond.routes,
    survey.privacy.routes,
    survey.kiosk.routes,
    survey.kiosk.api,
    survey.console.routes,
    survey.console.analysis_routes,
    survey.responses.routes,
    survey.paper.routes,
    survey.dashboards.routes,
    survey.cases.routes,
    survey.admin.routes,
    interviews.routes,
)
WITHOUT_SESSION = (survey.respond.routes, survey.privacy.routes, survey.kiosk.routes, survey.kiosk.api)


def create_app(settings: Settings | None = None) -> Flask:
    """The application on its services; refuses to start with a route that states no policy."""
    app = Flask("huisheng", root_path=str(ROOT), static_folder="survey/static", template_folder="templates")
    services = survey.services.build(settings or from_environment())
    survey.services.install(app, services)
    app.config.update(
        MAX_CONTENT_LENGTH=1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # a page left open over lunch must not throw away what was typed
    )
    survey.logs.install(app)
    survey.accounts.access.install(app, services)
    survey.accounts.sessions.install(app)
    survey.language.install(app)
    survey.security.install(app)
    survey.limits.install(app, services.settings)
    survey.errors.install(app)
    app.url_map.converters["int"] = survey.security.RowNumber
    csrf = CSRFProtect(app)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    for room in WITHOUT_SESSION:  # no cookie, so there is nothing for a forged request to ride on
        csrf.exempt(room.blueprint)
        survey.security.without_session(app, room.blueprint.name)
    survey.security.check_policies(app)
    return app


COMMANDS = (
    survey.operations.serve,
    survey.operations.worker,
    survey.operations.upgrade,
    survey.operations.check,
    survey.operations.audit,
    survey.accounts.commands.user,
    survey.accounts.commands.branch,
    survey.console.commands.questionnaire,
    survey.console.commands.wave,
    survey.console.commands.collector,
    survey.responses.commands.responses,
    survey.responses.commands.analyse,
    survey.comments.commands.text,
    survey.privacy.commands.privacy,
    survey.kiosk.commands.device,
    *interviews.cli.commands,
)
DEMO = survey.demo.commands.command(create_app, survey.operations.sweeps, interviews.demo.load_demo)
cli = survey.cli.build((*COMMANDS, DEMO))


def main() -> None:
    """The `huisheng` command."""
    cli.main(obj=ScriptInfo(create_app=lambda: create_app()))


if __name__ == "__main__":
    main()
