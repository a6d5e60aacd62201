"""`json`: one array of objects with `id` and `answers`, lossless, one object a line."""

import json
from collections.abc import Iterable
from pathlib import Path

from exports.cells import CodeCells
from exports.codebook import METADATA_COLUMNS, Codebook
from exports.csv_data import with_iso_times
from exports.outcome import Outcome
from exports.rows import Row


def write(rows: Iterable[Row], codebook: Codebook, out: Path, language: str) -> Outcome:
    """Write every response as stored: metadata by name, `answers` by question name; no answer, no key."""
    cells_of = CodeCells(codebook)
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
    count = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        file.write("[")
        for count, row in enumerate(rows, 1):
            cells_of.check(row)
            metadata = zip(METADATA_COLUMNS, with_iso_times(cells_of.metadata(row)), strict=True)
            file.write("\n" if count == 1 else ",\n")
            file.write(encode({**dict(metadata), "answers": dict(row.answers)}))
        file.write("\n]\n")
    return Outcome(count)
