"""What SPSS and Stata files share: a variable with its number or text codes, labels, missing codes, level."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from exports.codebook import METADATA_TEXTS, TIME_COLUMNS, Choice, Codebook, Column
from exports.outcome import Shortened

StatCode = int | str
# The codes that stand for the "missing" options of a variable whose other codes are the integers given
MissingCodes = Callable[[Sequence[Choice], Sequence[int]], Mapping[StatCode, StatCode]]


@dataclass(frozen=True, slots=True)
class StatVariable:
    """One variable of a statistics file. `recoded` says which stored code became which code in the file."""

    column: str
    name: str
    label: str
    kind: Literal["number", "text", "time"]
    measure: Literal["nominal", "ordinal", "scale"]
    labels: Mapping[StatCode, str]
    missing: tuple[StatCode, ...]
    recoded: Mapping[StatCode, StatCode]


def stat_variables(
    codebook: Codebook, names: Sequence[str], language: str, missing_codes: MissingCodes
) -> list[StatVariable]:
    """The variables of an export, in order; `names` as the program takes them, for every column."""
    texts = list(METADATA_TEXTS.items())
    metadata = [
        _plain(column, name, _with_zone(column, text.get(language), codebook.zone))
        for (column, text), name in zip(texts, names, strict=False)
    ]
    answers = [
        _answer(column, name, language, missing_codes)
        for column, name in zip(codebook.columns(), names[len(texts) :], strict=True)
    ]
    return metadata + answers


def fit(
    where: str,
    what: Literal["variable label", "value label", "set label", "file label"],
    full: str,
    cut: Callable[[str], str],
    listed: list[Shortened],
) -> str:
    """The text as the program has room for it, on one line; whatever is lost is added to `listed`."""
    line = one_line(full)
    kept = cut(line)
    if kept != line:
        listed.append(Shortened(where, what, len(kept), len(line), "characters", line))
    return kept


def one_line(text: str) -> str:
    """The text with single blanks instead of line ends and runs of blanks, as labels want it."""
    return " ".join(text.split())


def _plain(column: str, name: str, label: str) -> StatVariable:
    kind: Literal["time", "text"] = "time" if column in TIME_COLUMNS else "text"
    return StatVariable(column, name, label, kind, "scale" if kind == "time" else "nominal", {}, (), {})


def _with_zone(column: str, text: str, zone: str) -> str:
    # These files hold clock times without a zone, so the label is the place that can name it.
    return f"{text} ({zone})" if column in TIME_COLUMNS else text


def _answer(column: Column, name: str, language: str, missing_codes: MissingCodes) -> StatVariable:
    variable = column.variable
    label = column.label(language)
    if column.choice is not None:
        return StatVariable(column.name, name, label, "number", "nominal", {}, (), {})
    if variable.kind == "integer":
        return StatVariable(column.name, name, label, "number", "scale", {}, (), {})
    missing = [choice for choice in variable.choices if choice.missing]
    points = [choice.code for choice in variable.choices if not choice.missing]
    if points and all(isinstance(code, int) for code in points):
        return _scale_point(column, name, language, missing_codes(missing, [int(code) for code in points]))
    labels: dict[StatCode, str] = {str(choice.code): choice.label(language) for choice in variable.choices}
    codes = tuple(str(choice.code) for choice in missing)
    return StatVariable(column.name, name, label, "text", "nominal", labels, codes, {})


def _scale_point(
    column: Column, name: str, language: str, missing: Mapping[StatCode, StatCode]
) -> StatVariable:
    """A variable whose answers proper are integers, however its missing codes are spelled."""
    choices = column.variable.choices
    labels = {missing.get(choice.code, choice.code): choice.label(language) for choice in choices}
    recoded = {code: new for code, new in missing.items() if code != new}
    return StatVariable(
        column.name,
        name,
        column.label(language),
        "number",
        "ordinal",
        labels,
        tuple(missing.values()),
        recoded,
    )
