"""`dta`: a Stata 15 file."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat

from exports.codebook import METADATA_COLUMNS, Choice, Codebook
from exports.outcome import Outcome
from exports.rows import Row
from exports.stat_frame import stat_frame
from exports.stat_names import STATA_NAMES, renamed, stat_names
from exports.stat_variables import StatCode, StatVariable, fit, one_line, stat_variables

VERSION = 15
_LABEL_CHARACTERS = 80
_MISSING = "abcdefghijklmnopqrstuvwxyz"


def write(rows: Iterable[Row], codebook: Codebook, out: Path, language: str) -> Outcome:
    """Write .dta: variable labels, value labels of numbers, missing options as .a, .b …; cuts are listed.

    Stata labels numbers only, so a variable with text codes keeps its codes as text, without labels.
    """
    columns = [*METADATA_COLUMNS, *(column.name for column in codebook.columns())]
    names = stat_names(columns, STATA_NAMES)
    variables = stat_variables(codebook, names, language, lettered_codes)
    # Long texts become references, and pyreadstat has none for a missing one: Stata's missing text is "".
    data = stat_frame(rows, codebook, variables).with_columns(pl.col(pl.String).fill_null(""))
    listed = renamed(columns, names)
    pyreadstat.write_dta(
        data,
        out,
        file_label=fit(out.name, "file label", codebook.title.get(language), _cut_label, listed),
        column_labels=[
            fit(each.column, "variable label", each.label, _cut_label, listed) for each in variables
        ],
        version=VERSION,
        variable_value_labels=_value_labels(variables),
        missing_user_values={
            each.name: sorted({str(code) for code in each.missing})
            for each in variables
            if each.kind == "number" and each.missing
        },
    )
    return Outcome(data.height, tuple(listed))


def lettered_codes(missing: Sequence[Choice], points: Sequence[int]) -> dict[StatCode, StatCode]:
    """Stata's missing codes .a, .b … in the order of the options; of 26, the last takes all that are left."""
    return {choice.code: _MISSING[min(at, len(_MISSING) - 1)] for at, choice in enumerate(missing)}


def _value_labels(variables: Sequence[StatVariable]) -> Any:
    return {
        each.name: {code: one_line(label) for code, label in each.labels.items()}
        for each in variables
        if each.kind == "number" and each.labels
    }


def _cut_label(text: str) -> str:
    return text[:_LABEL_CHARACTERS]
