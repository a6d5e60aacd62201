"""User-missing codes of SPSS variables, within what SPSS and pyreadstat allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exports.codebook import Choice
from exports.outcome import Shortened
from exports.stat_variables import StatCode, StatVariable

Declared = StatCode | dict[str, int]

_MOST_CODES = 3
_TEXT_BYTES = 8
# SPSS has no system-missing text: a question that was not answered is a blank, and blanks count as valid.
_BLANK = " "
# Of a text variable wider than 8 bytes the file declares one code. The record for such codes has room for
# three, but PSPP 1.6 expects another layout than SPSS from the second code on, and drops it with a warning.


@dataclass(frozen=True, slots=True)
class MissingCodes:
    """By variable name: what the .sav declares, and what only syntax can (the whole list, for the .sps)."""

    declared: Mapping[str, list[Declared]]
    by_syntax: Mapping[str, tuple[str, ...]]


def negative_codes(missing: Sequence[Choice], points: Sequence[int]) -> dict[StatCode, StatCode]:
    """Integer missing codes as they are; text ones −1, −2 …, below every code in use."""
    free = min([*points, *(choice.code for choice in missing if isinstance(choice.code, int)), 0])
    codes: dict[StatCode, StatCode] = {}
    for choice in missing:
        if isinstance(choice.code, int):
            codes[choice.code] = choice.code
        else:
            free -= 1
            codes[choice.code] = free
    return codes


def missing_codes(
    variables: Sequence[StatVariable], widths: Mapping[str, int], listed: list[Shortened]
) -> MissingCodes:
    """Three codes at most a variable, or one range; texts of 8 bytes at most. What does not go is listed."""
    declared: dict[str, list[Declared]] = {}
    by_syntax: dict[str, tuple[str, ...]] = {}
    for each in variables:
        if each.labels and each.kind == "number":
            declared[each.name] = _of_number(each, listed)
        elif each.labels:
            codes = _of_text(each, listed)
            declared[each.name] = list(codes)
            if widths[each.name] > _TEXT_BYTES and len(codes) > 1:
                declared[each.name] = [codes[1]]
                by_syntax[each.name] = codes
    return MissingCodes({name: codes for name, codes in declared.items() if codes}, by_syntax)


def _of_number(variable: StatVariable, listed: list[Shortened]) -> list[Declared]:
    codes = [code for code in variable.missing if isinstance(code, int)]
    if len(codes) <= _MOST_CODES:
        return list(codes)
    low, high = min(codes), max(codes)
    if not any(low <= code <= high for code in _points(variable)):
        return [{"lo": low, "hi": high}]
    _list(variable, codes[_MOST_CODES:], listed)
    return list(codes[:_MOST_CODES])


def _of_text(variable: StatVariable, listed: list[Shortened]) -> tuple[str, ...]:
    codes = [str(code) for code in variable.missing]
    kept = [code for code in codes if len(code.encode()) <= _TEXT_BYTES][: _MOST_CODES - 1]
    _list(variable, [code for code in codes if code not in kept], listed)
    return (_BLANK, *kept)


def _points(variable: StatVariable) -> list[int]:
    return [code for code in variable.labels if isinstance(code, int) and code not in variable.missing]


def _list(variable: StatVariable, codes: Sequence[StatCode], listed: list[Shortened]) -> None:
    listed += [
        Shortened(f"{variable.column} = {code}", "missing value", 0, len(str(code)), "characters")
        for code in codes
    ]
