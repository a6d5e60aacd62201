"""Questions answered in the customer's own words."""

from typing import Annotated, Final, Literal

from pydantic import Field as Key

from questionnaires.answer_rules import Rule, TextRule
from questionnaires.question_types.base import Field, Question

LONGEST_ANSWER: Final = 20_000


class OpenText(Question):
    """Free text; `purpose` says which way it goes: suggestions and complaints are followed up."""

    type: Literal["text"]
    lines: Annotated[int, Key(strict=True, ge=1, le=40)] = 3
    max_length: Annotated[int, Key(strict=True, ge=1, le=LONGEST_ANSWER)] = 1000
    purpose: Literal["suggestion", "complaint", "other"] = "other"

    def fields(self) -> tuple[Field, ...]:
        return (self._field("text"),)

    def rule(self, field: Field) -> Rule:
        return TextRule(self.max_length)
