"""What the comments in view speak of: terms, how many people wrote them, and masked quotes of a term."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, exists, func, select, true
from sqlalchemy.orm import Session

from survey.comments.models import Comment
from survey.console.models import Wave
from survey.dashboards.small_groups import MINIMUM, is_small
from survey.respond.models import Response
from survey.responses.selection import Selection

MOST_TERMS: Final = 40
QUOTES_A_PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Term:
    """A term, how often it stands in the comments and how many people wrote it."""

    term: str
    count: int
    respondents: int


@dataclass(frozen=True, slots=True)
class Keywords:
    """The terms that enough people wrote, the most frequent first, and how many people wrote anything."""

    respondents: int
    terms: tuple[Term, ...]

    @property
    def hidden(self) -> bool:
        """Whether too few people wrote anything to say what they wrote of."""
        return is_small(self.respondents)


@dataclass(frozen=True, slots=True)
class Quote:
    """A masked comment."""

    text: str
    question: str
    wave: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Quotes:
    """One page of the comments that hold a term."""

    respondents: int
    total: int
    quotes: tuple[Quote, ...]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // QUOTES_A_PAGE))


def keywords(session: Session, selection: Selection) -> Keywords:
    """The keyword table of a selection. A term that fewer than the minimum wrote is not listed."""
    respondents = session.scalar(_comments(selection, func.count(Comment.response_id.distinct()))) or 0
    if respondents < MINIMUM:
        return Keywords(respondents, ())
    source, term = _terms(session)
    people = func.count(Comment.response_id.distinct())
    table = (
        _comments(selection, term, func.count(), people)
        .join(source, true())
        .group_by(term)
        .having(people >= MINIMUM)
        .order_by(people.desc(), term)
        .limit(MOST_TERMS)
    )
    return Keywords(respondents, tuple(Term(*row) for row in session.execute(table)))


def quotes(session: Session, selection: Selection, term: str, page: int) -> Quotes:
    """The newest comments that hold the term; none while fewer than the minimum wrote it."""
    holds = _holds(session, term)
    counted = _comments(selection, func.count(Comment.response_id.distinct()), func.count()).where(holds)
    respondents, total = session.execute(counted).one()
    if respondents < MINIMUM:
        return Quotes(respondents, 0, ())
    rows = session.execute(
        _comments(selection, Comment.text, Comment.question, Wave.name, Response.submitted_at)
        .join(Wave, Wave.id == Response.wave_id)
        .where(holds)
        .order_by(Comment.id.desc())
        .limit(QUOTES_A_PAGE)
        .offset((page - 1) * QUOTES_A_PAGE)
    )
    return Quotes(respondents, total, tuple(Quote(*row) for row in rows))


def _comments(selection: Selection, *columns: Any) -> Select[Any]:
    return selection.apply(
        select(*columns).select_from(Comment).join(Response, Response.id == Comment.response_id)
    )


def _terms(session: Session) -> tuple[FromClause, ColumnElement[str]]:
    """The terms of a comment as rows; each database has its own word for it."""
    if session.get_bind().dialect.name == "sqlite":
        rows = func.json_each(Comment.tokens).table_valued("value", name="term")
    else:
        rows = func.jsonb_array_elements_text(Comment.tokens).table_valued("value").render_derived("term")
    return rows, rows.c.value


def _holds(session: Session, term: str) -> ColumnElement[bool]:
    source, value = _terms(session)
    return exists(select(1).select_from(source).where(value == term))
