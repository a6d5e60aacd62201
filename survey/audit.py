"""The audit trail: append-only events, written in the transaction of what they record.

Every event carries a keyed digest of its own content, so a changed row is found out. A sweep seals
ranges of events into a chain, so a removed row is found out too. Events are not chained one by one:
that would make every answer wait for the one before it.

Details hold ids and names of things, never answers, customer names or telephone numbers.
"""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import ForeignKey, String, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from questionnaires.canonical import canonical_json
from survey.db import Base, BigId, Document, UtcTime, now

SEAL_AFTER_SECONDS: Final = 60
SYSTEM: Final = "system"
RESPONDENT: Final = "respondent"


class AuditEvent(Base):
    """Who did what to which thing, and when."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60), index=True)
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(80))
    detail: Mapped[dict[str, Any]] = mapped_column(Document)
    digest: Mapped[str] = mapped_column(String(64))


class AuditSeal(Base):
    """A closed range of events: how many, their digests' digest, and the seal before."""

    __tablename__ = "audit_seal"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    first_event: Mapped[int] = mapped_column(ForeignKey("audit_event.id"))
    last_event: Mapped[int] = mapped_column(ForeignKey("audit_event.id"))
    events: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


class Auditor:
    """Writes and verifies events with the key of this installation."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def event(
        self, actor: str, action: str, object_type: str, object_id: object, **detail: Any
    ) -> AuditEvent:
        """An event to add to the session of the change it records."""
        event = AuditEvent(
            at=now(),
            actor=actor,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            detail=detail,
        )
        event.digest = self._digest(event)
        return event

    def record(
        self, session: Session, actor: str, action: str, object_type: str, object_id: object, **detail: Any
    ) -> None:
        session.add(self.event(actor, action, object_type, object_id, **detail))

    def record_many(
        self,
        session: Session,
        actor: str,
        action: str,
        object_type: str,
        objects: Sequence[tuple[object, dict[str, Any]]],
    ) -> None:
        """Record one event for each (object id, detail) by one insert."""
        events = [
            self.event(actor, action, object_type, object_id, **detail) for object_id, detail in objects
        ]
        columns = [column.key for column in AuditEvent.__table__.columns if not column.primary_key]
        if events:
            rows = [{name: getattr(event, name) for name in columns} for event in events]
            session.execute(insert(AuditEvent), rows)

    def seal(self, session: Session) -> int:
        """Seal what is old enough to have no older transaction still open; how many events that was."""
        last = session.scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).first()
        settled = now().timestamp() - SEAL_AFTER_SECONDS
        events = [
            event
            for event in session.scalars(_events_after(last.last_event if last else 0))
            if event.at.timestamp() < settled
        ]
        if not events:
            return 0
        session.add(
            AuditSeal(
                at=now(),
                first_event=events[0].id,
                last_event=events[-1].id,
                events=len(events),
                digest=self._chain(last.digest if last else "", events),
            )
        )
        return len(events)

    def verify(self, session: Session) -> "AuditVerdict":
        """Recount every seal and every event's digest."""
        changed = tuple(
            event.id
            for event in session.scalars(_events_after(0).execution_options(yield_per=2000))
            if not hmac.compare_digest(event.digest, self._digest(event))
        )
        broken = tuple(self._broken_seals(session))
        total = session.scalar(select(func.count()).select_from(AuditEvent)) or 0
        sealed = session.scalar(select(func.coalesce(func.sum(AuditSeal.events), 0))) or 0
        return AuditVerdict(events=total, sealed=sealed, changed_events=changed, broken_seals=broken)

    def _broken_seals(self, session: Session) -> Iterator[int]:
        before = ""
        for seal in session.scalars(select(AuditSeal).order_by(AuditSeal.id)):
            events = session.scalars(
                _events_after(seal.first_event - 1).where(AuditEvent.id <= seal.last_event)
            ).all()
            if len(events) != seal.events or not hmac.compare_digest(
                self._chain(before, list(events)), seal.digest
            ):
                yield seal.id
            before = seal.digest

    def _chain(self, before: str, events: list[AuditEvent]) -> str:
        text = before + "".join(f"{event.id}:{event.digest};" for event in events)
        return hmac.new(self._key, text.encode("ascii"), sha256).hexdigest()

    def _digest(self, event: AuditEvent) -> str:
        content = {
            "at": event.at.isoformat(timespec="microseconds"),
            "actor": event.actor,
            "action": event.action,
            "object": [event.object_type, event.object_id],
            "detail": event.detail,
        }
        return hmac.new(self._key, canonical_json(content), sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, and the audit trail it is written to."""

    auditor: Auditor
    actor: str

    def note(
        self, session: Session, action: str, object_type: str, object_id: object, **detail: object
    ) -> None:
        self.auditor.record(session, self.actor, action, object_type, object_id, **detail)


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What verification found; whole when nothing was changed or removed."""

    events: int
    sealed: int
    changed_events: tuple[int, ...]
    broken_seals: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        return not self.changed_events and not self.broken_seals


def _events_after(event_id: int) -> Any:
    return select(AuditEvent).where(AuditEvent.id > event_id).order_by(AuditEvent.id)
