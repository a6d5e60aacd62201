"""Tables from files and memory: what is a gap, what is a number, what is refused."""

import io
from pathlib import Path

import numpy as np
import polars as pl
import pyreadstat
import pytest
import xlsxwriter

from analysis import reading
from analysis.reading import TableRefused
from analysis.tables import NumberColumn, Table, TextColumn, factor_of, label


def _csv(text: str | bytes) -> Table:
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    return reading.read_csv(data, "hash")


def _values(table: Table, name: str) -> list[object]:
    column = table.column(name)
    if isinstance(column, NumberColumn):
        return [None if np.isnan(value) else value for value in column.values.tolist()]
    return [None if code < 0 else column.names[code] for code in column.codes.tolist()]


def test_csv__gaps_and_words__empty_is_missing_and_none_is_text() -> None:
    table = _csv('\ufeffn,t,q\n1,None,"a,\nb"\n,NA,""\n 3 ,,c\n-1e2,nan,c\n')
    assert table.rows == 4
    assert _values(table, "n") == [1, None, 3, -100]
    assert _values(table, "t") == ["None", "NA", None, "nan"]
    assert _values(table, "q") == ["a,\nb", None, "c", "c"]


@pytest.mark.parametrize(
    "cell", ["nan", "inf", "1_000", "0x1F", "1,5", "12:30", "110101199001011234", "TRUE"]
)
def test_csv__cell_that_is_no_number__makes_the_column_text(cell: str) -> None:
    assert isinstance(_csv(f'a,b\n1,1\n"{cell}",2\n').column("a"), TextColumn)


def test_csv__column_of_gaps__is_a_column_of_numbers() -> None:
    assert _values(_csv("a,b\n,1\n,2\n"), "a") == [None, None]


def test_csv__blank_lines__are_no_rows() -> None:
    assert _csv("a,b\n1,2\n\n3,4\n\n\n").rows == 2
    assert _csv('a,b\r\n"x",2\r\n\r\n"y\n\nz",4\r\n').rows == 2
    assert _csv("a\n1\n\n2\n").rows == 2


def test_csv__header_with_quotes__is_read_whole() -> None:
    assert _csv('"a,b","c\nd"\n1,2\n').names == ("a,b", "c\nd")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"a,a\n1,2\n",
        b"a,b\n1,2,3\n",
        "a\n满意\n".encode("gb18030"),
        "满\n1\n".encode("gb18030"),
    ],
)
def test_csv__not_a_table__refused_in_both_languages(data: bytes) -> None:
    with pytest.raises(TableRefused) as caught:
        _csv(data)
    assert caught.value.message.zh
    assert caught.value.message.en


def test_read__unknown_suffix__refused(tmp_path: Path) -> None:
    with pytest.raises(TableRefused, match="csv"):
        reading.read(tmp_path / "data.ods")


def test_read__xlsx__first_sheet_with_gaps(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([["n", "t"], [1, "None"], [2.5, "x"], ["", ""], ["", "y"]]):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
    table = reading.read(path)
    assert table.rows == 3
    assert _values(table, "n") == [1, 2.5, None]
    assert _values(table, "t") == ["None", "x", "y"]


def test_read__sav__codes_and_user_missing(tmp_path: Path) -> None:
    path = tmp_path / "data.sav"
    frame = pl.DataFrame({"q": [1.0, 9.0, None], "t": ["a", "", "满意"]})
    pyreadstat.write_sav(frame, path, missing_ranges={"q": [9]}, variable_value_labels={"q": {1: "yes"}})
    table = reading.read(path)
    assert _values(table, "q") == [1, None, None]
    assert _values(table, "t") == ["a", None, "满意"]


def test_read__parquet__types_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    pl.DataFrame(
        {"i": [1, None, 3], "f": [0.5, float("nan"), None], "b": [True, False, None], "t": ["7", "8", ""]}
    ).write_parquet(path)
    table = reading.read(path)
    assert _values(table, "i") == [1, None, 3]
    assert _values(table, "f") == [0.5, None, None]
    assert _values(table, "b") == [1, 0, None]
    assert _values(table, "t") == [7, 8, None]


@pytest.mark.parametrize("suffix", [".xlsx", ".sav", ".parquet"])
def test_read__broken_file__refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"data{suffix}"
    path.write_bytes(b"not a table at all")
    with pytest.raises(TableRefused):
        reading.read(path)


def test_from_rows__answers__become_columns() -> None:
    table = Table.from_rows([{"a": 1, "b": "x"}, {"a": None, "b": ""}, {"b": "y"}], ["a", "b"])
    assert _values(table, "a") == [1, None, None]
    assert _values(table, "b") == ["x", None, "y"]


def test_from_columns__mixed_codes__are_text_named_as_codes() -> None:
    assert _values(Table.from_columns({"a": [1, "na", 2.5]}), "a") == ["1", "na", "2.5"]


def test_from_columns__hash__follows_the_content() -> None:
    one, same, other = (Table.from_columns({"a": values}).sha256 for values in ([1, 2], [1.0, 2.0], [1, 3]))
    assert one == same != other
    assert len(one) == 64


def test_from_columns__unequal_lengths__refused() -> None:
    with pytest.raises(ValueError, match="columns"):
        Table.from_columns({"a": [1], "b": [1, 2]})


def test_column__unknown__key_error() -> None:
    with pytest.raises(KeyError):
        Table.from_columns({"a": [1]}).column("b")


def test_factor__order__numbers_by_value_and_text_by_code_point() -> None:
    assert factor_of(Table.from_columns({"a": [10, 9, 0.5, -1]}).column("a")).names == (
        "-1",
        "0.5",
        "9",
        "10",
    )
    assert factor_of(Table.from_columns({"a": ["b", "B", "满", "a"]}).column("a")).names == (
        "B",
        "a",
        "b",
        "满",
    )
    assert [label(value) for value in (1.0, 0.1, True, "x")] == ["1", "0.1", "1", "x"]


def test_read_csv__same_as_in_memory__for_any_column_order() -> None:
    frame = pl.DataFrame({"a": [1, None, 3], "t": ["x", None, "y"]})
    buffer = io.BytesIO()
    frame.write_csv(buffer)
    table = _csv(buffer.getvalue())
    assert [_values(table, name) for name in ("t", "a")] == [["x", None, "y"], [1, None, 3]]
