"""Several answers of the same people compared: analysis of variance with repeated measures, and Friedman."""

from collections.abc import Mapping
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, fdtrc

from analysis.computing import FloatArray, statistic, too_few
from analysis.groups import need_variance, no_variance
from analysis.inputs import Columns, Input
from analysis.jobs import Job
from analysis.moments import BLOCK, Moments, equal_columns
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result
from analysis.scales import few_items
from analysis.wording import count, df, number, p_value, verdict

DIFFERENCE = Bilingual("差异", "difference")


def repeated_anova(items: Mapping[str, npt.ArrayLike], *, confidence: float = 0.95) -> Outcome:
    """Repeated measures analysis of variance of columns of equal length; see repeated_anova_from_moments.

    A row with a gap (NaN, None) is left out.
    """
    return repeated_anova_from_moments(Moments.of(items), confidence=confidence)


@statistic("repeated_anova")
def repeated_anova_from_moments(moments: Moments, *, confidence: float = 0.95) -> Outcome:
    """One-way analysis of variance with repeated measures, with Greenhouse and Geisser's correction.

    With S the doubly centred covariance matrix of the k items: F = n Σ(x̄ⱼ − x̄)²/(k−1) / (tr S/(k−1)) on
    k−1 and (k−1)(n−1); ε = (tr S)²/((k−1) Σ Sᵢⱼ²), by which both df are multiplied for p_gg.
    Fields: statistic, df1, df2, p, epsilon_gg, p_gg, eta_squared_partial, means. Greenhouse & Geisser,
    Psychometrika 24 (1959) 95. Not computable: one item; fewer than two rows; people differ only by a
    constant. Checked against R afex::aov_ez and the closed form.
    """
    k, n = len(moments.names), moments.n
    if k < 2:
        raise few_items(2)
    if n < 2:
        raise too_few(n, 2)
    cov, means = moments.covariance(), moments.means
    centred = cov - cov.mean(axis=0) - cov.mean(axis=1)[:, None] + cov.mean()
    error = float(np.trace(centred)) / (k - 1)
    need_variance(sqrt(max(0.0, error)), *means)
    if error <= 1e-14 * float(np.trace(cov)):  # the items move in step: what is left is rounding
        raise no_variance()
    between = n * float(((means - means.mean()) ** 2).sum()) / (k - 1)
    f, df1, df2 = between / error, k - 1, (k - 1) * (n - 1)
    epsilon = float(np.trace(centred)) ** 2 / ((k - 1) * float((centred**2).sum()))
    epsilon = min(1.0, max(1 / (k - 1), epsilon))
    p_gg = float(fdtrc(epsilon * df1, epsilon * df2, f))
    fields: dict[str, Json] = {
        "statistic": f,
        "df1": df1,
        "df2": df2,
        "p": float(fdtrc(df1, df2, f)),
        "epsilon_gg": epsilon,
        "p_gg": p_gg,
        "eta_squared_partial": f * df1 / (f * df1 + df2),
        "means": dict(zip(moments.names, means.tolist(), strict=True)),
    }
    found = verdict(p_gg, confidence, DIFFERENCE)
    shown = f"F({df(epsilon * df1)}, {df(epsilon * df2)})={number(f)}"
    sentence = Bilingual(
        f"{k} 次测量的均值比较：{shown}，{p_value(p_gg)}（Greenhouse-Geisser ε={number(epsilon, 3)}），"
        f"{found.zh}（n={count(n)}）。",
        f"Means of {k} measurements: {shown}, {p_value(p_gg)} (Greenhouse-Geisser ε = {number(epsilon, 3)}), "
        f"{found.en} (n = {count(n)}).",
    )
    method = Bilingual(
        "重复测量方差分析，Greenhouse-Geisser 校正",
        "repeated measures analysis of variance, Greenhouse-Geisser correction",
    )
    return Result("repeated_anova", method, n, moments.n_missing, fields, sentence)


@statistic("friedman")
def friedman(items: Mapping[str, npt.ArrayLike], *, confidence: float = 0.95) -> Outcome:
    """Friedman's test of columns of equal length, ranked within each row; a row with a gap is left out.

    χ² = 12 Σ(Rⱼ − n(k+1)/2)² / (nk(k+1) − Σ(t³−t)/(k−1)) with k − 1; W = χ²/(n(k−1)). Fields: statistic, df,
    p, kendall_w, mean_ranks. Friedman, JASA 32 (1937) 675; Kendall & Babington Smith 1939. Not computable:
    one item; no complete row; every row tied throughout. Checked against R friedman.test.
    """
    columns = equal_columns(items)
    k, rows = len(columns), len(columns[0]) if columns else 0
    if k < 2:
        raise few_items(2)
    n, sums, ties = 0, np.zeros(k), 0.0
    for start in range(0, rows, BLOCK):
        block = np.column_stack([column[start : start + BLOCK] for column in columns])
        complete = block[~np.isnan(block).any(axis=1)]
        part, tied = _rank_sums_of_rows(complete)
        n, sums, ties = n + len(complete), sums + part, ties + tied
    if n == 0:
        raise too_few(0, 1)
    spread = n * k * (k + 1) - ties / (k - 1)
    if spread <= 0:
        raise no_variance()
    chi2 = 12 * float(((sums - n * (k + 1) / 2) ** 2).sum()) / spread
    p, w = float(chdtrc(k - 1, chi2)), chi2 / (n * (k - 1))
    fields: dict[str, Json] = {
        "statistic": chi2,
        "df": k - 1,
        "p": p,
        "kendall_w": w,
        "mean_ranks": dict(zip(items, (sums / n).tolist(), strict=True)),
    }
    found, shown = verdict(p, confidence, DIFFERENCE), f"χ²({k - 1})={number(chi2)}"
    sentence = Bilingual(
        f"{k} 个题项的秩次比较：W={number(w, 3)}；{shown}，{p_value(p)}，{found.zh}（n={count(n)}）。",
        f"Ranks of {k} items: W = {number(w, 3)}; {shown}, {p_value(p)}, {found.en} (n = {count(n)}).",
    )
    method = Bilingual("Friedman 秩检验（校正同分）", "Friedman test (ties corrected)")
    return Result("friedman", method, n, rows - n, fields, sentence)


def _rank_sums_of_rows(block: FloatArray) -> tuple[FloatArray, float]:
    """The sum of each column's ranks within the rows, and Σ(t³ − t) over all rows."""
    sums, ties = np.zeros(block.shape[1]), 0.0
    for j in range(block.shape[1]):
        less = (block < block[:, j : j + 1]).sum(axis=1)
        equal = (block == block[:, j : j + 1]).sum(axis=1).astype(np.float64)
        sums[j] = float((less + (equal + 1) / 2).sum())
        ties += float((equal**2 - 1).sum())  # over the t members of a tie this adds t³ − t
    return sums, ties


def _repeated_anova_job(job: Job) -> Outcome:
    return repeated_anova(job.matrix(job.names("items")), confidence=job.confidence)


def _friedman_job(job: Job) -> Outcome:
    return friedman(job.matrix(job.names("items")), confidence=job.confidence)


ITEMS = (Input("items", Columns(), required=True),)

STATISTICS = (
    Statistic("repeated_anova", ITEMS, _repeated_anova_job),
    Statistic("friedman", ITEMS, _friedman_job),
)
