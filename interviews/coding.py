"""Writes of the coding desk: projects, documents, coded segments; each with its audit event.

Refused
└── QuoteDiffers  a coding whose quote is not what the document says at that place

Audit events name ids and offsets, never words of a document.
"""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from interviews.models import Code, Document, Project, Segment
from interviews.spans import Span
from interviews.texts import Decoded
from survey.accounts.models import User
from survey.audit import Writer
from survey.db import Base, now
from survey.messages import Refused

Thing = TypeVar("Thing")
LONGEST_PROJECT_NAME: Final = 120
LONGEST_DOCUMENT_NAME: Final = 200


class QuoteDiffers(Refused):
    """What somebody selected is not what stands in the document there: nothing is stored."""

    def __init__(self) -> None:
        super().__init__(
            "选中的文字与文档不符，未编码。请刷新页面后重新选择。",
            "the selected words are not what the document says there, so nothing was coded. "
            "Reload the page and select again.",
        )


@dataclass(frozen=True, slots=True)
class Stored(Generic[Thing]):
    """A thing that is stored now, and whether it was not before."""

    thing: Thing
    is_new: bool


def add_project(session: Session, name: str, writer: Writer) -> Project:
    """Add an empty project."""
    project = Project(name=usable_name(name, LONGEST_PROJECT_NAME), created_at=now())
    if not insert_new(session, project):
        raise Refused(
            f"已有项目 “{project.name}”。请换一个名称。",
            f"there is a project '{project.name}' already. Choose another name.",
        )
    writer.note(session, "project.added", "interview_project", project.id)
    return project


def add_document(
    session: Session, project: Project, name: str, decoded: Decoded, writer: Writer
) -> Stored[Document]:
    """Add a text to a project; a text that the project has already is given back, not doubled."""
    name = usable_name(name, LONGEST_DOCUMENT_NAME)
    same_text = select(Document).filter_by(project_id=project.id, sha256=decoded.sha256)
    if known := session.scalars(same_text.order_by(Document.id)).first():
        return Stored(known, is_new=False)
    document = Document(
        project_id=project.id,
        name=name,
        text=decoded.text,
        characters=len(decoded.text),
        sha256=decoded.sha256,
        encoding=decoded.encoding,
        created_at=now(),
    )
    if not insert_new(session, document):
        raise Refused(
            f"项目里已有文档 “{name}”，内容不同。文档一经加入不再改动，请换一个名称。",
            f"the project has a document '{name}' with another text. A document never changes; "
            "choose another name.",
        )
    writer.note(session, "document.added", "interview_document", document.id, project=project.id)
    return Stored(document, is_new=True)


def code_span(
    session: Session, document: Document, code: Code, coder: User, span: Span, quote: str, writer: Writer
) -> Stored[Segment]:
    """Code a span of a document; the same coding by the same person is stored once."""
    if code.project_id != document.project_id:
        raise ValueError(f"code {code.id} and document {document.id} belong to different projects")
    if span.of(document.text) != quote:
        raise QuoteDiffers
    place = {
        "document_id": document.id,
        "code_id": code.id,
        "coder_id": coder.id,
        "start": span.start,
        "end": span.end,
    }
    segment = Segment(**place, quote=quote, created_at=now())
    if not insert_new(session, segment):
        return Stored(session.scalars(select(Segment).filter_by(**place)).one(), is_new=False)
    _note(session, "segment.coded", segment, writer)
    return Stored(segment, is_new=True)


def uncode(session: Session, segment: Segment, writer: Writer) -> None:
    """Take a coding back."""
    _note(session, "segment.uncoded", segment, writer)
    session.delete(segment)


def undo(session: Session, document: Document, coder: User, writer: Writer) -> Segment | None:
    """Take back the newest coding that this person made in the document; None when there is none."""
    mine = select(Segment).filter_by(document_id=document.id, coder_id=coder.id)
    segment = session.scalars(mine.order_by(Segment.id.desc())).first()
    if segment is not None:
        uncode(session, segment, writer)
    return segment


def insert_new(session: Session, thing: Base) -> bool:
    """Insert a thing; False when the database has one in its place already.

    The database decides, by its unique constraints: of two requests at the same moment one wins.
    """
    try:
        with session.begin_nested():
            session.add(thing)
    except IntegrityError:
        return False
    return True


def usable_name(name: str, longest: int) -> str:
    """A name without blanks around it or line ends in it; refused when empty or too long."""
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise Refused("名称不能为空。请输入名称。", "the name must not be empty. Enter a name.")
    if len(name) > longest:
        raise Refused(
            f"名称太长：最多 {longest} 个字符。请缩短。",
            f"the name is too long: {longest} characters at most. Shorten it.",
        )
    return name


def _note(session: Session, action: str, segment: Segment, writer: Writer) -> None:
    writer.note(
        session,
        action,
        "interview_segment",
        segment.id,
        document=segment.document_id,
        code=segment.code_id,
        coder=segment.coder_id,
        start=segment.start,
        end=segment.end,
    )
