"""One numeric variable reduced to its distinct values and how often each occurs.

Every statistic of a single variable is computed from these counts, so rows and counts give the same bits,
the order of rows cannot matter, and parts of a data set merge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.computing import FloatArray, IntArray

WIDEST_TABLE = 1 << 22  # cells of a direct count; wider integer data are sorted instead


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Distinct values, ascending, and their counts (> 0); gaps are only counted."""

    values: FloatArray
    counts: IntArray
    n_missing: int = 0

    @classmethod
    def of(cls, values: npt.ArrayLike) -> "Counts":
        """The counts of an array of numbers; NaN and None are gaps."""
        given = as_floats(values)
        valid = given[~np.isnan(given)]
        return cls(*distinct(valid), n_missing=len(given) - len(valid))

    @classmethod
    def from_mapping(cls, counts: Mapping[int, int] | Mapping[float, int], n_missing: int = 0) -> "Counts":
        """The counts of a frequency table {value: how often}; ValueError on a negative or broken count."""
        if n_missing < 0 or any(c < 0 or c != int(c) for c in counts.values()):
            raise ValueError("counts: must be whole numbers of at least 0")
        pairs = sorted((float(value), int(often)) for value, often in counts.items() if often)
        values = np.array([value for value, _ in pairs], dtype=np.float64)
        return cls(values, np.array([often for _, often in pairs], dtype=np.int64), n_missing)

    @property
    def n(self) -> int:
        return int(self.counts.sum())

    @property
    def constant(self) -> bool:
        """True when there are not two different values."""
        return len(self.values) < 2

    @property
    def mean(self) -> float:
        """The mean; ZeroDivisionError when there is no value."""
        if not len(self.values):
            raise ZeroDivisionError("mean of no values")
        if self.constant:
            return float(self.values[0])
        # Around a value from the middle: no digits are lost to a large common offset.
        middle = self.values[len(self.values) // 2]
        return float(middle + self.counts @ (self.values - middle) / self.n)

    @property
    def ss(self) -> float:
        """The sum of squared deviations from the mean."""
        if self.constant:
            return 0.0
        deviations = self.values - self.mean
        rounding = float(self.counts @ deviations)
        return float(self.counts @ deviations**2) - rounding**2 / self.n

    @property
    def variance(self) -> float:
        """The variance with n − 1; ZeroDivisionError when n < 2."""
        if self.n < 2:
            raise ZeroDivisionError("variance of fewer than two values")
        return self.ss / (self.n - 1)

    def count_if(self, wanted: npt.NDArray[np.bool_]) -> int:
        """How many observations lie in the distinct values marked by `wanted`."""
        return int(self.counts[wanted].sum())

    def merge(self, other: "Counts") -> "Counts":
        """The counts of both parts together."""
        values, positions = np.unique(np.concatenate([self.values, other.values]), return_inverse=True)
        both = np.concatenate([self.counts, other.counts])
        merged = np.zeros(len(values), dtype=np.int64)
        np.add.at(merged, positions, both)
        return Counts(values, merged, self.n_missing + other.n_missing)


def as_floats(values: npt.ArrayLike) -> FloatArray:
    """A one-dimensional float array; ValueError naming the shape otherwise."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"values: one dimension is expected, got shape {array.shape}")
    return array


def distinct(values: FloatArray) -> tuple[FloatArray, IntArray]:
    """Distinct values and counts of an array without gaps; small integers are counted, others sorted."""
    if not len(values):
        return np.empty(0, dtype=np.float64), np.empty(0, dtype=np.int64)
    low, high = values.min(), values.max()
    with np.errstate(over="ignore"):
        spread = high - low
    if spread < min(WIDEST_TABLE, 4 * len(values) + 64) and np.array_equal(values, np.rint(values)):
        table = np.bincount((values - low).astype(np.int64))
        present = np.flatnonzero(table)
        return present + low, table[present].astype(np.int64)
    found, counts = np.unique(values, return_counts=True)
    return found, counts.astype(np.int64)


def by_group(values: FloatArray, codes: IntArray, names: Sequence[str]) -> dict[str, Counts]:
    """The counts of `values` in each group: `codes` are positions in `names`; no gaps in either."""
    small = codes.astype(np.int16) if len(names) < 1 << 15 else codes  # numpy sorts 16 bits by radix
    order = np.argsort(small, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(names)))
    sorted_values, starts = values[order], np.concatenate([[0], ends])
    return {name: Counts(*distinct(sorted_values[starts[i] : starts[i + 1]])) for i, name in enumerate(names)}
