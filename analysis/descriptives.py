"""Frequencies and proportions, with Wilson intervals."""

from collections.abc import Mapping
from math import sqrt

from scipy.special import ndtri

from analysis.computing import statistic, too_few
from analysis.inputs import Column, Input, Levels
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.wording import count, level, names, percent, percent_interval

WILSON = Bilingual("Wilson 得分区间", "Wilson score interval")


def z_quantile(confidence: float) -> float:
    """The normal quantile of a two-sided interval: 1.96 for 0.95."""
    return float(ndtri(0.5 + confidence / 2))


def wilson(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The Wilson score interval of a proportion, as shares of 1; n must be above 0.

    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n). E. B. Wilson, JASA 22 (1927) 209.
    """
    z, p = z_quantile(confidence), successes / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    # At 0 and n the limits are 0 and 1 by algebra; rounding must not leave them outside.
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == n else min(1.0, middle + half)
    return low, high


@statistic("proportion")
def proportion(successes: int, n: int, *, n_missing: int = 0, confidence: float = 0.95) -> Outcome:
    """The share of successes with its Wilson interval.

    Inputs: counts. Fields: estimate, ci (shares of 1). Not computable: n = 0. ValueError when successes is
    not within 0…n. Checked against R prop.test(correct = FALSE).
    """
    if not 0 <= successes <= n:
        raise ValueError("successes: must lie between 0 and n")
    if n == 0:
        raise too_few(n, 1)
    ci = wilson(successes, n, confidence)
    share = successes / n
    return Result(
        "proportion",
        Bilingual(f"比例，{WILSON.zh}", f"proportion, {WILSON.en}"),
        n,
        n_missing,
        {"estimate": share, "successes": successes, "ci": ci},
        Bilingual(
            f"比例为 {percent(share)}（{count(successes)}/{count(n)}），"
            f"{level(confidence)} 置信区间 {percent_interval(ci)}。",
            f"The share is {percent(share)} ({count(successes)} of {count(n)}), "
            f"{level(confidence)} CI {percent_interval(ci)}.",
        ),
    )


@statistic("frequencies")
def frequencies(counts: Mapping[str, int], *, n_missing: int = 0, confidence: float = 0.95) -> Outcome:
    """How often each category occurs, with its share of the valid answers and Wilson interval.

    Input: category -> count, in the order to show. Fields: levels [{name, count, share, ci}].
    Not computable: no valid answer. ValueError on a negative count.
    """
    if any(often < 0 for often in counts.values()):
        raise ValueError("counts: must be at least 0")
    n = sum(counts.values())
    if n == 0:
        raise too_few(n, 1)
    levels: list[Json] = [
        {"name": name, "count": often, "share": often / n, "ci": wilson(often, n, confidence)}
        for name, often in counts.items()
    ]
    most = max(counts, key=lambda name: counts[name])
    share = percent(counts[most] / n)
    return Result(
        "frequencies",
        Bilingual(f"频数与占比，{WILSON.zh}", f"frequencies and shares, {WILSON.en}"),
        n,
        n_missing,
        {"levels": levels},
        Bilingual(
            f"{count(n)} 个有效回答分布在 {len(counts)} 个类别中，最多的是 {most}（{share}）。",
            f"{count(n)} valid answers in {len(counts)} categories; the most frequent is {most} ({share}).",
        ),
    )


def _proportion_job(job: Job) -> Outcome:
    name = job.get("outcome", str)
    successes, n, missing = job.chosen(name, job.names("success"))
    outcome = proportion(successes, n, n_missing=missing, confidence=job.confidence)
    return outcome.warned(*unseen(job, name, job.names("success")))


def unseen(job: Job, column: str, wanted: tuple[str, ...]) -> tuple[Warning, ...]:
    """A warning when a success category never occurs in the column: it may be misspelt."""
    unseen = names(level for level in wanted if not job.positions(column, job.factor(column), (level,)))
    if not unseen:
        return ()
    message = Bilingual(
        f"success 中的 {unseen} 在列 {column} 中没有出现",
        f"success: {unseen} never occurs in column {column}",
    )
    return (Warning("unseen_level", message),)


def _frequencies_job(job: Job) -> Outcome:
    name = job.get("outcome", str)
    factor = job.factor(name, job.names("levels"))
    codes, missing = factor.codes[factor.codes >= 0], int((factor.codes == -1).sum())
    counts = {level: int((codes == i).sum()) for i, level in enumerate(factor.names)}
    if not job.names("levels"):
        counts = {name: often for name, often in counts.items() if often}
    return frequencies(counts, n_missing=missing, confidence=job.confidence)


STATISTICS = (
    Statistic(
        "proportion",
        (Input("outcome", Column(), required=True), Input("success", Levels(), required=True)),
        _proportion_job,
        uses=frozenset({"levels"}),
    ),
    Statistic(
        "frequencies",
        (Input("outcome", Column(), required=True),),
        _frequencies_job,
        uses=frozenset({"levels"}),
    ),
)
