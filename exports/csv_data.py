"""`data-csv`: raw codes, exact. RFC 4180: UTF-8 without BOM, comma, CRLF, quotes only where needed."""

import csv
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from exports.cells import FIRST_ANSWER, FIRST_TIME, Cell, CodeCells
from exports.codebook import METADATA_COLUMNS, Codebook
from exports.outcome import Outcome
from exports.rows import Row


def write(rows: Iterable[Row], codebook: Codebook, out: Path, language: str) -> Outcome:
    """Write the rows as codes; an empty cell is no answer, times are ISO 8601 with their offset."""
    cells_of = CodeCells(codebook)
    count = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        # CRLF also makes the csv module quote a lone CR inside an answer; with LF it would not.
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([*METADATA_COLUMNS, *(column.name for column in codebook.columns())])
        for row in rows:
            count += 1
            writer.writerow(with_iso_times(cells_of(row)))
    return Outcome(count)


def with_iso_times(cells: list[Cell]) -> list[Cell]:
    """The same cells, with the times as ISO 8601 text; the offset names the zone."""
    for at in range(FIRST_TIME, FIRST_ANSWER):
        moment = cells[at]
        if isinstance(moment, datetime):
            cells[at] = moment.isoformat()
    return cells
