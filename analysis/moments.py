"""Several numeric variables reduced to n, sums and cross-products about a shift: mergeable, in one pass.

The shift keeps the cancellation of E[x²] − E[x]² away. For whole-number data it is a whole number, so all
sums are exact in float64 and any order or partition of the rows gives the same bits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.computing import BoolArray, FloatArray, Impossible, IntArray
from analysis.samples import as_floats

BLOCK = 1 << 16  # rows at a time: 20 columns are 10 MB


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Sums over the rows complete in all variables: n, Σ(x−shift), Σ(x−shift)(x−shift)ᵀ, extremes."""

    names: tuple[str, ...]
    n: int
    n_missing: int
    shift: FloatArray
    sums: FloatArray
    products: FloatArray
    minima: FloatArray
    maxima: FloatArray

    @classmethod
    def of(cls, columns: Mapping[str, npt.ArrayLike]) -> "Moments":
        """The moments of columns of equal length; a row with a gap (NaN, None) is left out and counted."""
        names, arrays = tuple(columns), equal_columns(columns)
        rows, whole = len(arrays[0]) if arrays else 0, cls.nothing(names)
        for block in _blocks(arrays):
            complete = block[~np.isnan(block).any(axis=1)]
            if len(complete):
                shift = whole.shift if whole.n else good_shift(complete)
                whole = whole.merge(cls._of_block(names, complete, shift))
        return cls(
            names,
            whole.n,
            rows - whole.n,
            whole.shift,
            whole.sums,
            whole.products,
            whole.minima,
            whole.maxima,
        )

    @classmethod
    def nothing(cls, names: Sequence[str], n_missing: int = 0) -> "Moments":
        """The moments of no complete row, the neutral element of merge."""
        zero = np.zeros(len(names))
        return cls(
            tuple(names), 0, n_missing, zero, zero, np.zeros((len(names),) * 2), zero + np.inf, zero - np.inf
        )

    @classmethod
    def _of_block(cls, names: tuple[str, ...], block: FloatArray, shift: FloatArray) -> "Moments":
        centred = block - shift
        return cls(
            names,
            len(block),
            0,
            shift,
            centred.sum(axis=0),
            centred.T @ centred,
            block.min(axis=0),
            block.max(axis=0),
        )

    def merge(self, other: "Moments") -> "Moments":
        """The moments of both parts together; ValueError when they are of different variables."""
        if self.names != other.names:
            raise ValueError("other: moments of other variables")
        if not self.n or not other.n:
            full = self if self.n else other
            return full._missing(self.n_missing + other.n_missing)
        moved = other._about(self.shift)
        return Moments(
            self.names,
            self.n + other.n,
            self.n_missing + other.n_missing,
            self.shift,
            self.sums + moved.sums,
            self.products + moved.products,
            np.minimum(self.minima, other.minima),
            np.maximum(self.maxima, other.maxima),
        )

    def _missing(self, n_missing: int) -> "Moments":
        return Moments(
            self.names, self.n, n_missing, self.shift, self.sums, self.products, self.minima, self.maxima
        )

    def _about(self, shift: FloatArray) -> "Moments":
        step = self.shift - shift
        if not step.any():
            return self
        cross = np.outer(self.sums, step)
        products = self.products + cross + cross.T + self.n * np.outer(step, step)
        sums = self.sums + self.n * step
        return Moments(self.names, self.n, self.n_missing, shift, sums, products, self.minima, self.maxima)

    @property
    def means(self) -> FloatArray:
        return self.shift + self.sums / self.n

    @property
    def constant(self) -> BoolArray:
        """Which variables have a single value."""
        return self.minima >= self.maxima

    def covariance(self) -> FloatArray:
        """The covariance matrix with n − 1; a constant variable has exact zeros. n must be at least 2."""
        cov = (self.products - np.outer(self.sums, self.sums) / self.n) / (self.n - 1)
        cov[self.constant, :] = 0
        cov[:, self.constant] = 0
        return cov


@dataclass(frozen=True, slots=True, eq=False)
class PairwiseMoments:
    """Means and covariances where each pair of variables uses the rows complete in that pair."""

    names: tuple[str, ...]
    n: int
    n_missing: int
    pairs: IntArray
    means: FloatArray
    cov: FloatArray
    minima: FloatArray
    maxima: FloatArray

    @classmethod
    def of(cls, columns: Mapping[str, npt.ArrayLike]) -> "PairwiseMoments":
        """The pairwise moments of columns of equal length; `n` counts the rows with at least one value.

        Impossible when two variables share fewer than two rows.
        """
        arrays = equal_columns(columns)
        views = [_View.of(array) for array in arrays]
        shift, minima, maxima = (
            np.array([getattr(view, part) for view in views]) for part in ("shift", "low", "high")
        )
        k, rows, used = len(arrays), len(arrays[0]) if arrays else 0, 0
        pairs, sums, products = np.zeros((k, k)), np.zeros((k, k)), np.zeros((k, k))
        for block in _blocks(arrays):
            here = (~np.isnan(block)).astype(np.float64)
            centred = np.where(here > 0, block - shift, 0.0)
            pairs += here.T @ here
            sums += centred.T @ here
            products += centred.T @ centred
            used += int(here.any(axis=1).sum())
        if (pairs < 2).any():
            raise _no_overlap(tuple(columns), pairs)
        cov = (products - sums * sums.T / pairs) / (pairs - 1)
        cov[minima == maxima, :] = 0
        cov[:, minima == maxima] = 0
        means = shift + np.diag(sums) / np.diag(pairs)
        return cls(tuple(columns), used, rows - used, pairs.astype(np.int64), means, cov, minima, maxima)

    @property
    def constant(self) -> BoolArray:
        """Which variables have a single value."""
        return self.minima >= self.maxima

    def covariance(self) -> FloatArray:
        """The matrix of pairwise covariances (n − 1 of each pair)."""
        return self.cov.copy()


@dataclass(frozen=True, slots=True)
class _View:
    """Extremes of a column without its gaps, and a point near its middle."""

    low: float
    high: float
    shift: float

    @classmethod
    def of(cls, column: FloatArray) -> "_View":
        valid = column[~np.isnan(column)]
        if not len(valid):
            return cls(np.inf, -np.inf, 0.0)
        return cls(float(valid.min()), float(valid.max()), float(good_shift(valid[:, None])[0]))


def equal_columns(columns: Mapping[str, npt.ArrayLike]) -> list[FloatArray]:
    """The columns as float arrays; ValueError when their lengths differ."""
    arrays = [as_floats(values) for values in columns.values()]
    if len({len(array) for array in arrays}) > 1:
        raise ValueError("columns: must be of equal length")
    return arrays


def good_shift(block: FloatArray) -> FloatArray:
    """A point near the middle of each column; whole where the column holds whole numbers."""
    means = block.mean(axis=0)
    whole = (block == np.rint(block)).all(axis=0)
    constant = block.min(axis=0) == block.max(axis=0)
    shift: FloatArray = np.where(constant, block[0], np.where(whole, np.rint(means), means))
    return shift


def _blocks(arrays: Sequence[FloatArray]) -> Iterator[FloatArray]:
    for start in range(0, len(arrays[0]) if arrays else 0, BLOCK):
        yield np.column_stack([array[start : start + BLOCK] for array in arrays])


def _no_overlap(names: Sequence[str], pairs: FloatArray) -> Impossible:
    first, second = np.argwhere(pairs < 2)[0]
    which = f"{names[first]} / {names[second]}"
    return Impossible(
        "no_overlap",
        f"{which} 共同有效的行少于 2 行",
        f"{which} share fewer than 2 complete rows",
    )
