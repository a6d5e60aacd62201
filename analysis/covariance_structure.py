"""Covariance structures of observed and latent variables, fitted by maximum likelihood.

In McArdle's reticular form: directed paths A and (co)variances S of all variables, the observed first, imply
Σ = [(I − A)⁻¹ S (I − A)⁻ᵀ] of the observed (McArdle & McDonald, Brit. J. Math. Stat. Psychol. 37 (1984) 234).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.computing import FloatArray, Impossible

ENOUGH = 1e-14  # Newton decrement at which F no longer falls within float64
MOST_STEPS = 300  # a model that suits the data takes 5 to 40
STARTS = 4
FAR = 1e3  # standardised loadings beyond this run off to infinity
NOT_IDENTIFIED = 1e-9  # smallest eigenvalue of the information, scaled to unit diagonal


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of A (from column to row) or of S (both triangles)."""

    directed: bool
    row: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """The fixed values of A and S, and the cells that each free parameter fills."""

    observed: int
    paths: FloatArray
    covariances: FloatArray
    free: tuple[tuple[Cell, ...], ...]

    @property
    def df(self) -> int:
        return self.observed * (self.observed + 1) // 2 - len(self.free)

    def filled(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """A and S with the free parameters in place."""
        paths, covariances = self.paths.copy(), self.covariances.copy()
        for cells, value in zip(self.free, values, strict=True):
            for cell in cells:
                if cell.directed:
                    paths[cell.row, cell.column] = value
                else:
                    covariances[cell.row, cell.column] = covariances[cell.column, cell.row] = value
        return paths, covariances

    def implied(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(I − A)⁻¹ and the implied covariances of all variables."""
        paths, covariances = self.filled(values)
        effects = np.linalg.inv(np.eye(len(paths)) - paths).astype(np.float64)
        return effects, effects @ covariances @ effects.T

    def derivatives(self, values: FloatArray) -> FloatArray:
        """∂Σ/∂θ of the observed, one matrix per parameter."""
        effects, whole = self.implied(values)
        p = self.observed
        out = np.zeros((len(self.free), p, p))
        for derivative, cells in zip(out, self.free, strict=True):
            for cell in cells:
                other = whole[:p, cell.column] if cell.directed else effects[:p, cell.column]
                part = np.outer(effects[:p, cell.row], other)
                both = cell.directed or cell.row != cell.column
                derivative += part + part.T if both else part
        return out


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A converged fit: the parameters, F = log|Σ| − log|S| + tr(SΣ⁻¹) − p, and what they imply."""

    values: FloatArray
    discrepancy: float
    paths: FloatArray
    covariances: FloatArray
    implied: FloatArray  # of all variables, observed first


def fit(structure: Structure, sample: FloatArray, start: FloatArray) -> Fit:
    """The maximum likelihood fit of `structure` to a regular covariance matrix.

    Fisher scoring with Levenberg's damping, from `start` and, where that does not converge, from seeded
    points around it. Impossible: not identified (negative df, singular information), no convergence.
    """
    if structure.df < 0:
        raise _not_identified()
    constant = float(np.linalg.slogdet(sample)[1]) + len(sample)
    for begin in _starts(start):
        found = _climb(structure, sample, begin)
        if found is not None:
            values, objective = found
            _check_identified(structure, values)
            paths, covariances = structure.filled(values)
            whole = structure.implied(values)[1]
            return Fit(values, max(0.0, objective - constant), paths, covariances, whole)
    raise Impossible(
        "no_convergence",
        "最大似然估计不收敛：模型与数据不符，或样本太小",
        "maximum likelihood does not converge: the model does not suit the data, or n is too small",
    )


def _starts(start: FloatArray) -> Iterator[FloatArray]:
    yield start
    random = np.random.default_rng(20200301)
    for _ in range(STARTS):
        yield start * random.uniform(0.4, 1.6, len(start)) + random.normal(0, 0.05, len(start))


def _objective(structure: Structure, values: FloatArray, sample: FloatArray) -> tuple[float, FloatArray]:
    """(log|Σ| + tr(SΣ⁻¹), Σ⁻¹ by Cholesky); infinite where Σ is not positive definite."""
    p = structure.observed
    sigma = structure.implied(values)[1][:p, :p]
    try:
        lower = np.linalg.cholesky(sigma).astype(np.float64)
    except np.linalg.LinAlgError:
        return np.inf, sigma
    whitened = np.linalg.solve(lower, np.linalg.solve(lower, sample).T)
    value = 2 * float(np.log(np.diag(lower)).sum()) + float(np.trace(whitened))
    return (value if np.isfinite(value) else np.inf), lower


def _slope(
    structure: Structure, values: FloatArray, sample: FloatArray, lower: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Gradient and expected Hessian of the objective."""
    derivatives = structure.derivatives(values)
    half = np.linalg.solve(lower, derivatives)
    white = np.linalg.solve(lower, half.transpose(0, 2, 1)).reshape(len(derivatives), -1)
    residual = np.linalg.solve(lower, np.linalg.solve(lower, sample).T)
    gap = np.eye(len(lower)) - residual
    return white @ gap.ravel(), white @ white.T


def _climb(structure: Structure, sample: FloatArray, start: FloatArray) -> tuple[FloatArray, float] | None:
    """The minimum reached from `start` with the objective there; None when there is none."""
    values, damping = start.copy(), 1e-3
    objective, lower = _objective(structure, values, sample)
    if not np.isfinite(objective):
        return None
    for _ in range(MOST_STEPS):
        gradient, information = _slope(structure, values, sample, lower)
        if np.abs(values).max() > FAR * np.abs(start).max() or not np.isfinite(information).all():
            return None
        scale = np.sqrt(np.maximum(np.diag(information), 1e-12))
        scaled, target = information / np.outer(scale, scale), gradient / scale
        decrement = float(target @ np.linalg.lstsq(scaled, target, rcond=1e-12)[0])
        if decrement < ENOUGH:
            return values, objective
        while damping < 1e12:
            step = np.linalg.solve(scaled + damping * np.eye(len(scaled)), -target) / scale
            better, factor = _objective(structure, values + step, sample)
            if better < objective or (decrement < 1e-11 and better < objective + 1e-13):
                values, objective, lower = values + step, better, factor
                damping = max(damping / 10, 1e-12)
                break
            damping *= 4
        else:
            return (values, objective) if decrement < 1e-9 else None
    return None


def _check_identified(structure: Structure, values: FloatArray) -> None:
    derivatives = structure.derivatives(values).reshape(len(structure.free), -1)
    norms = np.sqrt((derivatives**2).sum(axis=1))
    if (norms == 0).any():
        raise _not_identified()
    unit = derivatives / norms[:, None]
    if float(np.linalg.eigvalsh(unit @ unit.T)[0]) < NOT_IDENTIFIED:
        raise _not_identified()


def _not_identified() -> Impossible:
    return Impossible(
        "not_identified",
        "模型不可识别：待估参数多于数据所能确定的；请增加题项或减少自由参数",
        "the model is not identified: it has more parameters than the data determine; "
        "add items or free fewer parameters",
    )


def negative_variances(covariances: FloatArray, names: Sequence[str]) -> list[str]:
    """The variables whose (residual) variance was estimated below 0: Heywood cases."""
    return [name for name, value in zip(names, np.diag(covariances), strict=True) if value < -1e-8]
