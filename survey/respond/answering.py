"""One form that came back: whose it is, which version it answers, and what can be done with it."""

from dataclasses import dataclass, replace

from flask import request
from sqlalchemy.orm import Session

from questionnaires.validation import FieldError
from survey.console.definitions import Published, published
from survey.console.models import Collector, Version
from survey.db import now
from survey.respond.desk import desk
from survey.respond.forms import SEAL, Seal, Sheet
from survey.respond.pages import Look, look_of
from survey.respond.reading import find_version
from survey.respond.submitting import Prepared, Submission, is_open
from survey.services import services


@dataclass(frozen=True, slots=True)
class Answer:
    """A posted form. Without a readable seal nothing is stored, but nothing typed is lost either."""

    collector: Collector
    version: Version
    form: Published
    look: Look
    seal: Seal | None
    sheet: Sheet

    def with_errors(self, errors: tuple[FieldError, ...]) -> "Answer":
        return replace(self, sheet=self.sheet.with_errors(errors, self.look.language))

    def with_notice(self, notice: str) -> "Answer":
        return replace(self, sheet=self.sheet.with_notice(notice))

    def for_another(self) -> "Answer":
        """The same answers as the beginning of another submission."""
        return replace(self, seal=self.seal and self.seal.for_another())

    def is_too_fast(self) -> bool:
        """Sent sooner than anybody could read it."""
        return services().settings.rate_limits and self.seal is not None and self.seal.is_too_fast()

    def prepare(self, session: Session, seal: Seal) -> Prepared:
        """Check it for storing. After the wave has closed only what was stored before is heard again."""
        here = services()
        submission = Submission(
            id=seal.submission_id,
            answers=self.sheet.answers(self.form.definition),
            consent=self.sheet.consent(self.form),
            locale=self.look.language,
            started_at=seal.started_at,
        )
        known = not is_open(self.collector, now()) and here.submitter.known(
            session, self.version.questionnaire_id, [submission.id]
        )
        return here.submitter.prepare(submission, self.collector, self.version, even_if_closed=bool(known))


def read_answer(session: Session, collector: Collector, house: str) -> Answer:
    """The form that was posted, under the version that it was opened with."""
    seal = desk().seals.read(request.form.get(SEAL, ""))
    version = find_version(session, collector, seal.version) if seal else None
    seal = seal if version else None
    form = published(version or collector.wave.version)
    look = look_of(form.definition.languages, house)
    sheet = Sheet.of(request.form, form.definition)
    return Answer(collector, version or collector.wave.version, form, look, seal, sheet)
