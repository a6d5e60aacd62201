"""Questions answered by choosing: one option, several options, one option for each row."""

from collections.abc import Iterator
from typing import Literal

from questionnaires.answer_rules import CodeRule, CodesRule, Rule
from questionnaires.findings import Finding, error
from questionnaires.question_types.base import Field, Item, Option, Question, WholeNumber, option_findings
from questionnaires.texts import say


class _Choice(Question):
    options: tuple[Option, ...]

    def rule(self, field: Field) -> Rule:
        return CodeRule([option.code for option in self.options])

    def findings(self) -> Iterator[Finding]:
        yield from option_findings(f"{self.name}/options", self.options)


class Single(_Choice):
    """One option out of several."""

    type: Literal["single"]

    def fields(self) -> tuple[Field, ...]:
        return (self._field("code", self.options),)


class Multiple(_Choice):
    """Any number of options between `min` and `max`; an exclusive option stands alone."""

    type: Literal["multiple"]
    min: WholeNumber | None = None
    max: WholeNumber | None = None

    def fields(self) -> tuple[Field, ...]:
        return (self._field("codes", self.options),)

    def rule(self, field: Field) -> Rule:
        codes = [option.code for option in self.options]
        exclusive = frozenset(option.code for option in self.options if option.exclusive)
        return CodesRule(codes, exclusive, self.min or 0, len(codes) if self.max is None else self.max)

    def findings(self) -> Iterator[Finding]:
        yield from super().findings()
        together = sum(not option.exclusive for option in self.options)
        least = 0 if self.min is None else self.min
        most = together if self.max is None else self.max
        if least < 0 or most < 1 or least > min(most, together):
            yield error(
                self.name,
                "contradictory_limits",
                say(
                    f"至少 {least} 项、至多 {most} 项、共 {together} 个可同时选的选项，无法同时满足。",
                    f"At least {least}, at most {most}, out of {together} options that go together:"
                    " nobody can answer that.",
                ),
                say("请改正 min 或 max。", "Correct min or max."),
            )


class Matrix(_Choice):
    """The same options for several items; each item is stored under its own name."""

    type: Literal["matrix"]
    items: tuple[Item, ...]

    def fields(self) -> tuple[Field, ...]:
        return tuple(
            Field(item.name, self.name, "code", item.text, self.options, item.reversed, self.required)
            for item in self.items
        )

    def findings(self) -> Iterator[Finding]:
        yield from super().findings()
        if not self.items:
            yield error(
                self.name,
                "no_items",
                say("矩阵题没有题项。", "The matrix has no items."),
                say("请在 items 里至少写一个题项。", "Write at least one item under items."),
            )
