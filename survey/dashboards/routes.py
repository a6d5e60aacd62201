"""The manager's pages."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from survey.security import allow

blueprint = Blueprint("dashboards", __name__, url_prefix="/dashboards")


@blueprint.get("/")
@allow("researcher", "manager")
def overview() -> ResponseReturnValue:
    return render_template("error.html", code=200, message="dashboards")
