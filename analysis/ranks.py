"""Rank tests of a difference: Mann-Whitney, Wilcoxon and Kruskal-Wallis, asymptotic with ties corrected.

Satisfaction codes are heavily tied: "exact" tables would be wrong for them, so none are used.
"""

from collections.abc import Mapping
from math import copysign, sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from analysis.computing import not_finite, statistic, too_few
from analysis.groups import GROUPED, need_several, need_sizes, need_two, no_variance
from analysis.inputs import Columns, Flag, Input
from analysis.jobs import Job
from analysis.ranking import Ranking, midranks, tie_term
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.samples import Counts, as_floats
from analysis.tails import sided, z_tail
from analysis.wording import count, number, p_value, verdict

DIFFERENCE = Bilingual("差异", "difference")
SHIFT = Bilingual("位置差", "shift")
FEWEST = 8  # below it in a group the normal approximation of a rank sum is rough


def mann_whitney(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    names: tuple[str, str] = ("a", "b"),
    continuity: bool = False,
    alternative: str = "two_sided",
    confidence: float = 0.95,
) -> Outcome:
    """The Mann-Whitney test of two arrays; see mann_whitney_from_counts. NaN and None are gaps."""
    groups = {names[0]: Counts.of(a), names[1]: Counts.of(b)}
    missing = sum(counts.n_missing for counts in groups.values())
    return mann_whitney_from_counts(
        groups, n_missing=missing, continuity=continuity, alternative=alternative, confidence=confidence
    )


@statistic("mann_whitney")
def mann_whitney_from_counts(
    groups: Mapping[str, Counts],
    *,
    n_missing: int = 0,
    continuity: bool = False,
    alternative: str = "two_sided",
    confidence: float = 0.95,
) -> Outcome:
    """The Mann-Whitney (Wilcoxon rank sum) test of two groups given as counts of their values.

    U = R₁ − n₁(n₁+1)/2 of the first group; z = (U − n₁n₂/2)/√(n₁n₂/12 · (N+1 − Σ(t³−t)/(N(N−1)))), with
    `continuity` moved by 1/2 towards 0; rank_biserial = 2U/(n₁n₂) − 1, above 0 when the first group is
    higher. Fields: statistic (U), z, p, rank_biserial, superiority (the chance that a value of the first
    group is the higher one, ties half), mean_ranks. Mann & Whitney, Ann. Math. Stat. 18 (1947); Lehmann 1975.
    Not computable: not two groups; an empty group; all values equal. Warned: a group below 8 values.
    Checked against R wilcox.test(exact = FALSE).
    """
    need_two(groups)
    need_sizes(groups, 1)
    ranking = Ranking.of(groups)
    n1, n2 = ranking.sizes
    u = float(ranking.rank_sums[0]) - n1 * (n1 + 1) / 2
    spread = n1 * n2 / (n1 + n2) * ranking.variance
    if spread <= 0:
        raise no_variance()
    z = _z(u - n1 * n2 / 2, sqrt(spread), continuity, alternative)
    p = z_tail(z, alternative)
    effect = 2 * u / (n1 * n2) - 1
    fields: dict[str, Json] = {
        "statistic": u,
        "z": z,
        "p": p,
        "rank_biserial": effect,
        "superiority": u / (n1 * n2),
        "mean_ranks": dict(zip(ranking.names, ranking.mean_ranks.tolist(), strict=True)),
    }
    a, b = ranking.names
    found, share = verdict(p, confidence, DIFFERENCE), number(100 * u / (n1 * n2), 1)
    shown = f"U={number(u, 1)}，z={number(z)}，{p_value(p)}"
    sentence = Bilingual(
        f"{a} 高于 {b} 的概率为 {share}%（秩二列相关 {number(effect)}）；{shown}，{found.zh}"
        f"（n={count(ranking.n)}）。",
        f"The chance that {a} is above {b} is {share}% (rank-biserial {number(effect)}); "
        f"{shown.replace('，', ', ')}, {found.en} (n = {count(ranking.n)}).",
    )
    method = sided(_method("Mann-Whitney", continuity), alternative, SHIFT, with_interval=False)
    warnings = _few(int(min(n1, n2)))
    return Result("mann_whitney", method, ranking.n, n_missing, fields, sentence, warnings)


@statistic("wilcoxon")
def wilcoxon(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    continuity: bool = False,
    alternative: str = "two_sided",
    confidence: float = 0.95,
) -> Outcome:
    """The Wilcoxon signed rank test of two arrays of equal length, first − second; gaps drop a row.

    V = the sum of the ranks of |difference| over positive differences, zeros dropped; variance
    m(m+1)(2m+1)/24 − Σ(t³−t)/48 over the m others. Fields: statistic (V), z, p, rank_biserial
    (2V/(m(m+1)/2) − 1), zeros (rows without a difference; n counts them). Wilcoxon, Biometrics Bull. 1 (1945)
    80. Not computable: no complete row; no difference at all. Warned: fewer than 8 differences.
    Checked against R wilcox.test(paired = TRUE, exact = FALSE).
    """
    first, second = as_floats(a), as_floats(b)
    if len(first) != len(second):
        raise ValueError("b: must be as long as a")
    valid = ~(np.isnan(first) | np.isnan(second))
    if not valid.any():
        raise too_few(0, 1)
    gaps = first[valid] - second[valid]
    if not np.isfinite(gaps).all():
        raise not_finite()
    differences = gaps[gaps != 0]
    if not len(differences):
        raise no_variance()
    m, n = float(len(differences)), len(gaps)
    v, ties = _positive_rank_sum(differences)
    spread = m * (m + 1) * (2 * m + 1) / 24 - ties / 48
    z = _z(v - m * (m + 1) / 4, sqrt(spread), continuity, alternative)
    p = z_tail(z, alternative)
    effect = 4 * v / (m * (m + 1)) - 1
    fields: dict[str, Json] = {
        "statistic": v,
        "z": z,
        "p": p,
        "rank_biserial": effect,
        "zeros": n - len(differences),
    }
    found, shown = verdict(p, confidence, DIFFERENCE), f"V={number(v, 1)}，z={number(z)}，{p_value(p)}"
    sentence = Bilingual(
        f"成对比较：秩二列相关 {number(effect)}；{shown}，{found.zh}"
        f"（n={count(n)}，其中无差别 {n - int(m)}）。",
        f"Pairs: rank-biserial {number(effect)}; {shown.replace('，', ', ')}, {found.en} "
        f"(n = {count(n)}, {n - int(m)} without a difference).",
    )
    method = sided(_method("Wilcoxon", continuity), alternative, SHIFT, with_interval=False)
    return Result("wilcoxon", method, n, len(first) - n, fields, sentence, _few(int(m)))


def kruskal_wallis(groups: Mapping[str, npt.ArrayLike], *, confidence: float = 0.95) -> Outcome:
    """The Kruskal-Wallis test of arrays by group name; see kruskal_wallis_from_counts."""
    counted = {name: Counts.of(values) for name, values in groups.items()}
    missing = sum(counts.n_missing for counts in counted.values())
    return kruskal_wallis_from_counts(counted, n_missing=missing, confidence=confidence)


@statistic("kruskal_wallis")
def kruskal_wallis_from_counts(
    groups: Mapping[str, Counts], *, n_missing: int = 0, confidence: float = 0.95
) -> Outcome:
    """The Kruskal-Wallis test of groups given as counts of their values.

    H = Σ nᵢ(R̄ᵢ − (N+1)/2)² / (N(N+1)/12 − Σ(t³−t)/(12(N−1))), χ² with k − 1; ε² = H/(N−1).
    Fields: statistic, df, p, epsilon_squared, mean_ranks. Kruskal & Wallis, JASA 47 (1952) 583; Tomczak &
    Tomczak 2014 (ε²). Not computable: one group; an empty group; all values equal. Warned: a group below 5
    values. Checked against R kruskal.test.
    """
    need_several(groups)
    need_sizes(groups, 1)
    ranking = Ranking.of(groups)
    n, df, variance = ranking.n, len(groups) - 1, ranking.variance
    if variance <= 0:
        raise no_variance()
    h = float((ranking.sizes * (ranking.mean_ranks - (n + 1) / 2) ** 2).sum() / variance)
    p = float(chdtrc(df, h))
    fields: dict[str, Json] = {
        "statistic": h,
        "df": df,
        "p": p,
        "epsilon_squared": h / (n - 1),
        "mean_ranks": dict(zip(ranking.names, ranking.mean_ranks.tolist(), strict=True)),
    }
    found, shown = verdict(p, confidence, DIFFERENCE), f"H({df})={number(h)}，{p_value(p)}"
    sentence = Bilingual(
        f"{df + 1} 个组的秩次比较：ε²={number(h / (n - 1), 3)}；{shown}，{found.zh}（n={count(n)}）。",
        f"Ranks of {df + 1} groups: ε² = {number(h / (n - 1), 3)}; {shown.replace('，', ', ')}, {found.en} "
        f"(n = {count(n)}).",
    )
    method = _method("Kruskal-Wallis", False)
    return Result("kruskal_wallis", method, n, n_missing, fields, sentence, _few(int(ranking.sizes.min()), 5))


def _positive_rank_sum(differences: npt.NDArray[np.float64]) -> tuple[float, float]:
    """The rank sum of the positive differences by size, and the tie term."""
    sizes, position = np.unique(np.abs(differences), return_inverse=True)
    tied = np.bincount(position, minlength=len(sizes)).astype(np.float64)
    ranks = midranks(tied)[position]
    return float(ranks[differences > 0].sum()), tie_term(tied)


def _z(distance: float, sd: float, continuity: bool, alternative: str) -> float:
    if continuity:
        side = {"two_sided": copysign(1, distance) if distance else 0, "less": -1, "greater": 1}
        distance -= side.get(alternative, 0) / 2
    return distance / sd


def _method(name: str, continuity: bool) -> Bilingual:
    zh, en = ("，连续性校正", ", continuity correction") if continuity else ("", "")
    return Bilingual(f"{name} 秩检验（渐近，校正同分{zh}）", f"{name} test (asymptotic, ties corrected{en})")


def _few(smallest: int, least: int = FEWEST) -> tuple[Warning, ...]:
    if smallest >= least:
        return ()
    message = Bilingual(
        f"最小的一组只有 {smallest} 个值，渐近 p 值较粗略",
        f"only {smallest} values in the smallest group: the asymptotic p is rough",
    )
    return (Warning("small_sample", message),)


def _mann_whitney_job(job: Job) -> Outcome:
    groups, missing = job.groups(job.get("outcome", str), job.get("group", str))
    return mann_whitney_from_counts(
        groups,
        n_missing=missing,
        continuity=job.get("continuity", bool),
        alternative=job.alternative,
        confidence=job.confidence,
    )


def _wilcoxon_job(job: Job) -> Outcome:
    a, b = job.names("pair")
    return wilcoxon(
        job.numbers(a),
        job.numbers(b),
        continuity=job.get("continuity", bool),
        alternative=job.alternative,
        confidence=job.confidence,
    )


def _kruskal_wallis_job(job: Job) -> Outcome:
    groups, missing = job.groups(job.get("outcome", str), job.get("group", str))
    return kruskal_wallis_from_counts(groups, n_missing=missing, confidence=job.confidence)


CONTINUITY = Input("continuity", Flag(), default=False)

STATISTICS = (
    Statistic(
        "mann_whitney",
        (*GROUPED, CONTINUITY),
        _mann_whitney_job,
        uses=frozenset({"levels", "alternative"}),
    ),
    Statistic(
        "wilcoxon",
        (Input("pair", Columns(2), required=True), CONTINUITY),
        _wilcoxon_job,
        uses=frozenset({"alternative"}),
    ),
    Statistic("kruskal_wallis", GROUPED, _kruskal_wallis_job, uses=frozenset({"levels"})),
)
