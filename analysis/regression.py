"""Linear regression by ordinary least squares, with errors robust to unequal variances or clusters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc

from analysis.coefficients import ROBUST, clustered, coefficient_rows, few_clusters, hc3, strongest
from analysis.computing import FloatArray, Impossible, IntArray, one_of, statistic
from analysis.inputs import Fault
from analysis.jobs import Job
from analysis.predictors import (
    INTERCEPT,
    MODEL_INPUTS,
    Model,
    cluster_ignored,
    column_from,
    model,
    robust_columns,
)
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.tables import Column, NumberColumn
from analysis.wording import count, df, number, p_value

PERFECT = 1e-20  # of the outcome's variance: less than this left is rounding


def ols(
    outcome: npt.ArrayLike,
    predictors: Mapping[str, npt.ArrayLike | Sequence[object]],
    *,
    robust: str = "none",
    clusters: IntArray | None = None,
    confidence: float = 0.95,
) -> Outcome:
    """Linear regression of an array on columns of numbers or text; see ols_of_columns."""
    columns = {name: column_from(values) for name, values in predictors.items()}
    return ols_of_columns(
        np.asarray(outcome, np.float64), columns, robust=robust, clusters=clusters, confidence=confidence
    )


@statistic("ols")
def ols_of_columns(
    outcome: FloatArray,
    predictors: Mapping[str, Column],
    *,
    robust: str = "none",
    clusters: IntArray | None = None,
    confidence: float = 0.95,
) -> Outcome:
    """Linear regression by ordinary least squares with an intercept, rows complete in all columns.

    Text predictors enter by level against the first (named column=level). Errors: classical; HC3; CR1 of
    `clusters` with t of clusters − 1. By QR of the standardised predictors.
    Fields: coefficients [{name, estimate, se, statistic (t), p, ci, beta (standardised)}], r2, adj_r2, sigma,
    vif {column} (with two or more), f, df1, df2, p (all slopes 0, by the same errors). MacKinnon & White
    1985; Cameron & Miller 2015. Not computable: too few rows; a constant column; predictors that determine
    one another; a perfect fit; one cluster; a row that alone fixes a coefficient (HC3).
    Checked against R lm, sandwich::vcovHC, sandwich::vcovCL and car::vif.
    """
    one_of("robust", robust, tuple(ROBUST))
    if robust == "cluster" and clusters is None:
        raise ValueError("clusters: needed for cluster-robust errors")
    design = model(NumberColumn(outcome), predictors, clusters if robust == "cluster" else None)
    fit = _fit(design, outcome[design.used])
    covariance, freedom, warnings = _errors(design, fit, robust)
    names = (INTERCEPT, *design.names)
    rows = coefficient_rows(names, fit.back @ fit.g, fit.back @ covariance @ fit.back.T, freedom, confidence)
    for row, beta in zip(rows[1:], fit.g[1:] / np.sqrt(fit.total / (design.n - 1)), strict=True):
        row["beta"] = float(beta)
    n, k = design.n, len(design.names)
    r2 = 1 - fit.left / fit.total
    fields: dict[str, Json] = {
        "coefficients": rows,
        "r2": r2,
        "adj_r2": 1 - (1 - r2) * (n - 1) / (n - k - 1),
        "sigma": float(np.sqrt(fit.left / (n - k - 1))),
        **_overall(fit.g[1:], covariance[1:, 1:], freedom),
    }
    if k > 1:
        fields["vif"] = dict(zip(design.names, _vif(fit).tolist(), strict=True))
    sentence = _sentence(fields, rows, n, confidence)
    method = Bilingual(
        f"线性回归（最小二乘）{ROBUST[robust].zh}", f"linear regression (least squares){ROBUST[robust].en}"
    )
    return Result("ols", method, n, design.n_missing, fields, sentence, warnings)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """The least squares fit on the standardised predictors."""

    z: FloatArray
    back: FloatArray
    q: FloatArray
    bread: FloatArray  # (Z′Z)⁻¹
    g: FloatArray
    residuals: FloatArray
    left: float
    total: float


def _fit(design: Model, y: FloatArray) -> _Fit:
    centred = y - y.mean()
    total = float(centred @ centred)
    if y.min() == y.max() or not total > 0:
        raise Impossible(
            "constant_outcome",
            "结果变量在有效行中没有变异，无法回归",
            "the outcome does not vary over the complete rows",
        )
    z, back = design.standardised()
    q, r = np.linalg.qr(z)
    inverse = np.linalg.solve(r, np.eye(len(r)))
    g = inverse @ (q.T @ centred)
    residuals = centred - z @ g
    left = float(residuals @ residuals)
    if left <= PERFECT * total:
        raise Impossible(
            "perfect_fit",
            "预测变量完全决定了结果变量（残差为 0），标准误无意义；检查是否误放了结果变量本身",
            "the predictors determine the outcome (no residual): look for the outcome among the predictors",
        )
    g[0] += y.mean()
    return _Fit(z, back, q, inverse @ inverse.T, g, residuals, left, total)


def _errors(design: Model, fit: _Fit, robust: str) -> tuple[FloatArray, float, tuple[Warning, ...]]:
    """The covariance of the standardised coefficients, the degrees of freedom, warnings."""
    freedom = float(design.n - fit.z.shape[1])
    scores = fit.z * fit.residuals[:, None]
    if robust == "hc3":
        return hc3(fit.bread, scores, (fit.q**2).sum(axis=1)), freedom, ()
    if robust == "cluster" and design.clusters is not None:
        spread, groups = clustered(fit.bread, scores, design.clusters)
        return spread, float(groups - 1), few_clusters(groups)
    return fit.bread * (fit.left / freedom), freedom, ()


def _overall(g: FloatArray, covariance: FloatArray, freedom: float) -> dict[str, Json]:
    """The Wald F that all slopes are 0; nothing where so few clusters do not carry it."""
    k = len(g)
    if np.linalg.matrix_rank(covariance, hermitian=True) < k:
        return {}
    f = float(g @ np.linalg.solve(covariance, g)) / k
    return {"f": f, "df1": k, "df2": freedom, "p": float(fdtrc(k, freedom, f))}


def _vif(fit: _Fit) -> FloatArray:
    """1/(1 − R²) of each predictor on the others: the diagonal of the inverse of their correlations."""
    return np.asarray(np.diag(fit.bread)[1:] * (len(fit.z) - 1), dtype=np.float64)


def _sentence(
    fields: Mapping[str, Json], rows: Sequence[Mapping[str, Json]], n: int, confidence: float
) -> Bilingual:
    r2, most = fields["r2"], strongest(rows, confidence)
    shown = number(r2, 3) if isinstance(r2, float) else ""
    f, df1, df2, p = (fields.get(name) for name in ("f", "df1", "df2", "p"))
    test = ""
    if isinstance(f, float) and isinstance(df1, int) and isinstance(df2, float) and isinstance(p, float):
        test = f"F({df1}, {df(df2)})={number(f)}, {p_value(p)}; "
    return Bilingual(
        f"R²={shown}；{test.replace(', p', '，p').replace('; ', '；')}{most.zh}（n={count(n)}）。",
        f"R² = {shown}; {test}{most.en} (n = {count(n)}).",
    )


def _ols_job(job: Job) -> Outcome:
    outcome = job.numbers(job.get("outcome", str))
    predictors, clusters = robust_columns(job)
    result = ols_of_columns(
        outcome, predictors, robust=job.get("robust", str), clusters=clusters, confidence=job.confidence
    )
    return result.warned(*cluster_ignored(job))


def clusters_given(arguments: Mapping[str, object]) -> Iterator[Fault]:
    """A fault when errors robust to clusters are asked for and no cluster is named."""
    if arguments["robust"] == "cluster" and arguments["cluster"] is None:
        yield Fault("missing_input", "robust: cluster 需要 cluster", "robust: cluster needs cluster")


STATISTICS = (Statistic("ols", MODEL_INPUTS, _ols_job, uses=frozenset({"cluster"}), check=clusters_given),)
