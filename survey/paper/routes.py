"""Keying in paper forms: choose a tray, key one form after another."""

import logging

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from survey.accounts.scope import scope_of
from survey.console.definitions import published
from survey.console.models import Version
from survey.language import page_language
from survey.paper.keys import keys_of
from survey.paper.reading import Tray, find_tray, paper_waves, trays
from survey.respond.answering import Answer, read_answer
from survey.respond.desk import desk
from survey.respond.forms import Seal, Sheet
from survey.respond.pages import look_of
from survey.respond.submitting import AnswersInvalid, Prepared, Submission
from survey.security import allow
from survey.services import services

blueprint = Blueprint("paper", __name__, url_prefix="/console/paper")
log = logging.getLogger("huisheng.paper")


@blueprint.get("/")
@allow("clerk")
def overview() -> ResponseReturnValue:
    """The trays of the newest wave, or of the one asked for."""
    scope = scope_of(current_user)
    with services().database.read() as session:
        waves = paper_waves(session, scope)
        asked = request.args.get("wave", type=int)
        wave = next((each for each in waves if each.id == asked), waves[0] if waves else None)
        found = trays(session, scope, wave) if wave else []
        titles = {each.id: _title(each.version) for each in waves}
    choices = [(each.id, f"{each.name} · {titles[each.id]}") for each in waves]
    return render_template(
        "paper/overview.html", waves=waves, wave=wave, trays=found, titles=titles, choices=choices
    )


@blueprint.get("/<int:collector_id>")
@allow("clerk")
def key_in(collector_id: int) -> ResponseReturnValue:
    """The next blank form."""
    with services().database.read() as session:
        tray = _tray(session, collector_id)
        form = published(tray.collector.wave.version)
    look = look_of(form.definition.languages, page_language())
    seal = Seal.fresh(form.hash)
    return _form(tray, Answer(tray.collector, tray.collector.wave.version, form, look, seal, Sheet()))


@blueprint.post("/<int:collector_id>")
@allow("clerk")
def save(collector_id: int) -> ResponseReturnValue:
    """Store one form under the clerk's name, by the same check as any other channel."""
    with services().database.read() as session:
        tray = _tray(session, collector_id)
        answer = read_answer(session, tray.collector, page_language())
        if answer.seal is None:
            return _form(tray, answer, _("页面信息不完整，还没有保存。请核对后再保存一次。")), 400
        if "again" in request.args:
            return _form(tray, answer.for_another())
        try:
            prepared = _prepare(answer, answer.seal)
        except AnswersInvalid as invalid:
            return _form(tray, answer.with_errors(invalid.errors)), 422
    return _store(tray, answer, prepared)


def _store(tray: Tray, answer: Answer, prepared: Prepared) -> ResponseReturnValue:
    try:
        stored = services().submitter.store(prepared, actor=current_user.username)
    except SQLAlchemyError as error:
        log.error("a paper form could not be stored", extra={"error": type(error).__name__})
        return _form(tray, answer, _("暂时保存不了，内容都还在。请等半分钟再保存一次。")), 503
    if stored.outcome == "conflict":
        page = render_template(
            "paper/conflict.html", tray=tray, answer=answer, seal=_seal(answer), receipt=stored.receipt
        )
        return page, 409
    flash(_("已保存。上一份的回执码：%(receipt)s", receipt=stored.receipt), "success")
    return redirect(url_for("paper.key_in", collector_id=tray.collector.id), 303)


def _tray(session: Session, collector_id: int) -> Tray:
    return find_tray(session, scope_of(current_user), collector_id) or abort(404)


def _prepare(answer: Answer, seal: Seal) -> Prepared:
    """No start time: it would tell how fast the clerk types. Sheets also come after the wave has closed."""
    submission = Submission(
        id=seal.submission_id,
        answers=answer.sheet.answers(answer.form.definition),
        consent=answer.sheet.consent(answer.form),
        locale=answer.look.language,
    )
    return services().submitter.prepare(submission, answer.collector, answer.version, even_if_closed=True)


def _form(tray: Tray, answer: Answer, notice: str = "") -> str:
    return render_template(
        "paper/form.html", tray=tray, answer=answer, seal=_seal(answer), notice=notice, keys_of=keys_of
    )


def _seal(answer: Answer) -> str:
    return desk().seals.write(answer.seal or Seal.fresh(answer.form.hash))


def _title(version: Version) -> str:
    return published(version).definition.title.get(page_language())
