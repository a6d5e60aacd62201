"""The coding room."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from survey.security import allow

blueprint = Blueprint("interviews", __name__, url_prefix="/interviews")


@blueprint.get("/")
@allow("researcher")
def overview() -> ResponseReturnValue:
    return render_template("error.html", code=200, message="interviews")
