"""`csv`: for people who open it in Excel. Labels, UTF-8 with BOM, CRLF, nothing that runs as a formula.

Its texts are dressed for the spreadsheet, so it is not for reading back: that is `data-csv`.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from exports.cells import Cell, LabelCells
from exports.codebook import METADATA_COLUMNS, Codebook
from exports.csv_data import with_iso_times
from exports.neutral import CELL_LIMIT, cut_cell, neutral, utf16_length
from exports.outcome import Outcome, Shortened
from exports.rows import Row


def write(rows: Iterable[Row], codebook: Codebook, out: Path, language: str) -> Outcome:
    """Write the rows with labels in the language; a text too long for an Excel cell is cut and listed."""
    header = [*METADATA_COLUMNS, *(column.name for column in codebook.columns())]
    cells_of = LabelCells(codebook, language, neutral)
    shortened: list[Shortened] = []
    count = 0
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([neutral(name) for name in header])
        for row in rows:
            count += 1
            cells = with_iso_times(cells_of(row))
            shortened.extend(cut_long_cells(row.id, header, cells))
            writer.writerow(cells)
    return Outcome(count, tuple(shortened))


def cut_long_cells(row_id: str, header: list[str], cells: list[Cell]) -> list[Shortened]:
    """Cut, in place, the texts that are too long for an Excel cell; the list says which."""
    # No text of half the limit can be too long: the quick test spares the measuring.
    long = [at for at, cell in enumerate(cells) if type(cell) is str and len(cell) * 2 > CELL_LIMIT]
    cut = []
    for at in long:
        text = str(cells[at])
        kept = cut_cell(text)
        if kept != text:
            cells[at] = kept
            where = f"{row_id}: {header[at]}"
            cut.append(Shortened(where, "cell", utf16_length(kept), utf16_length(text), "UTF-16 units"))
    return cut
