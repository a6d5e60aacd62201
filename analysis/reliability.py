"""Reliability of scales: Cronbach's alpha with item statistics."""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import fdtri

from analysis.computing import FloatArray, one_of, statistic
from analysis.jobs import Job
from analysis.moments import Moments, PairwiseMoments
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.scales import (
    ROUNDING,
    SCALE_INPUTS,
    Scored,
    few_items,
    reversal_fits,
    scale_of,
    scale_warnings,
    score_items,
    sum_without_variance,
    varies,
)
from analysis.wording import count, estimate, judged, names, number
from analysis.words import word


def cronbach_alpha(
    items: Mapping[str, npt.ArrayLike],
    *,
    reverse: Sequence[str] = (),
    scale: tuple[float, float] | None = None,
    missing: str = "listwise",
    confidence: float = 0.95,
) -> Outcome:
    """Cronbach's alpha of item columns by name; see cronbach_alpha_from_moments. NaN and None are gaps.

    `missing` "pairwise" takes each covariance from the rows complete in that pair; then no interval.
    """
    one_of("missing", missing, ("listwise", "pairwise"))
    if missing == "pairwise":
        return _pairwise_alpha(items, reverse=reverse, scale=scale)
    return cronbach_alpha_from_moments(Moments.of(items), reverse=reverse, scale=scale, confidence=confidence)


@statistic("cronbach_alpha")
def cronbach_alpha_from_moments(
    moments: Moments,
    *,
    reverse: Sequence[str] = (),
    scale: tuple[float, float] | None = None,
    confidence: float = 0.95,
) -> Outcome:
    """Cronbach's alpha with Feldt's interval, standardised alpha and item statistics, from moments.

    α = k/(k−1) · (1 − Σ var_i / var_total); interval 1 − (1 − α) F with F quantiles of (n−1, (n−1)(k−1))
    degrees of freedom. Items of `reverse` are turned by the limits of `scale` (low + high − x), never by what
    was observed. Fields: alpha, alpha_standardized (of the correlations), ci, items [{name, mean, sd,
    item_rest_r, alpha_if_deleted}] after reversal; with two items there is no alpha_if_deleted.
    Cronbach, Psychometrika 16 (1951) 297; Feldt, Woodruff & Salih, Appl. Psychol. Meas. 11 (1987) 93.
    Not computable: fewer than two items or two rows; a constant item; a constant sum. ValueError when
    `reverse` names no item or `scale` is missing for it. Warned: items with a negative item-rest correlation.
    Checked against R psych::alpha.
    """
    scored = score_items(moments, reverse, scale)
    alpha, fields = _alpha_fields(scored)
    k, n = len(scored.names), moments.n
    tail = (1 - confidence) / 2
    low, high = (1 - (1 - alpha) * float(fdtri(n - 1, (n - 1) * (k - 1), p)) for p in (1 - tail, tail))
    shown = judged(estimate("α", alpha, (low, high), confidence, 3), word("cronbach_alpha", (low, high)))
    sentence = Bilingual(
        f"克隆巴赫 {shown.zh}（{k} 个题项，n={count(n)}）。",
        f"Cronbach's {shown.en} ({k} items, n = {count(n)}).",
    )
    method = Bilingual("克隆巴赫 α，Feldt 区间，成列删除", "Cronbach's alpha, Feldt interval, listwise")
    return Result(
        "cronbach_alpha",
        method,
        n,
        moments.n_missing,
        {**fields, "ci": (low, high)},
        sentence,
        tuple(_item_warnings(scored, fields, scale)),
    )


@statistic("cronbach_alpha")
def _pairwise_alpha(
    items: Mapping[str, npt.ArrayLike], *, reverse: Sequence[str], scale: tuple[float, float] | None
) -> Outcome:
    if len(items) < 2:
        raise few_items(2)
    moments = PairwiseMoments.of(items)
    scored = score_items(moments, reverse, scale)
    alpha, fields = _alpha_fields(scored)
    k, n = len(scored.names), moments.n
    sentence = Bilingual(
        f"克隆巴赫 α={number(alpha, 3)}（{k} 个题项，成对删除，至少答一题的 n={count(n)}）。",
        f"Cronbach's α = {number(alpha, 3)} ({k} items, pairwise, n = {count(n)} with at least one answer).",
    )
    no_interval = Bilingual(
        "成对删除时各协方差的样本不同，不给置信区间",
        "pairwise covariances rest on different rows, so no interval is given",
    )
    return Result(
        "cronbach_alpha",
        Bilingual("克隆巴赫 α，成对删除", "Cronbach's alpha, pairwise"),
        n,
        moments.n_missing,
        fields,
        sentence,
        (Warning("no_interval", no_interval), *_item_warnings(scored, fields, scale)),
    )


def _alpha_fields(scored: Scored) -> tuple[float, dict[str, Json]]:
    cov, correlations = scored.cov, scored.correlations()
    if not varies(cov):
        raise sum_without_variance()
    alpha = _alpha(cov)
    fields: dict[str, Json] = {"alpha": alpha}
    if varies(correlations):
        fields["alpha_standardized"] = _alpha(correlations)
    fields["items"] = [_item(scored, i) for i in range(len(scored.names))]
    return alpha, fields


def _item(scored: Scored, i: int) -> dict[str, Json]:
    """The statistics of one item; what a rest without variance does not allow is left out."""
    cov, variance = scored.cov, scored.cov[i, i]
    item: dict[str, Json] = {
        "name": scored.names[i],
        "mean": float(scored.means[i]),
        "sd": sqrt(variance),
    }
    rest = np.delete(np.delete(cov, i, axis=0), i, axis=1)
    if varies(rest):
        with_rest = float(np.delete(cov[i], i).sum())
        item["item_rest_r"] = with_rest / sqrt(variance * rest.sum())
        if len(rest) > 1:
            item["alpha_if_deleted"] = _alpha(rest)
    return item


def _alpha(cov: FloatArray) -> float:
    k = len(cov)
    return float(k / (k - 1) * (1 - np.trace(cov) / cov.sum()))


def _item_warnings(
    scored: Scored, fields: Mapping[str, Json], scale: tuple[float, float] | None
) -> Iterator[Warning]:
    items = fields["items"]
    rows = [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    rests = {str(item["name"]): item.get("item_rest_r") for item in rows}
    negative = names(name for name, r in rests.items() if isinstance(r, float) and r < -ROUNDING)
    if negative:
        yield _warning(
            "negative_item_rest",
            f"题项 {negative} 与其余题项负相关：检查是否漏了反向计分；此处未自动翻转",
            f"{negative} correlate negatively with the rest: look for a missing reversal; nothing was turned",
        )
    undefined = names(name for name, r in rests.items() if r is None)
    if undefined:
        yield _warning(
            "rest_without_variance",
            f"去掉题项 {undefined} 后其余题项之和没有变异，未给出其题总相关",
            f"without {undefined} the sum of the rest does not vary; no item-rest correlation is given",
        )
    yield from scale_warnings(scored, scale)


def _warning(code: str, zh: str, en: str) -> Warning:
    return Warning(code, Bilingual(zh, en))


def _alpha_job(job: Job) -> Outcome:
    items = job.matrix(job.names("items"))
    return cronbach_alpha(
        items,
        reverse=job.names("reverse"),
        scale=scale_of(job),
        missing=job.get("missing", str),
        confidence=job.confidence,
    )


STATISTICS = (
    Statistic("cronbach_alpha", SCALE_INPUTS, _alpha_job, uses=frozenset({"missing"}), check=reversal_fits),
)
