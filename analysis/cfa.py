"""Confirmatory factor analysis by maximum likelihood."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import sqrt

import numpy as np
from scipy.special import chdtrc

from analysis.computing import FloatArray, Impossible, one_of, statistic
from analysis.covariance_structure import Fit, fit, negative_variances
from analysis.identification import Identified, identified
from analysis.inputs import Choice, Input
from analysis.jobs import Job
from analysis.measurement import MeasurementModel, Model
from analysis.moments import Moments
from analysis.noncentral import chi2_interval
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.scales import Items, sample_warnings, score_items
from analysis.wording import count, interval, names, number, p_value
from analysis.words import word

RMSEA_CONFIDENCE = 0.90  # Steiger's custom, and lavaan's


@statistic("cfa")
def cfa(items: Items, model: str | MeasurementModel, *, estimator: str = "ML") -> Outcome:
    """Confirmatory factor analysis of item columns (or Moments) under a measurement model in lavaan's syntax.

    Maximum likelihood on the covariances with n: F = log|Σ| − log|S| + tr(SΣ⁻¹) − p. chi2 = nF;
    cfi = 1 − max(chi2 − df, 0)/max(chi2_b − df_b, chi2 − df, 0) and tli against the model of uncorrelated
    items; rmsea = √(max(chi2 − df, 0)/(n·df)) with its 90 % noncentral interval; srmr over all standardised
    residuals with the diagonal. loadings {factor: {item}} are standardised; cr = (Σλ)²/((Σλ)² + Σ(1 − λ²)),
    ave = mean λ²; htmt [{a, b, value}]: mean |r| between two factors' items over the geometric mean of those
    within, for factors with two items of their own; correlations [{a, b, r}] of the factors.
    Jöreskog, Psychometrika 34 (1969) 183; Bentler 1990; Steiger 1990; Fornell & Larcker 1981; Henseler,
    Ringle & Sarstedt 2015. ValueError (as inputs.Fault) for a text that is no measurement model.
    Not computable: constant or linearly dependent items, too few rows, a model that is not identified, no
    convergence. Warned: Heywood cases, factor correlations beyond ±1, a saturated model (no p), few rows.
    Checked against R lavaan::cfa, semTools::htmt.
    """
    one_of("estimator", estimator, ("ML",))
    model = model if isinstance(model, MeasurementModel) else MeasurementModel.parse(model)
    scored = score_items(_chosen(items, model), least_items=1)
    correlations = scored.regular()
    sample = correlations if model.scale_free else scored.cov * (scored.n - 1) / scored.n
    found = identified(model, sample)
    solution = Solution.of(model, found, fit(found.structure, sample, found.start))
    fields: dict[str, Json] = {
        **_fit_indices(solution, sample, scored.n),
        "loadings": {factor: dict(row) for factor, row in solution.loadings.items()},
        "cr": {factor: composite(row) for factor, row in solution.loadings.items()},
        "ave": {factor: extracted(row) for factor, row in solution.loadings.items()},
        "htmt": _htmt(model, scored.names, correlations),
        "correlations": solution.factor_correlations(),
    }
    warnings = (*solution.warnings(), *_saturated(found.structure.df), *sample_warnings(scored))
    method = Bilingual("验证性因子分析，最大似然，成列删除", "confirmatory factor analysis, ML, listwise")
    result = Result("cfa", method, scored.n, scored.n_missing, fields, method, warnings)
    return replace(result, sentence=_sentence(result))


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A fitted measurement model in standardised terms."""

    model: MeasurementModel
    names: tuple[str, ...]
    fit: Fit
    df: int
    loadings: Mapping[str, Mapping[str, float]]

    @classmethod
    def of(cls, model: MeasurementModel, found: Identified, fitted: Fit) -> "Solution":
        """Impossible when a variance that standardises is not positive."""
        variances = np.diag(fitted.implied)
        if (variances <= 0).any():
            flat = names(n for n, v in zip(found.names, variances, strict=True) if v <= 0)
            raise Impossible(
                "improper_solution",
                f"{flat} 的方差估计为负或零，无法标准化：模型与数据不符",
                f"the variance of {flat} is estimated as negative or 0: the model does not suit the data",
            )
        place, sds = {name: i for i, name in enumerate(found.names)}, np.sqrt(variances)
        loadings: dict[str, dict[str, float]] = {}
        for factor, terms in model.factors.items():
            f, items = place[factor], [place[term.name] for term in terms]
            # The first item points up: the sign of a factor is arbitrary.
            sign = -1.0 if fitted.paths[items[0], f] < 0 and terms[0].fixed is None else 1.0
            loadings[factor] = {
                term.name: float(sign * fitted.paths[i, f] * sds[f] / sds[i])
                for term, i in zip(terms, items, strict=True)
            }
        return cls(model, found.names, fitted, found.structure.df, loadings)

    def factor_correlations(self) -> list[Json]:
        """[{a, b, r}] of all pairs of factors, signs as in the loadings."""
        place = {name: i for i, name in enumerate(self.names)}
        whole, out = self.fit.implied, list[Json]()
        for a, b in combinations(self.model.factors, 2):
            i, j = place[a], place[b]
            r = whole[i, j] / sqrt(whole[i, i] * whole[j, j]) * self._turn(a) * self._turn(b)
            out.append({"a": a, "b": b, "r": float(r)})
        return out

    def _turn(self, factor: str) -> float:
        """−1 when the factor was turned for its first item to point up."""
        first = self.model.factors[factor][0].name
        path = self.fit.paths[self.names.index(first), self.names.index(factor)]
        return -1.0 if path * self.loadings[factor][first] < 0 else 1.0

    def warnings(self) -> list[Warning]:
        """Heywood cases and factors that correlate beyond 1."""
        found = []
        negative = negative_variances(self.fit.covariances, self.names)
        if negative:
            found.append(heywood(negative))
        latent = self.fit.implied[len(self.model.observed) :, len(self.model.observed) :]
        if float(np.linalg.eigvalsh(latent)[0]) < -1e-8:
            text = Bilingual(
                "因子协方差矩阵非正定（因子间相关超过 1）：这些因子未能区分",
                "the factor covariances are not positive definite (a correlation beyond 1): "
                "these factors are not told apart",
            )
            found.append(Warning("not_positive_definite", text))
        return found


def heywood(which: list[str]) -> Warning:
    """The warning of negative variance estimates."""
    text = Bilingual(
        f"{names(which)} 的误差方差估计为负（Heywood 情形）：结果不可直接采用",
        f"negative error variance of {names(which)} (Heywood case): the solution is improper",
    )
    return Warning("heywood", text)


def composite(loadings: Mapping[str, float]) -> float:
    """Composite reliability of standardised loadings; Impossible when all variance cancels."""
    values = np.array(list(loadings.values()))
    return composite_and_extracted(values)[0]


def extracted(loadings: Mapping[str, float]) -> float:
    """Average variance extracted of standardised loadings."""
    return float(np.mean(np.square(list(loadings.values()))))


def composite_and_extracted(loadings: FloatArray) -> tuple[float, float]:
    """(CR, AVE) of standardised loadings."""
    common = float(loadings.sum()) ** 2
    whole = common + float((1 - loadings**2).sum())
    if whole <= 0:
        raise Impossible(
            "no_variance",
            "载荷使总方差不为正，无法计算",
            "the loadings leave no positive total variance",
        )
    return common / whole, float((loadings**2).mean())


def _chosen(items: Items, model: MeasurementModel) -> Moments:
    """The moments of the observed variables of the model, in its order."""
    if isinstance(items, Moments):
        if items.names != model.observed:
            raise ValueError("items: moments of other variables than the model's")
        return items
    missing = [name for name in model.observed if name not in items]
    if missing:
        raise ValueError(f"items: no column {missing[0]}")
    return Moments.of({name: items[name] for name in model.observed})


def _fit_indices(solution: Solution, sample: FloatArray, n: int) -> dict[str, Json]:
    df, p = solution.df, len(sample)
    chi2 = n * solution.fit.discrepancy
    scales = np.sqrt(np.outer(np.diag(sample), np.diag(sample)))
    base = -n * float(np.linalg.slogdet(sample / scales)[1])
    base_df = p * (p - 1) // 2
    excess, base_excess = max(chi2 - df, 0.0), max(base - base_df, chi2 - df, 0.0)
    tail = {"p": float(chdtrc(df, chi2))} if df > 0 else {}
    comparable = df > 0 and base - base_df != 0
    tli = ((base / base_df) - chi2 / df) / (base / base_df - 1) if comparable else 1.0
    residual = (sample - solution.fit.implied[:p, :p]) / scales
    return {
        "chi2": chi2,
        "df": df,
        **tail,
        "cfi": 1 - excess / base_excess if base_excess > 0 else 1.0,
        "tli": tli,
        "rmsea": sqrt(excess / (n * df)) if df > 0 else 0.0,
        "rmsea_ci": _rmsea_interval(chi2, df, n),
        "srmr": sqrt(float((residual[np.tril_indices(p)] ** 2).mean())),
    }


def _rmsea_interval(chi2: float, df: int, n: int) -> tuple[float, float]:
    if df == 0:
        return 0.0, 0.0
    low, high = chi2_interval(chi2, df, RMSEA_CONFIDENCE)
    return sqrt(low / (n * df)), sqrt(high / (n * df))


def _htmt(model: MeasurementModel, observed: tuple[str, ...], r: FloatArray) -> list[Json]:
    size, place = np.abs(r), {name: i for i, name in enumerate(observed)}
    items = {
        factor: [place[term.name] for term in terms]
        for factor, terms in model.factors.items()
        if len(terms) > 1 and all(term.name in place for term in terms)
    }
    out: list[Json] = []
    for a, b in combinations(items, 2):
        within = [size[np.ix_(items[f], items[f])][np.triu_indices(len(items[f]), 1)].mean() for f in (a, b)]
        between = float(size[np.ix_(items[a], items[b])].mean())
        if min(within) > 0:
            out.append({"a": a, "b": b, "value": between / sqrt(float(within[0] * within[1]))})
    return out


def _saturated(df: int) -> list[Warning]:
    if df > 0:
        return []
    text = Bilingual(
        "自由度为 0：模型必然与数据完全吻合，拟合指标没有意义，不给 p 值",
        "no degree of freedom is left: the model fits by necessity, the indices say nothing, no p is given",
    )
    return [Warning("saturated", text)]


def _sentence(result: Result) -> Bilingual:
    cfi, srmr, limits = result.number("cfi"), result.number("srmr"), result.interval("rmsea_ci")
    judged = (word("cfi", (cfi, cfi)), word("rmsea", limits), word("srmr", (srmr, srmr)))
    zh, en = [size.zh for size in judged], [size.en for size in judged]
    p = f", {p_value(result.number('p'))}" if "p" in result.fields else ""
    chi2 = f"χ²({result['df']})={number(result.number('chi2'))}{p}"
    shown = {name: number(result.number(name), 3) for name in ("cfi", "tli", "rmsea", "srmr")}
    rmsea, n = f"90% CI {interval(limits, 3)}", count(result.n or 0)
    return Bilingual(
        f"验证性因子分析：{chi2}；CFI={shown['cfi']}（{zh[0]}），TLI={shown['tli']}，"
        f"RMSEA={shown['rmsea']}，{rmsea}（按上限{zh[1]}），SRMR={shown['srmr']}（{zh[2]}）（n={n}）。",
        f"Confirmatory factor analysis: {chi2}; CFI = {shown['cfi']} ({en[0]}), TLI = {shown['tli']}, "
        f"RMSEA = {shown['rmsea']}, {rmsea} ({en[1]} by its upper end), SRMR = {shown['srmr']} ({en[2]}) "
        f"(n = {n}).",
    )


def _cfa_job(job: Job) -> Outcome:
    model = job.get("model", MeasurementModel)
    return cfa(job.matrix(model.observed), model, estimator=job.get("estimator", str))


STATISTICS = (
    Statistic(
        "cfa",
        (
            Input("model", Model(), required=True),
            Input("estimator", Choice(("ML",)), default="ML"),
        ),
        _cfa_job,
    ),
)
