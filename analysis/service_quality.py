"""Importance against performance (IPA), and expectation against perception (SERVQUAL gaps)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from analysis.computing import FloatArray, one_of, statistic, too_few
from analysis.inputs import Choice, Columns, Fault, Input, Limits, Names, Numbers
from analysis.jobs import Job
from analysis.moments import Moments
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result
from analysis.wording import count, number
from analysis.wording import names as listed

SAME = 1e-12  # means this close to the crosshair (relatively) lie on it
QUADRANTS = {
    "keep_up": Bilingual("优势保持", "keep up the good work"),
    "concentrate": Bilingual("重点改进", "concentrate here"),
    "low_priority": Bilingual("低优先", "low priority"),
    "overkill": Bilingual("过度投入", "possible overkill"),
}


def ipa(
    importance: Mapping[str, npt.ArrayLike],
    performance: Mapping[str, npt.ArrayLike],
    *,
    crosshair: str = "means",
    scale: tuple[float, float] | None = None,
) -> Outcome:
    """The importance-performance grid of columns by name, the two in one order; see ipa_from_moments."""
    return ipa_from_moments(
        Moments.of({**importance, **performance}),
        list(importance),
        list(performance),
        crosshair=crosshair,
        scale=scale,
    )


@statistic("ipa")
def ipa_from_moments(
    moments: Moments,
    importance: Sequence[str],
    performance: Sequence[str],
    *,
    crosshair: str = "means",
    scale: tuple[float, float] | None = None,
    confidence: float = 0.95,
) -> Outcome:
    """The importance-performance grid from moments, over the rows complete in all columns.

    An item at or above the crosshair counts as high. The crosshair, on which results turn, is the mean of the
    item means ("means") or the middle of `scale` ("midpoint").
    Fields: quadrants [{name (performance column), importance, performance, quadrant: keep_up, concentrate,
    low_priority or overkill}], crosshair {importance, performance}. Martilla & James, J. Mark. 41 (1977) 77.
    Not computable: no complete row. ValueError on lists of unlike length, or a midpoint without a scale.
    Checked against the closed form in R.
    """
    one_of("crosshair", crosshair, ("means", "midpoint"))
    if len(importance) != len(performance) or not importance:
        raise ValueError("performance: must be as long as importance")
    if crosshair == "midpoint" and scale is None:
        raise ValueError("scale: needed for the midpoint")
    if moments.n == 0:
        raise too_few(0, 1)
    means = dict(zip(moments.names, moments.means.tolist(), strict=True))
    wanted, given = [means[name] for name in importance], [means[name] for name in performance]
    middle = float(np.mean(wanted)), float(np.mean(given))
    if crosshair == "midpoint" and scale is not None:
        middle = ((scale[0] + scale[1]) / 2,) * 2
    quadrants = [_quadrant(i, p, middle) for i, p in zip(wanted, given, strict=True)]
    rows: list[Json] = [
        {"name": name, "importance": i, "performance": p, "quadrant": quadrant}
        for name, i, p, quadrant in zip(performance, wanted, given, quadrants, strict=True)
    ]
    fields: dict[str, Json] = {
        "quadrants": rows,
        "crosshair": {"importance": middle[0], "performance": middle[1]},
    }
    urgent = listed(name for name, q in zip(performance, quadrants, strict=True) if q == "concentrate") or "—"
    where = {"means": Bilingual("均值", "means"), "midpoint": Bilingual("量表中点", "scale midpoint")}[
        crosshair
    ]
    sentence = Bilingual(
        f"{QUADRANTS['concentrate'].zh}：{urgent}（十字线取{where.zh}，n={count(moments.n)}）。",
        f"{QUADRANTS['concentrate'].en}: {urgent} (crosshair at the {where.en}, n = {count(moments.n)}).",
    )
    method = Bilingual(
        f"重要性-绩效分析，十字线取{where.zh}",
        f"importance-performance analysis, crosshair at the {where.en}",
    )
    return Result("ipa", method, moments.n, moments.n_missing, fields, sentence)


def _quadrant(importance: float, performance: float, middle: tuple[float, float]) -> str:
    important, good = _reaches(importance, middle[0]), _reaches(performance, middle[1])
    if important:
        return "keep_up" if good else "concentrate"
    return "overkill" if good else "low_priority"


def _reaches(mean: float, middle: float) -> bool:
    return mean >= middle - SAME * max(abs(mean), abs(middle))


def servqual_gap(
    expectation: Mapping[str, npt.ArrayLike],
    perception: Mapping[str, npt.ArrayLike],
    *,
    importance: Sequence[float] | None = None,
    reverse: Sequence[str] = (),
    confidence: float = 0.95,
) -> Outcome:
    """The gaps between columns of perception and expectation by name; see servqual_gap_from_moments."""
    return servqual_gap_from_moments(
        Moments.of({**expectation, **perception}),
        list(expectation),
        list(perception),
        importance=importance,
        reverse=reverse,
        confidence=confidence,
    )


@statistic("servqual_gap")
def servqual_gap_from_moments(
    moments: Moments,
    expectation: Sequence[str],
    perception: Sequence[str],
    *,
    importance: Sequence[float] | None = None,
    reverse: Sequence[str] = (),
    confidence: float = 0.95,
) -> Outcome:
    """Perception − expectation of pairs of items in one order, over the rows complete in all columns.

    Items of `reverse` (worded negatively: 9 of SERVQUAL's 22; named by their perception column, expectation
    and perception worded alike) count the other way round, whatever the limits of the scale. weighted = Σ
    wᵢgapᵢ/Σ wᵢ. Fields: gaps {perception column}, gaps_ci (paired t), overall (mean gap), weighted (with
    `importance`). Parasuraman, Zeithaml & Berry, J. Retail. 64 (1988) 12. Not computable: no complete row.
    ValueError on lists of unlike length, negative or all-zero importance. Checked against the closed form in
    R.
    """
    k = len(perception)
    if len(expectation) != k or not k or set(reverse) - set(perception):
        raise ValueError("perception: must be as long as expectation, and hold what is reversed")
    weights = None if importance is None else np.asarray(importance, np.float64)
    if weights is not None and (len(weights) != k or (weights < 0).any() or not weights.sum() > 0):
        raise ValueError("importance: a number of at least 0 per item, not all 0")
    if moments.n == 0:
        raise too_few(0, 1)
    found = _gaps(moments, expectation, perception, set(reverse), confidence)
    overall = float(found.gaps.mean())
    gaps = dict(zip(perception, found.gaps.tolist(), strict=True))
    fields: dict[str, Json] = {"gaps": gaps, "overall": overall}
    if weights is not None:
        fields["weighted"] = float(weights @ found.gaps / weights.sum())
    if found.half is not None:
        fields["gaps_ci"] = {
            name: (gap - half, gap + half)
            for (name, gap), half in zip(gaps.items(), found.half.tolist(), strict=True)
        }
    worst = min(gaps, key=lambda name: gaps[name])
    n = count(moments.n)
    sentence = Bilingual(
        f"感知−期望的平均差距 {number(overall)}，最大的不足是 {worst}（{number(gaps[worst])}；n={n}）。",
        f"Mean gap of perception − expectation {number(overall)}, the widest shortfall {worst} "
        f"({number(gaps[worst])}; n = {n}).",
    )
    method = Bilingual("SERVQUAL 差距（感知−期望）", "SERVQUAL gaps (perception − expectation)")
    return Result("servqual_gap", method, moments.n, moments.n_missing, fields, sentence)


@dataclass(frozen=True, slots=True, eq=False)
class _Gaps:
    gaps: FloatArray
    half: FloatArray | None  # of the interval; None for a single row


def _gaps(
    moments: Moments,
    expectation: Sequence[str],
    perception: Sequence[str],
    turned: set[str],
    confidence: float,
) -> _Gaps:
    position = {name: i for i, name in enumerate(moments.names)}
    e, p = ([position[name] for name in side] for side in (expectation, perception))
    sign = np.array([-1.0 if name in turned else 1.0 for name in perception])
    gaps = sign * (moments.means[p] - moments.means[e])
    if moments.n < 2:
        return _Gaps(gaps, None)
    cov = moments.covariance()
    variances = np.maximum(0.0, cov[p, p] + cov[e, e] - 2 * cov[p, e])
    t = float(stdtrit(moments.n - 1, 0.5 + confidence / 2))
    return _Gaps(gaps, t * np.sqrt(variances) / sqrt(moments.n))


def _ipa_job(job: Job) -> Outcome:
    importance, performance = job.names("importance"), job.names("performance")
    return ipa_from_moments(
        Moments.of(job.matrix((*importance, *performance))),
        importance,
        performance,
        crosshair=job.get("crosshair", str),
        scale=job.limits() if job.given("scale") else None,
    )


def _servqual_gap_job(job: Job) -> Outcome:
    expectation, perception = job.names("expectation"), job.names("perception")
    return servqual_gap_from_moments(
        Moments.of(job.matrix((*expectation, *perception))),
        expectation,
        perception,
        importance=job.get("importance", tuple) if job.given("importance") else None,
        reverse=job.names("reverse"),
        confidence=job.confidence,
    )


def _same_length(one: str, other: str, arguments: Mapping[str, object]) -> Iterator[Fault]:
    a, b = arguments[one], arguments[other]
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) != len(b):
        yield Fault("bad_value", f"{one} 与 {other} 的个数不同", f"{one} and {other} are of unlike length")


def _ipa_fits(arguments: Mapping[str, object]) -> Iterator[Fault]:
    yield from _same_length("importance", "performance", arguments)
    if arguments["crosshair"] == "midpoint" and arguments["scale"] is None:
        yield Fault("missing_input", "crosshair: midpoint 需要 scale", "crosshair: midpoint needs scale")


def _servqual_fits(arguments: Mapping[str, object]) -> Iterator[Fault]:
    yield from _same_length("expectation", "perception", arguments)
    yield from _same_length("importance", "perception", arguments)
    weights, reverse, perception = (arguments[n] for n in ("importance", "reverse", "perception"))
    if isinstance(weights, tuple) and (any(w < 0 for w in weights) or not sum(weights) > 0):
        yield Fault(
            "bad_value", "importance 须不小于 0 且不全为 0", "importance must be at least 0 and not all 0"
        )
    if isinstance(reverse, tuple) and isinstance(perception, tuple) and set(reverse) - set(perception):
        yield Fault(
            "unknown_choice", "reverse 须为 perception 中的列", "reverse must name columns of perception"
        )


STATISTICS = (
    Statistic(
        "ipa",
        (
            Input("importance", Columns(), required=True),
            Input("performance", Columns(), required=True),
            Input("crosshair", Choice(("means", "midpoint")), default="means"),
            Input("scale", Limits()),
        ),
        _ipa_job,
        check=_ipa_fits,
    ),
    Statistic(
        "servqual_gap",
        (
            Input("expectation", Columns(), required=True),
            Input("perception", Columns(), required=True),
            Input("importance", Numbers()),
            Input("reverse", Names(), default=()),
        ),
        _servqual_gap_job,
        check=_servqual_fits,
    ),
)
