"""`sav`: an SPSS system file, and beside it an .sps with what SPSS had no room for."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import polars as pl
import pyreadstat

from exports.codebook import METADATA_COLUMNS, Codebook, columns_of
from exports.codebook_table import notes
from exports.neutral import cut_utf8
from exports.outcome import ExportRefused, Outcome, Shortened
from exports.rows import Row
from exports.sav_dictionary import ResponseSet, add_response_sets
from exports.sps import cut_value_label, cut_variable_label, syntax
from exports.spss_missing import missing_codes, negative_codes
from exports.stat_frame import cut_texts, stat_frame
from exports.stat_names import SPSS_NAMES, renamed, stat_names
from exports.stat_variables import StatCode, StatVariable, fit, stat_variables

# Bytes of UTF-8, where a Chinese character takes three. pyreadstat cuts the label without a word.
FILE_LABEL, SET_NAME, TEXT, DOCUMENT_LINE = 64, 63, 32_767, 80


def write(rows: Iterable[Row], codebook: Codebook, out: Path, language: str) -> Outcome:
    """Write .sav and .sps: labels, missing codes, levels, multiple-response sets; what was cut is listed.

    An option marked missing with a text code (`na`) beside integer codes becomes −1, −2 … and user-missing,
    so that the variable stays a number; the documents of the file say which code that was.
    """
    beside = out.with_suffix(".sps")
    if beside == out:
        raise ExportRefused(
            f"{out.name}：.sav 文件旁边会有同名的 .sps 文件。请改用 .sav 结尾的文件名。",
            f"{out.name}: beside the .sav file goes an .sps of the same name. Give a name that ends in .sav.",
        )
    columns = [*METADATA_COLUMNS, *(column.name for column in codebook.columns())]
    names = stat_names(columns, SPSS_NAMES)
    variables = stat_variables(codebook, names, language, negative_codes)
    data, listed = cut_texts(stat_frame(rows, codebook, variables), variables, TEXT)
    listed += renamed(columns, names)
    widths = _widths(data, variables)
    missing = missing_codes(variables, widths, listed)
    pyreadstat.write_sav(
        data,
        out,
        file_label=fit(out.name, "file label", codebook.title.get(language), _cut_file_label, listed),
        column_labels=[
            fit(each.column, "variable label", each.label, cut_variable_label, listed) for each in variables
        ],
        row_compress=True,
        note=_documents(codebook, variables, language),
        variable_value_labels=_value_labels(variables, widths, listed),
        missing_ranges=cast(Any, missing.declared),
        variable_measure={each.name: each.measure for each in variables},
        variable_format={each.name: _format(each) for each in variables if each.kind == "number"},
    )
    sets = _response_sets(codebook, dict(zip(columns, names, strict=True)), language, listed)
    add_response_sets(out, sets)
    text = syntax(out.name, codebook, variables, sets, missing.by_syntax)
    beside.write_text(text, "utf-8")
    return Outcome(data.height, tuple(listed))


def _cut_file_label(text: str) -> str:
    return cut_utf8(text, FILE_LABEL)


def _widths(data: pl.DataFrame, variables: Sequence[StatVariable]) -> dict[str, int]:
    """The width in bytes that pyreadstat gives each text variable: that of the longest text in it, or,
    counted in characters, of the longest code with a label."""
    return {
        each.name: max(
            1,
            cast(int, data[each.name].str.len_bytes().max() or 0),
            max((len(str(code)) for code in each.labels), default=0),
        )
        for each in variables
        if each.kind == "text"
    }


def _value_labels(
    variables: Sequence[StatVariable], widths: Mapping[str, int], listed: list[Shortened]
) -> Any:
    # Any: pyreadstat's annotation leaves out the text codes it takes
    return {each.name: _labels(each, widths.get(each.name), listed) for each in variables if each.labels}


def _labels(variable: StatVariable, width: int | None, listed: list[Shortened]) -> dict[StatCode, str]:
    labels: dict[StatCode, str] = {}
    for code, label in variable.labels.items():
        where = f"{variable.column} = {code}"
        if width is not None and len(str(code).encode()) > width:
            # an unused code of Chinese characters: there is no room for it, and no answer has it
            listed.append(Shortened(where, "value label", 0, len(label), "characters", label))
        else:
            labels[code] = fit(where, "value label", label, cut_value_label, listed)
    return labels


def _format(variable: StatVariable) -> str:
    width = max((len(str(code)) for code in variable.labels), default=2)
    return f"F{max(width, 2)}.0"


def _documents(codebook: Codebook, variables: Sequence[StatVariable], language: str) -> list[str]:
    """Notes in the file itself; lines `name: -1 = na` are also what an import reads codes back from."""
    recoded = [f"{each.name}: {new} = {code}" for each in variables for code, new in each.recoded.items()]
    return [line for text in (*notes(codebook, language), *recoded) for line in _wrapped(text)]


def _wrapped(text: str) -> list[str]:
    lines = []
    while text:
        line = cut_utf8(text, DOCUMENT_LINE)
        lines.append(line)
        text = text[len(line) :]
    return lines


def _response_sets(
    codebook: Codebook, names: Mapping[str, str], language: str, listed: list[Shortened]
) -> list[ResponseSet]:
    several = [variable for variable in codebook.variables if variable.kind == "codes"]
    set_names = stat_names([variable.column for variable in several], SPSS_NAMES)
    return [
        ResponseSet(
            cut_utf8(set_name, SET_NAME),
            fit(variable.column, "set label", variable.label(language), cut_variable_label, listed),
            tuple(names[column.name] for column in columns_of(variable)),
        )
        for variable, set_name in zip(several, set_names, strict=True)
    ]
