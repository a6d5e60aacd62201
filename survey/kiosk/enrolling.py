"""Writes of the kiosk: make an enrolment code, turn it into a device, revoke a device."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from questionnaires.canonical import sha256_hex
from survey.audit import Writer
from survey.console.models import Collector
from survey.db import Database, now
from survey.kiosk.models import Device, EnrolmentCode
from survey.messages import Refused

CODE_LASTS: Final = timedelta(minutes=10)
SEEN_EVERY: Final = timedelta(minutes=1)
CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LETTERS: Final = 10


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new device and its token; the token is shown this once."""

    device: Device
    token: str


def new_enrolment_code(
    session: Session, collector: Collector, writer: Writer, *, lasts: timedelta = CODE_LASTS
) -> str:
    """A fresh one-time code for a kiosk of this collector."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LETTERS))
    session.add(EnrolmentCode(digest=_digest(code), collector_id=collector.id, expires_at=now() + lasts))
    writer.note(session, "enrolment_code.made", "collector", collector.id)
    return code


def enrol(session: Session, code: str, name: str, writer: Writer) -> Enrolled | None:
    """Use a code up and make its device; None when the code is unknown, used or expired."""
    digest, moment = _digest(code), now()
    # The update decides who was first: two browsers with one code must not both become the kiosk.
    used = session.execute(
        update(EnrolmentCode)
        .where(
            EnrolmentCode.digest == digest,
            EnrolmentCode.used_at.is_(None),
            EnrolmentCode.expires_at >= moment,
        )
        .values(used_at=moment)
    )
    if used.rowcount != 1:
        return None
    collector_id = session.scalars(select(EnrolmentCode.collector_id).filter_by(digest=digest)).one()
    token = secrets.token_urlsafe(32)
    device = Device(
        id=str(uuid.uuid4()),
        name=name,
        collector_id=collector_id,
        token_digest=sha256_hex(token.encode()),
        enrolled_at=moment,
    )
    session.add(device)
    session.flush()
    writer.note(session, "device.enrolled", "device", device.id, collector=collector_id)
    return Enrolled(device, token)


def device_of(session: Session, token: str) -> Device | None:
    """The device that holds this token, unless it was revoked."""
    return session.scalars(
        select(Device).filter_by(token_digest=sha256_hex(token.encode()), revoked_at=None)
    ).first()


def note_seen(database: Database, device: Device) -> None:
    """Remember when a device was last heard of, to the minute."""
    moment = now()
    if device.last_seen_at is not None and moment - device.last_seen_at < SEEN_EVERY:
        return
    with database.write() as session:
        session.execute(update(Device).where(Device.id == device.id).values(last_seen_at=moment))


def revoke(session: Session, device_id: str, writer: Writer) -> Device:
    """Stop a device; what it sends from now on is refused."""
    device = session.get(Device, device_id)
    if device is None:
        raise Refused(
            f"没有设备 {device_id}。请用 huisheng device list 查看。",
            f"there is no device {device_id}. See huisheng device list.",
        )
    if device.revoked_at is None:
        device.revoked_at = now()
        writer.note(session, "device.revoked", "device", device.id)
    return device


def _digest(code: str) -> str:
    return sha256_hex(code.strip().upper().replace("-", "").encode())
