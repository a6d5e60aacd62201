"""The export formats by name, and the one way to write a file in one of them."""

import hashlib
import importlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from exports.codebook import Codebook
from exports.outcome import Outcome, Written
from exports.rows import Row


class Writer(Protocol):
    """Writes all rows to `out` in one pass; what belongs beside it goes into the same directory."""

    def __call__(self, rows: Iterable[Row], codebook: Codebook, out: Path, language: str) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the module that holds its `write`, the suffix of its files, its media type."""

    module: str
    suffix: str
    media_type: str

    def writer(self) -> Writer:
        """The writer, loaded now: Polars, pyreadstat and XlsxWriter cost memory and start-up time in every
        process that only serves respondents."""
        writer: Writer = importlib.import_module(self.module).write
        return writer


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS: dict[str, Format] = {
    "csv": Format("exports.csv_excel", ".csv", "text/csv; charset=utf-8"),
    "data-csv": Format("exports.csv_data", ".csv", "text/csv; charset=utf-8"),
    "xlsx": Format("exports.xlsx", ".xlsx", _XLSX),
    "json": Format("exports.json_array", ".json", "application/json"),
    "parquet": Format("exports.parquet", ".parquet", "application/vnd.apache.parquet"),
    "sav": Format("exports.spss", ".sav", "application/x-spss-sav"),
    "dta": Format("exports.stata", ".dta", "application/x-stata-dta"),
}


def write(format: str, rows: Iterable[Row], codebook: Codebook, out: Path, language: str = "zh") -> Written:
    """Write the rows to `out` and say what was written; the file appears whole or not at all.

    ValueError for an unknown format; ExportRefused or NotInCodebook when the rows do not fit.
    """
    if format not in FORMATS:
        raise ValueError(f"format: {format!r} is none of {', '.join(FORMATS)}")
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as workshop:
        unfinished = Path(workshop) / out.name
        outcome = FORMATS[format].writer()(rows, codebook, unfinished, language)
        size, sha256 = unfinished.stat().st_size, _sha256(unfinished)
        made = sorted(Path(workshop).iterdir())
        for file in made:
            os.replace(file, out.parent / file.name)
    files = tuple(sorted((out.parent / file.name for file in made), key=lambda path: path != out))
    return Written(outcome.rows, size, sha256, outcome.shortened, files)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
