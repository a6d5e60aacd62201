"""Response files as tables: a header and rows of cells, whatever the format."""

import codecs
import csv
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from exports.refusals import ResponsesRefused, refused

FileCell = str | int | float | bool | date | datetime | None

MOST_BYTES = 512 * 1024 * 1024
MOST_CELLS = 60_000_000


@dataclass(frozen=True, slots=True)
class FileTable:
    """Column names, and rows with their number as a spreadsheet shows it (the header is row 1)."""

    header: tuple[str, ...]
    rows: Iterator[tuple[int, Sequence[FileCell]]]


def open_table(path: Path, encoding: str | None = None) -> FileTable:
    """The table in a .csv, .xlsx, .sav or .parquet file; ResponsesRefused says what is wrong with it.

    CSV is UTF-8 unless an encoding is given; of an .xlsx the first sheet is read.
    """
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        known = " ".join(_OPENERS)
        raise refused(
            f"{path.name}：不认识的文件类型，可用 {known} .json。",
            f"{path.name}: unknown file type; use {known} .json.",
        )
    if path.stat().st_size > MOST_BYTES:
        raise _too_big(path)
    return opener(path, encoding)


def _open_csv(path: Path, encoding: str | None) -> FileTable:
    codec = "utf-8-sig" if encoding is None or encoding.lower() in ("utf-8", "utf8") else encoding
    _check_encoding(path, codec)
    records = _csv_records(path, codec)
    header = next(records, (1, []))[1]
    if not any(header):
        raise refused(f"{path.name} 没有表头。", f"{path.name} has no header row.", row=1)
    if len(header) == 1 and re.search(r"[;\t]", header[0]):
        raise refused(
            "各列之间应以逗号分隔；这个文件用的是分号或制表符。请另存为“CSV UTF-8（逗号分隔）”。",
            "Columns are separated by commas; this file has semicolons or tabs. Save it as CSV UTF-8.",
            row=1,
        )
    return FileTable(tuple(header), records)


def _csv_records(path: Path, codec: str) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=codec, newline="") as file:
        reader = csv.reader(file, strict=True)
        number = 0
        try:
            for record in reader:
                number += 1
                if any(record):
                    yield number, record
        except csv.Error as error:
            raise refused(
                f"第 {number + 1} 行（文件第 {reader.line_num} 行）的引号不成对，或一个单元格过长。",
                f"Row {number + 1} (line {reader.line_num}) has an unpaired quote or too long a cell.",
                row=number + 1,
            ) from error


def _check_encoding(path: Path, codec: str) -> None:
    """Refuse the file, with the line, unless all of it is in that encoding."""
    line = 1
    try:
        decoder = codecs.getincrementaldecoder(codec)()
        with path.open("rb") as file:
            for piece in file:
                decoder.decode(piece)
                line += 1
            decoder.decode(b"", final=True)
    except LookupError as error:
        raise refused(f"没有名为 {codec} 的编码。", f"There is no encoding named {codec}.") from error
    except UnicodeDecodeError as error:
        raise refused(
            f"第 {line} 行不是 {codec.upper().removesuffix('-SIG')}。请另存为“CSV UTF-8”，"
            "或者指明文件的编码：--encoding gb18030（中文 Excel 的 CSV 一般是它）。",
            f"Line {line} is not {codec.upper().removesuffix('-SIG')}. Save the file as CSV UTF-8,"
            " or name its encoding: --encoding gb18030 (what Chinese Excel writes).",
            row=line,
        ) from error


def _open_xlsx(path: Path, encoding: str | None) -> FileTable:
    # Loaded here: only an import needs it.
    from python_calamine import CalamineError, CalamineWorkbook

    _refuse_bomb(path)
    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except (CalamineError, OSError) as error:
        raise refused(
            f"{path.name} 不是可读的 .xlsx 文件。", f"{path.name} is no readable .xlsx file."
        ) from error
    first = (sheet.start or (0, 0))[0] + 1
    numbered = ((number, _sheet_row(cells)) for number, cells in enumerate(sheet.to_python(), first))
    records = ((number, cells) for number, cells in numbered if any(cell is not None for cell in cells))
    header = next(records, (1, []))[1]
    if not header:
        raise refused(f"{path.name} 的第一个工作表是空的。", f"The first sheet of {path.name} is empty.")
    return FileTable(tuple("" if cell is None else str(cell) for cell in header), records)


def _sheet_row(cells: Sequence[object]) -> list[FileCell]:
    return [None if cell == "" else _plain(cell) for cell in cells]


def _plain(cell: object) -> FileCell:
    return cell if isinstance(cell, str | int | float | date) else str(cell)


def _refuse_bomb(path: Path) -> None:
    """Refuse an archive that unpacks to too much, or a cell so far out that the sheet would fill memory."""
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MOST_BYTES:
                raise _too_big(path)
            for part in parts:
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename):
                    with archive.open(part) as sheet:
                        _refuse_wide_sheet(path, sheet.read())
    except BadZipFile as error:
        raise refused(f"{path.name} 不是 .xlsx 文件。", f"{path.name} is no .xlsx file.") from error


def _refuse_wide_sheet(path: Path, sheet: bytes) -> None:
    seen: set[bytes] = set()
    last_row = 0
    for found in re.finditer(rb'<(?:\w+:)?(?:c|row)\s[^>]*?\br="([A-Z]{0,3})([0-9]{1,7})"', sheet):
        seen.add(found[1])
        last_row = max(last_row, int(found[2]))
    if last_row * max((_column_number(letters) for letters in seen), default=0) > MOST_CELLS:
        raise _too_big(path)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _open_parquet(path: Path, encoding: str | None) -> FileTable:
    import polars as pl  # loaded here: only an import of Parquet needs it

    try:
        data = pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise refused(
            f"{path.name} 不是可读的 Parquet 文件。", f"{path.name} is no readable Parquet file."
        ) from error
    return FileTable(tuple(data.columns), enumerate(data.iter_rows(), 2))


def _open_sav(path: Path, encoding: str | None) -> FileTable:
    from exports.sav_reading import read_sav  # loaded here: pyreadstat is only needed for .sav

    header, columns = read_sav(path)
    rows = zip(*columns, strict=True) if columns else iter(())
    return FileTable(
        header, ((number, [_present(cell) for cell in cells]) for number, cells in enumerate(rows, 2))
    )


def _present(cell: FileCell) -> FileCell:
    return None if cell == "" or (isinstance(cell, float) and math.isnan(cell)) else cell


def _too_big(path: Path) -> ResponsesRefused:
    return refused(
        f"{path.name} 太大。请分成几个文件，或改用 CSV。",
        f"{path.name} is too big. Split it into several files, or use CSV.",
    )


_OPENERS: dict[str, Callable[[Path, str | None], FileTable]] = {
    ".csv": _open_csv,
    ".xlsx": _open_xlsx,
    ".sav": _open_sav,
    ".parquet": _open_parquet,
}
