"""Kiosks: one-time enrolment codes and the devices they became."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.console.models import Collector
from survey.db import Base, UtcTime


class EnrolmentCode(Base):
    """A code that turns one browser into the kiosk of one collector, once, within ten minutes."""

    __tablename__ = "enrolment_code"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    collector_id: Mapped[int] = mapped_column(ForeignKey("collector.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)

    collector: Mapped[Collector] = relationship(lazy="joined")


class Device(Base):
    """A kiosk. Its token is stored as a hash, and is good for its own collector only."""

    __tablename__ = "device"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    collector_id: Mapped[int] = mapped_column(ForeignKey("collector.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    enrolled_at: Mapped[datetime] = mapped_column(UtcTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)

    collector: Mapped[Collector] = relationship(lazy="joined")
