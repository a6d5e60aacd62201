"""Reliability without a model: the odd-even split and Guttman's bounds."""

from collections.abc import Sequence

import numpy as np

from analysis.computing import FloatArray, Impossible, statistic
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.scales import (
    NO_VARIANCE,
    SCALE_INPUTS,
    Items,
    Scored,
    moments_of,
    reversal_fits,
    scale_of,
    scale_warnings,
    score_items,
    squared_multiple_correlations,
    sum_without_variance,
    varies,
)
from analysis.wording import count, number


@statistic("split_half")
def split_half(
    items: Items, *, reverse: Sequence[str] = (), scale: tuple[float, float] | None = None
) -> Outcome:
    """The reliability of a scale from its halves, the items at odd and at even places of the list.

    r: correlation of the two half sums; spearman_brown 2r/(1 + r); guttman 2(1 − (var A + var B)/var(A + B)).
    `items`: columns by name (gaps None or NaN, left out listwise) or Moments. Reversal as in cronbach_alpha.
    Spearman, Brit. J. Psychol. 3 (1910) 271; Brown, ibid. 296; Guttman, Psychometrika 10 (1945) 255.
    Not computable: fewer than two items or rows, a constant item, a half or the sum without variance.
    Checked against R (cor, var of the half sums).
    """
    scored = score_items(moments_of(items), reverse, scale)
    r, guttman = _halves(scored.cov)
    if 1 + r < NO_VARIANCE:
        raise sum_without_variance()
    fields: dict[str, Json] = {"r": r, "spearman_brown": 2 * r / (1 + r), "guttman": guttman}
    k, n = len(scored.names), count(scored.n)
    sb, g = number(2 * r / (1 + r), 3), number(guttman, 3)
    sentence = Bilingual(
        f"奇偶分半信度：Spearman-Brown={sb}，Guttman={g}（半分相关 r={number(r, 3)}；{k} 个题项，n={n}）。",
        f"Odd-even split-half reliability: Spearman-Brown {sb}, Guttman {g} "
        f"(r of the halves = {number(r, 3)}; {k} items, n = {n}).",
    )
    method = Bilingual("奇偶分半，成列删除", "odd-even split, listwise")
    return Result(
        "split_half",
        method,
        scored.n,
        scored.n_missing,
        fields,
        sentence,
        tuple(scale_warnings(scored, scale)),
    )


@statistic("guttman_lambdas")
def guttman_lambdas(
    items: Items, *, reverse: Sequence[str] = (), scale: tuple[float, float] | None = None
) -> Outcome:
    """Guttman's six lower bounds of reliability, from covariances.

    With V the variance of the sum: λ1 = 1 − Σvar/V; λ2 = λ1 + √(k/(k−1)·Σcov²)/V over all i ≠ j;
    λ3 = λ1·k/(k−1) (Cronbach's α); λ4 of the odd-even split; λ5 = λ1 + 2√(max_j Σ_i cov²)/V;
    λ6 = 1 − Σ(1 − smc)var/V with smc of the correlations. Guttman, Psychometrika 10 (1945) 255.
    Inputs and reasons as split_half. Warned: singular correlations (no lambda6).
    Checked against the closed forms in R; λ6 against psych::smc.
    """
    scored = score_items(moments_of(items), reverse, scale)
    fields, warnings = _lambdas(scored)
    shown = ", ".join(f"λ{name[-1]}={number(float(v), 3)}" for name, v in fields.items())  # type: ignore[arg-type]
    n = count(scored.n)
    sentence = Bilingual(
        f"Guttman 信度下界：{shown}（{len(scored.names)} 个题项，n={n}）。",
        f"Guttman's lower bounds of reliability: {shown} ({len(scored.names)} items, n = {n}).",
    )
    method = Bilingual("Guttman λ1–λ6，协方差，成列删除", "Guttman's λ1 to λ6, covariances, listwise")
    return Result(
        "guttman_lambdas",
        method,
        scored.n,
        scored.n_missing,
        fields,
        sentence,
        (*warnings, *scale_warnings(scored, scale)),
    )


def _halves(cov: FloatArray) -> tuple[float, float]:
    """(r, Guttman's coefficient) of the sums of the items at odd and at even places."""
    odd, even = cov[::2, ::2], cov[1::2, 1::2]
    a, b, between = float(odd.sum()), float(even.sum()), float(cov[::2, 1::2].sum())
    if not (varies(odd) and varies(even) and varies(cov)):
        raise sum_without_variance()
    r = float(np.clip(between / np.sqrt(a * b), -1, 1))
    return r, 2 * (1 - (a + b) / (a + b + 2 * between))


def _lambdas(scored: Scored) -> tuple[dict[str, Json], list[Warning]]:
    cov, k = scored.cov, len(scored.names)
    if not varies(cov):
        raise sum_without_variance()
    total = float(cov.sum())
    squares = cov**2 - np.diag(np.diag(cov) ** 2)
    first = 1 - float(np.trace(cov)) / total
    fields: dict[str, Json] = {
        "lambda1": first,
        "lambda2": first + float(np.sqrt(k / (k - 1) * squares.sum())) / total,
        "lambda3": first * k / (k - 1),
        "lambda4": _halves(cov)[1],
        "lambda5": first + 2 * float(np.sqrt(squares.sum(axis=0).max())) / total,
    }
    try:
        smc = squared_multiple_correlations(scored.regular())
    except Impossible as reason:
        text = Bilingual(f"未给出 λ6：{reason.message.zh}", f"no λ6 is given: {reason.message.en}")
        return fields, [Warning("no_lambda6", text)]
    fields["lambda6"] = 1 - float(((1 - smc) * np.diag(cov)).sum()) / total
    return fields, []


def _split_half_job(job: Job) -> Outcome:
    return split_half(job.matrix(job.names("items")), reverse=job.names("reverse"), scale=scale_of(job))


def _lambdas_job(job: Job) -> Outcome:
    return guttman_lambdas(job.matrix(job.names("items")), reverse=job.names("reverse"), scale=scale_of(job))


STATISTICS = (
    Statistic("split_half", SCALE_INPUTS, _split_half_job, check=reversal_fits),
    Statistic("guttman_lambdas", SCALE_INPUTS, _lambdas_job, check=reversal_fits),
)
