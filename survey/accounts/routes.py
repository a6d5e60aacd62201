"""The front door: where each role goes after signing in, and whether the house stands."""

from flask import Blueprint, jsonify, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy.exc import SQLAlchemyError

from survey.security import public, signed_in
from survey.services import services

blueprint = Blueprint("accounts", __name__)

# The first room each role opens; somebody with several roles goes to the first that fits.
HOME_OF_ROLE = {
    "admin": "admin.overview",
    "researcher": "console.overview",
    "manager": "dashboards.overview",
    "handler": "cases.overview",
    "clerk": "paper.overview",
    "auditor": "admin.audit",
}


@blueprint.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Go to the room of the signed-in person's role."""
    roles = {role.name for role in current_user.roles}
    return redirect(next(url_for(place) for role, place in HOME_OF_ROLE.items() if role in roles))


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """200 when the database answers, 503 when it does not."""
    try:
        services().database.answers()
    except SQLAlchemyError:
        return jsonify(status="database does not answer"), 503
    return jsonify(status="ok")
