"""The one validator of answers: phone, kiosk, paper, import and API all pass here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from questionnaires.answer_rules import REQUIRED, Answer, AnswerRefused
from questionnaires.definition import Questionnaire
from questionnaires.texts import Message, say

_LONGEST_NAME_SHOWN: Final = 64


@dataclass(frozen=True, slots=True)
class FieldError:
    """Why one field is refused; `code` is for programs, `message` for the person who answers."""

    name: str
    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class Checked:
    """The answers that can be stored, by field name in the order of the questionnaire, and what is wrong."""

    answers: dict[str, Answer]
    errors: tuple[FieldError, ...]


class Validator:
    """Checks responses to one questionnaire; what can be worked out beforehand is worked out once."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        rules = {
            field.name: question.rule(field)
            for question in questionnaire.questions()
            for field in question.fields()
        }
        self._rules = tuple(rules.items())
        self._names = frozenset(rules)
        self._required = frozenset(field.name for field in questionnaire.fields() if field.required)

    def check(self, raw: Mapping[str, object]) -> Checked:
        """Read every answer; a field with an error is not among the answers. Never raises for bad input."""
        if not isinstance(raw, Mapping):
            return Checked({}, (_NO_ANSWERS,))
        answers: dict[str, Answer] = {}
        errors: list[FieldError] = []
        for name, rule in self._rules:
            try:
                answer = rule(raw.get(name))
            except AnswerRefused as refused:
                errors.append(FieldError(name, refused.code, refused.message))
                continue
            if answer is not None:
                answers[name] = answer
            elif name in self._required:
                errors.append(FieldError(name, "required", REQUIRED))
        errors.extend(_unknown(name) for name in raw if name not in self._names)
        return Checked(answers, tuple(errors))


def check_answers(questionnaire: Questionnaire, raw: Mapping[str, object]) -> Checked:
    """Check one response; for many, keep a Validator."""
    return _compiled(questionnaire).check(raw)


_compiled = lru_cache(maxsize=64)(Validator)

_NO_ANSWERS: Final = FieldError(
    "",
    "wrong_shape",
    say("回答应是“题目名称: 值”的集合。", "Answers are a mapping of question names to values."),
)


def _unknown(name: object) -> FieldError:
    shown = str(name)[:_LONGEST_NAME_SHOWN]
    return FieldError(
        shown,
        "unknown_question",
        say(f"问卷里没有名为 “{shown}” 的题目。", f"The questionnaire has no question named '{shown}'."),
    )
