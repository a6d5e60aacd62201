"""The write of an answer: one short transaction, exactly one row for one submission id.

SubmissionRefused      the answer cannot be taken as it is
├── AnswersInvalid     fields with errors; nothing is stored
├── ConsentMissing     the questionnaire asks for consent and none, or another wording, came with it
└── WaveClosed         the wave is not open (answers from a device's queue are taken all the same)
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from questionnaires.canonical import canonical_json, sha256_hex
from questionnaires.validation import FieldError
from survey.audit import RESPONDENT, Auditor
from survey.console.definitions import published
from survey.console.models import Collector, Version
from survey.db import Database, now
from survey.messages import Refused
from survey.respond.models import Conflict, Consent, Response

RECEIPT_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else
RECEIPT_LETTERS: Final = 12
BATCH: Final = 1000  # responses a statement when many are stored at once


class SubmissionRefused(Refused):
    """An answer that is not stored."""


class AnswersInvalid(SubmissionRefused):
    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        self.errors = errors
        super().__init__("有些回答需要改正。", "some answers need to be corrected.")


class ConsentMissing(SubmissionRefused):
    def __init__(self) -> None:
        super().__init__(
            "请先阅读说明并勾选同意，再提交。", "please read the notice and tick your consent before sending."
        )


class WaveClosed(SubmissionRefused):
    def __init__(self) -> None:
        super().__init__("本次调查现在不接收回答。", "this survey is not taking answers now.")


@dataclass(frozen=True, slots=True)
class Submission:
    """What came in, whatever the channel."""

    id: str
    answers: Mapping[str, object]
    consent: str | None = None
    locale: str = "zh"
    started_at: datetime | None = None
    submitted_at: datetime | None = None
    sha256: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of it: stored now, known already, or in contradiction to what is stored."""

    outcome: Literal["new", "duplicate", "conflict"]
    receipt: str
    sha256: str


class Receipts:
    """Receipt codes, derived from the submission id: sending the same page again shows the same code."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def code(self, questionnaire_id: int, submission_id: str) -> str:
        text = f"{questionnaire_id}:{submission_id}".encode()
        number = int.from_bytes(hmac.new(self._key, text, sha256).digest()[:16], "big")
        letters = []
        for _ in range(RECEIPT_LETTERS):
            number, place = divmod(number, len(RECEIPT_ALPHABET))
            letters.append(RECEIPT_ALPHABET[place])
        code = "".join(letters)
        return f"{code[:4]}-{code[4:8]}-{code[8:]}"

    @staticmethod
    def digest(code: str) -> str:
        """What the database keeps of a code; a copied database opens no receipt."""
        return sha256_hex(code.strip().upper().replace("-", "").encode())


class Submitter:
    """Checks and stores submissions for every channel."""

    def __init__(self, database: Database, auditor: Auditor, receipts: Receipts) -> None:
        self._database = database
        self._auditor = auditor
        self._receipts = receipts

    def submit(
        self,
        submission: Submission,
        collector: Collector,
        version: Version | None = None,
        *,
        actor: str = RESPONDENT,
    ) -> Stored:
        """Check one submission and store it in a transaction of its own.

        Without `version` it answers the wave's version and the wave must be open; a device that
        names the version it showed is heard for ever.
        """
        if version is None and not is_open(collector, now()):
            raise WaveClosed
        prepared = self._prepare(submission, collector, version or collector.wave.version)
        try:
            with self._database.write() as session:
                return self._store(session, prepared, actor)
        except IntegrityError:
            # Another request stored the same id between our look and our insert: look again.
            with self._database.write() as session:
                return self._store(session, prepared, actor)

    def submit_many(
        self, session: Session, submissions: Sequence[tuple[Submission, Collector]], *, actor: str
    ) -> list[Stored]:
        """Check and store many in the caller's transaction; one wrong answer refuses them all."""
        prepared = [self._prepare(one, collector, collector.wave.version) for one, collector in submissions]
        return self.store_many(session, prepared, actor=actor)

    def store_many(self, session: Session, prepared: Sequence["Prepared"], *, actor: str) -> list[Stored]:
        """Store checked submissions in the caller's transaction: one look and few inserts for each batch."""
        stored: list[Stored] = []
        for start in range(0, len(prepared), BATCH):
            stored.extend(self._store_batch(session, prepared[start : start + BATCH], actor))
        return stored

    def known(
        self, session: Session, questionnaire_id: int, submission_ids: Iterable[str]
    ) -> dict[str, "Known"]:
        """What is stored under these submission ids."""
        rows = session.execute(
            select(Response.submission_id, Response.id, Response.answers_sha256, Response.status).where(
                Response.questionnaire_id == questionnaire_id, Response.submission_id.in_(submission_ids)
            )
        )
        return {row.submission_id: Known(row.id, row.answers_sha256, row.status) for row in rows}

    def _prepare(self, submission: Submission, collector: Collector, version: Version) -> "Prepared":
        form = published(version)
        checked = form.validator.check(submission.answers)
        if form.notice_hash is not None and submission.consent != form.notice_hash:
            raise ConsentMissing
        if checked.errors:
            raise AnswersInvalid(checked.errors)
        return Prepared.of(submission, collector, version, checked.answers)

    def _store(self, session: Session, prepared: "Prepared", actor: str) -> Stored:
        submission_id = prepared.submission.id
        known = self.known(session, prepared.version.questionnaire_id, [submission_id])
        if submission_id in known:
            return self._store_again(session, prepared, known[submission_id], actor)
        self._insert(session, prepared, actor)
        return self._stored("new", prepared)

    def _store_batch(self, session: Session, batch: Sequence["Prepared"], actor: str) -> list[Stored]:
        by_questionnaire: dict[int, list[str]] = {}
        for one in batch:
            by_questionnaire.setdefault(one.version.questionnaire_id, []).append(one.submission.id)
        known = {
            (questionnaire_id, submission_id): row
            for questionnaire_id, ids in by_questionnaire.items()
            for submission_id, row in self.known(session, questionnaire_id, ids).items()
        }
        fresh: dict[tuple[int, str], Prepared] = {}
        for one in batch:
            if one.key not in known:
                fresh.setdefault(one.key, one)
        known |= self._insert_many(session, list(fresh.values()), actor)
        return [
            self._stored("new", one)
            if fresh.get(one.key) is one
            else self._store_again(session, one, known[one.key], actor)
            for one in batch
        ]

    def _store_again(self, session: Session, prepared: "Prepared", known: "Known", actor: str) -> Stored:
        if known.is_same(prepared.sha256):
            return self._stored("duplicate", prepared)
        self._keep_conflict(session, prepared, known.id, actor)
        return self._stored("conflict", prepared)

    def _stored(self, outcome: Literal["new", "duplicate", "conflict"], prepared: "Prepared") -> Stored:
        return Stored(outcome, self._receipts.code(*prepared.key), prepared.sha256)

    def _insert(self, session: Session, prepared: "Prepared", actor: str) -> None:
        response = Response(**self._row(prepared, now()))
        session.add(response)
        session.flush()
        if prepared.submission.consent is not None:
            session.add(Consent(**_consent_row(prepared, response.id, response.received_at)))
        self._auditor.record(
            session, actor, "response.received", "response", response.id, collector=response.collector_id
        )

    def _insert_many(
        self, session: Session, fresh: Sequence["Prepared"], actor: str
    ) -> dict[tuple[int, str], "Known"]:
        if not fresh:
            return {}
        received = now()
        rows = session.execute(
            insert(Response).returning(Response.id, Response.questionnaire_id, Response.submission_id),
            [self._row(one, received) for one in fresh],
        )
        ids = {(row.questionnaire_id, row.submission_id): row.id for row in rows}
        consents = [
            _consent_row(one, ids[one.key], received) for one in fresh if one.submission.consent is not None
        ]
        if consents:
            session.execute(insert(Consent), consents)
        self._auditor.record_many(
            session,
            actor,
            "response.received",
            "response",
            [(ids[one.key], {"collector": one.collector.id}) for one in fresh],
        )
        return {one.key: Known(ids[one.key], one.sha256, "complete") for one in fresh}

    def _row(self, prepared: "Prepared", received: datetime) -> dict[str, Any]:
        submission = prepared.submission
        return {
            "questionnaire_id": prepared.version.questionnaire_id,
            "version_id": prepared.version.id,
            "wave_id": prepared.collector.wave_id,
            "collector_id": prepared.collector.id,
            "branch_id": prepared.collector.branch_id,
            "submission_id": submission.id,
            "receipt_hash": self._receipts.digest(self._receipts.code(*prepared.key)),
            "channel": prepared.collector.channel,
            "locale": submission.locale,
            "status": "complete",
            "flags": list(submission.flags),
            "started_at": submission.started_at,
            "submitted_at": submission.submitted_at or received,
            "received_at": received,
            "answers": prepared.answers,
            "answers_sha256": prepared.sha256,
            "comments_read": False,
        }

    def _keep_conflict(self, session: Session, prepared: "Prepared", response_id: int, actor: str) -> None:
        kept = select(Conflict.id).filter_by(response_id=response_id, answers_sha256=prepared.sha256)
        if session.scalar(kept) is not None:
            return
        session.add(
            Conflict(
                response_id=response_id,
                answers=prepared.answers,
                answers_sha256=prepared.sha256,
                received_at=now(),
            )
        )
        self._auditor.record(session, actor, "response.conflict", "response", response_id)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A submission whose answers have been checked: what will be stored."""

    submission: Submission
    collector: Collector
    version: Version
    answers: dict[str, Any]
    sha256: str

    @classmethod
    def of(
        cls, submission: Submission, collector: Collector, version: Version, answers: dict[str, Any]
    ) -> "Prepared":
        sha256 = submission.sha256 or sha256_hex(canonical_json(answers))
        return cls(submission, collector, version, answers, sha256)

    @property
    def key(self) -> tuple[int, str]:
        """What makes it the same submission when it comes again."""
        return self.version.questionnaire_id, self.submission.id


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored under a submission id."""

    id: int
    answers_sha256: str
    status: str

    def is_same(self, sha256: str) -> bool:
        """An erased answer that arrives once more, from a queue or a file, must not come back to life."""
        return self.answers_sha256 == sha256 or self.status == "erased"


def _consent_row(prepared: Prepared, response_id: int, received: datetime) -> dict[str, Any]:
    submission = prepared.submission
    return {
        "response_id": response_id,
        "notice_hash": submission.consent,
        "language": submission.locale,
        "given_at": submission.submitted_at or received,
    }


def is_open(collector: Collector, moment: datetime) -> bool:
    """Whether the collector's wave takes answers at that moment; the closing moment itself is open."""
    wave = collector.wave
    return (wave.opens_at is None or wave.opens_at <= moment) and (
        wave.closes_at is None or moment <= wave.closes_at
    )
