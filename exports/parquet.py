"""`parquet`: typed columns of raw codes, with the codebook in the file's own metadata."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from exports.codebook import Codebook
from exports.codebook_table import notes, table
from exports.frames import frames, schema
from exports.outcome import Outcome
from exports.rows import Row


def write(rows: Iterable[Row], codebook: Codebook, out: Path, language: str) -> Outcome:
    """Write the rows as they come, a frame at a time; times bear their zone.

    A variable with integer codes and a text code such as `na` is a text column, because it is exact.
    """
    counted = 0

    def source(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        # Polars would push selections down here; writing everything needs none of them.
        nonlocal counted
        for frame in frames(rows, codebook):
            counted += frame.height
            yield frame

    lazy = register_io_source(source, schema=pl.Schema(schema(codebook)), is_pure=False)
    lazy.sink_parquet(out, compression="zstd", metadata=_metadata(codebook, language))
    return Outcome(counted)


def _metadata(codebook: Codebook, language: str) -> dict[str, str]:
    lines = [*notes(codebook, language), *("\t".join(cells) for cells in table(codebook, language))]
    return {
        "huisheng.questionnaire": codebook.slug,
        "huisheng.versions": json.dumps(codebook.versions),
        "huisheng.codebook": "\n".join(lines),
    }
