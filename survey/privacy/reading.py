"""What is kept under a receipt code: the answers in words, for the page, the download and the command."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from questionnaires.definition import Field
from survey.cases.reading import Answer, answer_for
from survey.console.definitions import Published, published
from survey.console.models import Version, Wave
from survey.respond.models import Conflict, Consent, Response
from survey.respond.receipts import Receipts


@dataclass(frozen=True, slots=True)
class Kept:
    """A response as its respondent may see it."""

    response: Response
    form: Published
    questionnaire: str
    wave: str
    consent: Consent | None
    others: tuple[dict[str, Any], ...]
    reply: Answer | None

    @property
    def is_erased(self) -> bool:
        return self.response.status == "erased"

    @property
    def is_withdrawn(self) -> bool:
        return self.response.status == "withdrawn"

    def in_words(self, language: str) -> list[tuple[str, str]]:
        """Each question that was answered, with its answer, in words."""
        return list(_in_words(self.form, self.response.answers, language))

    def document(self, language: str) -> dict[str, object]:
        """Everything that is kept about the respondent, as plain data."""
        return {
            "questionnaire": self.questionnaire,
            "version": self.form.hash,
            "wave": self.wave,
            "status": self.response.status,
            "channel": self.response.channel,
            "language": self.response.locale,
            "started_at": _moment(self.response.started_at),
            "submitted_at": _moment(self.response.submitted_at),
            "received_at": _moment(self.response.received_at),
            "consent": self._consent_document(),
            "answers": self.response.answers,
            "in_words": [
                {"question": question, "answer": answer} for question, answer in self.in_words(language)
            ],
            "other_answers_under_the_same_code": list(self.others),
            "our_answer": self.reply and {"text": self.reply.text, "at": _moment(self.reply.at)},
        }

    def _consent_document(self) -> dict[str, object] | None:
        asked = self.form.definition.consent
        if self.consent is None or asked is None:
            return None
        return {
            "given_at": _moment(self.consent.given_at),
            "notice": {name: text.get(self.consent.language) for name, text in asked.notice().items()},
        }


def find_kept(session: Session, code: str) -> Kept | None:
    """What the code opens; None when there is no such code."""
    response = find_response(session, code)
    if response is None:
        return None
    version = session.scalars(
        select(Version).filter_by(id=response.version_id).options(joinedload(Version.questionnaire))
    ).one()
    wave = session.scalars(select(Wave.name).filter_by(id=response.wave_id)).one()
    others = session.scalars(
        select(Conflict.answers).filter_by(response_id=response.id).order_by(Conflict.id)
    )
    return Kept(
        response,
        published(version),
        version.questionnaire.slug,
        wave,
        session.get(Consent, response.id),
        tuple(others),
        answer_for(session, response.id),
    )


def find_response(session: Session, code: str) -> Response | None:
    """The response of a receipt code, however the code was typed."""
    return session.scalars(select(Response).filter_by(receipt_hash=Receipts.digest(code))).first()


def _in_words(form: Published, answers: dict[str, Any], language: str) -> Iterator[tuple[str, str]]:
    texts = {question.name: question.text.get(language) for question in form.definition.questions()}
    for field in form.definition.fields():
        if field.name in answers:
            own = field.text.get(language)
            asked = own if field.question == field.name else f"{texts[field.question]} {own}"
            yield asked, _answer_in_words(field, answers[field.name], language)


def _answer_in_words(field: Field, answer: object, language: str) -> str:
    if field.kind not in ("code", "codes"):
        return str(answer)
    chosen = answer if isinstance(answer, list) else [answer]
    between = "；" if language == "zh" else "; "
    return between.join(field.option(code).text.get(language) for code in chosen)


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
