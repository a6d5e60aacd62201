"""Values of several groups ranked together, from counts: the cost is that of the distinct values."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.computing import FloatArray
from analysis.samples import Counts


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Group sizes and rank sums, tied values sharing the mean of their ranks; `ties` is Σ(t³ − t)."""

    names: tuple[str, ...]
    sizes: FloatArray
    rank_sums: FloatArray
    ties: float

    @classmethod
    def of(cls, groups: Mapping[str, Counts]) -> "Ranking":
        """The ranking of the values of all groups together."""
        values = np.concatenate([counts.values for counts in groups.values()])
        often = np.concatenate([counts.counts for counts in groups.values()]).astype(np.float64)
        group = np.repeat(np.arange(len(groups)), [len(counts.values) for counts in groups.values()])
        _, position = np.unique(values, return_inverse=True)
        tied = np.bincount(position, often).astype(np.float64)
        ranks = midranks(tied)[position]
        sizes = np.array([counts.n for counts in groups.values()], dtype=np.float64)
        sums = np.bincount(group, often * ranks, minlength=len(groups)).astype(np.float64)
        return cls(tuple(groups), sizes, sums, tie_term(tied))

    @property
    def n(self) -> int:
        return int(self.sizes.sum())

    @property
    def mean_ranks(self) -> FloatArray:
        return self.rank_sums / self.sizes

    @property
    def variance(self) -> float:
        """The variance of one rank, N(N+1)/12 less the ties; 0 when all values are equal."""
        n = float(self.n)
        return (n * (n + 1) - self.ties / (n - 1)) / 12


def midranks(tied: FloatArray) -> FloatArray:
    """The rank shared by each of the ascending values that occur `tied` times."""
    ranks: FloatArray = np.cumsum(tied) - (tied - 1) / 2
    return ranks


def tie_term(tied: FloatArray) -> float:
    """Σ(t³ − t), by which ties lower the variance of rank sums."""
    return float((tied**3 - tied).sum())
