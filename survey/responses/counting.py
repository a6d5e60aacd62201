"""How many responses there are, and the fingerprint of their ids."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from survey.console.publishing import find_wave
from survey.respond.models import Response
from survey.responses.selection import countable, find_questionnaire, flagged


@dataclass(frozen=True, slots=True)
class Counted:
    """Responses by status. `ids_sha256` covers the complete ones: submission ids, sorted, joined by \\n."""

    complete: int
    partial: int
    flagged: int
    withdrawn: int
    ids_sha256: str


def count(session: Session, slug: str | None = None, wave: str | None = None) -> Counted:
    """Count the responses of a questionnaire, of one wave, or all."""
    numbers = session.execute(
        _within(
            session,
            select(
                func.count(case((countable(), 1))),
                func.count(case((Response.status == "partial", 1))),
                func.count(case((countable() & flagged(), 1))),
                func.count(case((Response.status == "withdrawn", 1))),
            ),
            slug,
            wave,
        )
    ).one()
    ids = session.scalars(_within(session, select(Response.submission_id).where(countable()), slug, wave))
    return Counted(*numbers, ids_sha256=hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest())


def _within(session: Session, query: Select[Any], slug: str | None, wave: str | None) -> Select[Any]:
    if slug is not None:
        query = query.where(Response.questionnaire_id == find_questionnaire(session, slug).id)
    if wave is not None:
        query = query.where(Response.wave_id == find_wave(session, wave, slug).id)
    return query
