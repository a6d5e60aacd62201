"""A questionnaire as data: pages of questions, scales, measures and facets; frozen once it is read."""

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field as Key
from pydantic import model_validator

from questionnaires.canonical import canonical_json, sha256_hex
from questionnaires.question_types import AnyQuestion
from questionnaires.question_types.base import (
    Code,
    Field,
    Flag,
    Frozen,
    Item,
    Name,
    Option,
    Question,
    WholeNumber,
)
from questionnaires.question_types.choices import Matrix, Multiple, Single
from questionnaires.question_types.notices import Consent, Information
from questionnaires.question_types.ratings import Nps
from questionnaires.question_types.writing import OpenText
from questionnaires.texts import LanguageTag, LocalText

__all__ = [
    "Code",
    "Consent",
    "Field",
    "Flag",
    "Information",
    "Item",
    "LocalText",
    "Matrix",
    "Measure",
    "Multiple",
    "Nps",
    "OpenText",
    "Option",
    "Page",
    "Question",
    "Questionnaire",
    "Scale",
    "Single",
]


class Page(Frozen):
    """Questions shown together."""

    name: Name
    title: LocalText
    questions: tuple[AnyQuestion, ...]


class Scale(Frozen):
    """Items that measure one thing. A scale without items of its own has those of its dimensions.

    Items are reversed when they are marked so in their matrix or named here; both together reverse once.
    """

    name: Name
    title: LocalText
    items: tuple[Name, ...] = ()
    range: tuple[WholeNumber, WholeNumber]
    reversed: tuple[Name, ...] = ()
    scoring: Literal["mean", "sum"] = "mean"
    minimum_answered: Annotated[float, Key(ge=0, le=1)] = 0.5
    dimension_of: Name | None = None


class Measure(Frozen):
    """Which question or scale is the bank's CSAT, NPS, CES or loyalty."""

    kind: Literal["csat", "nps", "ces", "loyalty"]
    question: Name | None = None
    scale: Name | None = None


class Questionnaire(Frozen):
    """A whole questionnaire. Options given as the name of a shared list are resolved when it is read."""

    slug: Name
    title: LocalText
    languages: tuple[LanguageTag, ...]
    lists: dict[Name, tuple[Option, ...]] = Key(default_factory=dict)
    pages: tuple[Page, ...]
    scales: tuple[Scale, ...] = ()
    measures: tuple[Measure, ...] = ()
    facets: tuple[Name, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _resolve_lists(cls, data: object) -> object:
        return _with_lists_resolved(data) if isinstance(data, Mapping) else data

    def questions(self) -> Iterator[Question]:
        """All questions in the order of the pages."""
        return (question for page in self.pages for question in page.questions)

    def question(self, name: str) -> Question:
        """The question of that name; KeyError when there is none."""
        for question in self.questions():
            if question.name == name:
                return question
        raise KeyError(name)

    @property
    def consent(self) -> Consent | None:
        """The consent question, if the questionnaire has one."""
        return next((question for question in self.questions() if isinstance(question, Consent)), None)

    def fields(self) -> tuple[Field, ...]:
        """The stored answers in order; a field is reversed when its matrix or a scale says so."""
        return self.stored_fields

    def field(self, name: str) -> Field:
        """The stored answer of that name; KeyError when there is none."""
        for field in self.stored_fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def scale(self, name: str) -> Scale:
        """The scale of that name; KeyError when there is none."""
        for scale in self.scales:
            if scale.name == name:
                return scale
        raise KeyError(name)

    def scale_items(self, scale: Scale) -> tuple[str, ...]:
        """The names of a scale's items: its own, or else those of its dimensions in order."""
        return tuple(item for part in self._parts(scale) for item in part.items)

    def reversed_items(self, scale: Scale) -> frozenset[str]:
        """The items of a scale that count the other way round: marked in their matrix or in the scale."""
        marked = {
            field.name for question in self.questions() for field in question.fields() if field.reversed
        }
        named = {name for part in (scale, *self._parts(scale)) for name in part.reversed}
        return frozenset(self.scale_items(scale)) & (marked | named)

    def _parts(self, scale: Scale, above: tuple[str, ...] = ()) -> tuple[Scale, ...]:
        if scale.items or scale.name in above:  # the second would be a circle, which the check names
            return (scale,)
        below = (part for part in self.scales if part.dimension_of == scale.name)
        return tuple(leaf for part in below for leaf in self._parts(part, (*above, scale.name)))

    def document(self) -> dict[str, object]:
        """The definition as plain data: no defaults, shared lists by name. Reading it gives an equal one."""
        document = self.model_dump(mode="json", exclude_defaults=True)
        for page in document["pages"]:
            for question in page["questions"]:
                _name_shared_list(question, document.get("lists", {}))
        return document

    @cached_property
    def stored_fields(self) -> tuple[Field, ...]:
        reversed_in_scale = {name for scale in self.scales for name in scale.reversed}
        return tuple(
            dataclasses.replace(field, reversed=True) if field.name in reversed_in_scale else field
            for question in self.questions()
            for field in question.fields()
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of the document."""
        return sha256_hex(canonical_json(self.document()))

    def __hash__(self) -> int:
        return hash(self.digest)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with changes; what was derived from the original is derived anew."""
        copied = super().model_copy(update=update, deep=deep)
        for derived in ("stored_fields", "digest"):
            copied.__dict__.pop(derived, None)
        return copied


def _with_lists_resolved(data: Mapping[str, object]) -> dict[str, object]:
    lists, pages = data.get("lists"), data.get("pages")
    resolved = dict(data)
    if isinstance(lists, Mapping) and isinstance(pages, list):
        resolved["pages"] = [_page_resolved(page, lists) for page in pages]
    return resolved


def _page_resolved(page: object, lists: Mapping[str, object]) -> object:
    if not isinstance(page, Mapping) or not isinstance(page.get("questions"), list):
        return page
    return {**page, "questions": [_question_resolved(question, lists) for question in page["questions"]]}


def _question_resolved(question: object, lists: Mapping[str, object]) -> object:
    if not isinstance(question, Mapping):
        return question
    named = question.get("options")
    # An unknown name stays as it is and is refused as a missing list by whoever reads the file.
    return {**question, "options": lists[named]} if isinstance(named, str) and named in lists else question


def _name_shared_list(question: dict[str, Any], lists: Mapping[str, object]) -> None:
    if "options" not in question:
        return
    shared = next((name for name, options in lists.items() if options == question["options"]), None)
    if shared is not None:
        question["options"] = shared
