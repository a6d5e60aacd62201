"""Kinds of inputs of a plan: each reads the text of a plan and says what is wrong with it.

A plan is parsed with every scalar as text (`No`, `1_000` and `12:30` mean what they say); a kind converts.
A family with inputs of its own defines further kinds beside its tests.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from analysis.result import Bilingual

ABSENT = ("", "~", "null", "Null", "NULL")  # how YAML writes "not given"


class Fault(Exception):
    """What is wrong with one input; `code` is unknown_column, unknown_choice, missing_input, bad_value…"""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.message = Bilingual(zh, en)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an input may refer to: the columns of the data and the ids of the plan."""

    columns: Collection[str]
    ids: Collection[str] = ()


class Kind(Protocol):
    """Reads the value of one key; raises Fault."""

    def read(self, raw: object, around: Surroundings) -> object: ...


@dataclass(frozen=True, slots=True)
class Input:
    """One key of a test."""

    name: str
    kind: Kind
    required: bool = False
    default: object = None


@dataclass(frozen=True, slots=True)
class Text:
    """Any text."""

    def read(self, raw: object, around: Surroundings) -> str:
        return text(raw)


@dataclass(frozen=True, slots=True)
class Column:
    """The name of a column."""

    def read(self, raw: object, around: Surroundings) -> str:
        name = text(raw)
        if name not in around.columns:
            raise Fault("unknown_column", f"数据中没有列 {name}", f"the data have no column {name}")
        return name


@dataclass(frozen=True, slots=True)
class Columns:
    """A list of column names, of a given length where one is needed."""

    length: int | None = None

    def read(self, raw: object, around: Surroundings) -> tuple[str, ...]:
        names = tuple(Column().read(name, around) for name in listed(raw))
        if self.length is not None and len(names) != self.length:
            raise Fault("bad_value", f"需要 {self.length} 列", f"{self.length} columns are needed")
        if not names:
            raise Fault("missing_input", "列表为空", "the list is empty")
        return names


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number between limits (both allowed, unless `open`)."""

    low: float = -math.inf
    high: float = math.inf
    open: bool = False

    def read(self, raw: object, around: Surroundings) -> float:
        value = number(raw)
        inside = self.low < value < self.high if self.open else self.low <= value <= self.high
        if not inside:
            raise Fault(
                "bad_value",
                f"{value:g} 不在 {self.low:g} 与 {self.high:g} 之间",
                f"{value:g} is not between {self.low:g} and {self.high:g}",
            )
        return value


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number of at least `low`."""

    low: int = 0

    def read(self, raw: object, around: Surroundings) -> int:
        value = number(raw)
        if value != int(value) or value < self.low:
            raise Fault(
                "bad_value",
                f"{text(raw)} 不是不小于 {self.low} 的整数",
                f"{text(raw)} is not a whole number of at least {self.low}",
            )
        return int(value)


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    def read(self, raw: object, around: Surroundings) -> bool:
        word = text(raw)
        if word.lower() not in ("true", "false"):
            raise Fault("unknown_choice", f"{word} 不是 true 或 false", f"{word} is neither true nor false")
        return word.lower() == "true"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words; `also` maps other spellings to them."""

    words: tuple[str, ...]
    also: Mapping[str, str] = field(default_factory=dict)

    def read(self, raw: object, around: Surroundings) -> str:
        word = text(raw)
        word = self.also.get(word, word)
        if word not in self.words:
            known = ", ".join(self.words)
            raise Fault("unknown_choice", f"没有选项 {word}；可选 {known}", f"no choice {word}; use {known}")
        return word


@dataclass(frozen=True, slots=True)
class Limits:
    """The two ends of a scale, lower first."""

    def read(self, raw: object, around: Surroundings) -> tuple[float, float]:
        ends = [number(end) for end in listed(raw)]
        if len(ends) != 2 or ends[0] >= ends[1]:
            raise Fault("bad_value", "量表端点须为 [低, 高]", "the ends of a scale are [low, high]")
        return ends[0], ends[1]


@dataclass(frozen=True, slots=True)
class Levels:
    """A list of distinct categories, as text; one alone may stand without brackets."""

    def read(self, raw: object, around: Surroundings) -> tuple[str, ...]:
        wanted = tuple(text(level) for level in (raw if isinstance(raw, list) else [raw]))
        if not wanted:
            raise Fault("missing_input", "列表为空", "the list is empty")
        if len(set(wanted)) < len(wanted):
            raise Fault("bad_value", "列表中有重复项", "an entry of the list is repeated")
        return wanted


@dataclass(frozen=True, slots=True)
class Names:
    """A list of names, possibly empty, that the test itself checks against its other inputs."""

    def read(self, raw: object, around: Surroundings) -> tuple[str, ...]:
        return tuple(text(name) for name in listed(raw))


@dataclass(frozen=True, slots=True)
class Numbers:
    """A list of numbers."""

    def read(self, raw: object, around: Surroundings) -> tuple[float, ...]:
        return tuple(number(value) for value in listed(raw))


@dataclass(frozen=True, slots=True)
class Where:
    """A map from column to the category, or list of categories, that is kept."""

    def read(self, raw: object, around: Surroundings) -> dict[str, tuple[str, ...]]:
        return {
            Column().read(name, around): Levels().read(wanted, around) for name, wanted in mapped(raw).items()
        }


@dataclass(frozen=True, slots=True)
class LevelNumbers:
    """A map from column to a map from category to number: scores, margins."""

    def read(self, raw: object, around: Surroundings) -> dict[str, dict[str, float]]:
        return {
            Column().read(name, around): {level: number(value) for level, value in mapped(inner).items()}
            for name, inner in mapped(raw).items()
        }


@dataclass(frozen=True, slots=True)
class Ids:
    """A list of ids of other analyses of the plan."""

    def read(self, raw: object, around: Surroundings) -> tuple[str, ...]:
        ids = Levels().read(listed(raw), around)
        unknown = [name for name in ids if name not in around.ids]
        if unknown:
            named = ", ".join(unknown)
            raise Fault("unknown_id", f"计划中没有 id {named}", f"the plan has no id {named}")
        return ids


def absent(raw: object) -> bool:
    """True for a key that is written but has no value."""
    return isinstance(raw, str) and raw in ABSENT


def text(raw: object) -> str:
    """`raw` as text; Fault when it is a list or a map."""
    if not isinstance(raw, str):
        raise Fault(
            "bad_value", "这里需要一个值，而不是列表或映射", "one value is expected, not a list or map"
        )
    return raw


def number(raw: object) -> float:
    """`raw` as a finite number; Fault otherwise."""
    word = text(raw)
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in word:
        raise Fault("bad_value", f"{word} 不是数", f"{word} is not a number")
    return value


def listed(raw: object) -> Sequence[object]:
    """`raw` as a list; Fault otherwise."""
    if not isinstance(raw, list):
        raise Fault("bad_value", "这里需要一个列表", "a list is expected")
    return raw


def mapped(raw: object) -> dict[str, object]:
    """`raw` as a map with text keys; Fault otherwise."""
    if not isinstance(raw, dict):
        raise Fault("bad_value", "这里需要一个映射", "a map is expected")
    return {text(key): value for key, value in raw.items()}
