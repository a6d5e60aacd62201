import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import exports
from exports.rows import Row
from tests.exports.sample import BOOK, HAN_AND_EMOJI, row, write


@pytest.mark.parametrize("format", exports.FORMATS)
def test_write__every_format__rows_size_and_hash_of_the_file(tmp_path: Path, format: str) -> None:
    out, written = write(tmp_path, format, row(1, csat=5), row(2, used=["web"], suggestion=HAN_AND_EMOJI))
    data = out.read_bytes()
    assert (written.rows, written.bytes) == (2, len(data))
    assert written.sha256 == hashlib.sha256(data).hexdigest()
    assert written.files[0] == out
    assert sorted(written.files) == sorted(tmp_path.iterdir())


@pytest.mark.parametrize("format", exports.FORMATS)
def test_write__no_rows__a_file_all_the_same(tmp_path: Path, format: str) -> None:
    out, written = write(tmp_path, format)
    assert written.rows == 0
    assert out.stat().st_size > 0


@pytest.mark.parametrize("format", exports.FORMATS)
def test_write__rows_fail_half_way__old_file_untouched_and_nothing_left(tmp_path: Path, format: str) -> None:
    def failing() -> Iterator[Row]:
        yield row(1, csat=5)
        raise OSError("the database went away")

    out = tmp_path / "out"
    out.write_text("old")
    with pytest.raises(OSError, match="database"):
        exports.write(format, failing(), BOOK, out)
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_write__unknown_format__names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="data-csv"):
        exports.write("doc", [], BOOK, tmp_path / "x")


def test_json__one_object_a_line__answers_as_stored(tmp_path: Path) -> None:
    out, _ = write(tmp_path, "json", row(1, csat="na", used=["web"], nps=0), row(2, suggestion=HAN_AND_EMOJI))
    text = out.read_text("utf-8")
    first, second = json.loads(text)
    assert first["answers"] == {"csat": "na", "used": ["web"], "nps": 0}
    assert list(first)[:3] == ["id", "version", "wave"]
    assert first["started_at"] is None
    assert first["submitted_at"] == "2026-01-31T23:59:59+08:00"
    assert second["answers"]["suggestion"] == HAN_AND_EMOJI
    assert text.count("\n") == 4


def test_parquet__types__integers_marks_texts_and_times_with_their_zone(tmp_path: Path) -> None:
    out, _ = write(tmp_path, "parquet", row(1, csat=5, used=["web"], nps=0), row(2, csat="na"))
    data = pl.read_parquet(out)
    assert data.schema["nps"] == pl.Int32
    assert data.schema["used/web"] == pl.Int8
    assert data.schema["submitted_at"] == pl.Datetime("us", "Asia/Shanghai")
    assert data["csat"].to_list() == ["5", "na"]
    metadata = pl.read_parquet_metadata(out)
    assert metadata["huisheng.questionnaire"] == "test"
    assert "Asia/Shanghai" in metadata["huisheng.codebook"]


def test_import__of_exports__loads_no_heavy_library() -> None:
    heavy = ("polars", "pyreadstat", "xlsxwriter", "python_calamine", "numpy", "scipy", "plotly", "jieba")
    code = f"import sys, exports; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert done.stdout.strip() == "[]"
