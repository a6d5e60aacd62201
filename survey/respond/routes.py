"""The respondent's page: `/s/<token>`, one form, one POST, and every way it can end."""

import logging

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from survey.console.definitions import published
from survey.db import now
from survey.respond import problems
from survey.respond.answering import Answer, read_answer
from survey.respond.desk import desk, set_up
from survey.respond.forms import Seal
from survey.respond.pages import SECONDS_TO_WAIT, look_of
from survey.respond.reading import find_collector
from survey.respond.submitting import AnswersInvalid, Stored, WaveClosed, is_open
from survey.respond.words import CONFLICT, NOTICES, THANKS
from survey.security import public
from survey.services import services

blueprint = Blueprint("respond", __name__)
blueprint.record_once(set_up)
problems.install(blueprint)
log = logging.getLogger("huisheng.respond")


@blueprint.get("/s/<token>")
@public
def survey(token: str) -> ResponseReturnValue:
    """A blank form under a new seal."""
    here = services()
    with here.database.read() as session:
        collector = find_collector(session, token) or abort(404)
        form = published(collector.wave.version)
    look = look_of(form.definition.languages, here.settings.language)
    if not is_open(collector, now()):
        return problems.shut_page(collector.wave, look)
    seal = desk().seals.write(Seal.fresh(form.hash))
    return desk().pages.blank_form(form, look).response(seal)


@blueprint.post("/s/<token>")
@public
def submit(token: str) -> ResponseReturnValue:
    """Take the form: store it and show the receipt, or give it back with everything typed kept."""
    here = services()
    with here.database.read() as session:
        collector = find_collector(session, token) or abort(404)
        answer = read_answer(session, collector, here.settings.language)
        if answer.seal is None:
            return _form_again(answer, "seal_lost", 400)
        if "switch" in request.args:
            return _form_again(answer)
        if "again" in request.args:
            return _form_again(answer.for_another(), "new_one")
        if answer.is_too_fast():
            return _form_again(answer, "too_fast", 429)
        try:
            prepared = answer.prepare(session, answer.seal)
        except WaveClosed:
            return problems.shut_page(collector.wave, answer.look)
        except AnswersInvalid as invalid:
            return _form_again(answer.with_errors(invalid.errors), status=422)
    try:
        stored = here.submitter.store(prepared)
    except SQLAlchemyError as error:
        log.error("an answer could not be stored", extra={"error": type(error).__name__})
        return _form_again(answer, "not_stored", 503)
    return _receipt_page(answer, stored)


@blueprint.get("/assets/<name>")
@public
def asset(name: str) -> ResponseReturnValue:
    """A style or script of the public pages."""
    found = desk().assets.find(name) or abort(404)
    return found.response()


def _form_again(answer: Answer, notice: str = "", status: int = 200) -> Response:
    """The form with everything typed; under the same seal, so that nothing is stored twice."""
    if notice:
        answer = answer.with_notice(NOTICES.in_language(answer.look.language)[notice])
    page = desk().pages.form(answer.form, answer.look, answer.sheet, _seal_of(answer))
    headers = {"Retry-After": SECONDS_TO_WAIT} if status == 503 else None
    return Response(page, status, headers)


def _receipt_page(answer: Answer, stored: Stored) -> Response:
    if stored.outcome == "conflict":
        page = desk().pages.render(
            "respond/conflict.html",
            CONFLICT,
            answer.look,
            receipt=stored.receipt,
            sheet=answer.sheet,
            seal=_seal_of(answer),
        )
        return Response(page, 409)
    page = desk().pages.render("respond/thanks.html", THANKS, answer.look, receipt=stored.receipt)
    return Response(page)


def _seal_of(answer: Answer) -> str:
    return desk().seals.write(answer.seal or Seal.fresh(answer.form.hash))
