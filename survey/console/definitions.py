"""Published definitions as objects, each built once: a version never changes, so nothing goes stale."""

from dataclasses import dataclass
from typing import Final

from questionnaires.definition import Questionnaire as Definition
from questionnaires.validation import Validator
from survey.console.models import Version

MOST_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class Published:
    """A version as the pages and the import use it."""

    hash: str
    notice_hash: str | None
    definition: Definition
    validator: Validator


_built: dict[str, Published] = {}


def published(version: Version) -> Published:
    """The built form of a version; its document is read from the database only the first time."""
    known = _built.get(version.hash)
    if known is not None:
        return known
    definition = Definition.model_validate(version.definition)
    built = Published(version.hash, version.notice_hash, definition, Validator(definition))
    while len(_built) >= MOST_KEPT:
        _built.pop(next(iter(_built)), None)
    _built[version.hash] = built
    return built
