"""Tables of regression coefficients, and errors that hold without equal variances or with clusters."""

from collections.abc import Mapping, Sequence
from math import exp

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from analysis.computing import FloatArray, Impossible, IntArray, not_finite
from analysis.result import Bilingual, Json, Warning
from analysis.wording import interval, number, p_value
from analysis.wording import names as listed

FEW_CLUSTERS = 30  # below it errors between clusters are themselves uncertain

ROBUST = {
    "none": Bilingual("", ""),
    "hc3": Bilingual("，稳健标准误（HC3）", ", robust errors (HC3)"),
    "cluster": Bilingual("，聚类稳健标准误（CR1）", ", cluster-robust errors (CR1)"),
}


def coefficient_rows(
    names: Sequence[str],
    estimates: FloatArray,
    covariance: FloatArray,
    df: float | None,
    confidence: float,
    *,
    odds: bool = False,
) -> list[dict[str, Json]]:
    """name, estimate, se, statistic, p and ci of each coefficient: t with `df`, z when it is None.

    With `odds` also odds_ratio and its interval, where they are finite.
    """
    variances = np.diag(covariance)
    if not (np.isfinite(variances).all() and np.isfinite(estimates).all()):
        raise not_finite()
    if not (variances > 0).all():
        flat = listed(name for name, v in zip(names, variances, strict=True) if not v > 0)
        raise Impossible(
            "no_variance",
            f"{flat} 的标准误为 0，无法检验",
            f"the standard error of {flat} is 0; it cannot be tested",
        )
    se = np.sqrt(variances)
    t = estimates / se
    p = 2 * (ndtr(-np.abs(t)) if df is None else stdtr(df, -np.abs(t)))
    half = float(ndtri(0.5 + confidence / 2) if df is None else stdtrit(df, 0.5 + confidence / 2)) * se
    rows: list[dict[str, Json]] = [
        {
            "name": name,
            "estimate": float(estimates[i]),
            "se": float(se[i]),
            "statistic": float(t[i]),
            "p": float(p[i]),
            "ci": (float(estimates[i] - half[i]), float(estimates[i] + half[i])),
        }
        for i, name in enumerate(names)
    ]
    if odds:
        for row, b, h in zip(rows, estimates.tolist(), half.tolist(), strict=True):
            if abs(b) + h < 700:
                row |= {"odds_ratio": exp(b), "odds_ratio_ci": (exp(b - h), exp(b + h))}
    return rows


def hc3(bread: FloatArray, scores: FloatArray, leverage: FloatArray) -> FloatArray:
    """B Σ sᵢsᵢ′/(1 − hᵢ)² B (MacKinnon & White 1985); Impossible when a row alone fixes a coefficient."""
    if (1 - leverage < 1e-9).any():
        raise Impossible(
            "full_leverage",
            "某一行独自决定了一个系数（例如只有它属于某类别），HC3 无定义；请合并类别或用 robust: none",
            "one row alone determines a coefficient (the only one of its level): HC3 is undefined; "
            "merge levels or use robust: none",
        )
    weighted = scores / (1 - leverage)[:, None]
    spread: FloatArray = bread @ (weighted.T @ weighted) @ bread
    return spread


def clustered(bread: FloatArray, scores: FloatArray, clusters: IntArray) -> tuple[FloatArray, int]:
    """CR1: B Σ s_g s_g′ B · G/(G−1) · (n−1)/(n−k) over the clusters g, and G; Impossible for one cluster."""
    count = int(clusters.max()) + 1
    if count < 2:
        raise Impossible("one_cluster", "至少需要两个聚类", "at least two clusters are needed")
    sums = np.column_stack([np.bincount(clusters, column, minlength=count) for column in scores.T])
    n, k = scores.shape
    spread: FloatArray = bread @ (sums.T @ sums) @ bread * (count / (count - 1) * (n - 1) / (n - k))
    return spread, count


def few_clusters(count: int) -> tuple[Warning, ...]:
    """A warning when errors between so few clusters are unreliable."""
    if count >= FEW_CLUSTERS:
        return ()
    message = Bilingual(
        f"只有 {count} 个聚类，聚类稳健标准误偏小",
        f"only {count} clusters: their errors tend to be too small",
    )
    return (Warning("few_clusters", message),)


def strongest(rows: Sequence[Mapping[str, Json]], confidence: float) -> Bilingual:
    """What a sentence says of the coefficients: how many are significant, and the clearest of them."""
    tested = [(abs(_float(row, "statistic")), row) for row in rows if row["name"] != "(intercept)"]
    significant = sum(_float(row, "p") < 1 - confidence for _, row in tested)
    _, most = max(tested, key=lambda pair: pair[0])
    ci = most["ci"]
    limits = interval(ci) if isinstance(ci, tuple) else ""
    shown = f"{most['name']} b={number(_float(most, 'estimate'))} {limits}, {p_value(_float(most, 'p'))}"
    return Bilingual(
        f"{len(tested)} 个系数中 {significant} 个显著，最明确的是 {shown}",
        f"{significant} of {len(tested)} coefficients are significant, the clearest is {shown}",
    )


def _float(row: Mapping[str, Json], name: str) -> float:
    value = row[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} is not a number")
    return float(value)
