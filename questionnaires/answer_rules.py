"""How one raw answer is read: a rule per stored field, compiled once, called for every response.

A rule takes what a form, a device, a paper or a file brought (text, integer, list) and gives the value
to store, or None when nothing was answered.

AnswerRefused      the raw value is no answer to this field; code and message say why
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from questionnaires.texts import Message, say, without_unstorable

Code = int | str
Answer = int | str | list[Code]
Rule = Callable[[object], Answer | None]

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_MOST_SPELLED: Final = 10**18


class AnswerRefused(Exception):
    """The raw value is no answer to this field."""

    def __init__(self, code: str, message: Message) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


REQUIRED: Final = say("请回答这一题。", "Please answer this question.")
_NOT_LISTED: Final = say("请从列出的选项中选择。", "Please choose one of the options listed.")
_SHAPE: Final = say("这个值的形式不能作为回答。", "A value of this form cannot be an answer.")
_ONE_ONLY: Final = say("这一题只能选一项。", "Please choose one option only.")


class CodeRule:
    """One code out of the options; text that spells an integer code becomes that code."""

    def __init__(self, codes: Sequence[Code]) -> None:
        self._codes = spelled(codes)

    def __call__(self, raw: object) -> Code | None:
        code = self._codes.get(raw) if isinstance(raw, str) else None
        if code is not None:
            return code
        value = scalar(raw)
        return None if value is None else look_up(self._codes, value)


class CodesRule:
    """Several codes, kept in the order of the options and without repeats; text is split at spaces."""

    def __init__(self, codes: Sequence[Code], exclusive: frozenset[Code], least: int, most: int) -> None:
        self._codes = spelled(codes)
        self._order = {code: place for place, code in enumerate(codes)}
        self._exclusive = exclusive
        self._least = least
        self._most = most

    def __call__(self, raw: object) -> list[Code] | None:
        parts = raw if isinstance(raw, list) else self._split(raw)
        chosen = {look_up(self._codes, value) for part in parts if (value := scalar(part)) is not None}
        if not chosen:
            return None
        self._check_number(chosen)
        return sorted(chosen, key=self._order.__getitem__)

    def _split(self, raw: object) -> list[object]:
        value = scalar(raw)
        if value is None:
            return []
        return list(value.split()) if isinstance(value, str) else [value]

    def _check_number(self, chosen: set[Code]) -> None:
        number = len(chosen)
        if not chosen.isdisjoint(self._exclusive):
            if number > 1:
                raise AnswerRefused(
                    "exclusive",
                    say(
                        "所选的一项不能与其他选项同时选择。",
                        "One of these options cannot be combined with others.",
                    ),
                )
            return
        if number < self._least:
            raise AnswerRefused(
                "too_few",
                say(f"请至少选 {self._least} 项。", f"Please choose at least {self._least} options."),
            )
        if number > self._most:
            raise AnswerRefused(
                "too_many",
                say(
                    f"最多选 {self._most} 项，现在选了 {number} 项。",
                    f"Please choose at most {self._most} options; {number} are chosen now.",
                ),
            )


class IntegerRule:
    """A whole number between two limits, both included; 0 is an answer like any other."""

    def __init__(self, low: int, high: int) -> None:
        self._low = low
        self._high = high

    def __call__(self, raw: object) -> int | None:
        value = scalar(raw)
        if value is None:
            return None
        number = value if isinstance(value, int) else self._spelled(value)
        if number is None or not self._low <= number <= self._high:
            raise AnswerRefused(
                "out_of_range",
                say(
                    f"请选择 {self._low} 到 {self._high} 之间的整数。",
                    f"Please choose a whole number from {self._low} to {self._high}.",
                ),
            )
        return number

    def _spelled(self, text: str) -> int | None:
        narrow = unicodedata.normalize("NFKC", text)
        return int(narrow) if _INTEGER.fullmatch(narrow) else None


class TextRule:
    """Free text: \\n line ends, no control characters, no blanks around it."""

    def __init__(self, longest: int) -> None:
        self._longest = longest

    def __call__(self, raw: object) -> str | None:
        value = scalar(raw)
        if value is None:
            return None
        text = str(value)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = without_unstorable(text).strip()
        if len(text) > self._longest:
            raise AnswerRefused(
                "too_long",
                say(
                    f"最多可写 {self._longest} 个字，现在有 {len(text)} 个字。请缩短一些。",
                    f"Please use at most {self._longest} characters; there are {len(text)} now.",
                ),
            )
        return text or None


def spelled(codes: Sequence[Code]) -> dict[Code, Code]:
    """Every way a declared code may arrive, with the code as declared."""
    ways: dict[Code, Code] = {}
    for code in codes:
        ways[code] = code
        if isinstance(code, int):
            ways[str(code)] = code
        elif _INTEGER.fullmatch(code):
            ways.setdefault(int(code), code)
    return ways


def look_up(codes: dict[Code, Code], value: Code) -> Code:
    """The declared code that the value spells, in full-width characters too."""
    code = codes.get(value)
    if code is None and isinstance(value, str):
        code = codes.get(unicodedata.normalize("NFKC", value).strip())
    if code is None:
        raise AnswerRefused("not_an_option", _NOT_LISTED)
    return code


def scalar(raw: object) -> Code | None:
    """The one text or integer in a raw value, None for nothing; a list may hold one beside blanks."""
    if isinstance(raw, str):
        return raw.strip() or None
    if raw is None:
        return None
    if isinstance(raw, list):
        return _only(raw)
    # True == 1 would be found among the codes; 4.0 comes from clients whose numbers are all decimals.
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < _MOST_SPELLED:
        return raw
    raise AnswerRefused("wrong_shape", _SHAPE)


def _only(raw: list[object]) -> Code | None:
    if any(isinstance(part, list) for part in raw):
        raise AnswerRefused("wrong_shape", _SHAPE)
    values = [value for part in raw if (value := scalar(part)) is not None]
    if len(values) > 1:
        raise AnswerRefused("one_only", _ONE_ONLY)
    return values[0] if values else None
