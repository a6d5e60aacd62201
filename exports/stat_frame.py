"""The data of a statistics file: all rows in memory, which is what pyreadstat takes."""

from collections.abc import Iterable, Sequence

import polars as pl

from exports.codebook import Codebook
from exports.frames import frames
from exports.neutral import cut_utf8
from exports.outcome import Shortened
from exports.rows import Row
from exports.stat_variables import StatVariable


def stat_frame(rows: Iterable[Row], codebook: Codebook, variables: Sequence[StatVariable]) -> pl.DataFrame:
    """The rows as columns named for the program; times as clock times of the codebook's zone.

    Number columns hold integers; those with lettered missing codes (Stata's .a) hold objects.
    """
    data = pl.concat(list(frames(rows, codebook)))
    return pl.DataFrame([_column(data[variable.column], variable) for variable in variables])


def cut_texts(
    data: pl.DataFrame, variables: Sequence[StatVariable], most_bytes: int
) -> tuple[pl.DataFrame, list[Shortened]]:
    """The same data with longer texts cut, and which ones were."""
    listed: list[Shortened] = []
    for variable in variables:
        series = data[variable.name]
        if series.dtype != pl.String or not (series.str.len_bytes() > most_bytes).any():
            continue
        listed += _too_long(data, variable, most_bytes)
        cut = [None if text is None else cut_utf8(text, most_bytes) for text in series]
        data = data.with_columns(pl.Series(variable.name, cut, dtype=pl.String))
    return data, listed


def _column(series: pl.Series, variable: StatVariable) -> pl.Series:
    if variable.kind == "time":
        # Without its zone: pyreadstat would turn a time with a zone into UTC.
        return series.dt.replace_time_zone(None).alias(variable.name)
    if variable.kind == "text" or (series.dtype != pl.String and not variable.recoded):
        return series.alias(variable.name)
    return _recoded(series, variable).alias(variable.name)


def _recoded(series: pl.Series, variable: StatVariable) -> pl.Series:
    new = {str(code): code for code in variable.labels if isinstance(code, int)}
    recoding = new | {str(code): target for code, target in variable.recoded.items()}
    values = [None if code is None else recoding[str(code)] for code in series]
    lettered = any(isinstance(code, str) for code in variable.recoded.values())
    return pl.Series(variable.name, values, dtype=pl.Object if lettered else pl.Int32)


def _too_long(data: pl.DataFrame, variable: StatVariable, most_bytes: int) -> list[Shortened]:
    lengths = data.select("id", length=pl.col(variable.name).str.len_bytes())
    return [
        Shortened(f"{row_id}: {variable.column}", "cell", most_bytes, length, "bytes")
        for row_id, length in lengths.filter(pl.col("length") > most_bytes).iter_rows()
    ]
