"""Which predictors carry how much of R²: LMG shares and Johnson's relative weights."""

from collections.abc import Mapping
from math import comb

import numpy as np
import numpy.typing as npt

from analysis.computing import FloatArray, Impossible, one_of, statistic, too_few
from analysis.inputs import Choice, Column, Columns, Input
from analysis.jobs import Job
from analysis.moments import Moments
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.scales import SINGULAR
from analysis.wording import count, number, percent
from analysis.wording import names as listed

MOST_FOR_LMG = 15  # 2¹⁵ regressions; beyond it Johnson's weights
METHODS = {
    "lmg": Bilingual("LMG（Shapley）分解", "LMG (Shapley) decomposition"),
    "johnson": Bilingual("Johnson 相对权重", "Johnson's relative weights"),
}


def relative_importance(
    outcome: npt.ArrayLike, predictors: Mapping[str, npt.ArrayLike], *, method: str = "lmg"
) -> Outcome:
    """Relative importance of numeric columns; see relative_importance_from_moments. NaN and None are gaps."""
    if OUTCOME in predictors:
        raise ValueError(f"predictors: {OUTCOME!r} is the name of the outcome")
    return relative_importance_from_moments(Moments.of({OUTCOME: outcome, **predictors}), method=method)


OUTCOME = "(outcome)"


@statistic("relative_importance")
def relative_importance_from_moments(
    moments: Moments, *, method: str = "lmg", confidence: float = 0.95
) -> Outcome:
    """The share of R² that each predictor carries, from the moments of outcome (first) and predictors.

    "lmg": the gain in R² averaged over all orders in which predictors may enter, exact, to 15 predictors.
    "johnson": Λ²β² with Λ the square root of the predictors' correlations and β the weights of their
    orthogonal counterparts. Fields: r2, shares {predictor} (they sum to r2), ranking. Lindeman, Merenda &
    Gold 1980; Grömping, JSS 17 (2006); Johnson, Multivar. Behav. Res. 35 (2000) 1. Not computable: too few
    rows; a constant column; predictors that determine one another. Warned: LMG asked for more than 15
    predictors, then Johnson's weights are given. Checked against R relaimpo and the closed form.
    """
    one_of("method", method, tuple(METHODS))
    names, n = moments.names[1:], moments.n
    if not names:
        raise ValueError("predictors: none")
    if n <= len(names) + 1:
        raise too_few(n, len(names) + 2)
    r = _correlations(moments)
    rxx, rxy = r[1:, 1:], r[1:, 0]
    values, vectors = np.linalg.eigh(rxx)
    if values[0] < SINGULAR:
        which = listed(name for name, v in zip(names, np.abs(vectors[:, 0]), strict=True) if v > 1e-4)
        raise Impossible(
            "collinear",
            f"预测变量 {which} 线性相关（一个可由其余推出），无法分解；请去掉其一",
            f"{which} are linearly dependent: no decomposition; leave one out",
        )
    warnings: tuple[Warning, ...] = ()
    if method == "lmg" and len(names) > MOST_FOR_LMG:
        method, warnings = "johnson", (_too_many(len(names)),)
    if method == "lmg":
        shares = _lmg(rxx, rxy)
    else:
        root = vectors * np.sqrt(values) @ vectors.T
        shares = root**2 @ np.linalg.solve(root, rxy) ** 2
    r2 = float(rxy @ np.linalg.solve(rxx, rxy))
    ranking = [names[i] for i in np.argsort(-shares, kind="stable")]
    fields: dict[str, Json] = {
        "r2": r2,
        "shares": dict(zip(names, shares.tolist(), strict=True)),
        "ranking": ranking,
    }
    part = dict(zip(names, (shares / r2 if r2 > 0 else shares).tolist(), strict=True))
    shown = listed(f"{name} {percent(part[name])}" for name in ranking)
    sentence = Bilingual(
        f"R²={number(r2, 3)}，其中各预测变量所占：{shown}（n={count(n)}）。",
        f"R² = {number(r2, 3)}, of which the predictors carry: {shown} (n = {count(n)}).",
    )
    return Result("relative_importance", METHODS[method], n, moments.n_missing, fields, sentence, warnings)


def _correlations(moments: Moments) -> FloatArray:
    flat = listed(name for name, c in zip(moments.names, moments.constant, strict=True) if c)
    if flat:
        raise Impossible(
            "constant_predictor" if not moments.constant[0] else "constant_outcome",
            f"{flat} 在有效行中没有变异；请去掉它",
            f"{flat} does not vary over the complete rows; leave it out",
        )
    cov = moments.covariance()
    sds = np.sqrt(np.diag(cov))
    r: FloatArray = cov / sds / sds[:, None]
    if not np.isfinite(r).all():
        raise Impossible(
            "not_finite",
            "方差超出浮点数可表示的范围；请检查数据中的极端值",
            "a variance is beyond floating point; look for extreme values in the data",
        )
    np.fill_diagonal(r, 1.0)
    return r


def _lmg(rxx: FloatArray, rxy: FloatArray) -> FloatArray:
    """Each predictor's gain in R² over all sets of others, weighted by how many orders begin so."""
    k = len(rxy)
    r2 = _all_r2(rxx, rxy)
    sets = np.arange(1 << k)
    sizes = np.array([bin(s).count("1") for s in sets.tolist()])
    weight = np.array([1 / (k * comb(k - 1, size)) for size in range(k)])
    shares = np.empty(k)
    for i in range(k):
        without = sets[(sets >> i) & 1 == 0]
        shares[i] = float((weight[sizes[without]] * (r2[without | (1 << i)] - r2[without])).sum())
    return shares


def _all_r2(rxx: FloatArray, rxy: FloatArray) -> FloatArray:
    """R² on every set of predictors, by the bits of the set; sets of one size are solved together."""
    k = len(rxy)
    sets = np.arange(1 << k)
    member = (sets[:, None] >> np.arange(k)) & 1 == 1
    sizes, r2 = member.sum(axis=1), np.zeros(1 << k)
    for size in range(1, k + 1):
        of_size = sets[sizes == size]
        chosen = np.nonzero(member[of_size])[1].reshape(-1, size)
        right = rxy[chosen]
        solved = np.linalg.solve(rxx[chosen[:, :, None], chosen[:, None, :]], right[:, :, None])[:, :, 0]
        r2[of_size] = (solved * right).sum(axis=1)
    return r2


def _too_many(k: int) -> Warning:
    message = Bilingual(
        f"{k} 个预测变量超过 LMG 的上限 {MOST_FOR_LMG}，改用 Johnson 相对权重",
        f"{k} predictors are more than LMG's {MOST_FOR_LMG}; Johnson's relative weights are given instead",
    )
    return Warning("johnson_instead", message)


def _relative_importance_job(job: Job) -> Outcome:
    outcome, predictors = job.get("outcome", str), job.names("predictors")
    columns = job.matrix((outcome, *predictors))
    return relative_importance_from_moments(Moments.of(columns), method=job.get("method", str))


STATISTICS = (
    Statistic(
        "relative_importance",
        (
            Input("outcome", Column(), required=True),
            Input("predictors", Columns(), required=True),
            Input("method", Choice(tuple(METHODS)), default="lmg"),
        ),
        _relative_importance_job,
    ),
)
