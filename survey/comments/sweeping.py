"""The work on open answers: every response whose comments were not yet read gets them masked and cut."""

from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

import analysis
from survey.comments.models import Comment
from survey.console.definitions import published
from survey.console.models import Version
from survey.db import now
from survey.respond.models import Response
from survey.services import Services

BATCH: Final = 500


def read_new_comments(services: Services) -> int:
    """Read all comments not yet read, a batch a transaction; how many responses that was."""
    done = 0
    while batch := _read_batch(services):
        done += batch
    return done


def _read_batch(services: Services) -> int:
    with services.database.read() as session:
        waiting = session.execute(
            select(Response.id, Response.version_id, Response.answers)
            .where(Response.comments_read.is_(False))
            .order_by(Response.id)
            .limit(BATCH)
        ).all()
        if not waiting:
            return 0
        text_fields = _text_fields(session, {row.version_id for row in waiting})
    # Cutting words takes longer than storing them, so it is done outside the write transaction.
    comments = [
        _comment(row.id, question, text)
        for row in waiting
        for question in text_fields[row.version_id]
        if isinstance(text := row.answers.get(question), str)
    ]
    with services.database.write() as session:
        session.add_all(comments)
        ids = [row.id for row in waiting]
        session.execute(update(Response).where(Response.id.in_(ids)).values(comments_read=True))
    return len(waiting)


def _text_fields(session: Session, version_ids: set[int]) -> dict[int, tuple[str, ...]]:
    versions = session.scalars(
        select(Version).where(Version.id.in_(version_ids)).options(joinedload(Version.questionnaire))
    )
    return {
        version.id: tuple(
            field.name for field in published(version).definition.fields() if field.kind == "text"
        )
        for version in versions
    }


def _comment(response_id: int, question: str, text: str) -> Comment:
    masked = analysis.text.masking.mask(text).text
    return Comment(
        response_id=response_id,
        question=question,
        text=masked,
        tokens=analysis.text.keywords.terms(masked),
        dictionary="",
        read_at=now(),
    )
