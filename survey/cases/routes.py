"""The case handler's pages."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from survey.security import allow

blueprint = Blueprint("cases", __name__, url_prefix="/cases")


@blueprint.get("/")
@allow("handler")
def overview() -> ResponseReturnValue:
    return render_template("error.html", code=200, message="cases")
