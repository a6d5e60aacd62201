"""The form as it travels: the sealed line that names a submission, and what somebody filled in."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from questionnaires.definition import Questionnaire
from questionnaires.validation import FieldError
from survey.console.definitions import Published
from survey.db import now

SEAL: Final = ":form"  # no question can have this name
AGREED: Final = "yes"
SOONEST: Final = timedelta(seconds=2)  # nobody reads and answers a page faster


@dataclass(frozen=True, slots=True)
class Seal:
    """What a page carries through the browser and back: whose submission, since when, of which version."""

    submission_id: str
    started_at: datetime
    version: str

    @classmethod
    def fresh(cls, version: str) -> "Seal":
        return cls(str(uuid.uuid4()), now(), version)

    def for_another(self) -> "Seal":
        """A submission of its own, begun when this one was."""
        return replace(self, submission_id=str(uuid.uuid4()))

    def is_too_fast(self) -> bool:
        return now() - self.started_at < SOONEST


class Seals:
    """Signs and reads seals. They never expire: a page left open over lunch must not lose what was typed."""

    def __init__(self, key: bytes) -> None:
        signing = {"digest_method": sha256, "key_derivation": "hmac"}
        self._serializer = URLSafeSerializer(key, salt="respondent form", signer_kwargs=signing)

    def write(self, seal: Seal) -> str:
        milliseconds = round(seal.started_at.timestamp() * 1000)
        sealed = self._serializer.dumps([seal.submission_id, milliseconds, seal.version])
        return sealed if isinstance(sealed, str) else sealed.decode("ascii")

    def read(self, text: str) -> Seal | None:
        """The seal, or None when it is not ours or not whole."""
        try:
            submission_id, milliseconds, version = self._serializer.loads(text)
        except BadData:
            return None
        return Seal(submission_id, datetime.fromtimestamp(milliseconds / 1000, UTC), version)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What somebody filled in, kept as typed so that nothing is lost, with what is wrong with it."""

    typed: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    notice: str = ""

    @classmethod
    def of(cls, posted: MultiDict[str, str], definition: Questionnaire) -> "Sheet":
        """The controls of this questionnaire; what a browser or its extensions add besides is left out."""
        typed = {name: posted.getlist(name) for name in _control_names(definition)}
        return cls({name: values for name, values in typed.items() if any(values)})

    def answers(self, definition: Questionnaire) -> dict[str, object]:
        """The raw answers for the validator: everything but the consent."""
        consent = definition.consent
        return {name: values for name, values in self.typed.items() if not consent or name != consent.name}

    def consent(self, form: Published) -> str | None:
        """The wording that was agreed to, if the box was ticked."""
        asked = form.definition.consent
        return form.notice_hash if asked is not None and self.typed.get(asked.name) else None

    def with_errors(self, errors: tuple[FieldError, ...], language: str) -> "Sheet":
        shown = "zh" if language == "zh" else "en"
        return replace(self, errors={error.name: error.message[shown] for error in errors})

    def with_notice(self, notice: str) -> "Sheet":
        return replace(self, notice=notice)


def _control_names(definition: Questionnaire) -> Iterator[str]:
    yield from (each.name for each in definition.fields())
    if definition.consent is not None:
        yield definition.consent.name
