"""The work on open answers: masked, cut into terms, stored with the edition of the words that did it.

What is to be done is found from the data: responses whose comments were not yet read, and comments of an
older edition. Cutting takes longer than storing, so it is done between a read and a short write; the write
looks again which responses are still to be read, because one may have been erased meanwhile, or read by
another worker.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, delete, exists, select, update
from sqlalchemy.orm import Session, joinedload

import analysis
from survey.comments.models import Comment
from survey.console.definitions import published
from survey.console.models import Version
from survey.db import now
from survey.respond.models import Response
from survey.services import Services

BATCH: Final = 500
ERASED: Final = "erased"  # may come between the look and the write; then nothing is kept


def read_new_comments(services: Services) -> int:
    """Read all comments not yet read, a batch a transaction; how many responses that was."""
    done = 0
    while batch := _read_batch(services):
        done += batch
    return done


def refresh_comments(services: Services) -> int:
    """Read again what an older edition of words read, and what is new; how many responses that was."""
    _mark_outdated(services)
    return read_new_comments(services)


def _mark_outdated(services: Services) -> None:
    """The old terms stay in view until the sweep has new ones."""
    outdated = exists().where(
        Comment.response_id == Response.id, Comment.dictionary != analysis.text.edition.edition()
    )
    with services.database.write() as session:
        session.execute(
            update(Response)
            .where(outdated)
            .values(comments_read=False)
            .execution_options(synchronize_session=False)
        )


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
    comments = _comments(waiting, text_fields)
    with services.database.write() as session:
        _store(session, [row.id for row in waiting], comments)
    return len(waiting)


def _comments(
    waiting: Iterable[Row[Any]], text_fields: Mapping[int, tuple[str, ...]]
) -> list[dict[str, object]]:
    return [
        _comment(row.id, question, text)
        for row in waiting
        for question in text_fields[row.version_id]
        if isinstance(text := row.answers.get(question), str)
    ]


def _store(session: Session, ids: Sequence[int], comments: Iterable[dict[str, object]]) -> None:
    """Store the comments of those of the responses that are still to be read, in place of older ones."""
    held = select(Response.id, Response.status).where(Response.id.in_(ids), Response.comments_read.is_(False))
    rows = session.execute(held.with_for_update()).all()  # PostgreSQL: a second worker waits, then finds none
    mine = {row.id for row in rows if row.status != ERASED}
    session.execute(delete(Comment).where(Comment.response_id.in_([row.id for row in rows])))
    session.add_all(Comment(**comment) for comment in comments if comment["response_id"] in mine)
    session.execute(
        update(Response).where(Response.id.in_([row.id for row in rows])).values(comments_read=True)
    )


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


def _comment(response_id: int, question: str, text: str) -> dict[str, object]:
    masked = analysis.text.masking.mask(text).text
    return {
        "response_id": response_id,
        "question": question,
        "text": masked,
        "tokens": analysis.text.keywords.terms(masked),
        "dictionary": analysis.text.edition.edition(),
        "read_at": now(),
    }
