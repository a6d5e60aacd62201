"""Scores of scales for one response: reversal by the limits of the scale, never by what was observed."""

from collections.abc import Mapping
from dataclasses import dataclass

from questionnaires.answer_rules import Code
from questionnaires.definition import Questionnaire, Scale


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one response on one scale; `value` is None when too few items were answered."""

    value: float | None
    answered: int
    items: int


def reversed_value(value: int, limits: tuple[int, int]) -> int:
    """The value mirrored within the limits of its scale: on 1 to 5, 2 becomes 4.

    Raises ValueError for a value outside the limits.
    """
    low, high = limits
    if not low <= value <= high:
        raise ValueError(f"value: {value} lies outside {low}..{high}")
    return low + high - value


class Scorer:
    """Scores responses on one scale of a questionnaire."""

    def __init__(self, questionnaire: Questionnaire, scale: Scale) -> None:
        turned = questionnaire.reversed_items(scale)
        self._scale = scale
        self._items = tuple(
            _ScoredItem(name, name in turned, questionnaire.field(name).missing_codes())
            for name in questionnaire.scale_items(scale)
        )

    def values(self, answers: Mapping[str, object]) -> tuple[int | None, ...]:
        """The items' values after reversal, in order; None where there is no point of the scale."""
        return tuple(item.value(answers, self._scale.range) for item in self._items)

    def score(self, answers: Mapping[str, object]) -> Score:
        """The mean of the answered items, or for sums that mean times the number of items.

        None is given when the answered share is below the scale's minimum, or nothing was answered.
        """
        values = [value for value in self.values(answers) if value is not None]
        items = len(self._items)
        if not values or len(values) < self._scale.minimum_answered * items:
            return Score(None, len(values), items)
        weight = items if self._scale.scoring == "sum" else 1
        return Score(sum(values) * weight / len(values), len(values), items)


@dataclass(frozen=True, slots=True)
class _ScoredItem:
    name: str
    turned: bool
    missing: frozenset[Code]

    def value(self, answers: Mapping[str, object], limits: tuple[int, int]) -> int | None:
        value = answers.get(self.name)
        if not isinstance(value, int) or value in self.missing or not limits[0] <= value <= limits[1]:
            return None
        return reversed_value(value, limits) if self.turned else value
