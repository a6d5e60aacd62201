"""The researcher's pages."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from survey.security import allow

blueprint = Blueprint("console", __name__, url_prefix="/console")


@blueprint.get("/")
@allow("admin", "researcher")
def overview() -> ResponseReturnValue:
    return render_template("error.html", code=200, message="console")
