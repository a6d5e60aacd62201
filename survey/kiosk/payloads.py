"""A submission as a device sends it: read, with everything that is wrong named at once."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from questionnaires.canonical import canonical_json, sha256_hex
from questionnaires.validation import FieldError

LONGEST_NAME: Final = 80
EARLIEST: Final = datetime(1, 1, 3, tzinfo=UTC)
LATEST: Final = datetime(9999, 12, 29, tzinfo=UTC)
_LOCALE: Final = re.compile(r"([A-Za-z]{2,3})([-_][A-Za-z0-9]{2,8})*")


class PayloadRefused(Exception):
    """What came in is no submission; `errors` name each thing that is wrong."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        self.errors = errors
        super().__init__(", ".join(error.name for error in errors))


@dataclass(frozen=True, slots=True)
class Payload:
    """One submission of a device, not yet checked against its version."""

    id: str
    version: str
    collector: str
    consent: str | None
    started_at: datetime | None
    submitted_at: datetime | None
    language: str | None
    answers: Mapping[str, object]
    sha256: str


def read_payload(document: object) -> Payload:
    """The submission in a JSON document; refused with every error found."""
    if not isinstance(document, dict):
        raise PayloadRefused((_wrong("", "not_an_object", "一次提交是一个 JSON 对象。", "Send an object."),))
    reader = _Reader(document)
    payload = Payload(
        id=reader.id(),
        version=reader.text("version"),
        collector=reader.text("collector"),
        consent=reader.consent(),
        started_at=reader.moment("started_at"),
        submitted_at=reader.moment("submitted_at"),
        language=reader.language(),
        answers=reader.answers(),
        sha256=reader.digest(),
    )
    if reader.errors:
        raise PayloadRefused(tuple(reader.errors))
    return payload


def echo(document: object, key: str) -> str | None:
    """A text that an acknowledgement repeats, also for a submission that cannot be read."""
    value = document.get(key) if isinstance(document, dict) else None
    return value if isinstance(value, str) and len(value) <= LONGEST_NAME and value.isprintable() else None


class _Reader:
    def __init__(self, document: Mapping[str, object]) -> None:
        self._document = document
        self.errors: list[FieldError] = []

    def text(self, key: str) -> str:
        value = self._document.get(key)
        if (
            isinstance(value, str)
            and value.isascii()
            and value.isprintable()
            and 0 < len(value) <= LONGEST_NAME
        ):
            return value
        self._refuse(key, "required", f"缺少 {key}，或它不能这样写。", f"{key} is missing or cannot be that.")
        return ""

    def id(self) -> str:
        value = self.text("id")
        try:
            return str(uuid.UUID(value)) if value else ""
        except ValueError:
            self._refuse("id", "not_a_uuid", "id 应是 UUID。", "id must be a UUID.")
            return ""

    def consent(self) -> str | None:
        value = self._document.get("consent")
        if value is None or isinstance(value, str):
            return value or None
        self._refuse(
            "consent", "wrong_shape", "consent 应是所示说明的哈希。", "consent is the notice's hash."
        )
        return None

    def moment(self, key: str) -> datetime | None:
        """A time with its zone, in UTC. A device's clock may be days wrong; that is stored as it is."""
        value = self._document.get(key)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
            if moment is not None and moment.tzinfo is not None:
                # A day inside the ends of the calendar, so that it can be shown in every zone.
                return min(max(moment.astimezone(UTC), EARLIEST), LATEST)
        except (ValueError, OverflowError):
            pass
        self._refuse(
            key,
            "not_a_time",
            f"{key} 应是带时区的时间，例如 2026-11-23T06:05:00Z。",
            f"{key} must be a time with its zone, such as 2026-11-23T06:05:00Z.",
        )
        return None

    def language(self) -> str | None:
        value = self._document.get("locale")
        found = _LOCALE.fullmatch(value) if isinstance(value, str) else None
        if value is not None and found is None:
            self._refuse(
                "locale", "not_a_locale", "locale 应写成 zh 或 zh_CN。", "locale is written zh or zh_CN."
            )
        return found[1].lower() if found else None

    def answers(self) -> Mapping[str, object]:
        value = self._document.get("answers")
        if isinstance(value, dict):
            return value
        self._refuse(
            "answers", "required", "缺少 answers，应为对象。", "answers is missing; it is an object."
        )
        return {}

    def digest(self) -> str:
        """The declared digest; what was changed on the way, or by a fault of the device, is not stored."""
        declared = self.text("sha256")
        answers = self._document.get("answers")
        if declared and isinstance(answers, dict) and declared.lower() != _digest_of(answers):
            self._refuse(
                "sha256",
                "mismatch",
                "sha256 与 answers 的规范 JSON 不符。",
                "sha256 is not that of the canonical JSON of answers.",
            )
        return declared

    def _refuse(self, name: str, code: str, zh: str, en: str) -> None:
        self.errors.append(_wrong(name, code, zh, en))


def _digest_of(answers: Mapping[str, object]) -> str | None:
    try:
        return sha256_hex(canonical_json(answers))
    except ValueError:  # a lone surrogate, NaN, too deep: no digest speaks for that
        return None


def _wrong(name: str, code: str, zh: str, en: str) -> FieldError:
    return FieldError(name, code, {"zh": zh, "en": en})
