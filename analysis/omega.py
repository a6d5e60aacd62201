"""Reliability under a factor model: McDonald's omega, total and hierarchical, and composite reliability."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from analysis.cfa import composite_and_extracted, heywood
from analysis.computing import FloatArray, Impossible, statistic
from analysis.covariance_structure import fit, negative_variances
from analysis.extraction import extract
from analysis.factors import heywood_warnings
from analysis.identification import identified
from analysis.inputs import Fault, Input, Numbers, Whole
from analysis.jobs import Job
from analysis.measurement import MeasurementModel, Term
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.rotation import rotate, varimax
from analysis.scales import (
    SCALE_INPUTS,
    Items,
    Scored,
    moments_of,
    reversal_fits,
    sample_warnings,
    scale_of,
    scale_warnings,
    score_items,
    sum_without_variance,
)
from analysis.wording import count, names, number
from analysis.words import word

FACTOR = "\n"  # the name of the one factor: no column is called so
LEAST_ITEMS = 3  # two items do not determine a factor


@statistic("mcdonald_omega")
def mcdonald_omega(
    items: Items,
    *,
    factors: int = 1,
    reverse: Sequence[str] = (),
    scale: tuple[float, float] | None = None,
) -> Outcome:
    """McDonald's omega: the share of the variance of the sum that factors account for.

    One factor: omega_total = (Σλ)²/((Σλ)² + Σθ), unstandardised, of the one-factor model fitted to the
    covariances by maximum likelihood. Several: minres, varimax, direct oblimin and Schmid-Leiman on the
    correlations; omega_total = (V − Σuniqueness)/V and omega_hierarchical = (Σ general loading)²/V with V
    the sum of the correlations. The general factor is the minres factor of the factor correlations (of two
    factors: equal loadings √|r|). Items that load negatively on the general factor are turned, and named.
    `items`: columns by name (gaps left out listwise) or Moments. McDonald, Test Theory, 1999; Schmid &
    Leiman, Psychometrika 22 (1957) 53; Zinbarg et al., ibid. 70 (2005) 123. Not computable: fewer than three
    items, a constant or dependent item, more factors than the items determine, no convergence.
    Warned: Heywood cases, probably reversed items, two factors, few rows. Checked against R lavaan and
    psych::omega.
    """
    scored = score_items(moments_of(items), reverse, scale, least_items=LEAST_ITEMS)
    if factors == 1:
        fields, warnings = _one_factor_omega(scored)
        kind = Bilingual("单因子，最大似然", "one factor, maximum likelihood")
    else:
        fields, warnings = _several_factor_omega(scored, factors)
        kind = Bilingual(
            f"{factors} 因子，minres、oblimin、Schmid-Leiman",
            f"{factors} factors, minres, oblimin, Schmid-Leiman",
        )
    shown = ", ".join(
        f"{symbol}={number(float(fields[name]), 3)}"  # type: ignore[arg-type]
        for name, symbol in (("omega_total", "ωt"), ("omega_hierarchical", "ωh"))
        if name in fields
    )
    n, k = count(scored.n), len(scored.names)
    sentence = Bilingual(
        f"McDonald {shown}（{k} 个题项，n={n}）。", f"McDonald's {shown} ({k} items, n = {n})."
    )
    method = Bilingual(f"McDonald ω，{kind.zh}，成列删除", f"McDonald's omega, {kind.en}, listwise")
    found = (*warnings, *scale_warnings(scored, scale), *sample_warnings(scored))
    return Result("mcdonald_omega", method, scored.n, scored.n_missing, fields, sentence, found)


@statistic("composite_reliability")
def composite_reliability(
    items: Items | None = None,
    *,
    loadings: npt.ArrayLike | None = None,
    reverse: Sequence[str] = (),
    scale: tuple[float, float] | None = None,
) -> Outcome:
    """Composite reliability cr = (Σλ)²/((Σλ)² + Σ(1 − λ²)) and average variance extracted ave = mean λ².

    Either standardised `loadings` between −1 and 1, or `items` (columns or Moments), of which the one-factor
    model is fitted by maximum likelihood. Fornell & Larcker, J. Marketing Res. 18 (1981) 39.
    ValueError unless exactly one of the two is given. Reasons and warnings as mcdonald_omega, and a loading
    beyond 1.
    Checked against R lavaan.
    """
    if (items is None) == (loadings is None):
        raise ValueError("loadings: give either items or loadings")
    n, n_missing, warnings = None, 0, list[Warning]()
    if items is None:
        standardized = np.asarray(loadings, dtype=np.float64)
        _refuse_impossible(standardized)
    else:
        scored = score_items(moments_of(items), reverse, scale, least_items=LEAST_ITEMS)
        solution = one_factor(scored)
        standardized, n, n_missing = solution.loadings, scored.n, scored.n_missing
        warnings = [*solution.warnings, *scale_warnings(scored, scale), *sample_warnings(scored)]
    cr, ave = composite_and_extracted(standardized)
    size, k = word("composite_reliability", (cr, cr)), len(standardized)
    about = Bilingual(f"{k} 个载荷", f"{k} loadings")
    if n is not None:
        about = Bilingual(f"{k} 个题项，n={count(n)}", f"{k} items, n = {count(n)}")
    sentence = Bilingual(
        f"组合信度 CR={number(cr, 3)}（{size.zh}），平均方差提取量 AVE={number(ave, 3)}（{about.zh}）。",
        f"Composite reliability CR = {number(cr, 3)} ({size.en}), AVE = {number(ave, 3)} ({about.en}).",
    )
    method = Bilingual("组合信度，标准化载荷", "composite reliability of standardised loadings")
    fields: dict[str, Json] = {"cr": cr, "ave": ave, "loadings": standardized.tolist()}
    return Result("composite_reliability", method, n, n_missing, fields, sentence, tuple(warnings))


@dataclass(frozen=True, slots=True, eq=False)
class OneFactor:
    """Standardised loadings and error variances of the one-factor model."""

    loadings: FloatArray
    errors: FloatArray
    warnings: tuple[Warning, ...]


def one_factor(scored: Scored) -> OneFactor:
    """The maximum likelihood solution; errors may come out negative (Heywood), then it is warned."""
    model = MeasurementModel({FACTOR: tuple(Term(name) for name in scored.names)})
    r = scored.regular()
    found = identified(model, r)
    fitted = fit(found.structure, r, found.start)
    k = len(scored.names)
    negative = negative_variances(fitted.covariances, found.names)
    warnings = (heywood(negative),) if negative else ()
    return OneFactor(fitted.paths[:k, k], np.diag(fitted.covariances)[:k], warnings)


def _one_factor_omega(scored: Scored) -> tuple[dict[str, Json], list[Warning]]:
    solution = one_factor(scored)
    common = float((solution.loadings * scored.sds).sum()) ** 2
    whole = common + float((solution.errors * scored.sds**2).sum())
    if whole <= 0:
        raise sum_without_variance()
    return {"omega_total": common / whole}, list(solution.warnings)


def _several_factor_omega(scored: Scored, factors: int) -> tuple[dict[str, Json], list[Warning]]:
    r = scored.regular()
    unrotated = extract(r, factors, "minres")
    rotated = rotate(varimax(unrotated.loadings), "oblimin")
    general = rotated.loadings @ _general_loadings(rotated.phi)
    turned = np.where(general < 0, -1.0, 1.0)
    if turned.sum() < 0:  # which end of the general factor is up is arbitrary
        turned = -turned
    total = float(turned @ r @ turned)
    unique = float((1 - unrotated.communalities).sum())
    general_sum = float((general * turned).sum())
    fields: dict[str, Json] = {
        "omega_total": (total - unique) / total,
        "omega_hierarchical": general_sum**2 / total,
    }
    at_bound = [scored.names[i] for i in unrotated.heywood]
    which = [name for name, sign in zip(scored.names, turned, strict=True) if sign < 0]
    return fields, [*heywood_warnings(at_bound), *_turned_warnings(which), *_two_factor_warnings(factors)]


def _general_loadings(phi: FloatArray) -> FloatArray:
    """The loadings of the factors on their general factor."""
    if len(phi) == 2:
        size = sqrt(abs(float(phi[0, 1])))
        return np.array([size, size if phi[0, 1] >= 0 else -size])
    if np.abs(phi - np.eye(len(phi))).max() < 1e-10:
        return np.zeros(len(phi))
    return extract(phi, 1, "minres").loadings[:, 0]


def _turned_warnings(which: Sequence[str]) -> Iterator[Warning]:
    if which:
        text = Bilingual(
            f"题项 {names(which)} 在一般因子上载荷为负，计算 ω 时按反向计：检查是否漏了反向计分",
            f"{names(which)} load negatively on the general factor and were turned for ω: "
            "look for a missing reversal",
        )
        yield Warning("turned_for_omega", text)


def _two_factor_warnings(factors: int) -> Iterator[Warning]:
    if factors == 2:
        text = Bilingual(
            "两个因子不足以确定一般因子：假定两者载荷相等",
            "two factors do not determine a general factor: equal loadings are assumed",
        )
        yield Warning("two_factors", text)


def _refuse_impossible(loadings: FloatArray) -> None:
    if loadings.ndim != 1 or not len(loadings):
        raise ValueError("loadings: a list of numbers is expected")
    if not (np.abs(loadings) <= 1).all():
        raise Impossible(
            "impossible_loading",
            "标准化载荷须在 −1 与 1 之间",
            "standardised loadings lie between −1 and 1",
        )


def _omega_job(job: Job) -> Outcome:
    return mcdonald_omega(
        job.matrix(job.names("items")),
        factors=job.get("factors", int),
        reverse=job.names("reverse"),
        scale=scale_of(job),
    )


def _composite_job(job: Job) -> Outcome:
    if job.given("loadings"):
        return composite_reliability(loadings=job.get("loadings", tuple))
    items = job.matrix(job.names("items"))
    return composite_reliability(items, reverse=job.names("reverse"), scale=scale_of(job))


def _composite_fits(arguments: Mapping[str, object]) -> Iterator[Fault]:
    given = [name for name in ("items", "loadings") if arguments[name]]
    if not given:
        yield Fault("missing_input", "需要 items 或 loadings", "items or loadings are needed")
    elif len(given) == 2:
        yield Fault("bad_value", "items 与 loadings 只能给一个", "give either items or loadings, not both")
    elif given == ["items"]:
        yield from reversal_fits(arguments)


_ITEMS, *_REVERSAL = SCALE_INPUTS

STATISTICS = (
    Statistic(
        "mcdonald_omega",
        (*SCALE_INPUTS, Input("factors", Whole(), default=1)),
        _omega_job,
        check=reversal_fits,
    ),
    Statistic(
        "composite_reliability",
        (Input("items", _ITEMS.kind), Input("loadings", Numbers()), *_REVERSAL),
        _composite_job,
        check=_composite_fits,
    ),
)
