"""Keying in paper forms."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from survey.security import allow

blueprint = Blueprint("paper", __name__, url_prefix="/console/paper")


@blueprint.get("/")
@allow("clerk")
def overview() -> ResponseReturnValue:
    return render_template("error.html", code=200, message="paper")
