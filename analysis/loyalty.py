"""Net promoter score, satisfaction rate (CSAT) and effort score (CES)."""

from collections.abc import Iterator, Mapping
from math import sqrt

import numpy as np
import numpy.typing as npt

from analysis.computing import FloatArray, Impossible, statistic, too_few
from analysis.descriptives import WILSON, wilson, z_quantile
from analysis.inputs import Column, Fault, Input, Limits, Whole
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.samples import Counts
from analysis.wording import count, estimate, level, number, percent, percent_interval

FEWEST_FOR_A_SCORE = 30  # terms: below it a branch gets no score

NPS_METHOD = Bilingual(
    "NPS = 推荐者% − 贬损者%，调整 Wald 区间（Rocks 2016）",
    "NPS = % promoters − % detractors, adjusted Wald interval (Rocks 2016)",
)


def nps(scores: npt.ArrayLike, *, confidence: float = 0.95) -> Outcome:
    """The net promoter score of answers 0–10; see nps_from_counts. NaN and None are gaps."""
    return nps_from_counts(Counts.of(scores), confidence=confidence)


@statistic("nps")
def nps_from_counts(counts: Counts, *, confidence: float = 0.95) -> Outcome:
    """The net promoter score from how often each answer 0–10 was given. 0 is an answer.

    100 (p − d) with p the share of 9–10 and d of 0–6; var = (p + d − (p − d)²)/n. Intervals: Wald, and
    adjusted Wald (3/4 added to promoters and to detractors, n + 3; B. Rocks, Am. Stat. 70 (2016) 365).
    Fields: nps, se, ci_wald, ci_adjusted_wald (−100…100), promoters, passives, detractors (counts).
    Not computable: no answer; answers that are not whole numbers 0–10. Checked against the closed form in R.
    """
    n = counts.n
    if n == 0:
        raise too_few(n, 1)
    _check_answers(counts.values, 0, 10, whole=True)
    promoters, detractors = counts.count_if(counts.values >= 9), counts.count_if(counts.values <= 6)
    z = z_quantile(confidence)
    score, se = _score(promoters / n, detractors / n, n)
    middle, adjusted = _score((promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3), n + 3)
    ci = (middle - z * adjusted, middle + z * adjusted)
    fields: dict[str, Json] = {
        "nps": score,
        "promoters": promoters,
        "passives": n - promoters - detractors,
        "detractors": detractors,
        "se": se,
        "ci_wald": (score - z * se, score + z * se),
        "ci_adjusted_wald": ci,
    }
    shown = estimate("NPS", score, ci, confidence, 1)
    shares = percent(promoters / n), percent(detractors / n)
    sentence = Bilingual(
        f"{shown.zh}（n={count(n)}：推荐者 {shares[0]}，贬损者 {shares[1]}）。",
        f"{shown.en} (n = {count(n)}: {shares[0]} promoters, {shares[1]} detractors).",
    )
    return Result("nps", NPS_METHOD, n, counts.n_missing, fields, sentence, _small(n))


def csat(
    scores: npt.ArrayLike, *, scale: tuple[float, float] = (1, 5), top: int = 2, confidence: float = 0.95
) -> Outcome:
    """The satisfaction rate of answers on a scale; see csat_from_counts. NaN and None are gaps."""
    return csat_from_counts(Counts.of(scores), scale=scale, top=top, confidence=confidence)


@statistic("csat")
def csat_from_counts(
    counts: Counts, *, scale: tuple[float, float] = (1, 5), top: int = 2, confidence: float = 0.95
) -> Outcome:
    """The rate of answers in the `top` highest boxes of a scale, with Wilson interval, and the mean.

    Fields: rate, ci (shares of 1), mean (on the scale), score (the mean on 0–100).
    Not computable: no answer; answers outside the scale. Checked against R prop.test(correct = FALSE).
    """
    return _top_boxes("csat", Bilingual("满意率", "satisfaction rate"), counts, scale, top, confidence)


def ces(
    scores: npt.ArrayLike, *, scale: tuple[float, float] = (1, 7), top: int = 2, confidence: float = 0.95
) -> Outcome:
    """The effort score of answers on a scale where high means easy; see ces_from_counts."""
    return ces_from_counts(Counts.of(scores), scale=scale, top=top, confidence=confidence)


@statistic("ces")
def ces_from_counts(
    counts: Counts, *, scale: tuple[float, float] = (1, 7), top: int = 2, confidence: float = 0.95
) -> Outcome:
    """The rate of answers in the `top` highest boxes of an ease scale, and the mean.

    Fields and reasons as csat_from_counts. CES 2.0 is usually read with top = 3 of 7.
    """
    return _top_boxes("ces", Bilingual("便捷率", "ease rate"), counts, scale, top, confidence)


def _top_boxes(
    test: str, name: Bilingual, counts: Counts, scale: tuple[float, float], top: int, confidence: float
) -> Result:
    low, high = scale
    if not 1 <= top <= high - low:
        raise ValueError("top: must be at least 1 and leave a box of the scale out")
    if counts.n == 0:
        raise too_few(0, 1)
    _check_answers(counts.values, low, high, whole=False)
    n, mean = counts.n, counts.mean
    rate = counts.count_if(counts.values > high - top) / n
    ci = wilson(counts.count_if(counts.values > high - top), n, confidence)
    score = 100 * (mean - low) / (high - low)
    fields: dict[str, Json] = {"rate": rate, "ci": ci, "mean": mean, "score": score}
    boxes = f"{high - top + 1:g}–{high:g}" if top > 1 else f"{high:g}"
    limits = level(confidence), percent_interval(ci)
    sentence = Bilingual(
        f"{name.zh}（选 {boxes} 的占比）为 {percent(rate)}，{limits[0]} 置信区间 {limits[1]}；"
        f"平均 {number(mean)}（{low:g}–{high:g} 分，n={count(n)}）。",
        f"The {name.en} (share of {boxes}) is {percent(rate)}, {limits[0]} CI {limits[1]}; "
        f"mean {number(mean)} on {low:g}–{high:g} (n = {count(n)}).",
    )
    method = Bilingual(f"前 {top} 项占比，{WILSON.zh}", f"top-{top} boxes, {WILSON.en}")
    return Result(test, method, n, counts.n_missing, fields, sentence, _small(n))


def _score(p: float, d: float, n: float) -> tuple[float, float]:
    return 100 * (p - d), 100 * sqrt(max(0.0, p + d - (p - d) ** 2) / n)


def _check_answers(values: FloatArray, low: float, high: float, whole: bool) -> None:
    """Impossible when an answer cannot come from the scale: counting it in would be a guess."""
    outside = values[(values < low) | (values > high) | (whole & (values != np.rint(values)))]
    if len(outside):
        shown = ", ".join(f"{value:g}" for value in outside[:5])
        raise Impossible(
            "outside_scale",
            f"有回答不在 {low:g}–{high:g} 的量表内（如 {shown}）；请改正数据，或把它们记为缺失",
            f"some answers are not on the scale {low:g}–{high:g} (such as {shown}); mend or empty them",
        )


def _small(n: int) -> tuple[Warning, ...]:
    if n >= FEWEST_FOR_A_SCORE:
        return ()
    message = Bilingual(
        f"样本不足：n={n}，少于 {FEWEST_FOR_A_SCORE}，数值不稳定",
        f"small sample: n = {n} is below {FEWEST_FOR_A_SCORE}; the figure is unstable",
    )
    return (Warning("small_sample", message),)


def _nps_job(job: Job) -> Outcome:
    return nps_from_counts(job.counts(job.get("outcome", str)), confidence=job.confidence)


def _csat_job(job: Job) -> Outcome:
    counts = job.counts(job.get("outcome", str))
    return csat_from_counts(counts, scale=job.limits(), top=job.get("top", int), confidence=job.confidence)


def _ces_job(job: Job) -> Outcome:
    counts = job.counts(job.get("outcome", str))
    return ces_from_counts(counts, scale=job.limits(), top=job.get("top", int), confidence=job.confidence)


def _top_fits(arguments: Mapping[str, object]) -> Iterator[Fault]:
    scale, top = arguments["scale"], arguments["top"]
    if isinstance(scale, tuple) and isinstance(top, int) and top > scale[1] - scale[0]:
        yield Fault("bad_value", "top 须少于量表的选项数", "top must leave a box of the scale out")


OUTCOME = Input("outcome", Column(), required=True)
TOP_BOXES = (OUTCOME, Input("scale", Limits(), required=True), Input("top", Whole(1), default=2))

STATISTICS = (
    Statistic("nps", (OUTCOME,), _nps_job),
    Statistic("csat", TOP_BOXES, _csat_job, check=_top_fits),
    Statistic("ces", TOP_BOXES, _ces_job, check=_top_fits),
)
