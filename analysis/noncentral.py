"""Intervals of noncentrality parameters, from which intervals of effect sizes follow."""

from collections.abc import Callable
from math import hypot, log, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtr, chndtr, fdtr, gammainccinv, gammaincinv, gammaln, ncfdtr, ndtr, ndtri

from analysis.computing import Impossible

LARGEST_F = 1e8  # beyond this noncentrality SciPy's series for F no longer converges
NODES, WEIGHTS = np.polynomial.legendre.leggauss(32)


def t_cdf(t: float, df: float, nc: float) -> float:
    """P(T ≤ t) of the noncentral t: the mean of Φ(t·s − nc) over s = χ(df)/√df, by quadrature.

    SciPy's nctdtr gives NaN where t and nc are large and of unlike size; this holds everywhere (abs. 1e-13).
    """
    low, high = (sqrt(2 * float(q) / df) for q in (gammaincinv(df / 2, 1e-18), gammainccinv(df / 2, 1e-18)))
    edges = np.linspace(low, high, 9)
    if t != 0:  # Φ rises within 9/|t| of nc/t: that stretch gets panels of its own
        edges = np.union1d(edges, np.clip(np.linspace(nc - 9, nc + 9, 9) / t, low, high))
    half = np.diff(edges)[:, None] / 2
    s = edges[:-1, None] + half * (1 + NODES)
    constant = log(2) + df / 2 * log(df / 2) - float(gammaln(df / 2))
    density = np.exp(constant + (df - 1) * np.log(s) - df * s**2 / 2)
    return float((half * WEIGHTS * density * ndtr(t * s - nc)).sum())


def t_interval(t: float, df: float, confidence: float) -> tuple[float, float]:
    """The noncentralities at which `t` is the upper and the lower tail quantile (Cumming & Finch 2001)."""
    tail = (1 - confidence) / 2
    low, high = _large(abs(t), df, tail)
    reach = high - low + 2

    def at(probability: float) -> float:
        return _root(lambda nc: t_cdf(t, df, nc) - probability, t - reach, t + reach, -float("inf"))

    return at(1 - tail), at(tail)


def f_interval(f: float, df1: float, df2: float, confidence: float) -> tuple[float, float]:
    """The noncentralities λ of F; 0 where even the central distribution leaves more than the tail."""
    tail, start = (1 - confidence) / 2, f * df1
    if start > LARGEST_F:
        low, high = _large(sqrt(start), df2, tail)
        return low**2, high**2

    def at(probability: float) -> float:
        if float(fdtr(df1, df2, f)) <= probability:
            return 0.0
        return _root(lambda nc: float(ncfdtr(df1, df2, nc, f)) - probability, 0, 2 * start + 50, 0)

    return at(1 - tail), at(tail)


def chi2_interval(statistic: float, df: float, confidence: float) -> tuple[float, float]:
    """The noncentralities λ of χ²; 0 where even the central distribution leaves more than the tail."""
    tail = (1 - confidence) / 2

    def at(probability: float) -> float:
        if float(chdtr(df, statistic)) <= probability:
            return 0.0
        return _root(lambda nc: float(chndtr(statistic, df, nc)) - probability, 0, 2 * statistic + 50, 0)

    return at(1 - tail), at(tail)


def _large(size: float, df: float, tail: float) -> tuple[float, float]:
    """The interval of √λ when it is large: the spread of the variance estimate, χ(df)/√df, and that of the
    numerator added in quadrature (relative error below 1e-7 from 1e4 on)."""
    low, middle, high = (sqrt(2 * float(gammaincinv(df / 2, p)) / df) for p in (tail, 0.5, 1 - tail))
    sampling = float(ndtri(1 - tail))
    return (
        max(0.0, size * middle - hypot(size * (middle - low), sampling)),
        size * middle + hypot(size * (high - middle), sampling),
    )


def _root(f: Callable[[float], float], low: float, high: float, floor: float) -> float:
    """Where the falling function `f` is 0: the bracket is widened until it holds the root."""
    for _ in range(60):
        if f(low) >= 0 or low <= floor:
            break
        low = max(floor, low - 2 * (high - low))
    for _ in range(60):
        if f(high) <= 0:
            break
        high += 2 * (high - low)
    if not f(low) >= 0 >= f(high):  # also when one of them is NaN
        raise _too_extreme()
    try:
        return float(brentq(f, low, high, xtol=1e-12, rtol=1e-14, maxiter=500))
    except (ValueError, RuntimeError) as error:  # a NaN inside the bracket
        raise _too_extreme() from error


def _too_extreme() -> Impossible:
    return Impossible(
        "numerical_failure",
        "效应量的区间无法计算：效应过于极端",
        "the interval of the effect size cannot be computed: the effect is too extreme",
    )
