"""A series of figures in time: is there a trend (Mann-Kendall), and where does it change (Pettitt)."""

from math import copysign, exp, sqrt

import numpy as np
import numpy.typing as npt

from analysis.computing import FloatArray, Impossible, not_finite, statistic, too_few
from analysis.inputs import Column, Input
from analysis.jobs import Job
from analysis.ranking import midranks
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.samples import as_floats
from analysis.tails import sided, z_tail
from analysis.wording import count, number, p_value, verdict

LONGEST = 5000  # points; all their pairs are looked at
FEWEST = 10  # below it the normal approximation of S is rough
TREND, CHANGE = Bilingual("趋势", "trend"), Bilingual("变化", "change")


@statistic("mann_kendall")
def mann_kendall(
    series: npt.ArrayLike, *, alternative: str = "two_sided", confidence: float = 0.95
) -> Outcome:
    """The Mann-Kendall test of a monotone trend of an array in time order, with Sen's slope.

    S = Σ sign(xⱼ − xᵢ) over i < j; var = (n(n−1)(2n+5) − Σ t(t−1)(2t+5))/18; z = (S ∓ 1)/√var. Gaps are
    closed up: the remaining points count as successive. Fields: s, var_s, z, p, tau_b, sen_slope (median of
    (xⱼ − xᵢ)/(j − i), per step). Mann, Econometrica 13 (1945) 245; Sen, JASA 63 (1968) 1379. Not computable:
    fewer than three points; more than 5000; all equal. Warned: fewer than ten points; gaps.
    Checked against R Kendall::MannKendall and the closed form.
    """
    x, gaps = _points(series)
    n = len(x)
    s, tied = _s(x), _tie_sizes(x)
    variance = (n * (n - 1) * (2 * n + 5) - float((tied * (tied - 1) * (2 * tied + 5)).sum())) / 18
    pairs = n * (n - 1) / 2
    tau = s / sqrt(pairs * (pairs - float((tied * (tied - 1)).sum()) / 2))
    z = copysign(abs(s) - 1, s) / sqrt(variance) if s else 0.0
    p = z_tail(z, alternative)
    slope = _sen_slope(x)
    fields: dict[str, Json] = {
        "s": s,
        "var_s": variance,
        "z": z,
        "p": p,
        "tau_b": tau,
        "sen_slope": slope,
    }
    found = verdict(p, confidence, TREND)
    sentence = Bilingual(
        f"{n} 个时点：每期变化 {number(slope, 3)}（Sen 斜率），τ={number(tau)}；z={number(z)}，{p_value(p)}，"
        f"{found.zh}。",
        f"{n} points: {number(slope, 3)} a step (Sen's slope), τ = {number(tau)}; z = {number(z)}, "
        f"{p_value(p)}, {found.en}.",
    )
    method = sided(
        Bilingual("Mann-Kendall 趋势检验，Sen 斜率", "Mann-Kendall trend test, Sen's slope"),
        alternative,
        TREND,
        with_interval=False,
    )
    warnings = _warnings(n, gaps)
    return Result("mann_kendall", method, n, gaps, fields, sentence, warnings)


@statistic("change_point")
def change_point(series: npt.ArrayLike, *, confidence: float = 0.95) -> Outcome:
    """Pettitt's test of a single change of level in an array in time order.

    U_t = Σ_{i≤t<j} sign(xᵢ − xⱼ); K = max |U_t|; p ≈ 2 exp(−6K²/(n³ + n²)), at most 1. Fields: location (the
    last position before the change, from 1; gaps keep their positions), statistic (K), p, medians {before,
    after}. Pettitt, Appl. Stat. 28 (1979) 126. Not computable: fewer than three points; more than 5000; all
    equal. Warned: fewer than ten points; gaps. Checked against the closed form in R.
    """
    x, gaps = _points(series)
    n = len(x)
    sizes, position = np.unique(x, return_inverse=True)
    ranks = midranks(np.bincount(position, minlength=len(sizes)).astype(np.float64))[position]
    u = np.cumsum(2 * ranks - (n + 1))[:-1]
    at = int(np.argmax(np.abs(u)))
    k = float(abs(u[at]))
    p = min(1.0, 2 * exp(-6 * k**2 / (n**3 + n**2)))
    location = int(np.flatnonzero(~np.isnan(as_floats(series)))[at]) + 1
    before, after = float(np.median(x[: at + 1])), float(np.median(x[at + 1 :]))
    fields: dict[str, Json] = {
        "location": location,
        "statistic": k,
        "p": p,
        "medians": {"before": before, "after": after},
    }
    found = verdict(p, confidence, CHANGE)
    sentence = Bilingual(
        f"最可能的变点在第 {location} 个时点之后（中位数 {number(before)} → {number(after)}）；"
        f"K={number(k, 0)}，{p_value(p)}，{found.zh}（n={count(n)}）。",
        f"The likeliest change follows point {location} (median {number(before)} → {number(after)}); "
        f"K = {number(k, 0)}, {p_value(p)}, {found.en} (n = {count(n)}).",
    )
    method = Bilingual("Pettitt 变点检验", "Pettitt's test of a change point")
    return Result("change_point", method, n, gaps, fields, sentence, _warnings(n, gaps))


def _points(series: npt.ArrayLike) -> tuple[FloatArray, int]:
    """The points without gaps, and the number of gaps; Impossible when nothing can be said of them."""
    given = as_floats(series)
    x = given[~np.isnan(given)]
    if len(x) < 3:
        raise too_few(len(x), 3)
    if len(x) > LONGEST:
        raise Impossible(
            "series_too_long",
            f"序列有 {len(x)} 个点，超过 {LONGEST}；请先按月或季度汇总",
            f"the series has {len(x)} points, more than {LONGEST}; sum it up by month or quarter first",
        )
    if not np.isfinite(x).all():
        raise not_finite()
    if x.min() == x.max():
        raise Impossible(
            "no_variance", "序列的值全部相同，没有趋势可言", "all points are equal: there is no trend"
        )
    return x, len(given) - len(x)


def _s(x: FloatArray) -> int:
    return sum(int(np.sign(x[i + 1 :] - x[i]).sum()) for i in range(len(x) - 1))


def _tie_sizes(x: FloatArray) -> FloatArray:
    return np.unique(x, return_counts=True)[1].astype(np.float64)


def _sen_slope(x: FloatArray) -> float:
    i, j = np.triu_indices(len(x), 1)
    return float(np.median((x[j] - x[i]) / (j - i)))


def _warnings(n: int, gaps: int) -> tuple[Warning, ...]:
    found = []
    if n < FEWEST:
        message = Bilingual(
            f"只有 {n} 个时点，渐近 p 值较粗略", f"only {n} points: the asymptotic p is rough"
        )
        found.append(Warning("small_sample", message))
    if gaps:
        message = Bilingual(
            f"序列中有 {gaps} 个缺口，其余时点按相邻处理",
            f"{gaps} gaps in the series; the other points count as successive",
        )
        found.append(Warning("gaps", message))
    return tuple(found)


def _mann_kendall_job(job: Job) -> Outcome:
    series = job.numbers(job.get("series", str))
    return mann_kendall(series, alternative=job.alternative, confidence=job.confidence)


def _change_point_job(job: Job) -> Outcome:
    return change_point(job.numbers(job.get("series", str)), confidence=job.confidence)


SERIES = (Input("series", Column(), required=True),)

STATISTICS = (
    Statistic("mann_kendall", SERIES, _mann_kendall_job, uses=frozenset({"alternative"})),
    Statistic("change_point", SERIES, _change_point_job),
)
