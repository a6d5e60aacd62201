"""Questions answered by a number on a fixed scale."""

from typing import Final, Literal

from questionnaires.answer_rules import IntegerRule, Rule
from questionnaires.question_types.base import Field, Question
from questionnaires.texts import LocalText

NPS_RANGE: Final = (0, 10)


class Nps(Question):
    """Likelihood to recommend from 0 to 10; `low` and `high` name the ends of the scale."""

    type: Literal["nps"]
    low: LocalText
    high: LocalText

    def fields(self) -> tuple[Field, ...]:
        return (self._field("integer", limits=NPS_RANGE),)

    def rule(self, field: Field) -> Rule:
        return IntegerRule(*NPS_RANGE)
