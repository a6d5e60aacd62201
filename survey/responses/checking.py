"""Rows of a response file, checked: against the questionnaire, against each other, against what is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy.orm import Session

from exports.reading import RawRow
from questionnaires.canonical import canonical_json, sha256_hex
from survey.console.definitions import published
from survey.console.models import Collector, Version
from survey.messages import Message
from survey.respond.submitting import Prepared, Submission, Submitter
from survey.responses.places import Place, Places, UnknownPlace

BATCH: Final = 1000
LONGEST_ID: Final = 80
GONE: Final = ("withdrawn", "erased")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be stored: its number, the question, and a sentence that names both."""

    number: int
    question: str | None
    message: Message


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that can be stored."""

    raw: RawRow
    id: str
    place: Place
    answers: dict[str, Any]
    sha256: str
    locale: str

    def prepared(self, collector: Collector, version: Version) -> Prepared:
        """The row as the submitter stores it."""
        times: dict[str, datetime] = dict(self.raw.times)
        submission = Submission(
            self.id,
            self.answers,
            locale=self.locale,
            started_at=times.get("started_at"),
            submitted_at=times.get("submitted_at"),
            sha256=self.sha256,
        )
        return Prepared.of(submission, collector, version, self.answers)


class CheckedRows:
    """Sorts the rows of one file into good, bad, known already, and withdrawn where they come from."""

    def __init__(self, places: Places, digest: str) -> None:
        form = published(places.version)
        self._places = places
        self._digest = digest
        self._validator = form.validator
        self._languages = form.definition.languages
        self.good: dict[str, GoodRow] = {}
        self.bad: list[BadRow] = []
        self.bad_rows: dict[int, RawRow] = {}
        self.duplicates = 0
        self.left_out = 0

    def take(self, rows: Iterable[RawRow]) -> None:
        """Check every row by itself and against those before it in the file."""
        for raw in rows:
            if raw.metadata.get("status") in GONE:
                self.left_out += 1  # somebody took these answers back; a file must not bring them in again
            elif raw.refusals:
                for refusal in raw.refusals:
                    message = Message(refusal.what["zh"], refusal.what["en"])
                    self._refuse(raw, BadRow(raw.number, refusal.column, message))
            else:
                self._check(raw)

    def compare_with_stored(self, session: Session, submitter: Submitter) -> None:
        """Set known responses aside: the same answers are a duplicate, others make the row bad."""
        ids = iter(list(self.good))
        while batch := list(islice(ids, BATCH)):
            known = submitter.known(session, self._places.version.questionnaire_id, batch)
            for submission_id, stored in known.items():
                row = self.good.pop(submission_id)
                if stored.is_same(row.sha256):
                    self.duplicates += 1
                else:
                    self._refuse(row.raw, _known_otherwise(row))

    def _check(self, raw: RawRow) -> None:
        checked = self._validator.check(raw.answers)
        bad = [
            _bad(raw.number, error.name, error.message["zh"], error.message["en"]) for error in checked.errors
        ]
        # A row without an id is known again by its file and its place there.
        submission_id = raw.id or f"{self._digest[:32]}-{raw.number}"
        if len(submission_id) > LONGEST_ID:
            bad.append(_too_long(raw.number))
        try:
            place = self._places.place(raw.metadata.get("wave"), raw.metadata.get("branch"))
        except UnknownPlace as unknown:
            bad.append(_bad(raw.number, unknown.column, unknown.message.zh, unknown.message.en))
        if bad:
            self._refuse(raw, *bad)
            return
        sha256 = sha256_hex(canonical_json(checked.answers))
        row = GoodRow(raw, submission_id, place, checked.answers, sha256, self._locale(raw))
        self._add(row)

    def _add(self, row: GoodRow) -> None:
        before = self.good.setdefault(row.id, row)
        if before is row:
            return
        if before.sha256 == row.sha256:
            self.duplicates += 1
        else:
            self._refuse(row.raw, _twice(row, before))

    def _locale(self, raw: RawRow) -> str:
        given = raw.metadata.get("locale")
        return given if given in self._languages else self._languages[0]

    def _refuse(self, raw: RawRow, *bad: BadRow) -> None:
        self.bad.extend(bad)
        self.bad_rows[raw.number] = raw


def _bad(number: int, question: str, zh: str, en: str) -> BadRow:
    return BadRow(
        number, question, Message(f"第 {number} 行 {question}：{zh}", f"row {number} {question}: {en}")
    )


def _too_long(number: int) -> BadRow:
    return _bad(
        number,
        "id",
        f"编号最多 {LONGEST_ID} 个字符。请缩短。",
        f"an id has at most {LONGEST_ID} characters. Shorten it.",
    )


def _twice(row: GoodRow, before: GoodRow) -> BadRow:
    return _bad(
        row.raw.number,
        "id",
        f"与第 {before.raw.number} 行编号相同而回答不同。请删去其中一行，或改正编号。",
        f"has the id of row {before.raw.number} but other answers. Remove one of them, or correct the id.",
    )


def _known_otherwise(row: GoodRow) -> BadRow:
    return _bad(
        row.raw.number,
        "id",
        f"编号 {row.id} 已经存有另一份回答。请核对编号。",
        f"id {row.id} is stored already with other answers. Check the id.",
    )
