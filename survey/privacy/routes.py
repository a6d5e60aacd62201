"""`/r/<code>`: whoever holds the receipt code sees, downloads, withdraws and erases the response."""

import json
from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.audit import RESPONDENT, Writer
from survey.limits import limiter
from survey.privacy.reading import Kept, find_kept, find_response
from survey.privacy.withdrawing import erase, withdraw
from survey.privacy.words import ENTRY, PROBLEMS, RECEIPT
from survey.respond import models, problems
from survey.respond.desk import desk, house_look
from survey.respond.pages import Look
from survey.security import public
from survey.services import services

blueprint = Blueprint("privacy", __name__, url_prefix="/r")
problems.install(blueprint, PROBLEMS)
# A code has 59 bits; thirty guesses a minute find none.
limited = limiter.shared_limit("30 per minute", scope="receipts")

Write = Callable[[Session, models.Response, Writer], bool]
STEPS: Final[dict[str, Write]] = {"withdraw": withdraw, "erase": erase}


@blueprint.get("/")
@public
def entry() -> ResponseReturnValue:
    """A field for the code, for those who noted it down."""
    return _entry_page(house_look())


@blueprint.post("/")
@public
@limited
def open_receipt() -> ResponseReturnValue:
    look = house_look()
    code = request.form.get("code", "").strip()
    if not code:
        return _entry_page(look, ENTRY.in_language(look.language)["missing"]), 422
    return redirect(url_for("privacy.show", code=code, **look.arguments()), 303)


@blueprint.get("/<code>")
@public
@limited
def show(code: str) -> ResponseReturnValue:
    kept, look, zone = _kept(code), house_look(), services().settings.zone
    return desk().pages.render(
        "privacy/receipt.html",
        RECEIPT,
        look,
        code=code,
        kept=kept,
        received=kept.response.received_at.astimezone(zone),
        replied=kept.reply and kept.reply.at.astimezone(zone),
        answers=kept.in_words(look.language),
    )


@blueprint.get("/<code>/answers.json")
@public
@limited
def download(code: str) -> ResponseReturnValue:
    """Everything kept about the respondent (Personal Information Protection Law, Article 45)."""
    document = _kept(code).document(house_look().language)
    headers = {"Content-Disposition": 'attachment; filename="response.json"'}
    content = json.dumps(document, ensure_ascii=False, indent=2)
    return Response(content, mimetype="application/json", headers=headers)


@blueprint.get("/<code>/<any(withdraw, erase):step>")
@public
@limited
def confirm(code: str, step: str) -> ResponseReturnValue:
    """Ask before anything is changed."""
    _kept(code)
    return desk().pages.render("privacy/confirm.html", RECEIPT, house_look(), code=code, step=step)


@blueprint.post("/<code>/<any(withdraw, erase):step>")
@public
@limited
def carry_out(code: str, step: str) -> ResponseReturnValue:
    here = services()
    with here.database.write() as session:
        response = find_response(session, code) or abort(404)
        STEPS[step](session, response, Writer(here.auditor, RESPONDENT))
    return redirect(url_for("privacy.show", code=code, **house_look().arguments()), 303)


def _kept(code: str) -> Kept:
    with services().database.read() as session:
        return find_kept(session, code) or abort(404)


def _entry_page(look: Look, error: str = "") -> str:
    return desk().pages.render("privacy/entry.html", ENTRY, look, error=error)
