"""Reads of what was coded: the segments of a document, the quotes of a code, and whether offsets hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, undefer

from interviews.models import Code, Document, Project, Segment
from interviews.reading import Page, page_of
from interviews.spans import Span
from interviews.texts import text_hash
from survey.accounts.models import User

CONTEXT: Final = 40  # code points shown before and after a quote


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A coded segment of one document."""

    id: int
    span: Span
    quote: str
    code_id: int
    code: str
    coder_id: int
    coder: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A quote with the words around it and where it stands."""

    id: int
    document_id: int
    document: str
    start: int
    before: str
    quote: str
    after: str
    code_id: int
    code: str
    coder: str
    characters: int  # of the whole document

    @property
    def has_earlier(self) -> bool:
        """Whether the document has words before those shown."""
        return self.start > len(self.before)

    @property
    def has_more(self) -> bool:
        """Whether the document has words after those shown."""
        return self.start + len(self.quote) + len(self.after) < self.characters


@dataclass(frozen=True, slots=True)
class Fault:
    """A document or segment that is not what was stored: `what` is text, offsets or quote."""

    what: str
    document: str
    segment_id: int | None = None
    start: int | None = None
    end: int | None = None


def segments(session: Session, document: Document) -> list[SegmentRow]:
    """The segments of a document in the order of the text."""
    wanted = (
        select(Segment, Code.name, User.username)
        .join(Segment.code)
        .join(Segment.coder)
        .where(Segment.document_id == document.id)
        .order_by(Segment.start, Segment.end, Segment.id)
    )
    return [
        SegmentRow(
            segment.id,
            Span(segment.start, segment.end),
            segment.quote,
            segment.code_id,
            code,
            segment.coder_id,
            coder,
            segment.created_at,
        )
        for segment, code, coder in session.execute(wanted)
    ]


def quotes(session: Session, code: Code, number: int = 1, *, with_below: bool = True) -> Page[QuoteRow]:
    """The quotes of a code, with those of the codes below it or without, a page at a time."""
    codes = session.scalars(select(Code.id).where(code.subtree() if with_below else Code.id == code.id)).all()
    marked = Segment.code_id.in_(codes)
    total = session.scalar(select(func.count()).select_from(Segment).where(marked)) or 0
    order = (Document.name, Segment.start, Segment.end, Segment.id)
    ids = select(Segment.id).join(Segment.document).where(marked).order_by(*order)
    # Two steps, so that words around quotes are cut out of texts for one page and not for every quote.
    on_page, number = page_of(session, ids, number, total)
    rows = session.execute(_with_context().where(Segment.id.in_(on_page)).order_by(*order))
    return Page(tuple(QuoteRow(*row) for row in rows), number, total)


def _with_context() -> Any:
    before = case((Segment.start > CONTEXT, CONTEXT), else_=Segment.start)
    return (
        select(
            Segment.id,
            Document.id,
            Document.name,
            Segment.start,
            _cut(Segment.start - before, before),
            Segment.quote,
            _cut(Segment.end, CONTEXT),
            Code.id,
            Code.name,
            User.username,
            Document.characters,
        )
        .join(Segment.document)
        .join(Segment.code)
        .join(Segment.coder)
    )


def _cut(start: Any, length: Any) -> ColumnElement[str]:
    """Part of a document's text; both databases count code points, from 1."""
    return func.substr(Document.text, start + 1, length)


def faults(session: Session, project: Project) -> Iterator[Fault]:
    """Every document whose text changed and every segment that is not the text at its place."""
    ids = session.scalars(select(Document.id).filter_by(project_id=project.id).order_by(Document.name)).all()
    for document_id in ids:
        document = session.get_one(Document, document_id, options=[undefer(Document.text)])
        if text_hash(document.text) != document.sha256:
            yield Fault("text", document.name)
        for segment in session.scalars(select(Segment).filter_by(document_id=document_id)):
            if what := _wrong(segment, document.text):
                yield Fault(what, document.name, segment.id, segment.start, segment.end)
        session.expunge_all()  # one text in memory at a time


def _wrong(segment: Segment, text: str) -> str | None:
    if not 0 <= segment.start < segment.end <= len(text):
        return "offsets"
    return None if text[segment.start : segment.end] == segment.quote else "quote"
