"""Writes of a handler: answer a case, close it."""

from sqlalchemy.orm import Session

from survey.audit import Writer
from survey.cases.models import Case
from survey.db import now
from survey.messages import Refused


def answer(session: Session, case: Case, text: str, writer: Writer) -> None:
    """Answer a case, or answer it better while it is not closed; the words stay out of the audit trail."""
    _refuse_closed(case)
    words = text.strip()
    if not words:
        raise Refused("请填写答复。", "write the answer first.")
    case.answer, case.answered_at, case.answered_by = words, now(), writer.actor
    case.state = "answered"
    writer.note(session, "case.answered", "case", case.id)


def close(session: Session, case: Case, writer: Writer) -> None:
    """Close an answered case; one without an answer stays open."""
    _refuse_closed(case)
    if case.state != "answered":
        raise Refused("请先答复，再办结。", "answer the case before closing it.")
    case.state, case.closed_at = "closed", now()
    writer.note(session, "case.closed", "case", case.id)


def _refuse_closed(case: Case) -> None:
    if case.state == "closed":
        raise Refused("这张工单已经办结，不能再改。", "this case is closed and cannot be changed.")
