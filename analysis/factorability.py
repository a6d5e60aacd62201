"""Whether items can be factored, and into how many: KMO, Bartlett's sphericity, parallel analysis."""

from collections.abc import Sequence

import numpy as np
from scipy.special import chdtrc

from analysis.computing import FloatArray, Impossible, statistic
from analysis.inputs import Input, Whole
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result
from analysis.scales import (
    SCALE_INPUTS,
    Items,
    moments_of,
    reversal_fits,
    sample_warnings,
    scale_of,
    score_items,
    squared_multiple_correlations,
)
from analysis.wording import count, number, p_value, verdict
from analysis.words import word

ITERATIONS = 100
ENOUGH = 1000  # samples are cheap: with fewer the mean of eigenvalues of few rows is off by hundredths
SEED = 1


@statistic("kmo")
def kmo(items: Items, *, reverse: Sequence[str] = (), scale: tuple[float, float] | None = None) -> Outcome:
    """The Kaiser-Meyer-Olkin measure of sampling adequacy, overall and by item.

    Σr²/(Σr² + Σq²) over all i ≠ j, q the partial correlations given all other items (anti-image).
    `items`: columns by name (gaps left out listwise) or Moments. Fields: overall, items {name: measure}.
    Kaiser, Psychometrika 35 (1970) 401; Kaiser & Rice, Educ. Psychol. Meas. 34 (1974) 111.
    Not computable: fewer than two items, a constant or dependent item, items without any correlation.
    Checked against R psych::KMO.
    """
    scored = score_items(moments_of(items), reverse, scale)
    r = scored.regular()
    inverse = np.linalg.inv(r)
    roots = np.sqrt(np.diag(inverse))
    partial = (inverse / np.outer(roots, roots)) ** 2 - np.eye(len(r))
    simple = r**2 - np.eye(len(r))
    if float(simple.sum()) < 1e-20:
        raise Impossible(
            "no_correlation", "题项之间毫无相关，KMO 无定义", "the items do not correlate at all: no KMO"
        )
    overall = float(simple.sum() / (simple.sum() + partial.sum()))
    each = simple.sum(axis=0), partial.sum(axis=0)
    by_item = np.where(each[0] + each[1] > 0, each[0] / np.maximum(each[0] + each[1], 1e-300), 0.0)
    size, n = word("kmo", (overall, overall)), count(scored.n)
    sentence = Bilingual(
        f"KMO={number(overall, 3)}，因子分析适合程度：{size.zh}（{len(r)} 个题项，n={n}）。",
        f"KMO = {number(overall, 3)}, {size.en} for factor analysis ({len(r)} items, n = {n}).",
    )
    method = Bilingual("KMO 抽样适切性量数，成列删除", "Kaiser-Meyer-Olkin sampling adequacy, listwise")
    fields: dict[str, Json] = {
        "overall": overall,
        "items": dict(zip(scored.names, by_item.tolist(), strict=True)),
    }
    return Result("kmo", method, scored.n, scored.n_missing, fields, sentence)


@statistic("bartlett_sphericity")
def bartlett_sphericity(
    items: Items,
    *,
    reverse: Sequence[str] = (),
    scale: tuple[float, float] | None = None,
    confidence: float = 0.95,
) -> Outcome:
    """Bartlett's test that items do not correlate: −(n − 1 − (2k + 5)/6)·log|R|, χ² with k(k − 1)/2 df.

    `items`: columns by name (gaps left out listwise) or Moments. Fields: statistic, df, p.
    Bartlett, Brit. J. Psychol. Stat. Sec. 3 (1950) 77. Not computable: fewer than two items, a constant or
    dependent item. Checked against R psych::cortest.bartlett.
    """
    scored = score_items(moments_of(items), reverse, scale)
    k, r = len(scored.names), scored.regular()
    factor = scored.n - 1 - (2 * k + 5) / 6
    if factor <= 0:
        raise Impossible("too_few_rows", f"{k} 个题项的有效行太少", f"too few complete rows for {k} items")
    chi2 = max(0.0, -factor * float(np.linalg.slogdet(r)[1]))
    df = k * (k - 1) // 2
    p = float(chdtrc(df, chi2))
    found, n = verdict(p, confidence, Bilingual("相关", "correlation")), count(scored.n)
    sentence = Bilingual(
        f"Bartlett 球形检验：χ²({df})={number(chi2)}，{p_value(p)}，题项间{found.zh}（n={n}）。",
        f"Bartlett's test of sphericity: χ²({df}) = {number(chi2)}, {p_value(p)}, {found.en} of the items "
        f"(n = {n}).",
    )
    method = Bilingual("Bartlett 球形检验，成列删除", "Bartlett's test of sphericity, listwise")
    fields = {"statistic": chi2, "df": df, "p": p}
    return Result("bartlett_sphericity", method, scored.n, scored.n_missing, fields, sentence)


@statistic("parallel_analysis")
def parallel_analysis(
    items: Items,
    *,
    iterations: int = ITERATIONS,
    seed: int = SEED,
    reverse: Sequence[str] = (),
    scale: tuple[float, float] | None = None,
) -> Outcome:
    """Horn's parallel analysis: how many eigenvalues exceed those of as many uncorrelated normal items.

    The correlations of `iterations` (at least 1000) normal samples of n rows are drawn from their Wishart
    distribution.
    components: leading eigenvalues of R above the simulated mean; factors: the same with squared multiple
    correlations on the diagonal, of the data and of each sample. Fields: eigenvalues, simulated (means),
    factors, components, iterations, seed. Horn, Psychometrika 30 (1965) 179; Humphreys & Montanelli 1975.
    Not computable: as kmo. ValueError: iterations below 1. Checked against R eigen and psych::fa.parallel.
    """
    if iterations < 1:
        raise ValueError("iterations: must be at least 1")
    iterations = max(iterations, ENOUGH)
    scored = score_items(moments_of(items), reverse, scale)
    r = scored.regular()
    samples = _normal_correlations(scored.n, len(r), iterations, seed)
    eigenvalues, simulated = _falling(r), _falling(samples).mean(axis=0)
    reduced, reduced_simulated = _falling(_reduced(r)), _falling(_reduced(samples)).mean(axis=0)
    components, factors = _leading(eigenvalues, simulated), _leading(reduced, reduced_simulated)
    n = count(scored.n)
    sentence = Bilingual(
        f"平行分析建议保留 {factors} 个因子（主成分 {components} 个）（{len(r)} 个题项，n={n}）。",
        f"Parallel analysis suggests {factors} factors ({components} components) ({len(r)} items, n = {n}).",
    )
    method = Bilingual(
        f"平行分析，{iterations} 次正态模拟，种子 {seed}",
        f"parallel analysis, {iterations} normal samples, seed {seed}",
    )
    fields = {
        "eigenvalues": eigenvalues.tolist(),
        "simulated": simulated.tolist(),
        "factors": factors,
        "components": components,
        "iterations": iterations,
        "seed": seed,
    }
    warnings = tuple(sample_warnings(scored))
    return Result("parallel_analysis", method, scored.n, scored.n_missing, fields, sentence, warnings)


def _normal_correlations(n: int, k: int, iterations: int, seed: int) -> FloatArray:
    """Correlation matrices of `iterations` samples of n rows of k independent normal variables.

    Drawn by Bartlett's decomposition of the Wishart matrix: the same distribution without the rows.
    """
    random = np.random.default_rng(seed)
    lower = np.tril(random.normal(size=(iterations, k, k)), -1)
    diagonal = np.sqrt(random.chisquare(n - 1 - np.arange(k), size=(iterations, k)))
    lower[:, np.arange(k), np.arange(k)] = diagonal
    lower /= np.sqrt((lower**2).sum(axis=2, keepdims=True))
    correlations: FloatArray = lower @ lower.transpose(0, 2, 1)
    return correlations


def _reduced(correlations: FloatArray) -> FloatArray:
    """Correlation matrices with squared multiple correlations on the diagonal."""
    if correlations.ndim == 3:
        return np.array([_reduced(one) for one in correlations])
    return correlations - np.diag(1 - squared_multiple_correlations(correlations))


def _falling(matrices: FloatArray) -> FloatArray:
    return np.linalg.eigvalsh(matrices)[..., ::-1].astype(np.float64)


def _leading(observed: FloatArray, simulated: FloatArray) -> int:
    """How many stand above the simulated before the first that does not."""
    above = observed > simulated
    return len(above) if above.all() else int(np.argmin(above))


def _kmo_job(job: Job) -> Outcome:
    return kmo(job.matrix(job.names("items")), reverse=job.names("reverse"), scale=scale_of(job))


def _sphericity_job(job: Job) -> Outcome:
    return bartlett_sphericity(
        job.matrix(job.names("items")),
        reverse=job.names("reverse"),
        scale=scale_of(job),
        confidence=job.confidence,
    )


def _parallel_job(job: Job) -> Outcome:
    return parallel_analysis(
        job.matrix(job.names("items")),
        iterations=job.get("iterations", int),
        seed=job.get("seed", int) if job.given("seed") else SEED,
        reverse=job.names("reverse"),
        scale=scale_of(job),
    )


STATISTICS = (
    Statistic("kmo", SCALE_INPUTS, _kmo_job, check=reversal_fits),
    Statistic("bartlett_sphericity", SCALE_INPUTS, _sphericity_job, check=reversal_fits),
    Statistic(
        "parallel_analysis",
        (*SCALE_INPUTS, Input("iterations", Whole(1), default=ITERATIONS)),
        _parallel_job,
        check=reversal_fits,
    ),
)
