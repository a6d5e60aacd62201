"""What every question type has: its texts, its stored fields, the check of an answer, its own faults."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, PlainValidator, SerializerFunctionWrapHandler, model_serializer
from pydantic import Field as Key
from pydantic_core import PydanticCustomError

from questionnaires.answer_rules import Code as RawCode
from questionnaires.answer_rules import Rule
from questionnaires.findings import Finding, error
from questionnaires.texts import LocalText, Words, say, storable

GREATEST_CODE = 2**31 - 1

FieldKind = Literal["code", "codes", "integer", "text"]


def read_code(value: object) -> RawCode:
    """An option code as declared: an integer for a point of a scale, else text."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= GREATEST_CODE:
        return value
    if isinstance(value, str):
        return storable(value)
    raise PydanticCustomError("code_type", "a code is an integer or text")


Code = Annotated[RawCode, PlainValidator(read_code, json_schema_input_type=int | str)]
Name = Words
Flag = Annotated[bool, Key(strict=True)]
WholeNumber = Annotated[int, Key(strict=True)]


class Frozen(BaseModel):
    """A part of a definition: never changed after it is read, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(Frozen):
    """A possible answer. `missing` answers (not applicable) are kept but never averaged."""

    code: Code
    text: LocalText
    missing: Flag = False
    exclusive: Flag = False


class Item(Frozen):
    """A row of a matrix; `reversed` when agreement with it speaks against what its scale measures."""

    name: Name
    text: LocalText
    reversed: Flag = False


@dataclass(frozen=True, slots=True)
class Field:
    """One stored answer: its name in answers, files and exports, and what it may hold."""

    name: str
    question: str
    kind: FieldKind
    text: LocalText
    options: tuple[Option, ...] = ()
    reversed: bool = False
    required: bool = False
    limits: tuple[int, int] | None = None

    def option(self, code: RawCode) -> Option:
        """The option with that code; KeyError when there is none."""
        for option in self.options:
            if option.code == code:
                return option
        raise KeyError(code)

    def scale_codes(self) -> tuple[int, ...]:
        """The codes that are points of a scale, in display order; empty when one is not an integer."""
        codes = [option.code for option in self.options if not option.missing]
        points = tuple(code for code in codes if isinstance(code, int))
        return points if len(points) == len(codes) else ()

    def missing_codes(self) -> frozenset[RawCode]:
        """The codes that are kept but never averaged, such as "not applicable"."""
        return frozenset(option.code for option in self.options if option.missing)

    def range(self) -> tuple[int, int] | None:
        """The lowest and highest point of its scale; None when its answers are not points of one."""
        if self.kind != "code":
            return self.limits
        points = self.scale_codes()
        return (min(points), max(points)) if points else None


class Question(Frozen):
    """The base of every question type. A type overrides `fields`, `rule` and `findings` as it needs."""

    type: str
    name: Name
    text: LocalText
    help: LocalText | None = None
    required: Flag = False
    tags: tuple[Words, ...] = ()

    def fields(self) -> tuple[Field, ...]:
        """The stored answers of this question, in order; none for what only informs."""
        return ()

    def rule(self, field: Field) -> Rule:
        """How a raw answer to one of its fields is read."""
        raise LookupError(f"question {self.name}: {self.type} stores no answer named {field.name}")

    def findings(self) -> Iterator[Finding]:
        """The faults of this question that can be seen without looking at others."""
        return iter(())

    def _field(
        self, kind: FieldKind, options: tuple[Option, ...] = (), limits: tuple[int, int] | None = None
    ) -> Field:
        return Field(self.name, self.name, kind, self.text, options, required=self.required, limits=limits)

    @model_serializer(mode="wrap")
    def _with_type(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        # The type is the one key without which nothing can be read back, so it is always written, first.
        return {"type": self.type, **handler(self)}


def option_findings(where: str, options: Sequence[Option]) -> Iterator[Finding]:
    """Faults of a list of options: none at all, a code twice, a code that cannot be stored as one word."""
    if all(option.missing for option in options):
        yield error(
            where,
            "no_options",
            say("没有可以选择的答案。", "There is no option to answer with."),
            say("请至少写一个不是缺失的选项。", "Write at least one option that is not marked missing."),
        )
    seen: set[str] = set()
    for option in options:
        code = str(option.code)
        if code in seen:
            yield error(
                f"{where}/{code}",
                "duplicate_option_code",
                say(f"选项代码 {code} 出现了两次。", f"The option code {code} is used twice."),
                say("请给每个选项不同的代码。", "Give each option a code of its own."),
            )
        if not _is_word(code):
            yield error(
                f"{where}/{code[:40]}",
                "bad_option_code",
                say(
                    f"“{code[:40]}” 不能作选项代码：代码为 1 到 64 个字符，不含空格和斜线。",
                    f"'{code[:40]}' cannot be an option code: 1 to 64 characters, no blanks, no slash.",
                ),
                say("请改用短的代码，把文字写在 text 里。", "Use a short code and put the words in text."),
            )
        seen.add(code)


def _is_word(code: str) -> bool:
    # A multi-select travels as codes separated by one space, or as columns `name/code`.
    return 0 < len(code) <= 64 and "/" not in code and not any(letter.isspace() for letter in code)
