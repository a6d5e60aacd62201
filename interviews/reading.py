"""Reads of the coding room: projects, documents with their figures, the tree of codes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from interviews.models import Code, Document, Project, Segment
from interviews.spans import Span, covered
from survey.messages import Refused

Row = TypeVar("Row")
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a long list; pages count from 1."""

    rows: tuple[Row, ...]
    number: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project with the numbers of what it holds."""

    id: int
    name: str
    documents: int
    codes: int
    segments: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document with its figures; `coded` is the share of its characters under any code."""

    id: int
    name: str
    characters: int
    segments: int
    coders: int
    coded: float
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code in its place in the tree; `segments` are its own, `with_below` those of its subtree.

    `place` lists the ids from the top down to the code, `names` their names.
    """

    id: int
    place: str
    name: str
    names: tuple[str, ...]
    definition: str
    colour: str
    segments: int
    with_below: int

    @property
    def depth(self) -> int:
        return len(self.names)

    @property
    def full_name(self) -> str:
        return " / ".join(self.names)


def projects(session: Session) -> list[ProjectRow]:
    """All projects by name."""
    documents = _counts(session, select(Document.project_id, func.count()))
    codes = _counts(session, select(Code.project_id, func.count()))
    segments = _counts(session, select(Document.project_id, func.count()).join(Segment.document))
    return [
        ProjectRow(
            one.id,
            one.name,
            documents.get(one.id, 0),
            codes.get(one.id, 0),
            segments.get(one.id, 0),
            one.created_at,
        )
        for one in session.scalars(select(Project).order_by(Project.name))
    ]


def _counts(session: Session, counting: Select[int, int]) -> dict[int, int]:
    """The counts of a query by the column that it selects first."""
    return dict(session.execute(counting.group_by(counting.selected_columns[0])).all())


def project_named(session: Session, name: str) -> Project:
    """The project of that name, refused by name when there is none."""
    project = session.scalars(select(Project).filter_by(name=name)).first()
    if project is None:
        raise Refused(
            f"没有项目 “{name}”。请检查名称，或先导入一份文档。",
            f"there is no project '{name}'. Check the name, or import a document first.",
        )
    return project


def document_in(session: Session, project: Project, document_id: int) -> Document | None:
    """A document of this project; one of another project does not exist here."""
    return session.scalars(select(Document).filter_by(id=document_id, project_id=project.id)).first()


def code_in(session: Session, project: Project, code_id: int) -> Code | None:
    """A code of this project; one of another project does not exist here."""
    return session.scalars(select(Code).filter_by(id=code_id, project_id=project.id)).first()


def segment_in(session: Session, document: Document, segment_id: int) -> Segment | None:
    """A segment of this document."""
    return session.scalars(select(Segment).filter_by(id=segment_id, document_id=document.id)).first()


def documents(session: Session, project: Project, number: int = 1) -> Page[DocumentRow]:
    """The documents of a project by name, a page at a time."""
    mine = select(Document).filter_by(project_id=project.id).order_by(Document.name)
    total = session.scalar(select(func.count()).select_from(Document).filter_by(project_id=project.id)) or 0
    found, number = page_of(session, mine, number, total)
    figures = _figures(session, [document.id for document in found])
    rows = tuple(
        DocumentRow(
            document.id,
            document.name,
            document.characters,
            len(figures[document.id]),
            len({coder for coder, _ in figures[document.id]}),
            covered(span for _, span in figures[document.id]) / document.characters,
            document.created_at,
        )
        for document in found
    )
    return Page(rows, number, total)


def _figures(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[int, Span]]]:
    """Coder and span of every segment of these documents."""
    figures: dict[int, list[tuple[int, Span]]] = defaultdict(list)
    wanted = select(Segment.document_id, Segment.coder_id, Segment.start, Segment.end)
    for document_id, coder_id, start, end in session.execute(wanted.where(Segment.document_id.in_(ids))):
        figures[document_id].append((coder_id, Span(start, end)))
    return figures


def codes(session: Session, project: Project, document: Document | None = None) -> tuple[CodeRow, ...]:
    """The code tree from the top down, counted over the project or over one document."""
    found = session.scalars(select(Code).filter_by(project_id=project.id).order_by(Code.id)).all()
    counting = select(Segment.code_id, func.count())
    if document is not None:
        counting = counting.where(Segment.document_id == document.id)
    else:
        counting = counting.join(Segment.code).where(Code.project_id == project.id)
    own = _counts(session, counting)
    return tuple(_in_tree_order(found, own))


def _in_tree_order(found: Sequence[Code], own: dict[int, int]) -> Iterable[CodeRow]:
    children: dict[int | None, list[Code]] = defaultdict(list)
    with_below: Counter[int] = Counter()
    for code in found:
        children[code.parent_id].append(code)
        for above in code.path.strip("/").split("/"):
            with_below[int(above)] += own.get(code.id, 0)

    def rows(parent_id: int | None, names: tuple[str, ...]) -> Iterable[CodeRow]:
        for code in children[parent_id]:
            mine = (*names, code.name)
            numbers = (own.get(code.id, 0), with_below[code.id])
            yield CodeRow(code.id, code.path, code.name, mine, code.definition, code.colour, *numbers)
            yield from rows(code.id, mine)

    return rows(None, ())


def page_of(session: Session, query: Select[Any], number: int, total: int) -> tuple[Sequence[Any], int]:
    """The rows of one page of a query and the page's number, which is brought within the list."""
    number = min(max(1, number), max(1, -(-total // PAGE)))
    return session.scalars(query.limit(PAGE).offset((number - 1) * PAGE)).all(), number
