"""Checks of assumptions, equal variances (Levene) and normality (Shapiro-Wilk): they inform, not choose.

A test is not picked by another test: Welch's forms stand by default whatever these say.
"""

from collections.abc import Mapping
from math import asin, exp, log, sqrt

import numpy as np
import numpy.typing as npt
from numpy.polynomial.polynomial import polyval
from scipy.special import fdtrc, ndtr, ndtri

from analysis.computing import FloatArray, Impossible, not_finite, one_of, statistic, too_few
from analysis.groups import GROUPED, Sample, need_several, need_sizes, need_variance, no_variance
from analysis.inputs import Choice, Column, Input
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result
from analysis.samples import Counts
from analysis.wording import count, number, p_value, verdict

MOST_FOR_SHAPIRO = 5000  # Royston's approximation was fitted up to here

# Royston's polynomials (AS R94), lowest power first.
LAST_WEIGHT = (0.0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056)
SECOND_WEIGHT = (0.0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633)
SMALL_MEAN, SMALL_SD = (0.544, -0.39978, 0.025054, -6.714e-4), (1.3822, -0.77857, 0.062767, -0.0020322)
LARGE_MEAN, LARGE_SD = (-1.5861, -0.31082, -0.083751, 0.0038915), (-0.4803, -0.082676, 0.0030302)
SMALL_BOUND = (-2.273, 0.459)


def levene(
    groups: Mapping[str, npt.ArrayLike], *, center: str = "median", confidence: float = 0.95
) -> Outcome:
    """Levene's test of arrays by group name; see levene_from_counts. NaN and None are gaps."""
    counted = {name: Counts.of(values) for name, values in groups.items()}
    missing = sum(counts.n_missing for counts in counted.values())
    return levene_from_counts(counted, n_missing=missing, center=center, confidence=confidence)


@statistic("levene")
def levene_from_counts(
    groups: Mapping[str, Counts], *, n_missing: int = 0, center: str = "median", confidence: float = 0.95
) -> Outcome:
    """The test of equal variances of groups given as counts: F of |x − center| of the group.

    center "median" (Brown-Forsythe, robust) or "mean" (Levene). Fields: statistic, df1, df2, p, sds.
    Levene 1960; Brown & Forsythe, JASA 69 (1974) 364. Not computable: one group; an empty group; the
    deviations do not vary within groups. Checked against R car::leveneTest.
    """
    one_of("center", center, ("median", "mean"))
    need_several(groups)
    need_sizes(groups, 1)
    n, k = sum(counts.n for counts in groups.values()), len(groups)
    if n <= k:
        raise too_few(n, k + 1)
    samples = [Sample.of(_deviations(counts, center)) for counts in groups.values()]
    grand = sum(s.n * s.mean for s in samples) / n
    within = sum(s.ss for s in samples) / (n - k)
    need_variance(sqrt(within), grand, *(counts.mean for counts in groups.values()))
    f = sum(s.n * (s.mean - grand) ** 2 for s in samples) / (k - 1) / within
    p = float(fdtrc(k - 1, n - k, f))
    sds = {name: Sample.of(counts).sd for name, counts in groups.items()}
    fields: dict[str, Json] = {"statistic": f, "df1": k - 1, "df2": n - k, "p": p, "sds": sds}
    found = verdict(p, confidence, Bilingual("方差差异", "difference of variances"))
    shown = f"F({k - 1}, {n - k})={number(f)}"
    sentence = Bilingual(
        f"{k} 个组的方差齐性：{shown}，{p_value(p)}，{found.zh}（n={count(n)}）。",
        f"Equality of {k} variances: {shown}, {p_value(p)}, {found.en} (n = {count(n)}).",
    )
    how = {"median": Bilingual("中位数", "medians"), "mean": Bilingual("均值", "means")}[center]
    method = Bilingual(f"Levene 检验（以组{how.zh}为中心）", f"Levene's test about group {how.en}")
    return Result("levene", method, n, n_missing, fields, sentence)


def _deviations(counts: Counts, center: str) -> Counts:
    """The absolute deviations from the group's center."""
    middle = counts.mean if center == "mean" else _median(counts)
    return Counts(np.abs(counts.values - middle), counts.counts)


def _median(counts: Counts) -> float:
    upto, n = np.cumsum(counts.counts), counts.n
    places = np.searchsorted(upto, [(n - 1) // 2, n // 2], side="right")
    low, high = counts.values[places]
    return float(low + (high - low) / 2)


def shapiro(values: npt.ArrayLike, *, confidence: float = 0.95) -> Outcome:
    """The Shapiro-Wilk test of an array; see shapiro_from_counts. NaN and None are gaps."""
    return shapiro_from_counts(Counts.of(values), confidence=confidence)


@statistic("shapiro")
def shapiro_from_counts(counts: Counts, *, confidence: float = 0.95) -> Outcome:
    """The Shapiro-Wilk test of normality from counts of the values, for 3 to 5000 of them.

    W = (Σ aᵢx₍ᵢ₎)²/Σ(x − x̄)² with Royston's weights and p. Fields: statistic (W), p. Shapiro & Wilk,
    Biometrika 52 (1965) 591; Royston, Appl. Stat. 44 (1995) 547 (AS R94). Not computable: fewer than 3
    values; more than 5000 (any real data deviate then: look at the distribution); all values equal.
    Checked against R shapiro.test.
    """
    n = counts.n
    if n < 3:
        raise too_few(n, 3)
    if n > MOST_FOR_SHAPIRO:
        raise Impossible(
            "too_many_rows",
            f"Shapiro-Wilk 只适用于不超过 {MOST_FOR_SHAPIRO} 个值（现有 {n} 个）；请看分布图",
            f"Shapiro-Wilk holds for at most {MOST_FOR_SHAPIRO} values (here {n}); look at the distribution",
        )
    if counts.constant:
        raise no_variance()
    lack = _lack_of_fit(np.repeat(counts.values, counts.counts))
    p = _royston_p(lack, n)
    fields: dict[str, Json] = {"statistic": 1 - lack, "p": p}
    found = verdict(p, confidence, Bilingual("与正态的偏离", "deviation from normality"))
    shown = f"W={number(1 - lack, 3)}，{p_value(p)}"
    sentence = Bilingual(
        f"正态性：{shown}，{found.zh}（n={count(n)}）。",
        f"Normality: {shown.replace('，', ', ')}, {found.en} (n = {count(n)}).",
    )
    method = Bilingual("Shapiro-Wilk 检验（Royston 1995）", "Shapiro-Wilk test (Royston 1995)")
    return Result("shapiro", method, n, counts.n_missing, fields, sentence)


def _lack_of_fit(values: FloatArray) -> float:
    """1 − W of ascending values, not both equal at the ends; without cancellation when W is near 1."""
    spread = values[-1] - values[0]
    if not np.isfinite(spread):
        raise not_finite()
    x = (values - values[len(values) // 2]) / spread
    x, a = x - x.mean(), _weights(len(values))
    size_a, size_x, along = float(a @ a), float(x @ x), float(a @ x)
    size = sqrt(size_a * size_x)
    return max(0.0, (size - along) * (size + along) / size**2)


def _weights(n: int) -> FloatArray:
    """Royston's approximate weights of the ordered values."""
    half = n // 2
    if n == 3:
        upper = np.array([sqrt(0.5)])
    else:
        m = -ndtri((np.arange(1, half + 1) - 0.375) / (n + 0.25))
        total, root = 2 * float(m @ m), 1 / sqrt(n)
        ends = [float(polyval(root, LAST_WEIGHT)) + m[0] / sqrt(total)]
        if n > 5:
            ends.append(float(polyval(root, SECOND_WEIGHT)) + m[1] / sqrt(total))
        own = np.array(ends)
        scale = (total - 2 * float((m[: len(own)] ** 2).sum())) / (1 - 2 * float((own**2).sum()))
        upper = np.concatenate([own, m[len(own) :] / sqrt(scale)])
    return np.concatenate([-upper, np.zeros(n % 2), upper[::-1]])


def _royston_p(lack: float, n: int) -> float:
    if n == 3:
        return max(0.0, 6 / np.pi * (asin(sqrt(1 - lack)) - np.pi / 3))
    if lack == 0:
        return 1.0
    y = log(lack)
    if n <= 11:
        bound = float(polyval(n, SMALL_BOUND))
        if y >= bound:
            return 1e-99
        y, mean, sd = -log(bound - y), polyval(n, SMALL_MEAN), exp(float(polyval(n, SMALL_SD)))
    else:
        mean, sd = polyval(log(n), LARGE_MEAN), exp(float(polyval(log(n), LARGE_SD)))
    return float(ndtr(-(y - float(mean)) / sd))


def _levene_job(job: Job) -> Outcome:
    groups, missing = job.groups(job.get("outcome", str), job.get("group", str))
    return levene_from_counts(
        groups, n_missing=missing, center=job.get("center", str), confidence=job.confidence
    )


def _shapiro_job(job: Job) -> Outcome:
    return shapiro_from_counts(job.counts(job.get("outcome", str)), confidence=job.confidence)


STATISTICS = (
    Statistic(
        "levene",
        (*GROUPED, Input("center", Choice(("median", "mean")), default="median")),
        _levene_job,
        uses=frozenset({"levels"}),
    ),
    Statistic("shapiro", (Input("outcome", Column(), required=True),), _shapiro_job),
)
