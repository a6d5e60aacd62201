"""What every statistic returns: a Result, or a NotComputable that says why there is none.

Light on purpose (no numpy), so that pages and exports can name these types without loading the statistics.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in Chinese and English."""

    zh: str
    en: str

    def get(self, language: str) -> str:
        """The text in `language`; Chinese for anything that does not begin with "en"."""
        return self.en if language.startswith("en") else self.zh

    def to_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class Warning:
    """Something the reader of a Result has to know; `code` is for programs, `message` for people."""

    code: str
    message: Bilingual

    def to_json(self, language: str = "zh") -> dict[str, str]:
        return {"code": self.code, "message": self.message.get(language)}


@dataclass(frozen=True, slots=True)
class Result:
    """A computed statistic: all numbers finite, in `fields` under the names of the analysis vocabulary."""

    test: str
    method: Bilingual
    n: int | None
    n_missing: int
    fields: Mapping[str, Json]
    sentence: Bilingual
    warnings: tuple[Warning, ...] = ()
    ok: ClassVar[Literal[True]] = True

    def __getitem__(self, name: str) -> Json:
        return self.fields[name]

    def number(self, name: str) -> float:
        """The field `name` as a float; TypeError when it is not a number."""
        value = self.fields[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"field {name!r} of {self.test} is not a number")
        return float(value)

    def interval(self, name: str = "ci") -> tuple[float, float]:
        """The field `name` as (lower, upper); TypeError when it is not a pair of numbers."""
        value = self.fields[name]
        if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
            raise TypeError(f"field {name!r} of {self.test} is not an interval")
        low, high = value
        if not isinstance(low, int | float) or not isinstance(high, int | float):
            raise TypeError(f"field {name!r} of {self.test} is not an interval")
        return float(low), float(high)

    def warned(self, *warnings: Warning) -> "Result":
        """The same result with more warnings at its end."""
        return replace(self, warnings=(*self.warnings, *warnings))

    def to_json(self, language: str = "zh") -> dict[str, Json]:
        """The object that `huisheng analyse` writes for this analysis."""
        counted: dict[str, Json] = {} if self.n is None else {"n": self.n, "n_missing": self.n_missing}
        return {
            "test": self.test,
            "status": "ok",
            "method": self.method.get(language),
            **counted,
            **self.fields,
            "warnings": [w.to_json(language) for w in self.warnings],
            "sentence": self.sentence.to_json(),
        }


@dataclass(frozen=True, slots=True)
class NotComputable:
    """Why there is no number: `reason` is a code for programs, `message` says it to people."""

    test: str
    reason: str
    message: Bilingual
    warnings: tuple[Warning, ...] = field(default=())
    ok: ClassVar[Literal[False]] = False

    @property
    def sentence(self) -> Bilingual:
        """The reason as a sentence, so that pages print either kind of outcome alike."""
        return Bilingual(f"无法计算：{self.message.zh}", f"Cannot be computed: {self.message.en}")

    def warned(self, *warnings: Warning) -> "NotComputable":
        """The same outcome with more warnings at its end."""
        return replace(self, warnings=(*self.warnings, *warnings))

    def to_json(self, language: str = "zh") -> dict[str, Json]:
        """The object that `huisheng analyse` writes for this analysis."""
        return {
            "test": self.test,
            "status": "not_computable",
            "reason": {"code": self.reason, "message": self.message.get(language)},
            "warnings": [w.to_json(language) for w in self.warnings],
            "sentence": self.sentence.to_json(),
        }


Outcome = Result | NotComputable
