"""What was answered: responses, the consent given with them, and answers that contradict a stored one."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base, BigId, Document, UtcTime

STATUSES = ("complete", "partial", "withdrawn", "erased")


class Response(Base):
    """One respondent's answers to one version: a single document, beside it only what is filtered on."""

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("questionnaire_id", "submission_id"),
        CheckConstraint("status IN ('complete', 'partial', 'withdrawn', 'erased')", name="status"),
        Index("ix_response_wave_branch", "wave_id", "branch_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    collector_id: Mapped[int] = mapped_column(ForeignKey("collector.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"), index=True)
    submission_id: Mapped[str] = mapped_column(String(80))
    receipt_hash: Mapped[str] = mapped_column(String(64), unique=True)
    channel: Mapped[str] = mapped_column(String(10))
    locale: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    flags: Mapped[list[str]] = mapped_column(Document)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    submitted_at: Mapped[datetime] = mapped_column(UtcTime)
    received_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    answers: Mapped[dict[str, Any]] = mapped_column(Document)
    answers_sha256: Mapped[str] = mapped_column(String(64))
    comments_read: Mapped[bool] = mapped_column(default=False, index=True)


class Consent(Base):
    """That this respondent agreed, and to which wording; the wording is in the version."""

    __tablename__ = "consent"

    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), primary_key=True)
    notice_hash: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(10))
    given_at: Mapped[datetime] = mapped_column(UtcTime)


class Conflict(Base):
    """An answer that came under a known id with other content: kept for a person to decide."""

    __tablename__ = "conflict"
    __table_args__ = (UniqueConstraint("response_id", "answers_sha256"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    answers: Mapped[dict[str, Any]] = mapped_column(Document)
    answers_sha256: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(UtcTime)
