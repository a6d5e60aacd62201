"""The case handler's pages: complaints of the own branches, answered in time."""

from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy.orm import Session

from survey.accounts.scope import scope_of
from survey.audit import Writer
from survey.cases import answering, reading
from survey.cases.forms import FILTER_WORDS, STATE_WORDS, AnswerForm
from survey.console.reading import branch_names
from survey.language import say
from survey.messages import Refused
from survey.security import allow
from survey.services import services

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

PAGE: Final = 25


@blueprint.get("/")
@allow("handler")
def overview() -> ResponseReturnValue:
    """The list, overdue first."""
    scope = scope_of(current_user)
    wanted = reading.CaseFilter(request.args.get("state", ""), request.args.get("branch", "").strip())
    page = max(1, request.args.get("page", 1, type=int))
    with services().database.read() as session:
        rows, total = reading.cases(session, wanted, scope, page, PAGE)
        numbers = reading.counts(session, scope)
        branches = branch_names(session, scope)
    return render_template(
        "cases/overview.html",
        rows=rows,
        total=total,
        numbers=numbers,
        wanted=wanted,
        branches=branches,
        states=STATE_WORDS,
        filters=FILTER_WORDS,
        page=page,
        pages=-(-total // PAGE),
        page_url=lambda number: url_for("cases.overview", **{**request.args.to_dict(), "page": number}),
    )


@blueprint.get("/<int:case_id>/")
@allow("handler")
def case(case_id: int) -> ResponseReturnValue:
    with services().database.read() as session:
        row = _find(session, case_id)
    return _case_page(row, AnswerForm(formdata=None, answer=row.case.answer))


@blueprint.post("/<int:case_id>/answer")
@allow("handler")
def answer(case_id: int) -> ResponseReturnValue:
    form = AnswerForm()
    with services().database.write() as session:
        row = _find(session, case_id)
        if form.validate_on_submit():
            try:
                answering.answer(session, row.case, form.answer.data, _writer())
                flash(_("答复已保存。"), "success")
                return redirect(url_for("cases.case", case_id=case_id))
            except Refused as refused:
                form.form_errors.append(say(refused.message))
    return _case_page(row, form), 422


@blueprint.post("/<int:case_id>/close")
@allow("handler")
def close(case_id: int) -> ResponseReturnValue:
    try:
        with services().database.write() as session:
            answering.close(session, _find(session, case_id).case, _writer())
    except Refused as refused:
        flash(say(refused.message), "error")
    else:
        flash(_("工单已办结。"), "success")
    return redirect(url_for("cases.case", case_id=case_id))


def _find(session: Session, case_id: int) -> reading.CaseRow:
    return reading.find_case(session, case_id, scope_of(current_user)) or abort(404)


def _case_page(row: reading.CaseRow, form: AnswerForm) -> str:
    return render_template("cases/case.html", row=row, form=form, states=STATE_WORDS)


def _writer() -> Writer:
    return Writer(services().auditor, current_user.username)
