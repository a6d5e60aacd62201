"""Intraclass correlation of numeric ratings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc, fdtri

from analysis.computing import Impossible, statistic, too_few
from analysis.inputs import Columns, Input
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.scales import Items, beyond_floats, moments_of
from analysis.wording import count, estimate, judged, number
from analysis.words import word

NOTHING = 1e-13  # of the variance of the ratings: a mean square below it is 0 but for rounding
FORMS = ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k")


@dataclass(frozen=True, slots=True)
class _Squares:
    """Mean squares of the two-way table of n units by k raters."""

    n: int
    k: int
    units: float
    within: float
    raters: float
    error: float


@statistic("icc")
def icc(raters: Items, *, confidence: float = 0.95) -> Outcome:
    """The six intraclass correlations of units rated by the same raters.

    icc1: raters drawn anew for each unit; icc2: raters a sample, absolute agreement; icc3: these raters,
    consistency; icc1k, icc2k, icc3k: of the mean of the k raters. From the mean squares of units (B),
    within (W), raters (J) and error (E): (B − W)/(B + (k−1)W), (B − E)/(B + (k−1)E + k(J − E)/n), (B −
    E)/(B + (k−1)E), (B − W)/B, (B − E)/(B + (J − E)/n), (B − E)/B. Each with f, df1, df2, p and ci; the
    interval of icc2 by Satterthwaite's df, that of icc2k from it by Spearman-Brown.
    `raters`: columns by name, one row per unit (rows with a gap are left out), or Moments.
    Shrout & Fleiss, Psychol. Bull. 86 (1979) 420; McGraw & Wong, Psychol. Methods 1 (1996) 30.
    Not computable: fewer than two raters or units; units that do not differ. Warned: no error variance
    (then no f, p, ci). Checked against R psych::ICC and irr::icc.
    """
    moments = moments_of(raters)
    n, k = moments.n, len(moments.names)
    if k < 2:
        raise Impossible("too_few_raters", "至少需要两位评分者", "at least two raters are needed")
    if n < 2:
        raise too_few(n, 2)
    cov, means = moments.covariance(), moments.means - moments.means[0]
    between = float(cov.sum()) / k
    by_rater = n * float(((means - means.mean()) ** 2).sum()) / (k - 1)
    error = max(0.0, (float(np.trace(cov)) - between) / (k - 1))
    if not np.isfinite([between, by_rater, error]).all():
        raise beyond_floats()
    squares = _Squares(n, k, between, (by_rater + (n - 1) * error) / n, by_rater, error)
    if between <= NOTHING * float(np.trace(cov)) or not between > 0:
        raise Impossible(
            "no_variance",
            "各单位的平均评分没有差异，无法计算",
            "the mean ratings of the units do not differ",
        )
    forms = {name: _form(name, squares, confidence) for name in FORMS if _defined(name, squares)}
    method = Bilingual(
        "组内相关，Shrout-Fleiss 六种，成列删除", "intraclass correlations, Shrout and Fleiss, listwise"
    )
    sentence, fields = _sentence(forms["icc3"], squares, confidence), {**forms}
    return Result("icc", method, n, moments.n_missing, fields, sentence, tuple(_warnings(forms)))


def _form(name: str, s: _Squares, confidence: float) -> dict[str, Json]:
    value = _value(name, s)
    one_way, error = name.startswith("icc1"), _error(name, s)
    if error <= NOTHING * s.units:
        return {"icc": value}
    df1, df2 = s.n - 1, s.n * (s.k - 1) if one_way else (s.n - 1) * (s.k - 1)
    f = s.units / error
    if name.startswith("icc2"):
        ci = _icc2_interval(s, confidence, mean=name.endswith("k"))
    else:
        ci = _f_interval(f, df1, df2, s.k, confidence, mean=name.endswith("k"))
    limits: dict[str, Json] = {"ci": ci} if np.isfinite(ci).all() else {}
    return {"icc": value, "f": f, "df1": df1, "df2": df2, "p": float(fdtrc(df1, df2, f)), **limits}


def _value(name: str, s: _Squares) -> float:
    return (s.units - _error(name, s)) / _whole(name, s)


def _error(name: str, s: _Squares) -> float:
    return s.within if name.startswith("icc1") else s.error


def _whole(name: str, s: _Squares) -> float:
    """The denominator; raters that differ less than by chance can bring it to 0 in the forms of icc2."""
    shift = (s.raters - s.error) / s.n if name.startswith("icc2") else 0.0
    if name.endswith("k"):
        return s.units + shift
    return s.units + (s.k - 1) * _error(name, s) + s.k * shift


def _defined(name: str, s: _Squares) -> bool:
    return abs(_whole(name, s)) > NOTHING * (s.units + s.error)


def _f_interval(
    f: float, df1: int, df2: int, k: int, confidence: float, *, mean: bool
) -> tuple[float, float]:
    upper = 0.5 + confidence / 2
    low, high = f / float(fdtri(df1, df2, upper)), f * float(fdtri(df2, df1, upper))
    if mean:
        return 1 - 1 / low, 1 - 1 / high
    return (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)


def _icc2_interval(s: _Squares, confidence: float, *, mean: bool) -> tuple[float, float]:
    n, k, upper = s.n, s.k, 0.5 + confidence / 2
    value, ratio = np.float64(_value("icc2", s)), s.raters / s.error  # dividing it by 0 raises nothing
    a = n * (1 + (k - 1) * value) - k * value
    df = (k - 1) * (n - 1) * (k * value * ratio + a) ** 2 / ((n - 1) * (k * value * ratio) ** 2 + a**2)
    f_up, f_down = fdtri(n - 1, df, upper), fdtri(df, n - 1, upper)
    rest = k * s.raters + (k * n - k - n) * s.error
    low = n * (s.units - f_up * s.error) / (f_up * rest + n * s.units)
    high = n * (f_down * s.units - s.error) / (rest + n * f_down * s.units)
    if mean:
        low, high = low * k / (1 + low * (k - 1)), high * k / (1 + high * (k - 1))
    return float(low), float(high)


def _warnings(forms: Mapping[str, Mapping[str, Json]]) -> Iterator[Warning]:
    exact = ", ".join(name for name, form in forms.items() if "f" not in form)
    if exact:
        text = Bilingual(
            f"没有误差方差（评分者完全一致或只差一个常数）：{exact} 不给 F 与区间",
            f"no error variance (raters agree, or differ by a constant): no F or interval for {exact}",
        )
        yield Warning("no_error_variance", text)
    unbounded = ", ".join(name for name, form in forms.items() if "f" in form and "ci" not in form)
    if unbounded:
        text = Bilingual(f"{unbounded} 的区间无法计算", f"no interval can be computed for {unbounded}")
        yield Warning("no_interval", text)
    undefined = ", ".join(name for name in FORMS if name not in forms)
    if undefined:
        text = Bilingual(f"{undefined} 的分母为 0，无定义", f"{undefined}: the denominator is 0, undefined")
        yield Warning("undefined", text)


def _sentence(consistency: Mapping[str, Json], s: _Squares, confidence: float) -> Bilingual:
    n, value = count(s.n), _value("icc3", s)
    shown = Bilingual(f"ICC(3,1)={number(value, 3)}", f"ICC(3,1) = {number(value, 3)}")
    if "ci" in consistency:
        ci = _f_interval(s.units / s.error, s.n - 1, (s.n - 1) * (s.k - 1), s.k, confidence, mean=False)
        shown = judged(estimate("ICC(3,1)", value, ci, confidence, 3), word("icc", ci))
    return Bilingual(
        f"组内相关 {shown.zh}（一致性，{s.k} 位评分者，n={n}）。",
        f"Intraclass correlation {shown.en} (consistency, {s.k} raters, n = {n}).",
    )


def _icc_job(job: Job) -> Outcome:
    return icc(job.matrix(job.names("raters")), confidence=job.confidence)


STATISTICS = (Statistic("icc", (Input("raters", Columns(), required=True),), _icc_job),)
