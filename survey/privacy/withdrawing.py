"""Writes of privacy: withdraw a response, or erase it and leave a tombstone."""

from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from questionnaires.canonical import canonical_json, sha256_hex
from survey.audit import Writer
from survey.db import Base
from survey.respond.models import Response

NOTHING: Final = sha256_hex(canonical_json({}))
# That a complaint came in and was answered in time must be shown for years; its words go with the comments.
KEPT: Final = ("complaint_case",)


def withdraw(session: Session, response: Response, writer: Writer) -> bool:
    """Take a response out of all statistics; it stays readable by its respondent. False when it was out."""
    if response.status in ("withdrawn", "erased"):
        return False
    response.status = "withdrawn"
    writer.note(session, "response.withdrawn", "response", response.id)
    return True


def erase(session: Session, response: Response, writer: Writer) -> bool:
    """Erase answers, consent, comments and contradicting answers; False when that was done before.

    The row stays as a tombstone: the same submission, still waiting in some queue or file, must not
    bring the answers back, and the counts of what was erased stay true.
    """
    if response.status == "erased":
        return False
    _delete_dependents(session, response.id)
    response.status = "erased"
    response.answers = {}
    response.answers_sha256 = NOTHING
    response.flags = []
    response.started_at = None
    response.submitted_at = response.received_at
    response.comments_read = True  # there is nothing left to read
    writer.note(session, "response.erased", "response", response.id)
    return True


def _delete_dependents(session: Session, response_id: int) -> None:
    """Delete every row that belongs to the response; a table that is added later is not forgotten."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is Response.__table__ and table.name not in KEPT:
                session.execute(delete(table).where(key.parent == response_id))
