"""Rotation of loadings to simple structure."""

from dataclasses import dataclass

import numpy as np

from analysis.computing import FloatArray, Impossible

PROMAX_POWER = 4  # psych's and SPSS's; factanal has no normalisation beside it
MOST_STEPS = 20_000
STARTS = 5
LOWER = 1e-6  # a criterion lower by this share is another minimum


@dataclass(frozen=True, slots=True, eq=False)
class Rotated:
    """The pattern of loadings and the correlations of the factors."""

    loadings: FloatArray
    phi: FloatArray
    several_minima: bool = False


def rotate(loadings: FloatArray, method: str) -> Rotated:
    """Loadings rotated by "none", "varimax", "promax" or "oblimin"; one factor is left as it is.

    varimax (Kaiser 1958) with rows normalised to their communality; promax (Hendrickson & White 1964) from
    it, power 4; oblimin with γ = 0 (quartimin; Jennrich & Sampson 1966) without normalisation, by gradient
    projection (Jennrich 2002) from the unrotated loadings, as R does. Other starts are tried too: one
    that ends lower is said in `several_minima`.
    Checked against R stats::varimax, psych::Promax, GPArotation::oblimin.
    """
    factors = loadings.shape[1]
    if factors == 1 or method == "none":
        return Rotated(loadings, np.eye(factors))
    if method == "varimax":
        return Rotated(varimax(loadings), np.eye(factors))
    return _promax(loadings) if method == "promax" else _oblimin(loadings)


def varimax(loadings: FloatArray) -> FloatArray:
    """Kaiser-normalised varimax, iterated until it stands still."""
    lengths = _lengths(loadings)
    rotated: FloatArray = _raw_varimax(loadings / lengths) * lengths
    return rotated


def _lengths(loadings: FloatArray) -> FloatArray:
    lengths = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    return np.where(lengths > 0, lengths, 1.0)


def _raw_varimax(loadings: FloatArray) -> FloatArray:
    turn, p = np.eye(loadings.shape[1]), len(loadings)
    for _ in range(MOST_STEPS):
        z = loadings @ turn
        u, _, v = np.linalg.svd(loadings.T @ (z**3 - z * ((z**2).sum(axis=0) / p)))
        before, turn = turn, u @ v
        if np.abs(turn - before).max() < 1e-13:
            break
    rotated: FloatArray = loadings @ turn
    return rotated


def _promax(loadings: FloatArray) -> Rotated:
    lengths = _lengths(loadings)
    simple = _raw_varimax(loadings / lengths)
    turn = np.linalg.lstsq(simple, simple * np.abs(simple) ** (PROMAX_POWER - 1), rcond=None)[0]
    try:
        turn = turn * np.sqrt(np.diag(np.linalg.inv(turn.T @ turn)))
        back = np.linalg.inv(turn)
    except np.linalg.LinAlgError as error:
        raise _degenerate() from error
    return Rotated(simple @ turn * lengths, back @ back.T)


def _oblimin(loadings: FloatArray) -> Rotated:
    factors = loadings.shape[1]
    found = _quartimin(loadings, np.eye(factors))
    if found is None:
        raise _degenerate()
    random = np.random.default_rng(1979)
    begins = (np.linalg.qr(random.normal(size=(factors, factors)))[0] for _ in range(STARTS))
    others = [other[2] for begin in begins if (other := _quartimin(loadings, begin)) is not None]
    several = bool(others) and min(others) < found[2] * (1 - LOWER)
    return Rotated(found[0], found[1], several)


def _quartimin(loadings: FloatArray, start: FloatArray) -> tuple[FloatArray, FloatArray, float] | None:
    """(pattern, factor correlations, criterion) from one start; None when the factors collapse."""
    turn, size = start, 1.0
    pattern, value, slope = _at(loadings, turn)
    for _ in range(MOST_STEPS):
        projected = slope - turn * (turn * slope).sum(axis=0)
        steepness = float(np.sqrt((projected**2).sum()))
        if steepness < 1e-10:
            break
        size *= 2
        for _ in range(40):
            moved = turn - size * projected
            moved = moved / np.sqrt((moved**2).sum(axis=0))
            if np.linalg.cond(moved) > 1e7:
                size /= 2
                continue
            candidate = _at(loadings, moved)
            if value - candidate[1] > 0.5 * steepness**2 * size:
                break
            size /= 2
        else:
            break  # the criterion no longer falls within float64
        turn, (pattern, value, slope) = moved, candidate
    phi: FloatArray = turn.T @ turn
    return None if float(np.linalg.eigvalsh(phi)[0]) < 1e-8 else (pattern, phi, value)


def _at(loadings: FloatArray, turn: FloatArray) -> tuple[FloatArray, float, FloatArray]:
    """(pattern, quartimin criterion, its gradient in the turn)."""
    back = np.linalg.inv(turn)
    pattern = loadings @ back.T
    squares = pattern**2
    others = squares.sum(axis=1, keepdims=True) - squares
    gradient = pattern * others
    return pattern, float((squares * others).sum()) / 4, -(pattern.T @ gradient @ back).T


def _degenerate() -> Impossible:
    return Impossible(
        "degenerate_rotation",
        "斜交旋转使因子重合：因子数过多",
        "the oblique rotation lets factors coincide: there are too many factors",
    )
