"""Projects of interview research: documents, the tree of codes, and coded segments."""

import uuid
from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, Text, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.accounts.models import User
from survey.db import Base, BigId, UtcTime

DEEPEST: Final = 6  # levels of the code tree


def new_guid() -> str:
    """A GUID as QDA programs exchange it; it stays with a thing for good."""
    return str(uuid.uuid4())


class Project(Base):
    """One study: documents that are coded with one code book."""

    __tablename__ = "interview_project"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Document(Base):
    """A text that is coded. It never changes: every segment counts its offsets in it."""

    __tablename__ = "interview_document"
    __table_args__ = (
        UniqueConstraint("project_id", "name"),
        UniqueConstraint("project_id", "guid"),
        CheckConstraint("length(text) = characters", name="characters"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("interview_project.id"))
    guid: Mapped[str] = mapped_column(String(36), default=new_guid)
    name: Mapped[str] = mapped_column(String(200))
    # Deferred: a list of five hundred documents must not read five hundred texts.
    text: Mapped[str] = mapped_column(Text, deferred=True)
    characters: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    encoding: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    project: Mapped[Project] = relationship()


class Code(Base):
    """A code of the code book. `ancestry` lists the ids of the codes above it (`/`, `/4/17/`)."""

    __tablename__ = "interview_code"
    __table_args__ = (
        # By ancestry and not by parent: two codes of the top level have no parent, and NULLs are never equal.
        UniqueConstraint("project_id", "ancestry", "name"),
        UniqueConstraint("project_id", "guid"),
        CheckConstraint("colour LIKE '#______'", name="colour"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("interview_project.id"))
    guid: Mapped[str] = mapped_column(String(36), default=new_guid)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("interview_code.id"), index=True)
    ancestry: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(120))
    definition: Mapped[str] = mapped_column(Text)
    colour: Mapped[str] = mapped_column(String(7))
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    @property
    def path(self) -> str:
        """The ids from the top down to this code; with its closing slash, /1/ is no prefix of /17/."""
        return f"{self.ancestry}{self.id}/"

    @property
    def depth(self) -> int:
        """1 for a code of the top level."""
        return self.ancestry.count("/")

    def subtree(self) -> ColumnElement[bool]:
        """The condition that a code is this one or lies below it."""
        return or_(Code.id == self.id, Code.ancestry.startswith(self.path, autoescape=True))


class Segment(Base):
    """A stretch of a document that a person coded. Its quote is the text there, and stays beside it."""

    __tablename__ = "interview_segment"
    __table_args__ = (
        # Named by hand: the convention would make a name longer than PostgreSQL keeps.
        UniqueConstraint(
            "document_id", "code_id", "coder_id", "start_at", "end_at", name="uq_interview_segment_place"
        ),
        UniqueConstraint("document_id", "guid"),
        CheckConstraint("start_at >= 0 AND start_at < end_at", name="span"),
        CheckConstraint("length(quote) = end_at - start_at", name="quote"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("interview_document.id"))
    code_id: Mapped[int] = mapped_column(ForeignKey("interview_code.id"), index=True)
    coder_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    guid: Mapped[str] = mapped_column(String(36), default=new_guid)
    # Code points of the document's text, the end exclusive (END alone is a word of SQL).
    start: Mapped[int] = mapped_column("start_at")
    end: Mapped[int] = mapped_column("end_at")
    quote: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    document: Mapped[Document] = relationship()
    code: Mapped[Code] = relationship()
    coder: Mapped[User] = relationship()
