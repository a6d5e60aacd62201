"""`xlsx`: a sheet of codes (exact, can be imported again), a sheet of labels, the codebook, what was cut.

Text is written as text cells in the text format; what looks like a formula also bears Excel's own mark for
text (quotePrefix), so that it stays inert when somebody edits the cell. The value itself is not changed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from exports.cells import Cell, CodeCells, LabelCells
from exports.codebook import METADATA_COLUMNS, METADATA_TEXTS, Codebook
from exports.codebook_table import own_language, table
from exports.csv_excel import cut_long_cells
from exports.neutral import is_formula, sheet_name
from exports.outcome import ExportRefused, Outcome, Shortened
from exports.rows import Row

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384

_SHEETS = {
    "zh": {"codes": "代码", "labels": "文字", "codebook": "编码本", "shortened": "被缩短的内容"},
    "en": {"codes": "Codes", "labels": "Labels", "codebook": "Codebook", "shortened": "Shortened"},
}
_SHORTENED_HEADER = {
    "zh": ("位置", "保留长度", "原长度", "单位"),
    "en": ("where", "kept", "length", "unit"),
}
_OPTIONS = {
    # constant_memory: one row at a time, whatever the number of rows
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(rows: Iterable[Row], codebook: Codebook, out: Path, language: str) -> Outcome:
    """Write the sheets; a text too long for a cell is cut and listed, also in the workbook."""
    workbook = Workbook(str(out), {**_OPTIONS, "tmpdir": str(out.parent)})
    try:
        return _fill(_Sheets(workbook, language), rows, codebook, language)
    finally:
        # also after a failure: an unclosed workbook leaves its temporary files open
        workbook.close()


class _Sheets:
    """The workbook's formats, and writing of rows of cells."""

    def __init__(self, workbook: Workbook, language: str) -> None:
        self._workbook = workbook
        self._text = workbook.add_format({"num_format": "@"})
        self._guarded = workbook.add_format({"num_format": "@", "quote_prefix": True})
        self._time = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._names = _SHEETS[own_language(language)]

    def add(self, name: str) -> Worksheet:
        return self._workbook.add_worksheet(sheet_name(self._names[name]))

    def row(self, sheet: Worksheet, number: int, cells: Sequence[Cell]) -> None:
        """Write one row; None leaves its cell empty."""
        for at, cell in enumerate(cells):
            if type(cell) is int:
                sheet.write_number(number, at, cell)
            elif type(cell) is str:
                if cell:
                    sheet.write_string(number, at, cell, self._guarded if is_formula(cell) else self._text)
            elif isinstance(cell, datetime):
                # Excel rounds parts of a second, which turns 23:59:59.7 into the next day
                local = cell.replace(tzinfo=None, microsecond=0)
                sheet.write_datetime(number, at, local, self._time)


def _fill(sheets: _Sheets, rows: Iterable[Row], codebook: Codebook, language: str) -> Outcome:
    columns = codebook.columns()
    header = [*METADATA_COLUMNS, *(column.name for column in columns)]
    _refuse_if_too_wide(len(header))
    texts: list[Cell] = [
        *(text.get(language) for text in METADATA_TEXTS.values()),
        *(column.label(language) for column in columns),
    ]
    codes, labels = sheets.add("codes"), sheets.add("labels")
    shortened = cut_long_cells(labels.name, header, texts)
    for sheet, titles in ((codes, header), (labels, texts)):
        sheet.freeze_panes(1, 1)
        sheets.row(sheet, 0, titles)
    code_cells, label_cells = CodeCells(codebook), LabelCells(codebook, language)
    count = 0
    for count, row in enumerate(rows, 1):
        _refuse_if_too_long(count)
        exact = code_cells(row)
        readable = label_cells.labelled(row.version, exact.copy())
        cut_long_cells(row.id, header, readable)
        shortened.extend(cut_long_cells(row.id, header, exact))
        sheets.row(codes, count, exact)
        sheets.row(labels, count, readable)
    shortened += _append_codebook(sheets, codebook, language)
    _append_shortened(sheets, shortened, language)
    return Outcome(count, tuple(shortened))


def _append_codebook(sheets: _Sheets, codebook: Codebook, language: str) -> list[Shortened]:
    sheet = sheets.add("codebook")
    shortened: list[Shortened] = []
    for number, line in enumerate(table(codebook, language)):
        cells: list[Cell] = list(line)
        places = [str(at) for at in range(1, len(cells) + 1)]
        shortened += cut_long_cells(f"{sheet.name} {number + 1}", places, cells)
        sheets.row(sheet, number, cells)
    return shortened


def _append_shortened(sheets: _Sheets, shortened: Sequence[Shortened], language: str) -> None:
    if not shortened:
        return
    sheet = sheets.add("shortened")
    sheets.row(sheet, 0, _SHORTENED_HEADER[own_language(language)])
    for number, cut in enumerate(shortened, 1):
        sheets.row(sheet, number, (cut.where, cut.kept, cut.length, cut.unit))


def _refuse_if_too_wide(columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise ExportRefused(
            f"共有 {columns} 列，Excel 工作表最多 {MOST_COLUMNS} 列。请改用 data-csv 或 parquet 格式。",
            f"There are {columns} columns; an Excel sheet holds {MOST_COLUMNS}. Use data-csv or parquet.",
        )


def _refuse_if_too_long(rows: int) -> None:
    if rows >= MOST_ROWS:
        raise ExportRefused(
            f"答卷超过 {MOST_ROWS - 1} 份，Excel 工作表放不下。请改用 data-csv 或 parquet，或按批次导出。",
            f"More than {MOST_ROWS - 1} responses do not fit an Excel sheet."
            " Use data-csv or parquet, or export wave by wave.",
        )
