"""Exploratory factor analysis."""

from collections.abc import Sequence

import numpy as np

from analysis.computing import one_of, statistic
from analysis.extraction import extract
from analysis.inputs import Choice, Input, Whole
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.rotation import Rotated, rotate
from analysis.scales import (
    SCALE_INPUTS,
    Items,
    moments_of,
    reversal_fits,
    sample_warnings,
    scale_of,
    score_items,
)
from analysis.wording import count, names, percent

EXTRACTIONS = {
    "minres": Bilingual("最小残差法", "minimum residuals"),
    "ml": Bilingual("最大似然法", "maximum likelihood"),
    "pa": Bilingual("主轴因子法（迭代至收敛）", "principal axes iterated to the end"),
}
ROTATIONS = {
    "none": Bilingual("不旋转", "no rotation"),
    "varimax": Bilingual("最大方差旋转", "varimax"),
    "promax": Bilingual("Promax 旋转", "promax"),
    "oblimin": Bilingual("直接 oblimin 旋转", "direct oblimin"),
}
OBLIQUE = ("promax", "oblimin")


@statistic("efa")
def efa(
    items: Items,
    factors: int,
    *,
    extraction: str = "minres",
    rotation: str = "oblimin",
    reverse: Sequence[str] = (),
    scale: tuple[float, float] | None = None,
) -> Outcome:
    """Exploratory factor analysis of the correlations of item columns (or Moments), listwise.

    Extraction "minres", "ml" or "pa", rotation "none", "varimax", "promax" or "oblimin": see
    extraction.extract and rotation.rotate. Fields: loadings {item: [per factor]} (the pattern), communalities
    and uniquenesses {item}, ss_loadings diag(ΦΛᵀΛ) and variance (their share of the items) per factor; phi,
    the factor correlations, of an oblique rotation. Factors stand by falling ss_loadings, each with loadings
    of positive sum.
    Thurstone 1947; Mulaik, Foundations of Factor Analysis, 2010. ValueError: another method.
    Not computable: constant or dependent items, more factors than the items determine, coinciding factors.
    Warned: Heywood cases; an oblimin criterion with several minima; few rows.
    Checked against R psych::fa, factanal and GPArotation.
    """
    one_of("extraction", extraction, tuple(EXTRACTIONS))
    one_of("rotation", rotation, tuple(ROTATIONS))
    scored = score_items(moments_of(items), reverse, scale)
    unrotated = extract(scored.regular(), factors, extraction)
    rotated = in_order(rotate(unrotated.loadings, rotation))
    ss = np.diag(rotated.phi @ rotated.loadings.T @ rotated.loadings)
    common = unrotated.communalities
    fields: dict[str, Json] = {
        "loadings": dict(zip(scored.names, rotated.loadings.tolist(), strict=True)),
        "communalities": dict(zip(scored.names, common.tolist(), strict=True)),
        "uniquenesses": dict(zip(scored.names, (1 - common).tolist(), strict=True)),
        "ss_loadings": ss.tolist(),
        "variance": (ss / len(common)).tolist(),
    }
    if rotation in OBLIQUE and factors > 1:
        fields["phi"] = rotated.phi.tolist()
    share, n = percent(float(ss.sum()) / len(common)), count(scored.n)
    sentence = Bilingual(
        f"探索性因子分析：{factors} 个因子解释 {len(common)} 个题项方差的 {share}（n={n}）。",
        f"Exploratory factor analysis: {factors} factors account for {share} of the variance of "
        f"{len(common)} items (n = {n}).",
    )
    method = Bilingual(
        f"{EXTRACTIONS[extraction].zh}，{ROTATIONS[rotation].zh}，成列删除",
        f"{EXTRACTIONS[extraction].en}, {ROTATIONS[rotation].en}, listwise",
    )
    at_bound = [scored.names[i] for i in unrotated.heywood]
    warnings = (*heywood_warnings(at_bound), *_minima_warnings(rotated), *sample_warnings(scored))
    return Result("efa", method, scored.n, scored.n_missing, fields, sentence, warnings)


def in_order(rotated: Rotated) -> Rotated:
    """Factors by falling sum of squares, each turned so that its loadings sum to a positive number."""
    ss = np.diag(rotated.phi @ rotated.loadings.T @ rotated.loadings)
    order = np.argsort(-ss, kind="stable")
    loadings = rotated.loadings[:, order]
    sign = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    phi = rotated.phi[np.ix_(order, order)] * np.outer(sign, sign)
    return Rotated(loadings * sign, phi, rotated.several_minima)


def heywood_warnings(items: Sequence[str]) -> list[Warning]:
    """The warning of items whose uniqueness met the bound of 0.005."""
    if not items:
        return []
    text = Bilingual(
        f"题项 {names(items)} 的独特性触及下限 0.005（Heywood 情形）：因子数可能过多",
        f"the uniqueness of {names(items)} met its bound of 0.005 (Heywood case): perhaps too many factors",
    )
    return [Warning("heywood", text)]


def _minima_warnings(rotated: Rotated) -> list[Warning]:
    if not rotated.several_minima:
        return []
    text = Bilingual(
        "oblimin 准则有多个极小：此处为从未旋转载荷出发的解，另有准则更低的解",
        "the oblimin criterion has several minima: this is the one reached from the unrotated loadings; "
        "another one is lower",
    )
    return [Warning("several_minima", text)]


def _efa_job(job: Job) -> Outcome:
    return efa(
        job.matrix(job.names("items")),
        job.get("factors", int),
        extraction=job.get("extraction", str),
        rotation=job.get("rotation", str),
        reverse=job.names("reverse"),
        scale=scale_of(job),
    )


STATISTICS = (
    Statistic(
        "efa",
        (
            *SCALE_INPUTS,
            Input("factors", Whole(), required=True),
            Input("extraction", Choice(tuple(EXTRACTIONS)), default="minres"),
            Input("rotation", Choice(tuple(ROTATIONS)), default="oblimin"),
        ),
        _efa_job,
        check=reversal_fits,
    ),
)
