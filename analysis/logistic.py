"""Logistic regression of a yes/no outcome and of ordered categories."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from analysis.coefficients import ROBUST, clustered, coefficient_rows, few_clusters, strongest
from analysis.computing import BoolArray, FloatArray, Impossible, IntArray, one_of, statistic, too_many
from analysis.cumulative import Fit, fit
from analysis.inputs import Input, Levels
from analysis.jobs import Job
from analysis.predictors import (
    INTERCEPT,
    MODEL_INPUTS,
    Model,
    cluster_ignored,
    column_from,
    model,
    robust_columns,
)
from analysis.registry import Statistic
from analysis.regression import clusters_given
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.tables import NOT_PICKED, Column, Factor, NumberColumn, TextColumn, column_of, factor_of
from analysis.wording import count, number, p_value
from analysis.wording import names as listed

MOST_CATEGORIES = 200
ROUNDING = 1e-13  # of the log likelihood: a smaller gain is none
Predictors = Mapping[str, npt.ArrayLike | Sequence[object]]


def logit(
    outcome: npt.ArrayLike,
    predictors: Predictors,
    *,
    robust: str = "none",
    clusters: IntArray | None = None,
    confidence: float = 0.95,
) -> Outcome:
    """Logistic regression of an array of 0 and 1 on columns of numbers or text; see logit_of_columns."""
    columns = {name: column_from(values) for name, values in predictors.items()}
    given = np.asarray(outcome, np.float64)
    return logit_of_columns(given, columns, robust=robust, clusters=clusters, confidence=confidence)


@statistic("logit")
def logit_of_columns(
    outcome: FloatArray,
    predictors: Mapping[str, Column],
    *,
    robust: str = "none",
    clusters: IntArray | None = None,
    confidence: float = 0.95,
) -> Outcome:
    """Logistic regression by maximum likelihood, rows complete in all columns; NaN is a gap of the outcome.

    log(p/(1 − p)) = intercept + xβ; Wald z and interval (with clusters t of clusters − 1). Text predictors
    enter by level against the first (named column=level). Fields: coefficients [{name, estimate, se,
    statistic, p, ci, odds_ratio, odds_ratio_ci}], log_likelihood, intercept_log_likelihood, chi2, df, p
    (likelihood ratio), aic, mcfadden_r2, events. Not computable: too few rows; an outcome other than 0 and 1,
    or constant; a constant predictor; predictors that determine one another; separation (no estimate exists).
    Errors hc3 and cluster as in ols. Checked against R glm(binomial).
    """
    y = outcome[~np.isnan(outcome)]
    if not np.isin(y, (0, 1)).all():
        shown = listed(f"{value:g}" for value in np.unique(y[~np.isin(y, (0, 1))])[:3].tolist())
        raise _not_binary(shown)
    rows = _rows(NumberColumn(outcome), predictors, robust, clusters, cuts=1)
    events: IntArray = outcome[rows.used].astype(np.int64)
    if events.min() == events.max():
        raise _constant_outcome()
    found = fit(rows, events, 2)
    # P(Y ≤ 0) = F(θ − xβ): the intercept is −θ.
    turn = np.diag([-1.0] + [1.0] * len(rows.names))
    covariance, freedom, warnings = _errors(found, rows, robust)
    table = coefficient_rows(
        (INTERCEPT, *rows.names),
        turn @ found.estimates,
        turn @ covariance @ turn,
        freedom,
        confidence,
        odds=True,
    )
    fields: dict[str, Json] = {
        "coefficients": table,
        **_likelihood(found, events, 2),
        "events": int(events.sum()),
    }
    method = Bilingual(
        f"logistic 回归（最大似然）{ROBUST[robust].zh}",
        f"logistic regression (maximum likelihood){ROBUST[robust].en}",
    )
    sentence = _sentence(fields, table, rows.n, confidence)
    return Result("logit", method, rows.n, rows.n_missing, fields, sentence, warnings)


def ordinal_logit(
    outcome: Sequence[object],
    predictors: Predictors,
    *,
    levels: Sequence[object] = (),
    robust: str = "none",
    clusters: IntArray | None = None,
    confidence: float = 0.95,
) -> Outcome:
    """Ordinal logistic regression of a list of categories in the order of `levels`.

    See ordinal_logit_of_factor.
    """
    columns = {name: column_from(values) for name, values in predictors.items()}
    factor = factor_of(column_of(list(outcome)))
    if levels:
        factor = factor.picked([str(level) for level in levels])
    return ordinal_logit_of_factor(factor, columns, robust=robust, clusters=clusters, confidence=confidence)


@statistic("ordinal_logit")
def ordinal_logit_of_factor(
    outcome: Factor,
    predictors: Mapping[str, Column],
    *,
    robust: str = "none",
    clusters: IntArray | None = None,
    confidence: float = 0.95,
) -> Outcome:
    """The proportional odds model of ordered categories by maximum likelihood, rows complete in all columns.

    logit P(Y ≤ j) = θⱼ − xβ: a positive coefficient goes with higher categories. Wald z and interval from the
    observed information (with clusters t of clusters − 1; hc3 by leaving each row out in one step). Fields:
    coefficients [{name, estimate, se, statistic, p, ci, odds_ratio, odds_ratio_ci}], thresholds, categories,
    log_likelihood, intercept_log_likelihood, chi2, df, p (likelihood ratio), aic, mcfadden_r2. McCullagh,
    JRSS B 42 (1980) 109. Not computable: too few rows; one category; a constant predictor; predictors that
    determine one another; separation. Checked against R ordinal::clm.
    """
    codes = TextColumn(np.maximum(outcome.codes, -1), outcome.names)
    rows = _rows(codes, predictors, robust, clusters, cuts=max(1, len(set(outcome.names)) - 1))
    used = outcome.present(rows.used)
    y, categories = used.codes[rows.used], len(used.names)
    if categories < 2:
        raise _constant_outcome()
    if categories > MOST_CATEGORIES:
        raise too_many(Bilingual("结果变量的类别", "categories of the outcome"), categories, MOST_CATEGORIES)
    found = fit(rows, y, categories)
    covariance, freedom, warnings = _errors(found, rows, robust)
    cuts = categories - 1
    table = coefficient_rows(
        rows.names, found.estimates[cuts:], covariance[cuts:, cuts:], freedom, confidence, odds=True
    )
    fields: dict[str, Json] = {
        "coefficients": table,
        "thresholds": found.estimates[:cuts].tolist(),
        "categories": list(used.names),
        **_likelihood(found, y, categories),
    }
    method = Bilingual(
        f"有序 logistic 回归（比例优势，最大似然）{ROBUST[robust].zh}",
        f"ordinal logistic regression (proportional odds, maximum likelihood){ROBUST[robust].en}",
    )
    sentence = _sentence(fields, table, rows.n, confidence)
    missing = int((outcome.codes != NOT_PICKED).sum()) - rows.n
    return Result("ordinal_logit", method, rows.n, missing, fields, sentence, warnings)


def _rows(
    outcome: Column,
    predictors: Mapping[str, Column],
    robust: str,
    clusters: IntArray | None,
    *,
    cuts: int,
) -> Model:
    one_of("robust", robust, tuple(ROBUST))
    if robust == "cluster" and clusters is None:
        raise ValueError("clusters: needed for cluster-robust errors")
    return model(outcome, predictors, clusters if robust == "cluster" else None, spare=cuts)


def _errors(found: Fit, rows: Model, robust: str) -> tuple[FloatArray, float | None, tuple[Warning, ...]]:
    """The covariance of the estimates, the degrees of freedom (None: normal), warnings."""
    if robust == "hc3":
        return found.back @ found.jackknife() @ found.back.T, None, ()
    if robust == "cluster" and rows.clusters is not None:
        spread, groups = clustered(found.bread, found.scores, rows.clusters)
        return found.back @ spread @ found.back.T, float(groups - 1), few_clusters(groups)
    return found.back @ found.bread @ found.back.T, None, ()


def _likelihood(found: Fit, y: IntArray, categories: int) -> dict[str, Json]:
    counts = np.bincount(y, minlength=categories)
    null = float((counts * np.log(counts / len(y))).sum())
    slopes = len(found.estimates) - categories + 1
    chi2 = max(0.0, 2 * (found.log_likelihood - null))
    chi2 = 0.0 if chi2 < ROUNDING * abs(null) else chi2
    return {
        "log_likelihood": found.log_likelihood,
        "intercept_log_likelihood": null,
        "chi2": chi2,
        "df": slopes,
        "p": float(chdtrc(slopes, chi2)),
        "aic": 2 * len(found.estimates) - 2 * found.log_likelihood,
        "mcfadden_r2": -chi2 / (2 * null),
    }


def _sentence(
    fields: Mapping[str, Json], rows: Sequence[Mapping[str, Json]], n: int, confidence: float
) -> Bilingual:
    chi2, df, p, r2 = (fields[name] for name in ("chi2", "df", "p", "mcfadden_r2"))
    most, test = strongest(rows, confidence), ""
    if isinstance(chi2, float) and isinstance(p, float) and isinstance(r2, float):
        test = f"χ²({df})={number(chi2)}, {p_value(p)}, McFadden R²={number(r2, 3)}"
    return Bilingual(
        f"{test.replace(', ', '，')}；{most.zh}（n={count(n)}）。", f"{test}; {most.en} (n = {count(n)})."
    )


def _not_binary(shown: str) -> Impossible:
    return Impossible(
        "not_binary",
        f"结果变量须为 0/1，数据中有 {shown}；请用 success 指明哪些取值算“是”",
        f"the outcome must be 0 or 1, the data have {shown}; name the values that count as 1 with success",
    )


def _constant_outcome() -> Impossible:
    return Impossible(
        "constant_outcome",
        "结果变量在有效行中没有变异，无法回归",
        "the outcome does not vary over the complete rows",
    )


def _binary(job: Job) -> FloatArray:
    """The outcome of a plan as 0, 1 and NaN, by `success` when that is given."""
    name = job.get("outcome", str)
    column = job.column(name)
    if job.given("success"):
        factor = factor_of(column)
        hit: BoolArray = np.isin(factor.codes, job.positions(name, factor, job.names("success")))
        return np.where(factor.codes < 0, np.nan, hit.astype(np.float64))
    if isinstance(column, TextColumn):
        raise _not_binary(listed(repr(level) for level in column.names[:3]))
    return column.values


def _logit_job(job: Job) -> Outcome:
    outcome = _binary(job)
    predictors, clusters = robust_columns(job)
    result = logit_of_columns(
        outcome, predictors, robust=job.get("robust", str), clusters=clusters, confidence=job.confidence
    )
    return result.warned(*cluster_ignored(job))


def _ordinal_logit_job(job: Job) -> Outcome:
    name, levels = job.get("outcome", str), job.names("levels")
    predictors, clusters = robust_columns(job)
    result = ordinal_logit_of_factor(
        job.factor(name, levels),
        predictors,
        robust=job.get("robust", str),
        clusters=clusters,
        confidence=job.confidence,
    )
    return result.warned(*cluster_ignored(job), *_order_guessed(job, name))


def _order_guessed(job: Job, name: str) -> tuple[Warning, ...]:
    """A warning when the order of text categories is only that of the alphabet."""
    if job.given("levels") or isinstance(job.table.column(name), NumberColumn):
        return ()
    message = Bilingual(
        "结果变量是文本，类别按字符顺序排列；请用 levels 给出真正的顺序",
        "the outcome is text and its categories are in the order of their characters; give levels",
    )
    return (Warning("order_of_text", message),)


STATISTICS = (
    Statistic(
        "logit",
        (*MODEL_INPUTS, Input("success", Levels())),
        _logit_job,
        uses=frozenset({"cluster"}),
        check=clusters_given,
    ),
    Statistic(
        "ordinal_logit",
        MODEL_INPUTS,
        _ordinal_logit_job,
        uses=frozenset({"cluster", "levels"}),
        check=clusters_given,
    ),
)
