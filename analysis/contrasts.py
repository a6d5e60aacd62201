"""Two groups compared in the bank's own figures: the NPS, and a share such as 满意率."""

from collections.abc import Mapping
from math import sqrt

from analysis.computing import Impossible, statistic
from analysis.descriptives import WILSON, unseen, wilson, z_quantile
from analysis.groups import GROUPED, need_sizes, need_two, no_variance
from analysis.inputs import Input, Levels
from analysis.jobs import Job
from analysis.loyalty import nps_from_counts
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, NotComputable, Outcome, Result
from analysis.samples import Counts
from analysis.tails import sided, z_tail
from analysis.wording import count, interval, level, number, p_value, percent, percent_interval, verdict
from analysis.wording import names as listed

DIFFERENCE = Bilingual("差异", "difference")
GAP = Bilingual("差", "difference")


@statistic("nps_difference")
def nps_difference(
    groups: Mapping[str, Counts],
    *,
    n_missing: int = 0,
    alternative: str = "two_sided",
    confidence: float = 0.95,
) -> Outcome:
    """The difference of the net promoter scores of two groups, first − second, from counts of answers 0–10.

    se = √(se₁² + se₂²) with se² = 10⁴(p + d − (p − d)²)/n of each group; z, Wald interval. Fields:
    difference, se, z, p, ci (points, −200…200), nps {group}. Not computable: not two groups; an empty group;
    answers that are not whole numbers 0–10; neither group varies. Checked against the closed form in R.
    """
    need_two(groups)
    need_sizes(groups, 1)
    scores: dict[str, Result] = {}
    for name, counts in groups.items():
        score = nps_from_counts(counts, confidence=confidence)
        if isinstance(score, NotComputable):
            raise Impossible(score.reason, score.message.zh, score.message.en)
        scores[name] = score
    one, other = scores.values()
    difference, se = one.number("nps") - other.number("nps"), _root(one.number("se"), other.number("se"))
    if se == 0:
        raise no_variance()
    z, half = difference / se, z_quantile(confidence) * se
    p, ci = z_tail(z, alternative), (difference - half, difference + half)
    n = sum(counts.n for counts in groups.values())
    fields: dict[str, Json] = {
        "difference": difference,
        "se": se,
        "z": z,
        "p": p,
        "ci": ci,
        "nps": {name: score.number("nps") for name, score in scores.items()},
    }
    a, b = (f"{name} {number(score.number('nps'), 1)}" for name, score in scores.items())
    found = verdict(p, confidence, DIFFERENCE)
    gap = f"{number(difference, 1)}，{level(confidence)} 置信区间 {interval(ci, 1)}"
    gap_en = f"{number(difference, 1)}, {level(confidence)} CI {interval(ci, 1)}"
    sentence = Bilingual(
        f"NPS：{a}，{b}，相差 {gap}；z={number(z)}，{p_value(p)}，{found.zh}（n={count(n)}）。",
        f"NPS: {a}, {b}, difference {gap_en}; z = {number(z)}, {p_value(p)}, {found.en} (n = {count(n)}).",
    )
    method = sided(Bilingual("两组 NPS 之差，Wald", "difference of two NPS, Wald"), alternative, GAP)
    return Result("nps_difference", method, n, n_missing, fields, sentence)


@statistic("proportion_difference")
def proportion_difference(
    groups: Mapping[str, tuple[int, int]],
    *,
    n_missing: int = 0,
    alternative: str = "two_sided",
    confidence: float = 0.95,
) -> Outcome:
    """The difference of two proportions, first − second: group -> (successes, n).

    z with the pooled share; Newcombe's hybrid score interval: each side √((p₁ − l₁)² + (u₂ − p₂)²) with the
    Wilson limits l, u. Fields: difference, z, p, ci, shares {group} (of 1). Newcombe, Stat. Med. 17 (1998)
    873. Not computable: not two groups; an empty group; all or no successes. ValueError when successes are
    not within 0…n. Checked against R prop.test(correct = FALSE) and the closed form.
    """
    counted = {name: Counts.from_mapping({1: n}) for name, (_, n) in groups.items()}
    need_two(counted)
    need_sizes(counted, 1)
    if any(not 0 <= x <= n for x, n in groups.values()):
        raise ValueError("successes: must lie between 0 and n")
    (x1, n1), (x2, n2) = groups.values()
    p1, p2, pooled = x1 / n1, x2 / n2, (x1 + x2) / (n1 + n2)
    if pooled in (0, 1):
        raise no_variance()
    difference = p1 - p2
    z = difference / sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    p = z_tail(z, alternative)
    (l1, u1), (l2, u2) = wilson(x1, n1, confidence), wilson(x2, n2, confidence)
    ci = (difference - _root(p1 - l1, u2 - p2), difference + _root(u1 - p1, p2 - l2))
    shares = dict(zip(groups, (p1, p2), strict=True))
    fields: dict[str, Json] = {"difference": difference, "z": z, "p": p, "ci": ci, "shares": shares}
    found, n = verdict(p, confidence, DIFFERENCE), n1 + n2
    both = listed(f"{name} {percent(share)}" for name, share in shares.items())
    limits = f"{level(confidence)} 置信区间 {percent_interval(ci)}"
    limits_en = f"{level(confidence)} CI {percent_interval(ci)}"
    sentence = Bilingual(
        f"{both}，相差 {number(100 * difference, 1)} 个百分点，{limits}；"
        f"z={number(z)}，{p_value(p)}，{found.zh}（n={count(n)}）。",
        f"{both}: a difference of {number(100 * difference, 1)} points, {limits_en}; z = {number(z)}, "
        f"{p_value(p)}, {found.en} (n = {count(n)}).",
    )
    name = Bilingual(
        f"两个比例之差，Newcombe 区间（{WILSON.zh}），合并比例 z 检验",
        f"difference of two proportions, Newcombe interval ({WILSON.en}), pooled z test",
    )
    method = sided(name, alternative, GAP)
    return Result("proportion_difference", method, n, n_missing, fields, sentence)


def _root(a: float, b: float) -> float:
    return sqrt(a**2 + b**2)


def _nps_difference_job(job: Job) -> Outcome:
    groups, missing = job.groups(job.get("outcome", str), job.get("group", str))
    return nps_difference(groups, n_missing=missing, alternative=job.alternative, confidence=job.confidence)


def _proportion_difference_job(job: Job) -> Outcome:
    outcome, wanted = job.get("outcome", str), job.names("success")
    groups, missing = job.chosen_by_group(outcome, wanted, job.get("group", str))
    result = proportion_difference(
        groups, n_missing=missing, alternative=job.alternative, confidence=job.confidence
    )
    return result.warned(*unseen(job, outcome, wanted))


USES = frozenset({"levels", "alternative"})

STATISTICS = (
    Statistic("nps_difference", GROUPED, _nps_difference_job, uses=USES),
    Statistic(
        "proportion_difference",
        (*GROUPED, Input("success", Levels(), required=True)),
        _proportion_difference_job,
        uses=USES,
    ),
)
