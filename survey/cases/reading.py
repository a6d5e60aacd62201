"""Reads of cases, cut to a handler's branches; and the answer that the customer's receipt page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from survey.accounts.scope import Scope
from survey.cases.models import Case
from survey.comments.models import Comment
from survey.console.models import Wave
from survey.db import now
from survey.respond.models import Response


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases; empty texts are no wish. `overdue` and the states are chosen by one word."""

    state: str = ""
    branch: str = ""

    def apply(self, query: Select[Any], session: Session, scope: Scope) -> Select[Any]:
        """Cut a query on cases; a branch out of sight leaves nothing."""
        if self.state == "overdue":
            query = query.where(is_overdue())
        elif self.state:
            query = query.where(Case.state == self.state)
        if self.branch:
            branch = scope.find(session, self.branch)
            query = Scope(branch.path).within(query, Case.branch_id) if branch else query.where(Case.id < 0)
        return scope.within(query, Case.branch_id)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with its masked words; None when the response was erased."""

    case: Case
    text: str | None
    channel: str
    wave: str

    @property
    def is_overdue(self) -> bool:
        return self.case.state == "open" and self.case.due_at < now()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank answered, for the receipt page."""

    text: str
    at: datetime


def is_overdue() -> Any:
    """The condition that a case should have been answered already."""
    return (Case.state == "open") & (Case.due_at < now())


def cases(
    session: Session, wanted: CaseFilter, scope: Scope, page: int, size: int
) -> tuple[list[CaseRow], int]:
    """One page of cases, overdue first, then by the day they are due; and how many on all pages."""
    total = session.scalar(wanted.apply(select(func.count()).select_from(Case), session, scope)) or 0
    order = (case((is_overdue(), 0), (Case.state == "open", 1), (Case.state == "answered", 2), else_=3),)
    query = wanted.apply(_rows(), session, scope).order_by(*order, Case.due_at, Case.id)
    found = session.execute(query.offset((page - 1) * size).limit(size))
    return [CaseRow(*row) for row in found], total


def counts(session: Session, scope: Scope) -> Mapping[str, int]:
    """How many cases there are by state, and how many are overdue."""
    by_state = scope.within(
        select(Case.state, func.count().label("number")).group_by(Case.state), Case.branch_id
    )
    late = scope.within(select(func.count()).select_from(Case).where(is_overdue()), Case.branch_id)
    states = {row.state: row.number for row in session.execute(by_state)}
    return {**states, "overdue": session.scalar(late) or 0}


def find_case(session: Session, case_id: int, scope: Scope) -> CaseRow | None:
    """A case in this scope; another branch's does not exist for this person."""
    row = session.execute(scope.within(_rows().where(Case.id == case_id), Case.branch_id)).first()
    return CaseRow(*row) if row else None


def answer_for(session: Session, response_id: int) -> Answer | None:
    """The newest answer to the complaints of a response."""
    found = session.scalars(
        select(Case)
        .where(Case.response_id == response_id, Case.answer.is_not(None))
        .order_by(Case.answered_at.desc())
    ).first()
    if found is None or found.answer is None or found.answered_at is None:
        return None
    return Answer(found.answer, found.answered_at)


def _rows() -> Select[Any]:
    words = (Comment.response_id == Case.response_id) & (Comment.question == Case.question)
    return (
        select(Case, Comment.text, Response.channel, Wave.name)
        .join(Response, Response.id == Case.response_id)
        .join(Wave, Wave.id == Response.wave_id)
        .outerjoin(Comment, words)
    )
