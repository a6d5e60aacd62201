"""What the researcher's page offers: outcomes to compare, and groups to compare them between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from questionnaires.definition import Field, Questionnaire, Scale
from survey.messages import Language
from survey.responses.reading import score_column


@dataclass(frozen=True, slots=True)
class Choice:
    """A column that can be chosen: what it is called, its limits, and what its codes are called."""

    column: str
    words: str
    limits: tuple[float, float] = (0, 0)
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, code: str) -> str:
        """What a code is called."""
        return self.labels.get(code, code)

    def ordered(self, codes: Sequence[str]) -> list[str]:
        """Codes in the order of the questionnaire, others behind by code point."""
        places = {code: place for place, code in enumerate(self.labels)}
        return sorted(codes, key=lambda code: (places.get(code, len(places)), code))


def outcomes(definition: Questionnaire, language: Language) -> list[Choice]:
    """Questions answered on a scale and scores of scales; the bank's measures come first."""
    fields = {each.name: each for each in definition.fields() if each.range() is not None}
    measured = [
        measure.question
        for measure in definition.measures
        if measure.question is not None and measure.question in fields
    ]
    rest = [name for name in fields if name not in measured]
    return [
        *(_of_field(fields[name], language) for name in measured),
        *(_of_scale(definition, scale, language) for scale in definition.scales),
        *(_of_field(fields[name], language) for name in rest),
    ]


def groups(definition: Questionnaire, language: Language, places: Sequence[Choice]) -> list[Choice]:
    """Facets, other questions with named answers, and the places responses come from."""
    fields = {each.name: each for each in definition.fields() if each.kind == "code" and each.range() is None}
    facets = [name for name in definition.facets if name in fields]
    rest = [name for name in fields if name not in facets]
    return [*(_of_field(fields[name], language) for name in (*facets, *rest)), *places]


def chosen(choices: Sequence[Choice], column: str) -> Choice | None:
    """The choice of that column, else the first, if there is any."""
    return next((choice for choice in choices if choice.column == column), choices[0] if choices else None)


def _of_field(each: Field, language: Language) -> Choice:
    labels = {str(option.code): option.text.get(language) for option in each.options}
    return Choice(each.name, each.text.get(language), each.range() or (0, 0), labels)


def _of_scale(definition: Questionnaire, scale: Scale, language: Language) -> Choice:
    weight = len(definition.scale_items(scale)) if scale.scoring == "sum" else 1
    limits = (scale.range[0] * weight, scale.range[1] * weight)
    return Choice(score_column(scale.name), scale.title.get(language), limits)
