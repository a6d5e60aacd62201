"""Krippendorff's alpha: agreement of any number of raters, with gaps, at any level of measurement."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np

from analysis.computing import FloatArray, Impossible, IntArray, one_of, statistic, too_few
from analysis.inputs import Choice, Columns, Input
from analysis.jobs import Job
from analysis.ratings import Ratings, one_category
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.scales import beyond_floats
from analysis.wording import count, number
from analysis.words import word

LEVELS = {
    "nominal": Bilingual("名义", "nominal"),
    "ordinal": Bilingual("顺序", "ordinal"),
    "interval": Bilingual("等距", "interval"),
    "ratio": Bilingual("等比", "ratio"),
}
BLOCK = 512  # categories at a time in the expected disagreement of ratios


@statistic("krippendorff_alpha")
def krippendorff_alpha(
    raters: Mapping[str, Iterable[object]], *, level: str, levels: Sequence[object] = ()
) -> Outcome:
    """Krippendorff's alpha of lists of values by rater; see krippendorff_alpha_of. None and NaN are gaps."""
    return krippendorff_alpha_of(Ratings.of(raters, levels), level=level)


@statistic("krippendorff_alpha")
def krippendorff_alpha_of(ratings: Ratings, *, level: str) -> Outcome:
    """Krippendorff's alpha of the units with at least two values.

    α = 1 − (n − 1)·Σ o_ck δ²_ck / Σ n_c n_k δ²_ck, o the coincidences of values within units (each pair
    counts 1/(values of the unit − 1)), n_c how often a value occurs. δ² is 0 or 1 ("nominal"), the squared
    difference of mid-ranks ("ordinal"), (c − k)² ("interval") or ((c − k)/(c + k))² ("ratio"). Fields:
    alpha, raters, values (those that can be paired). n counts units, n_missing those with fewer than two
    values. Krippendorff, Content Analysis, 2004, ch. 11. ValueError: another level.
    Not computable: fewer than two raters; no unit with two values; one value only; ratios of negative
    numbers. Warned: texts at interval or ratio level, where positions stand for numbers.
    Checked against the definition in R and PyPI krippendorff.
    """
    one_of("level", level, tuple(LEVELS))
    view = ratings.codes[ratings.in_view]
    paired = (view >= 0).sum(axis=1) >= 2
    codes = view[paired]
    if not len(codes):
        raise (
            Impossible("no_pairs", "没有一个单位有两个评分", "no unit was rated by two raters")
            if len(view)
            else too_few(0, 1)
        )
    counts = np.bincount(codes[codes >= 0], minlength=len(ratings.names)).astype(np.float64)
    if (counts > 0).sum() < 2:
        raise one_category()
    scores = _scores(ratings, counts, level)
    observed, expected = _observed(codes, scores, level), _expected(counts, scores, level)
    if not (np.isfinite(observed) and np.isfinite(expected) and expected > 0):
        raise beyond_floats()
    alpha = 1 - (float(counts.sum()) - 1) * observed / expected
    n, size = len(codes), word("krippendorff_alpha", (alpha, alpha))
    fields: dict[str, Json] = {"alpha": alpha, "raters": codes.shape[1], "values": int(counts.sum())}
    kind = LEVELS[level]
    sentence = Bilingual(
        f"Krippendorff α={number(alpha, 3)}（{kind.zh}水平；{size.zh}；{codes.shape[1]} 位评分者，"
        f"{count(n)} 个单位）。",
        f"Krippendorff's α = {number(alpha, 3)} ({kind.en} level; {size.en}; {codes.shape[1]} raters, "
        f"{count(n)} units).",
    )
    method = Bilingual(f"Krippendorff α，{kind.zh}水平", f"Krippendorff's alpha, {kind.en} level")
    warnings = _text_warnings(ratings, level)
    return Result("krippendorff_alpha", method, n, len(view) - n, fields, sentence, warnings)


def _scores(ratings: Ratings, counts: FloatArray, level: str) -> FloatArray:
    """The number that stands for each category: its position, its mid-rank, or its value."""
    if level == "nominal":
        return np.arange(len(counts), dtype=np.float64)
    if level == "ordinal":
        return np.cumsum(counts) - counts / 2
    positions = np.arange(1, len(counts) + 1, dtype=np.float64)
    scores = positions if ratings.values is None else ratings.values
    if level == "ratio" and (scores[counts > 0] < 0).any():
        raise Impossible(
            "negative_ratio", "等比水平要求非负的值", "the ratio level needs values of 0 or above"
        )
    return scores.astype(np.float64)


def _difference(a: FloatArray, b: FloatArray, level: str) -> FloatArray:
    """δ² of scores."""
    if level == "nominal":
        return np.where(a == b, 0.0, 1.0)
    if level == "ratio":
        whole = np.where(a + b > 0, a + b, 1.0)  # two zeros do not differ
        a, b = a / whole, b / whole
    squared: FloatArray = (a - b) ** 2
    return squared


def _observed(codes: IntArray, scores: FloatArray, level: str) -> float:
    """Σ o_ck δ²_ck, rater pair by rater pair."""
    share = 2 / ((codes >= 0).sum(axis=1) - 1)
    total = 0.0
    for i, j in combinations(range(codes.shape[1]), 2):
        both = (codes[:, i] >= 0) & (codes[:, j] >= 0)
        difference = _difference(scores[codes[both, i]], scores[codes[both, j]], level)
        total += float(share[both] @ difference)
    return total


def _expected(counts: FloatArray, scores: FloatArray, level: str) -> float:
    """Σ n_c n_k δ²_ck; differences of interval scores need no table of all pairs."""
    counts, scores = counts[counts > 0], scores[counts > 0]
    n = float(counts.sum())
    if level == "nominal":
        return n**2 - float((counts**2).sum())
    if level != "ratio":
        centred = scores - float(counts @ scores) / n
        return float(2 * (n * (counts @ centred**2) - np.square(counts @ centred)))
    blocks = range(0, len(counts), BLOCK)
    return sum(
        float(counts[b : b + BLOCK] @ _difference(scores[b : b + BLOCK, None], scores, level) @ counts)
        for b in blocks
    )


def _text_warnings(ratings: Ratings, level: str) -> tuple[Warning, ...]:
    if ratings.values is not None or level in ("nominal", "ordinal"):
        return ()
    text = Bilingual(
        f"类别是文本，{LEVELS[level].zh}水平以其次序 1…{len(ratings.names)} 代替数值",
        f"the categories are texts: at the {level} level positions 1…{len(ratings.names)} stand for numbers",
    )
    return (Warning("positions_for_numbers", text),)


def _krippendorff_job(job: Job) -> Outcome:
    return krippendorff_alpha_of(Ratings.of_job(job), level=job.get("level", str))


STATISTICS = (
    Statistic(
        "krippendorff_alpha",
        (
            Input("raters", Columns(), required=True),
            Input("level", Choice(tuple(LEVELS)), required=True),
        ),
        _krippendorff_job,
        uses=frozenset({"levels"}),
    ),
)
