"""Extraction of common factors from a correlation matrix: minimum residuals and maximum likelihood."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.computing import FloatArray, Impossible
from analysis.scales import squared_multiple_correlations

LEAST_UNIQUENESS = 0.005  # the custom of factanal and psych: a solution that meets it is a Heywood case
NOTHING = 1e-6  # a factor whose loadings are all below this is none
STARTS = 8
MOST_STEPS = 1000  # well-behaved data take 5 to 20


@dataclass(frozen=True, slots=True, eq=False)
class Extracted:
    """Unrotated loadings, one column per factor, and the uniquenesses of the items."""

    loadings: FloatArray
    uniquenesses: FloatArray
    heywood: tuple[int, ...]  # positions of the items whose uniqueness met the bound

    @property
    def communalities(self) -> FloatArray:
        h: FloatArray = (self.loadings**2).sum(axis=1)
        return h


def degrees_of_freedom(items: int, factors: int) -> int:
    """What is left of the correlations after that many factors; below 0 these are not determined."""
    return ((items - factors) ** 2 - items - factors) // 2


def extract(r: FloatArray, factors: int, method: str) -> Extracted:
    """`factors` common factors of a regular correlation matrix.

    "minres" (and "pa": principal axes iterated to the end are its solution) minimise the squared residual
    correlations, "ml" the likelihood's discrepancy, over the uniquenesses (Harman & Jones, Psychometrika 31
    (1966) 351; Jöreskog, ibid. 32 (1967) 443), by Newton's method from several starts; the best one wins.
    Impossible: more factors than the items determine or hold; no convergence.
    Checked against R psych::fa and factanal.
    """
    if factors < 1 or degrees_of_freedom(len(r), factors) < 0:
        raise _too_many(len(r), factors)
    criterion, loadings = _METHODS["ml" if method == "ml" else "minres"]
    uniquenesses = _minimised(lambda u: criterion(u, r, factors), r)
    found = loadings(uniquenesses, r, factors)
    if (np.abs(found).max(axis=0) < NOTHING).any():
        raise _too_many(len(r), factors)
    at_bound = np.flatnonzero(uniquenesses < LEAST_UNIQUENESS * 1.01)
    return Extracted(found, 1 - (found**2).sum(axis=1), tuple(int(i) for i in at_bound))


def _minimised(curve: Callable[[FloatArray], "_Curve"], r: FloatArray) -> FloatArray:
    """The uniquenesses of the least value reached from several starts."""
    unique = 1 - squared_multiple_correlations(r)
    random = np.random.default_rng(1966)
    begins = [unique, np.full(len(r), 0.5), *(random.uniform(0.1, 0.9, (STARTS - 2, len(r))))]
    found = [_descended(curve, np.clip(begin, LEAST_UNIQUENESS, 1)) for begin in begins]
    value, uniquenesses = min(found, key=lambda one: one[0])
    if not np.isfinite(value):
        raise Impossible("no_convergence", "因子提取不收敛", "the extraction of factors does not converge")
    return uniquenesses


def _descended(curve: Callable[[FloatArray], "_Curve"], start: FloatArray) -> tuple[float, FloatArray]:
    """(value, uniquenesses) where damped Newton steps in the logarithms, held within the bounds, end."""
    low, logs, damping = np.log(LEAST_UNIQUENESS), np.log(start), 1e-3
    here = curve(start)
    for _ in range(MOST_STEPS):
        held = ((logs <= low) & (here.slope > 0)) | ((logs >= 0) & (here.slope < 0))
        if held.all() or np.abs(here.slope[~held]).max() < 1e-10 or damping > 1e12:
            return here.value, np.exp(logs)
        bend = here.bend[np.ix_(~held, ~held)]
        step = np.zeros(len(logs))
        step[~held] = np.linalg.solve(bend + damping * np.diag(np.diag(bend) + 1e-8), -here.slope[~held])
        moved = np.clip(logs + step, low, 0.0)
        there = curve(np.exp(moved))
        if there.value < here.value:
            logs, here, damping = moved, there, max(damping / 10, 1e-9)
        else:
            damping *= 4
    return np.inf, start


@dataclass(frozen=True, slots=True, eq=False)
class _Curve:
    """A criterion at a point with its gradient and approximate Hessian in the logarithms."""

    value: float
    slope: FloatArray
    bend: FloatArray


def _minres(uniquenesses: FloatArray, r: FloatArray, factors: int) -> _Curve:
    """Half the squared residuals after the best `factors` loadings (Harman & Fukuda 1966)."""
    values, vectors = np.linalg.eigh(r - np.diag(uniquenesses))
    left = values.copy()
    left[-factors:] = np.minimum(left[-factors:], 0)
    slope = -(vectors**2) @ left
    rest = vectors[:, :-factors]
    bend = (rest @ rest.T) ** 2 * np.outer(uniquenesses, uniquenesses)
    return _Curve(float((left**2).sum()) / 2, slope * uniquenesses, bend)


def _minres_loadings(uniquenesses: FloatArray, r: FloatArray, factors: int) -> FloatArray:
    values, vectors = np.linalg.eigh(r - np.diag(uniquenesses))
    loadings: FloatArray = vectors[:, ::-1][:, :factors] * np.sqrt(np.maximum(values[::-1][:factors], 0))
    return loadings


def _ml(uniquenesses: FloatArray, r: FloatArray, factors: int) -> _Curve:
    """The likelihood's discrepancy after the best `factors` loadings (Jöreskog 1967)."""
    root = np.sqrt(uniquenesses)
    values, vectors = np.linalg.eigh(r / np.outer(root, root))
    left, rest = np.maximum(values[:-factors], 1e-300), vectors[:, :-factors]
    value = float((left - np.log(left)).sum()) - len(left)
    return _Curve(value, rest**2 @ (1 - left), (rest @ rest.T) ** 2)


def _ml_loadings(uniquenesses: FloatArray, r: FloatArray, factors: int) -> FloatArray:
    root = np.sqrt(uniquenesses)
    values, vectors = np.linalg.eigh(r / np.outer(root, root))
    sizes = np.sqrt(np.maximum(values[::-1][:factors] - 1, 0))
    loadings: FloatArray = root[:, None] * vectors[:, ::-1][:, :factors] * sizes
    return loadings


_METHODS = {"minres": (_minres, _minres_loadings), "ml": (_ml, _ml_loadings)}


def _too_many(items: int, factors: int) -> Impossible:
    return Impossible(
        "too_many_factors",
        f"{items} 个题项不足以确定 {factors} 个因子",
        f"{items} items do not determine {factors} factors",
    )
