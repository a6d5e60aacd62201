"""The delivery of queued submissions: a transaction for each, acknowledged by id and digest."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from questionnaires.validation import FieldError
from survey.console.definitions import Published, published
from survey.kiosk.models import Device
from survey.kiosk.payloads import Payload, PayloadRefused, echo, read_payload
from survey.respond.reading import find_version
from survey.respond.submitting import AnswersInvalid, Prepared, Submission, Submitter

STATUS = {"new": 201, "duplicate": 200, "conflict": 409}
INVALID, NOT_STORED = 422, 503
log = logging.getLogger("huisheng.delivery")


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What became of one submission. A client deletes its copy only when id and sha256 are its own."""

    id: str | None
    sha256: str | None
    status: int
    receipt: str | None = None
    errors: tuple[FieldError, ...] = ()

    def document(self) -> dict[str, object]:
        document: dict[str, object] = {"id": self.id, "sha256": self.sha256, "status": self.status}
        if self.status == STATUS["duplicate"]:
            document["duplicate"] = True
        if self.receipt is not None:
            document["receipt"] = self.receipt
        if self.errors:
            document["errors"] = [
                {"name": error.name, "code": error.code, "message": error.message} for error in self.errors
            ]
        return document


class Delivery:
    """Takes submissions of one device."""

    def __init__(self, submitter: Submitter, device: Device) -> None:
        self._submitter = submitter
        self._device = device

    def prepare(self, session: Session, documents: Sequence[object]) -> list["Checked"]:
        """Check every document; what is refused is acknowledged with its errors."""
        return [self._check(session, document) for document in documents]

    def store(self, checked: Sequence["Checked"]) -> list[Acknowledgement]:
        """Store what passed, each in a transaction of its own, and acknowledge all in order.

        When one cannot be stored the rest is not tried: each would wait out the database's patience.
        """
        acknowledged: list[Acknowledgement] = []
        failed = False
        for each in checked:
            done = each.refusal or (_not_stored(each) if failed else self._store(each))
            failed = failed or done.status == NOT_STORED
            acknowledged.append(done)
        return acknowledged

    def _check(self, session: Session, document: object) -> "Checked":
        id_, sha256 = echo(document, "id"), echo(document, "sha256")
        try:
            return Checked(id_, sha256, self._prepare(session, read_payload(document)))
        except (PayloadRefused, AnswersInvalid) as refused:
            refusal = Acknowledgement(id_, sha256, INVALID, errors=refused.errors)
            return Checked(id_, sha256, None, refusal)

    def _store(self, checked: "Checked") -> Acknowledgement:
        assert checked.prepared is not None
        try:
            stored = self._submitter.store(checked.prepared, actor=f"device:{self._device.id}")
        except SQLAlchemyError as error:
            log.error("a submission could not be stored", extra={"error": type(error).__name__})
            return _not_stored(checked)
        return Acknowledgement(checked.id, checked.sha256, STATUS[stored.outcome], stored.receipt)

    def _prepare(self, session: Session, payload: Payload) -> Prepared:
        collector = self._device.collector
        version = find_version(session, collector, payload.version)
        if version is None:
            raise _refused(
                "version",
                "unknown_version",
                "没有这个版本，或它不属于这份问卷。",
                "There is no such version of this questionnaire.",
            )
        if payload.collector != collector.token:
            raise _refused(
                "collector",
                "other_collector",
                "这台设备不属于这个投放。",
                "This device does not belong to that collector.",
            )
        submission = Submission(
            id=payload.id,
            answers=payload.answers,
            consent=payload.consent,
            locale=_locale(payload, published(version)),
            started_at=payload.started_at,
            submitted_at=payload.submitted_at,
        )
        return self._submitter.prepare(submission, collector, version, even_if_closed=True, by_device=True)


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that can be stored, or the acknowledgement that it cannot."""

    id: str | None
    sha256: str | None
    prepared: Prepared | None
    refusal: Acknowledgement | None = None


def _not_stored(checked: Checked) -> Acknowledgement:
    return Acknowledgement(checked.id, checked.sha256, NOT_STORED)


def _locale(payload: Payload, form: Published) -> str:
    languages = form.definition.languages
    return payload.language if payload.language in languages else languages[0]


def _refused(name: str, code: str, zh: str, en: str) -> PayloadRefused:
    return PayloadRefused((FieldError(name, code, {"zh": zh, "en": en}),))
