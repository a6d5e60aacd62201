"""What is asked, when and where: questionnaires, their published versions, waves and collectors."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.accounts.models import Branch
from survey.db import Base, UtcTime

CHANNELS = ("web", "qr", "kiosk", "paper", "hotline", "mail", "box", "import", "api")
_CHANNEL_CHECK = "channel IN ({})".format(", ".join(f"'{channel}'" for channel in CHANNELS))


class Questionnaire(Base):
    """A questionnaire through all its versions, known by its slug."""

    __tablename__ = "questionnaire"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Version(Base):
    """A published definition. A trigger of the database refuses any change to it."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("questionnaire_id", "number"),
        UniqueConstraint("questionnaire_id", "hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64), index=True)
    notice_hash: Mapped[str | None] = mapped_column(String(64))
    # Deferred: a respondent's request needs the version's hash, and its document only once a process.
    # JSON and not JSONB: the order in which an author wrote the languages means something.
    definition: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    published_at: Mapped[datetime] = mapped_column(UtcTime)

    questionnaire: Mapped[Questionnaire] = relationship(lazy="joined")


class Wave(Base):
    """A period in which one version is asked; open ends are None."""

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("questionnaire_id", "name"),
        CheckConstraint("closes_at IS NULL OR opens_at IS NULL OR opens_at < closes_at", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    name: Mapped[str] = mapped_column(String(80))
    opens_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcTime)

    questionnaire: Mapped[Questionnaire] = relationship(lazy="joined")
    version: Mapped[Version] = relationship(lazy="joined")


class Collector(Base):
    """Where answers come in: one wave, one channel, and a branch where there is one."""

    __tablename__ = "collector"
    __table_args__ = (CheckConstraint(_CHANNEL_CHECK, name="channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"), index=True)
    channel: Mapped[str] = mapped_column(String(10))
    token: Mapped[str] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    wave: Mapped[Wave] = relationship(lazy="joined")
    branch: Mapped[Branch | None] = relationship(lazy="joined")
