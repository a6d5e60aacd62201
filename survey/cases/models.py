"""Complaints as cases: when each came, until when it must be answered, and what the answer was."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.accounts.models import Branch
from survey.db import Base, BigId, UtcTime

STATES = ("open", "answered", "closed")


class Case(Base):
    """One complaint written in one response. Its words are the masked comment; the customer is not known."""

    __tablename__ = "complaint_case"
    __table_args__ = (
        UniqueConstraint("response_id", "question"),
        CheckConstraint("state IN ('open', 'answered', 'closed')", name="state"),
        CheckConstraint("state <> 'answered' OR answer IS NOT NULL", name="answered"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(80))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    received_at: Mapped[datetime] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    answered_by: Mapped[str | None] = mapped_column(String(80))
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)

    branch: Mapped[Branch | None] = relationship(lazy="joined")
