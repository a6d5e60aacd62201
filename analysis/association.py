"""Association of two categorical variables: Pearson's χ² with Cramér's V and adjusted residuals."""

from collections.abc import Iterable
from dataclasses import replace
from math import sqrt

import numpy as np
from scipy.special import chdtrc

from analysis.computing import Impossible, statistic, too_few
from analysis.crosstab import Crosstab
from analysis.inputs import Column, Flag, Input
from analysis.jobs import Job
from analysis.noncentral import chi2_interval
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.wording import count, estimate, judged, number, p_value, percent, verdict
from analysis.words import word

SMALL_EXPECTED_SHARE = 0.2  # Cochran 1954: not more than a fifth of the expected counts below 5, none below 1


def chi_square(
    rows: Iterable[object], columns: Iterable[object], *, correction: bool = False, confidence: float = 0.95
) -> Outcome:
    """The χ² test of two lists of categories; see chi_square_from_counts. None and NaN are gaps."""
    return chi_square_from_counts(Crosstab.of(rows, columns), correction=correction, confidence=confidence)


@statistic("chi_square")
def chi_square_from_counts(table: Crosstab, *, correction: bool = False, confidence: float = 0.95) -> Outcome:
    """Pearson's χ² test of independence of a table of counts.

    V = √(χ²/(n·(min(r, c) − 1))) of the uncorrected χ²; effect_ci of V by the noncentral χ²;
    adjusted residual (o − e)/√(e(1 − row share)(1 − column share)). `correction` is Yates's,
    for 2×2 tables only.
    Fields: statistic, df, p, expected, adjusted_residuals ({row: {column}}), observed, cramers_v, effect_ci,
    share_expected_below_5. Categories that nobody is in are left out. Agresti, Categorical Data Analysis;
    Steiger 2004. Not computable: no row; one category. Warned: small expected counts.
    Checked against R chisq.test and effectsize::cramers_v(adjust = FALSE, alternative = "two.sided").
    """
    table = testable_table(table)
    n, observed, expected = table.n, table.counts.astype(np.float64), table.expected()
    deviation, shape = observed - expected, observed.shape
    uncorrected, df = float((deviation**2 / expected).sum()), (shape[0] - 1) * (shape[1] - 1)
    yates = correction and shape == (2, 2)
    shift = min(0.5, float(np.abs(deviation).min())) if yates else 0.0
    chi2 = float(((np.abs(deviation) - shift) ** 2 / expected).sum())
    others = np.outer(1 - observed.sum(axis=1) / n, 1 - observed.sum(axis=0) / n)
    per_v = n * (min(shape) - 1)
    limits = (min(1.0, sqrt(nc / per_v)) for nc in chi2_interval(uncorrected, df, confidence))
    fields: dict[str, Json] = {
        "statistic": chi2,
        "df": df,
        "p": float(chdtrc(df, chi2)),
        "observed": table.named(observed),
        "expected": table.named(expected),
        "adjusted_residuals": table.named(deviation / np.sqrt(expected * others)),
        "cramers_v": min(1.0, sqrt(uncorrected / per_v)),
        "effect_ci": tuple(limits),
        "share_expected_below_5": float((expected < 5).mean()),
    }
    method = Bilingual("Pearson χ² 检验", "Pearson's χ² test")
    if yates:
        method = Bilingual(f"{method.zh}，Yates 校正", f"{method.en}, Yates's correction")
    result = Result("chi_square", method, n, table.n_missing, fields, method)
    warnings = _small_cells(result.number("share_expected_below_5"), float(expected.min()))
    return replace(
        result,
        sentence=_sentence(result, confidence),
        warnings=warnings + _no_correction(correction, yates),
    )


def testable_table(table: Crosstab) -> Crosstab:
    """The table without empty categories; Impossible when nothing is left to compare."""
    table = table.without_empty()
    if table.n == 0:
        raise too_few(0, 2)
    if min(table.counts.shape) < 2:
        raise Impossible(
            "one_category",
            "行与列各需要至少两个有回答的类别",
            "rows and columns need at least two categories with answers each",
        )
    return table


def _sentence(result: Result, confidence: float) -> Bilingual:
    ci, p = result.interval("effect_ci"), result.number("p")
    effect = estimate("V", result.number("cramers_v"), ci, confidence, 3)
    size = judged(effect, word("cramers_v", ci))
    shown = f"χ²({result['df']})={number(result.number('statistic'))}"
    found = verdict(p, confidence, Bilingual("关联", "association"))
    n = count(result.n or 0)
    return Bilingual(
        f"两个变量的关联：{size.zh}；{shown}，{p_value(p)}，{found.zh}（n={n}）。",
        f"Association of the two variables: {size.en}; {shown}, {p_value(p)}, {found.en} (n = {n}).",
    )


def _small_cells(below: float, least: float) -> tuple[Warning, ...]:
    if below <= SMALL_EXPECTED_SHARE and least >= 1:
        return ()
    message = Bilingual(
        f"期望频数偏小（{percent(below)} 的格子低于 5）：χ² 近似不可靠，请用 fisher_exact",
        f"small expected counts ({percent(below)} of cells below 5): use fisher_exact",
    )
    return (Warning("small_expected", message),)


def _no_correction(asked: bool, done: bool) -> tuple[Warning, ...]:
    if asked == done:
        return ()
    message = Bilingual(
        "Yates 校正只用于 2×2 表，此处未用", "Yates's correction is for 2×2 tables; not applied"
    )
    return (Warning("no_correction", message),)


def _chi_square_job(job: Job) -> Outcome:
    table = job.crosstab(job.get("rows", str), job.get("columns", str))
    return chi_square_from_counts(table, correction=job.get("correction", bool), confidence=job.confidence)


STATISTICS = (
    Statistic(
        "chi_square",
        (
            Input("rows", Column(), required=True),
            Input("columns", Column(), required=True),
            Input("correction", Flag(), default=False),
        ),
        _chi_square_job,
        uses=frozenset({"levels"}),
    ),
)
