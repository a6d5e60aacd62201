"""Rows reduced to the distinct ones with their counts: coded answers repeat, equal rows are equal work."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.computing import FloatArray, too_few

LARGEST_KEY = 1 << 62


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Distinct complete rows, ascending, and how often each occurs; rows with a gap are only counted."""

    rows: FloatArray
    weights: FloatArray  # counts, as floats for the products to come
    n_missing: int

    @classmethod
    def of(cls, columns: Sequence[FloatArray]) -> "Patterns":
        """The patterns of columns of equal length, NaN being a gap; Impossible when no row is complete."""
        complete = np.ones(len(columns[0]), dtype=np.bool_)
        for column in columns:
            complete &= ~np.isnan(column)
        whole = [column[complete] for column in columns]
        if not complete.any():
            raise too_few(0, 1)
        _, first, counts = np.unique(_keys(whole), return_index=True, return_counts=True)
        rows = np.column_stack([column[first] for column in whole])
        return cls(rows, counts.astype(np.float64), int(len(complete) - complete.sum()))

    @property
    def n(self) -> int:
        return int(self.weights.sum())


def _keys(columns: Sequence[FloatArray]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """A number for each row, equal for equal rows and ascending as they do."""
    key, size = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        levels, codes = np.unique(column, return_inverse=True)
        if size * len(levels) >= LARGEST_KEY:  # many columns of many values: number the keys anew
            found, key = np.unique(key, return_inverse=True)
            size = len(found)
        key, size = key * len(levels) + codes, size * len(levels)
    return key
