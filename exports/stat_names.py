"""Names of variables that SPSS and Stata take."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from exports.neutral import cut_utf8
from exports.outcome import Shortened


@dataclass(frozen=True, slots=True)
class NameRule:
    """How long a name may be, how it is cut, and which names mean something else in the program."""

    cut: Callable[[str, int], str]
    limit: int
    reserved: frozenset[str]


_SPSS_WORDS = ("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with")
_STATA_WORDS = (
    *("_all", "_b", "_coef", "_cons", "_n", "_pi", "_pred", "_rc", "_skip"),
    *("byte", "double", "float", "if", "in", "int", "long", "strl", "using", "with"),
    *(f"str{number}" for number in range(1, 2046)),
)
SPSS_NAMES = NameRule(cut_utf8, 64, frozenset(_SPSS_WORDS))
# Stata's limit is 32, but pyreadstat names a variable's labels after it with up to four digits more.
STATA_NAMES = NameRule(lambda name, limit: name[:limit], 28, frozenset(_STATA_WORDS))


def stat_names(columns: Sequence[str], rule: NameRule) -> list[str]:
    """A name for each column, in order: `name/code` becomes `name_code`; letters, digits and _ stay.

    No two names differ in case only. A changed name that is taken gets a number.
    """
    taken: set[str] = set()
    names: list[str] = []
    # Columns whose name can stay have the first claim on it.
    steady = {column.casefold() for column in columns if _fits(column, rule)}
    for column in columns:
        name = _free(_allowed(column), rule, taken | (steady - {column.casefold()}))
        taken.add(name.casefold())
        names.append(name)
    return names


def renamed(columns: Sequence[str], names: Sequence[str]) -> list[Shortened]:
    """Columns whose name had to change beyond the / that becomes _."""
    return [
        Shortened(column, "name", len(name.encode()), len(column.encode()), "bytes", column)
        for column, name in zip(columns, names, strict=True)
        if name != column.replace("/", "_")
    ]


def _fits(column: str, rule: NameRule) -> bool:
    return (
        _allowed(column) == column == rule.cut(column, rule.limit) and column.casefold() not in rule.reserved
    )


def _allowed(column: str) -> str:
    name = "".join(
        char if unicodedata.category(char)[0] == "L" or char in _DIGITS else "_" for char in column
    )
    return name if name[:1].isalpha() else f"v{name}"


def _free(name: str, rule: NameRule, taken: Iterable[str]) -> str:
    refused = {*taken, *rule.reserved}
    candidate = rule.cut(name, rule.limit)
    number = 2
    while candidate.casefold() in refused:
        ending = f"_{number}"
        candidate = rule.cut(name, rule.limit - len(ending)) + ending
        number += 1
    return candidate


_DIGITS = frozenset("0123456789_")
