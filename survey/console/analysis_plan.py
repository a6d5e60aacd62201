"""The plan behind the researcher's page: reliability of every scale, one difference, and the groups' means.

The page runs this plan and nothing else, so `huisheng analyse questionnaire:SLUG` on the plan it hands out
gives the same numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from questionnaires.definition import Questionnaire

DIFFERENCE: Final = "difference"
RELIABILITY: Final = "alpha_"
MEAN: Final = "mean_"

Entry = dict[str, object]
Where = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An outcome compared between the levels of a group; levels in the order in which they are shown."""

    outcome: str
    group: str
    levels: tuple[str, ...]


def reliability_entries(definition: Questionnaire, where: Where) -> list[Entry]:
    """Cronbach's alpha of each scale, reversed items turned by the limits of the scale."""
    entries = []
    for scale in definition.scales:
        items = list(definition.scale_items(scale))
        turned = definition.reversed_items(scale)
        entry: Entry = {"id": f"{RELIABILITY}{scale.name}", "test": "cronbach_alpha", "items": items}
        if turned:
            entry["reverse"] = [item for item in items if item in turned]
        entry["scale"] = list(scale.range)
        entries.append(_within(entry, where))
    return entries


def difference_entries(comparison: Comparison, where: Where) -> list[Entry]:
    """Welch's t for two levels, Welch's analysis of variance for more; then the mean of each level."""
    between: Entry = {
        "id": DIFFERENCE,
        "test": "t_test" if len(comparison.levels) == 2 else "anova",
        "outcome": comparison.outcome,
        "group": comparison.group,
        "levels": list(comparison.levels),
        "variances": "unequal",
    }
    means = [
        _within(
            {"id": mean_id(number), "test": "mean", "outcome": comparison.outcome},
            {**where, comparison.group: [level]},
        )
        for number, level in enumerate(comparison.levels, 1)
    ]
    return [_within(between, where), *means]


def mean_id(number: int) -> str:
    """The id of the mean of the level at that place, from 1."""
    return f"{MEAN}{number}"


def plan_text(entries: Sequence[Entry]) -> str:
    """The plan as the YAML that `huisheng analyse` reads."""
    text: str = yaml.safe_dump(
        {"analyses": list(entries)}, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110
    )
    return text


def _within(entry: Entry, where: Where) -> Entry:
    return {**entry, "where": {name: list(values) for name, values in where.items()}} if where else entry
