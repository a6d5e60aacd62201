"""Differences of means: t tests and one-way analysis of variance, with effect sizes and their intervals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc, gammaln, stdtrit

from analysis.computing import Impossible, one_of, statistic, too_few
from analysis.groups import Sample, need_several, need_two, need_variance, samples_of
from analysis.inputs import Choice, Column, Columns, Fault, Input
from analysis.jobs import Job
from analysis.noncentral import f_interval, t_interval
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result
from analysis.samples import Counts, as_floats
from analysis.tails import sided, t_tail
from analysis.wording import count, df, estimate, interval, judged, names, number, p_value, verdict
from analysis.words import word

DIFFERENCE = Bilingual("差异", "difference")
DIFFERENCE_OF_MEANS = Bilingual("差", "difference")


# -- t test ------------------------------------------------------------------------------------------------
def t_test(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    names: tuple[str, str] = ("a", "b"),
    variances: str = "unequal",
    alternative: str = "two_sided",
    confidence: float = 0.95,
) -> Outcome:
    """The t test of two independent arrays; see t_test_from_counts. NaN and None are gaps."""
    groups = {names[0]: Counts.of(a), names[1]: Counts.of(b)}
    missing = sum(counts.n_missing for counts in groups.values())
    return t_test_from_counts(
        groups, n_missing=missing, variances=variances, alternative=alternative, confidence=confidence
    )


@statistic("t_test")
def t_test_from_counts(
    groups: Mapping[str, Counts],
    *,
    n_missing: int = 0,
    variances: str = "unequal",
    alternative: str = "two_sided",
    confidence: float = 0.95,
) -> Outcome:
    """The t test of the means of two groups, first − second.

    Welch (variances "unequal": Satterthwaite df) or Student ("equal"). d = difference / pooled SD, also
    beside Welch; g = d · Γ(df/2) / (√(df/2) Γ((df−1)/2)) with df = n − 2; effect_ci of d by the noncentral t.
    Fields: statistic, df, p (by `alternative`), mean_difference, ci (two-sided), means, cohen_d, hedges_g,
    effect_ci. Welch, Biometrika 34 (1947) 28; Hedges, J. Educ. Stat. 6 (1981) 107; Cumming & Finch, Educ.
    Psychol. Meas. 61 (2001) 532. Not computable: not two groups; a group below two values; no variance.
    Checked against R t.test and effectsize::cohens_d.
    """
    one_of("variances", variances, ("unequal", "equal"))
    need_two(groups)
    samples = samples_of(groups, 2 if variances == "unequal" else 1)
    first, second = samples.values()
    n, pooled_df = first.n + second.n, first.n + second.n - 2
    if pooled_df < 1:
        raise too_few(n, 3)
    pooled = sqrt((first.ss + second.ss) / pooled_df)
    if variances == "unequal":
        u, v = first.variance / first.n, second.variance / second.n
        se = sqrt(u + v)
        need_variance(se, first.mean, second.mean)
        own_df = (u + v) ** 2 / (u**2 / (first.n - 1) + v**2 / (second.n - 1))
    else:
        own_df, se = pooled_df, pooled * sqrt(1 / first.n + 1 / second.n)
        need_variance(se, first.mean, second.mean)
    per_root = sqrt(1 / first.n + 1 / second.n)
    return _t_result(
        _Compared(
            tuple(samples), (first.mean, second.mean), n, n_missing, first.mean - second.mean, se, own_df
        ),
        _Effect((first.mean - second.mean) / pooled, pooled_df, per_root),
        Bilingual("Welch t 检验", "Welch t test")
        if variances == "unequal"
        else Bilingual("Student t 检验", "Student t test"),
        alternative,
        confidence,
    )


@statistic("t_test")
def paired_t_test(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    names: tuple[str, str] = ("a", "b"),
    alternative: str = "two_sided",
    confidence: float = 0.95,
) -> Outcome:
    """The paired t test of two arrays of equal length, first − second; a row with a gap is dropped.

    d is the mean difference over the SD of the differences, its interval by the noncentral t. Fields as
    t_test_from_counts. Not computable: fewer than two pairs; all differences equal. Checked against R t.test
    and effectsize::cohens_d(paired = TRUE).
    """
    first, second = as_floats(a), as_floats(b)
    if len(first) != len(second):
        raise ValueError("b: must be as long as a")
    valid = ~(np.isnan(first) | np.isnan(second))
    if int(valid.sum()) < 2:
        raise too_few(int(valid.sum()), 2)
    pair = Sample.of(Counts.of(first[valid] - second[valid]))
    means = (Counts.of(first[valid]).mean, Counts.of(second[valid]).mean)
    sd = sqrt(pair.variance)
    need_variance(sd, *means)
    n = pair.n
    return _t_result(
        _Compared(names, means, n, len(first) - n, pair.mean, sd / sqrt(n), n - 1),
        _Effect(pair.mean / sd, n - 1, sqrt(1 / n)),
        Bilingual("配对 t 检验", "paired t test"),
        alternative,
        confidence,
    )


@dataclass(frozen=True, slots=True)
class _Compared:
    names: tuple[str, ...]
    means: tuple[float, float]
    n: int
    n_missing: int
    difference: float
    se: float
    df: float


@dataclass(frozen=True, slots=True)
class _Effect:
    """A standardised difference: t = d / per_root has `df` degrees of freedom."""

    d: float
    df: float
    per_root: float

    def interval(self, confidence: float) -> tuple[float, float]:
        low, high = t_interval(self.d / self.per_root, self.df, confidence)
        return low * self.per_root, high * self.per_root

    @property
    def hedges_g(self) -> float:
        if self.df < 2:
            return 0.0  # the exact factor is 0 at one degree of freedom: Γ(1/2) / Γ(0)
        return self.d * exp(
            float(gammaln(self.df / 2)) - log(sqrt(self.df / 2)) - float(gammaln((self.df - 1) / 2))
        )


def _t_result(
    data: _Compared, effect: _Effect, method: Bilingual, alternative: str, confidence: float
) -> Result:
    t = data.difference / data.se
    p = t_tail(t, data.df, alternative)
    half = float(stdtrit(data.df, 0.5 + confidence / 2)) * data.se
    ci = (data.difference - half, data.difference + half)
    effect_ci = effect.interval(confidence)
    fields: dict[str, Json] = {
        "statistic": t,
        "df": data.df,
        "p": p,
        "mean_difference": data.difference,
        "ci": ci,
        "means": dict(zip(data.names, data.means, strict=True)),
        "cohen_d": effect.d,
        "hedges_g": effect.hedges_g,
        "effect_ci": effect_ci,
    }
    return Result(
        "t_test",
        sided(method, alternative, DIFFERENCE_OF_MEANS),
        data.n,
        data.n_missing,
        fields,
        _t_sentence(data, effect.d, effect_ci, ci, p, confidence),
    )


def _t_sentence(
    data: _Compared,
    d: float,
    d_ci: tuple[float, float],
    ci: tuple[float, float],
    p: float,
    confidence: float,
) -> Bilingual:
    (a, b), (mean_a, mean_b) = data.names, (number(mean) for mean in data.means)
    gap = f"{number(data.difference)} {interval(ci)}"
    size = judged(estimate("d", d, d_ci, confidence), word("cohen_d", d_ci))
    shown = f"t({df(data.df)})={number(data.difference / data.se)}，{p_value(p)}"
    found, n = verdict(p, confidence, DIFFERENCE), count(data.n)
    return Bilingual(
        f"{a}（均值 {mean_a}）与 {b}（均值 {mean_b}）相差 {gap}；{size.zh}；{shown}，{found.zh}（n={n}）。",
        f"{a} (mean {mean_a}) and {b} (mean {mean_b}) differ by {gap}; {size.en}; "
        f"{shown.replace('，', ', ')}, {found.en} (n = {n}).",
    )


# -- analysis of variance ----------------------------------------------------------------------------------
def anova(
    groups: Mapping[str, npt.ArrayLike], *, variances: str = "unequal", confidence: float = 0.95
) -> Outcome:
    """One-way analysis of variance of arrays by group name; see anova_from_counts. NaN and None are gaps."""
    counted = {name: Counts.of(values) for name, values in groups.items()}
    missing = sum(counts.n_missing for counts in counted.values())
    return anova_from_counts(counted, n_missing=missing, variances=variances, confidence=confidence)


@statistic("anova")
def anova_from_counts(
    groups: Mapping[str, Counts],
    *,
    n_missing: int = 0,
    variances: str = "unequal",
    confidence: float = 0.95,
) -> Outcome:
    """One-way analysis of variance of groups given as counts of their values.

    Welch's F ("unequal") or the classical one ("equal"). η² = SSb/SSt, ω² = (SSb − (k−1)MSw)/(SSt + MSw), not
    below 0; effect_ci of η² = λ/(λ + df2) by the noncentral F; both effects from classical sums of squares.
    Fields: statistic, df1, df2, p, eta_squared, omega_squared, effect_ci, groups {name: {n, mean, sd}}.
    Welch, Biometrika 38 (1951) 330; Steiger, Psychol. Methods 9 (2004) 164. Not computable: one group,
    a group below two values (Welch), a group without variance (Welch), no variance within groups.
    Checked against R oneway.test, aov and effectsize::eta_squared(alternative = "two.sided").
    """
    one_of("variances", variances, ("unequal", "equal"))
    need_several(groups)
    samples = list(samples_of(groups, 2 if variances == "unequal" else 1).values())
    n, k = sum(s.n for s in samples), len(samples)
    if n <= k:
        raise too_few(n, k + 1)
    grand = sum(s.n * s.mean for s in samples) / n
    between, within = sum(s.n * (s.mean - grand) ** 2 for s in samples), sum(s.ss for s in samples)
    need_variance(sqrt(within / (n - k)), *(s.mean for s in samples))
    classical = (between / (k - 1)) / (within / (n - k))
    f, df2 = _welch_f(groups, samples) if variances == "unequal" else (classical, float(n - k))
    low, high = f_interval(classical, k - 1, n - k, confidence)
    error = within / (n - k)
    fields: dict[str, Json] = {
        "statistic": f,
        "df1": k - 1,
        "df2": df2,
        "p": float(fdtrc(k - 1, df2, f)),
        "eta_squared": between / (between + within),
        "omega_squared": max(0.0, (between - (k - 1) * error) / (between + within + error)),
        "effect_ci": (low / (low + n - k), high / (high + n - k)),
        "groups": {
            name: {"n": s.n, "mean": s.mean, "sd": s.sd} for name, s in zip(groups, samples, strict=True)
        },
    }
    method = (
        Bilingual("Welch 方差分析", "Welch analysis of variance")
        if variances == "unequal"
        else Bilingual("单因素方差分析", "one-way analysis of variance")
    )
    result = Result("anova", method, n, n_missing, fields, method)
    return replace(result, sentence=_anova_sentence(result, confidence))


def _welch_f(groups: Mapping[str, Counts], samples: Sequence[Sample]) -> tuple[float, float]:
    """Welch's F and its second degrees of freedom."""
    flat = [name for name, sample in zip(groups, samples, strict=True) if sample.ss == 0]
    if flat:
        raise Impossible(
            "constant_group",
            f"组 {names(flat)} 的值全部相同，Welch 检验无法加权；可用 variances: equal",
            f"all values of group {names(flat)} are equal: no weight for Welch; use variances: equal",
        )
    k, weights = len(samples), [s.n / s.variance for s in samples]
    total = sum(weights)
    grand = sum(w * s.mean for w, s in zip(weights, samples, strict=True)) / total
    spread = sum((1 - w / total) ** 2 / (s.n - 1) for w, s in zip(weights, samples, strict=True)) / (k**2 - 1)
    between = sum(w * (s.mean - grand) ** 2 for w, s in zip(weights, samples, strict=True)) / (k - 1)
    return between / (1 + 2 * (k - 2) * spread), 1 / (3 * spread)


def _anova_sentence(result: Result, confidence: float) -> Bilingual:
    p, ci = result.number("p"), result.interval("effect_ci")
    size = judged(estimate("η²", result.number("eta_squared"), ci, confidence, 3), word("eta_squared", ci))
    k, n, second = result.number("df1") + 1, count(result.n or 0), df(result.number("df2"))
    shown = f"F({k - 1:g}, {second})={number(result.number('statistic'))}"
    found = verdict(p, confidence, DIFFERENCE)
    return Bilingual(
        f"{k:g} 个组的均值比较：{size.zh}；{shown}，{p_value(p)}，{found.zh}（n={n}）。",
        f"Means of {k:g} groups: {size.en}; {shown}, {p_value(p)}, {found.en} (n = {n}).",
    )


# -- plan --------------------------------------------------------------------------------------------------
def _t_test_job(job: Job) -> Outcome:
    side, confidence = job.alternative, job.confidence
    if job.given("pair"):
        a, b = job.names("pair")
        return paired_t_test(
            job.numbers(a), job.numbers(b), names=(a, b), alternative=side, confidence=confidence
        )
    groups, missing = job.groups(job.get("outcome", str), job.get("group", str))
    return t_test_from_counts(
        groups,
        n_missing=missing,
        variances=job.get("variances", str),
        alternative=side,
        confidence=confidence,
    )


def _anova_job(job: Job) -> Outcome:
    groups, missing = job.groups(job.get("outcome", str), job.get("group", str))
    return anova_from_counts(
        groups, n_missing=missing, variances=job.get("variances", str), confidence=job.confidence
    )


def _pair_or_group(arguments: Mapping[str, object]) -> Iterator[Fault]:
    """Either `pair`, or `outcome` and `group`."""
    pair, outcome, group = (arguments[name] is not None for name in ("pair", "outcome", "group"))
    if pair and (outcome or group):
        yield Fault("bad_value", "pair 不能与 outcome、group 同用", "pair excludes outcome and group")
    elif not pair and not (outcome and group):
        yield Fault(
            "missing_input", "需要 outcome 和 group，或 pair", "outcome and group are needed, or pair"
        )


VARIANCES = Input("variances", Choice(("unequal", "equal")), default="unequal")

STATISTICS = (
    Statistic(
        "t_test",
        (Input("outcome", Column()), Input("group", Column()), Input("pair", Columns(2)), VARIANCES),
        _t_test_job,
        uses=frozenset({"levels", "alternative"}),
        check=_pair_or_group,
    ),
    Statistic(
        "anova",
        (
            Input("outcome", Column(), required=True),
            Input("group", Column(), required=True),
            VARIANCES,
        ),
        _anova_job,
        uses=frozenset({"levels"}),
    ),
)
