"""Cases from the state of the data: every complaint that was read and has no case gets one."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from questionnaires.definition import OpenText
from survey.audit import SYSTEM, Writer
from survey.cases.deadlines import due
from survey.cases.models import Case
from survey.comments.models import Comment
from survey.console.definitions import published
from survey.console.models import Version
from survey.db import now
from survey.respond.models import Response
from survey.services import Services

COMPLAINT: Final = "complaint"
GONE: Final = ("withdrawn", "erased")
BATCH: Final = 500


def open_cases(services: Services) -> int:
    """Open the cases that are missing and end those whose response was taken back; how many that was."""
    return _open_missing(services) + _end_withdrawn(services)


def _open_missing(services: Services) -> int:
    opened = 0
    with services.database.read() as session:
        questions = _complaint_questions(session)
    for version_id, names in questions.items():
        while batch := _without_case(services, version_id, names):
            _open(services, batch)
            opened += len(batch)
    return opened


def _complaint_questions(session: Session) -> dict[int, tuple[str, ...]]:
    """The questions that ask for complaints, by version."""
    found = {
        version.id: tuple(
            question.name
            for question in published(version).definition.questions()
            if isinstance(question, OpenText) and question.purpose == COMPLAINT
        )
        for version in session.scalars(select(Version))
    }
    return {version_id: names for version_id, names in found.items() if names}


def _without_case(services: Services, version_id: int, names: Sequence[str]) -> list[Case]:
    """The next complaints without a case, as cases to be stored."""
    has_case = exists().where(Case.response_id == Comment.response_id, Case.question == Comment.question)
    query = (
        select(Comment.question, Response.id, Response.branch_id, Response.received_at)
        .join(Response, Response.id == Comment.response_id)
        .where(Response.version_id == version_id, Response.status.not_in(GONE))
        .where(Comment.question.in_(names), ~has_case)
        .order_by(Comment.id)
        .limit(BATCH)
    )
    with services.database.read() as session:
        return [
            Case(
                response_id=row.id,
                question=row.question,
                branch_id=row.branch_id,
                state="open",
                received_at=row.received_at,
                due_at=due(row.received_at, services.settings.zone),
            )
            for row in session.execute(query)
        ]


def _open(services: Services, cases: Sequence[Case]) -> None:
    with services.database.write() as session:
        session.add_all(cases)
        session.flush()
        services.auditor.record_many(
            session,
            SYSTEM,
            "case.opened",
            "case",
            [(case.id, {"response": case.response_id}) for case in cases],
        )


def _end_withdrawn(services: Services) -> int:
    """A complaint that is taken back ends that day; with an erased one the answer to it goes too."""
    gone = (
        select(Case, Response.status)
        .join(Response, Response.id == Case.response_id)
        .where(Response.status.in_(GONE))
        .where((Case.state != "closed") | ((Response.status == "erased") & Case.answer.is_not(None)))
    )
    with services.database.read() as session:
        if session.execute(gone).first() is None:
            return 0
    ended = 0
    writer = Writer(services.auditor, SYSTEM)
    with services.database.write() as session:
        for case, status in session.execute(gone):
            ended += 1
            if case.state != "closed":
                case.state, case.closed_at = "closed", now()
                writer.note(session, "case.closed", "case", case.id, why=f"response {status}")
            if status == "erased":
                case.answer = None
    return ended
