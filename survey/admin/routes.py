"""The administrator's and the auditor's pages."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from survey.security import allow

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/")
@allow("admin")
def overview() -> ResponseReturnValue:
    return render_template("error.html", code=200, message="admin")


@blueprint.get("/audit/")
@allow("admin", "auditor")
def audit() -> ResponseReturnValue:
    return render_template("error.html", code=200, message="audit")
