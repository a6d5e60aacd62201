"""The studentized range distribution: the greatest difference among k means over an independent SD.

Q = W/s with W the range of k standard normals and s = χ(df)/√df. P(Q > q) = E[T(q·s)] over a grid of s, T
being the tail of W; where s spreads so wide that T falls within a step of that grid, E[P(s < W/q)] over a
grid of W. The tables of W are made once per k.
Checked against R ptukey and qtukey and against scipy.stats.studentized_range.
"""

import functools
from math import log, sqrt

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline
from scipy.special import gammainc, gammainccinv, gammaincinv, gammaln, ndtr, stdtrit

from analysis.computing import FloatArray

NODES, WEIGHTS = np.polynomial.legendre.leggauss(10)
WIDEST = 40.0  # a range of normals beyond it has a tail below 1e-170
STEP = 0.05
STEEP = 24.0  # beyond this spread of q·s the grid of s is too coarse for T
MOST_AT_ONCE = 10_000  # pairs × 400 nodes: 32 MB an array
MOST_SOLVED = 120  # more quantiles than this are interpolated between CURVE exact ones
CURVE = 60


def tail(q: npt.ArrayLike, k: int, df: npt.ArrayLike) -> FloatArray:
    """P(Q > q) for `k` ≥ 2 means; q and df are arrays of equal length. Absolute error below 1e-7."""
    at, own = np.atleast_1d(np.asarray(q, np.float64)), np.atleast_1d(np.asarray(df, np.float64))
    parts = [slice(i, i + MOST_AT_ONCE) for i in range(0, len(at), MOST_AT_ONCE)]
    found = [_tail_and_slope(at[part], k, own[part])[0] for part in parts]
    return np.minimum(1.0, np.concatenate(found)) if found else at


def quantile(confidence: float, k: int, df: npt.ArrayLike) -> FloatArray:
    """The q with P(Q ≤ q) = confidence for `k` ≥ 2 means, one for each of an array of df."""
    own = np.atleast_1d(np.asarray(df, np.float64))
    different, which = np.unique(own, return_inverse=True)
    if len(different) <= MOST_SOLVED:
        return np.asarray(_solve(1 - confidence, k, different)[which], dtype=np.float64)
    # log q is smooth in 1/df: a polynomial through Chebyshev points is good to 1e-9.
    low, high = 1 / different[-1], 1 / different[0]
    curve = np.polynomial.Chebyshev.interpolate(
        lambda x: np.log(_solve(1 - confidence, k, 1 / x)), CURVE, domain=[low, high]
    )
    return np.asarray(np.exp(curve(1 / own)), dtype=np.float64)


def _solve(wanted: float, k: int, df: FloatArray) -> FloatArray:
    """Newton's method for log P(Q > e^u) = log wanted: concave in u, so it falls to the root from the right.

    It starts right of the root: by Bonferroni, Q exceeds √2·t at wanted/(k(k−1)).
    """
    q: FloatArray = np.sqrt(2) * -np.asarray(stdtrit(df, wanted / (k * (k - 1))), dtype=np.float64)
    for _ in range(100):
        found, slope = _tail_and_slope(q, k, df)
        step = (np.log(found) - log(wanted)) * found / (slope * q)
        q = q * np.exp(-step)
        if np.abs(step).max() < 1e-13:
            break
    return q


def _tail_and_slope(q: FloatArray, k: int, df: FloatArray) -> tuple[FloatArray, FloatArray]:
    """P(Q > q) and its derivative."""
    found, slope = np.empty(len(q)), np.empty(len(q))
    low, high = _scale_ends(df)
    steep = q * (high - low) > STEEP
    for those, integrate in ((steep, _over_ranges), (~steep, _over_scales)):
        if those.any():
            found[those], slope[those] = integrate(q[those], k, df[those])
    return found, slope


def _over_ranges(q: FloatArray, k: int, df: FloatArray) -> tuple[FloatArray, FloatArray]:
    w, mass = _ranges(k)
    half, q = df[:, None] / 2, q[:, None]
    x = half * (w / q) ** 2
    density = np.exp(half * np.log(x) - x - gammaln(half))  # of log x, which moves by −2/q
    return gammainc(half, x) @ mass, (-2 * density / q) @ mass


def _over_scales(q: FloatArray, k: int, df: FloatArray) -> tuple[FloatArray, FloatArray]:
    spline, (s, weights) = _log_tail(k), _scale_nodes(df)
    at = q[:, None] * s
    inside = np.minimum(at, WIDEST)
    tails = np.exp(spline(inside))
    slopes = np.where(at < WIDEST, tails * spline(inside, 1) * s, 0.0)
    return (tails * weights).sum(axis=1), (slopes * weights).sum(axis=1)


def _scale_ends(df: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where s practically begins and ends."""
    low, high = (np.sqrt(2 * ends / df) for ends in (gammaincinv(df / 2, 1e-15), gammainccinv(df / 2, 1e-15)))
    return low, high


def _scale_nodes(df: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Nodes and probability weights of s, a row per df: 16 panels of √s, which tames s^(df−1) at 0."""
    low, high = (np.sqrt(end)[:, None] for end in _scale_ends(df))
    edges = low + (high - low) * np.linspace(0, 1, 17)
    half = np.diff(edges, axis=1)[:, :, None] / 2
    root = (edges[:, :-1, None] + half * (1 + NODES)).reshape(len(df), -1)
    lengths = (half * WEIGHTS).reshape(len(df), -1)
    s, df = root**2, df[:, None]
    exponents = (df - 0.5) * np.log(s) - df * (s - 1) * (s + 1) / 2
    density = np.exp(exponents - exponents.max(axis=1, keepdims=True)) * lengths
    return s, density / density.sum(axis=1, keepdims=True)


@functools.lru_cache(maxsize=64)
def _ranges(k: int) -> tuple[FloatArray, FloatArray]:
    """Nodes of the range of k standard normals and their probabilities.

    Density k(k−1) ∫ φ(z) φ(z−w) [Φ(z) − Φ(z−w)]^(k−2) dz, z being the greatest.
    """
    w, lengths = _panels(np.arange(0, 20.25, 0.5))
    z, weights = _panels(np.arange(-9.0, 30))
    others = (ndtr(z) - ndtr(z - w[:, None])) ** (k - 2)
    pair = np.exp(-(z**2 + (z - w[:, None]) ** 2) / 2) / (2 * np.pi)
    mass = lengths * k * (k - 1) * (pair * others @ weights)
    return w, mass / mass.sum()


@functools.lru_cache(maxsize=64)
def _log_tail(k: int) -> CubicSpline:
    """log P(W > w) of the range W of k standard normals as a spline over 0…WIDEST.

    P(W > w) = k ∫ φ(z) {Φ(z)^(k−1) − [Φ(z) − Φ(z−w)]^(k−1)} dz, z being the greatest; without cancellation.
    """
    w = np.arange(0, WIDEST + STEP, STEP)
    z, weights = _panels(np.arange(-9.0, WIDEST + 9))
    below = ndtr(z)
    mass = weights * np.exp(-(z**2) / 2) / sqrt(2 * np.pi) * below ** (k - 1)
    ratio = np.minimum(1.0, ndtr(z - w[:, None]) / below)
    with np.errstate(divide="ignore"):  # log 0 where w is 0: the factor is then −1
        lost = -np.expm1((k - 1) * np.log1p(-ratio))
    return CubicSpline(w, np.log(np.minimum(1.0, k * (lost @ mass))))


def _panels(edges: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of Gauss-Legendre quadrature between successive edges."""
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (1 + NODES)).ravel(), (half * WEIGHTS).ravel()
