"""Tables from files: csv, xlsx, sav and parquet. An empty cell is a gap; the texts None and NA are texts."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from analysis.computing import FloatArray
from analysis.result import Bilingual
from analysis.tables import Column, NumberColumn, Table, TextColumn, column_of, too_long_for_number

BLANK_LINE = re.compile(rb"(?:\A|\n)[ \t]*\r?\n")


class TableRefused(Exception):
    """The file cannot be read as a table; `message` says where, what and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Bilingual(zh, en)


def read(path: Path) -> Table:
    """The table in a file, by its suffix; TableRefused when it is none, OSError when it cannot be opened."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise TableRefused(
            f"{path.name}：不认识的文件类型；可用 {known}", f"{path.name}: unknown file type; use {known}"
        )
    data = path.read_bytes()
    return reader(data, hashlib.sha256(data).hexdigest())


def read_csv(data: bytes, sha256: str) -> Table:
    """A table of UTF-8 text separated by commas, with or without a byte order mark."""
    data = _without_blank_lines(data.removeprefix(b"\xef\xbb\xbf"))
    try:
        header = next(csv.reader(io.StringIO(_first_record(data))), [])
        _check_header(header)
        frame = pl.read_csv(data, infer_schema=False, extra_columns="raise", new_columns=header, glob=False)
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    except pl.exceptions.PolarsError as error:
        if "utf-8" in str(error).lower():
            raise _not_utf8() from error
        raise TableRefused(
            "CSV 有的行比表头列数多，或引号不成对；请检查逗号和引号",
            "a row of the CSV has more cells than the header, or a quote is open; check commas and quotes",
        ) from error
    return _from_frame(frame, sha256)


def read_parquet(data: bytes, sha256: str) -> Table:
    """A table of a Parquet file."""
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise TableRefused("不是可读的 Parquet 文件", "not a readable Parquet file") from error
    return _from_frame(frame, sha256)


def read_xlsx(data: bytes, sha256: str) -> Table:
    """A table of the first sheet of a workbook; its first row names the columns."""
    import python_calamine  # only for workbooks: loading it costs every other analysis nothing

    try:
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, IndexError) as error:
        raise TableRefused("不是可读的 Excel 工作簿", "not a readable Excel workbook") from error
    header = [str(cell) for cell in rows[0]] if rows else []
    while header and not header[-1]:
        header.pop()
    _check_header(header)
    body = [row for row in rows[1:] if any(cell != "" for cell in row)]
    return Table.from_columns(
        {name: column_of([row[i] for row in body]) for i, name in enumerate(header) if name}, sha256
    )


def read_sav(data: bytes, sha256: str) -> Table:
    """A table of an SPSS file; user-missing values are gaps, codes stay codes."""
    import pyreadstat  # only for SPSS files

    try:
        columns, _ = pyreadstat.read_sav(io.BytesIO(data), output_format="dict")
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise TableRefused("不是可读的 SPSS 文件", "not a readable SPSS file") from error
    return Table.from_columns(columns, sha256)


READERS: Mapping[str, Callable[[bytes, str], Table]] = {
    ".csv": read_csv,
    ".parquet": read_parquet,
    ".xlsx": read_xlsx,
    ".sav": read_sav,
}


def _from_frame(frame: pl.DataFrame, sha256: str) -> Table:
    names = tuple(name for name in frame.columns if name)
    return Table(names, frame.height, sha256, lambda name: _column(frame[name]))


def _column(series: pl.Series) -> Column:
    """Numbers when every given cell is one, otherwise texts."""
    if series.dtype.is_numeric() or series.dtype == pl.Boolean:
        return NumberColumn(_floats(series.cast(pl.Float64)))
    texts = series.cast(pl.String)
    texts = texts.set(texts == "", None)
    return _numbers(texts) or _texts(texts)


def _numbers(texts: pl.Series) -> NumberColumn | None:
    numbers = texts.cast(pl.Float64, strict=False)
    if numbers.null_count() > texts.null_count():  # blanks around a number do not make it a text
        trimmed = texts.str.strip_chars()
        texts = trimmed.set(trimmed == "", None)
        numbers = texts.cast(pl.Float64, strict=False)
    if numbers.null_count() > texts.null_count() or not bool(numbers.is_finite().all()):
        return None
    long = texts.filter(texts.str.len_bytes() > 15)
    if any(too_long_for_number(text) for text in long.to_list()):
        return None
    return NumberColumn(_floats(numbers))


def _floats(numbers: pl.Series) -> FloatArray:
    return np.array(numbers.fill_null(float("nan")).to_numpy(), dtype=np.float64)


def _texts(texts: pl.Series) -> TextColumn:
    names = texts.drop_nulls().unique().sort()
    codes = texts.cast(pl.Enum(names)).to_physical().cast(pl.Int64).fill_null(-1)
    return TextColumn(np.array(codes.to_numpy(), dtype=np.int64), tuple(names.to_list()))


def _first_record(data: bytes) -> str:
    """The header as text: up to the first line end outside quotes."""
    end, quotes = 0, 0
    while end < len(data):
        line_end = data.find(b"\n", end)
        line_end = len(data) if line_end < 0 else line_end
        quotes += data.count(b'"', end, line_end)
        end = line_end + 1
        if quotes % 2 == 0:
            break
    return data[:end].decode("utf-8")


def _without_blank_lines(data: bytes) -> bytes:
    """The same CSV without blank lines, which other readers skip too; those inside quotes stay."""
    if not BLANK_LINE.search(data):
        return data
    if b'"' not in data:
        return b"\n".join(line for line in data.splitlines() if line.strip())
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        row for row in csv.reader(io.StringIO(text, newline="")) if row
    )
    return out.getvalue().encode("utf-8")


def _check_header(header: Sequence[str]) -> None:
    if not any(header):
        raise TableRefused("文件没有表头行；第一行须为列名", "no header; the first row must name the columns")
    twice = [name for name, often in Counter(header).items() if often > 1 and name]
    if twice:
        raise TableRefused(
            f"列名重复：{'、'.join(twice)}；请改成不同的名字",
            f"repeated column names: {', '.join(twice)}; rename them",
        )


def _not_utf8() -> TableRefused:
    return TableRefused(
        "文件不是 UTF-8 编码；请另存为 UTF-8（Excel 中选“CSV UTF-8”）",
        'the file is not UTF-8; save it as UTF-8 ("CSV UTF-8" in Excel)',
    )
