"""Adjustment of p values for several tests at once."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from analysis.computing import FloatArray, Impossible, statistic
from analysis.inputs import Choice, Ids, Input
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Outcome, Result
from analysis.wording import names

METHODS = {
    "holm": Bilingual("Holm 校正", "Holm's adjustment"),
    "bh": Bilingual("Benjamini-Hochberg 错误发现率", "Benjamini-Hochberg false discovery rate"),
    "bonferroni": Bilingual("Bonferroni 校正", "Bonferroni's adjustment"),
    "none": Bilingual("不校正", "no adjustment"),
}


def adjusted(p: npt.ArrayLike, method: str) -> FloatArray:
    """p values adjusted for their number, in the order given: holm, bh, bonferroni or none.

    Holm, Scand. J. Stat. 6 (1979) 65; Benjamini & Hochberg, JRSS B 57 (1995) 289. ValueError on another
    method or a p outside 0…1. Checked against R p.adjust.
    """
    values = np.asarray(p, dtype=np.float64)
    if method not in METHODS:
        raise ValueError(f"method: {method!r} is not one of {', '.join(METHODS)}")
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("p: must lie between 0 and 1")
    m, order = len(values), np.argsort(values, kind="stable")
    ranked, steps = values[order], np.arange(len(values))
    out = np.empty(m)
    if method == "holm":
        out[order] = np.minimum(1, np.maximum.accumulate((m - steps) * ranked))
    elif method == "bh":
        out[order] = np.minimum(1, np.minimum.accumulate((m / (steps + 1) * ranked)[::-1])[::-1])
    else:
        out = np.minimum(1, values * (m if method == "bonferroni" else 1))
    return out


@statistic("adjust")
def adjust(p: Mapping[str, float], *, method: str = "holm") -> Outcome:
    """The p values of several tests by name, adjusted; field p_adjusted {name: p}. See `adjusted`."""
    values = adjusted(list(p.values()), method)
    significant = int((values < 0.05).sum())
    return Result(
        "adjust",
        METHODS[method],
        None,
        0,
        {"p_adjusted": dict(zip(p, values.tolist(), strict=True))},
        Bilingual(
            f"{METHODS[method].zh}：{len(p)} 个检验中有 {significant} 个在 0.05 水平显著。",
            f"{METHODS[method].en}: {significant} of {len(p)} tests are significant at 0.05.",
        ),
    )


def _adjust_job(job: Job) -> Outcome:
    found = {name: job.results.get(name) for name in job.names("ids")}
    p = {
        name: outcome.number("p")
        for name, outcome in found.items()
        if isinstance(outcome, Result) and "p" in outcome.fields
    }
    if len(p) < len(found):
        without = names(name for name in found if name not in p)
        raise Impossible(
            "no_p", f"{without} 没有 p 值，无法校正", f"{without} have no p value that could be adjusted"
        )
    return adjust(p, method=job.get("method", str))


def method_input(name: str, default: str = "holm", also: Sequence[str] = ()) -> Input:
    """The input that chooses an adjustment."""
    return Input(name, Choice(("holm", "bh", "bonferroni", *also)), default=default)


STATISTICS = (
    Statistic(
        "adjust",
        (Input("ids", Ids(), required=True), method_input("method")),
        _adjust_job,
        needs_results=True,
    ),
)
