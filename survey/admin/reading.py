"""Reads of the administrator and the auditor: people, branches, devices, audit events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from survey.accounts.models import Branch, User
from survey.audit import AuditEvent
from survey.kiosk.models import Device


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A branch in the tree; `depth` is how far below the head office."""

    code: str
    name: str
    kind: str
    region: str
    depth: int
    people: int


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which audit events; empty texts are no wish. Days are of the organisation's zone."""

    actor: str = ""
    action: str = ""
    object_type: str = ""
    object_id: str = ""
    first: date | None = None
    last: date | None = None

    def apply(self, query: Select[tuple[AuditEvent]], zone: ZoneInfo) -> Select[tuple[AuditEvent]]:
        """Cut a query on events to this filter."""
        for name in ("actor", "action", "object_type", "object_id"):
            if wanted := getattr(self, name):
                query = query.where(getattr(AuditEvent, name) == wanted)
        if self.first is not None:
            query = query.where(AuditEvent.at >= _midnight(self.first, zone))
        if self.last is not None:
            query = query.where(AuditEvent.at < _midnight(self.last + timedelta(days=1), zone))
        return query


def people(session: Session) -> Sequence[User]:
    """Everybody with an account, by name."""
    return session.scalars(select(User).order_by(User.username)).all()


def branches(session: Session) -> list[BranchRow]:
    """The branch tree, each unit below the one it belongs to."""
    people_of = {
        row.branch_id: row.count
        for row in session.execute(
            select(User.branch_id, func.count().label("count")).where(User.active).group_by(User.branch_id)
        )
    }
    found = session.scalars(select(Branch)).all()
    by_id = {branch.id: branch for branch in found}
    ordered = sorted(found, key=lambda branch: _codes_from_root(branch, by_id))
    return [
        BranchRow(
            branch.code,
            branch.name,
            branch.kind,
            branch.region,
            branch.path.count("/") - 2,
            people_of.get(branch.id, 0),
        )
        for branch in ordered
    ]


def devices(session: Session) -> Sequence[Device]:
    """All kiosks, those in use first."""
    return session.scalars(
        select(Device).order_by(Device.revoked_at.is_not(None), Device.enrolled_at.desc())
    ).all()


def events(
    session: Session, wanted: EventFilter, zone: ZoneInfo, page: int, size: int
) -> tuple[Sequence[AuditEvent], int]:
    """One page of audit events, newest first, and how many there are on all pages."""
    query = wanted.apply(select(AuditEvent), zone)
    total = session.scalar(wanted.apply(select(func.count()).select_from(AuditEvent), zone)) or 0  # type: ignore[arg-type]
    shown = query.order_by(AuditEvent.id.desc()).offset((page - 1) * size).limit(size)
    return session.scalars(shown).all(), total


def actions(session: Session) -> Sequence[str]:
    """The actions that occur, for choosing one."""
    return session.scalars(select(AuditEvent.action).distinct().order_by(AuditEvent.action)).all()


def _codes_from_root(branch: Branch, by_id: dict[int, Branch]) -> list[str]:
    return [by_id[int(part)].code for part in branch.path.strip("/").split("/")]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
