"""Rows as typed columns, for the formats that store columns."""

from collections.abc import Iterable, Iterator
from itertools import islice

import polars as pl

from exports.cells import Cell, CodeCells
from exports.codebook import METADATA_COLUMNS, TIME_COLUMNS, Codebook, Column
from exports.rows import Row

Schema = dict[str, pl.DataType]

# Large enough that the cost of a frame does not show, small enough that memory does not.
ROWS_AT_ONCE = 20_000


def schema(codebook: Codebook) -> Schema:
    """The type of every column: codes that are all integers as integers, other codes and texts as text."""
    types: Schema = {name: pl.String() for name in METADATA_COLUMNS}
    types |= {name: pl.Datetime("us", codebook.zone) for name in TIME_COLUMNS}
    return types | {column.name: _type(column) for column in codebook.columns()}


def frames(rows: Iterable[Row], codebook: Codebook) -> Iterator[pl.DataFrame]:
    """The rows, in frames of ROWS_AT_ONCE at most; always at least one frame."""
    types = schema(codebook)
    cells_of = CodeCells(codebook)
    remaining = iter(rows)
    chunk = [cells_of(row) for row in islice(remaining, ROWS_AT_ONCE)]
    yield _frame(chunk, types)
    while chunk := [cells_of(row) for row in islice(remaining, ROWS_AT_ONCE)]:
        yield _frame(chunk, types)


def _frame(chunk: list[list[Cell]], types: Schema) -> pl.DataFrame:
    columns = zip(*chunk, strict=True) if chunk else [()] * len(types)
    return pl.DataFrame(
        [_series(name, kind, cells) for (name, kind), cells in zip(types.items(), columns, strict=True)]
    )


def _series(name: str, kind: pl.DataType, cells: tuple[Cell, ...]) -> pl.Series:
    if kind == pl.String:
        # also for integer codes that stand beside text codes
        return pl.Series(name, [None if cell is None else str(cell) for cell in cells], dtype=kind)
    return pl.Series(name, cells, dtype=kind)


def _type(column: Column) -> pl.DataType:
    if column.choice is not None:
        return pl.Int8()
    return pl.Int32() if column.variable.numeric else pl.String()
