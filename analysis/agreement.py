"""Agreement of raters on categories beyond chance: Cohen's and Fleiss's kappa."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.computing import FloatArray, one_of, statistic, too_few
from analysis.inputs import Choice, Columns, Input
from analysis.jobs import Job
from analysis.ratings import Ratings, one_category
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result
from analysis.wording import count, estimate, judged, number, p_value
from analysis.words import word

WEIGHTINGS = {
    "none": Bilingual("不加权", "unweighted"),
    "linear": Bilingual("线性加权", "linear weights"),
    "quadratic": Bilingual("二次加权", "quadratic weights"),
}


@statistic("cohen_kappa")
def cohen_kappa(
    first: Iterable[object],
    second: Iterable[object],
    *,
    weighting: str = "none",
    levels: Sequence[object] = (),
    confidence: float = 0.95,
) -> Outcome:
    """Cohen's kappa of two lists of categories; see cohen_kappa_of. None and NaN are gaps."""
    ratings = Ratings.of({"first": first, "second": second}, levels)
    return cohen_kappa_of(ratings, weighting=weighting, confidence=confidence)


@statistic("cohen_kappa")
def cohen_kappa_of(ratings: Ratings, *, weighting: str = "none", confidence: float = 0.95) -> Outcome:
    """Cohen's kappa of two raters, plain or weighted by the distance of categories in their order.

    κ = (po − pe)/(1 − pe) with agreement weights 1 − |i − j|/(k − 1) ("linear") or 1 − ((i − j)/(k − 1))²
    ("quadratic"), i and j positions among the categories. se and ci are asymptotic; z and p use the error
    under κ = 0. Fields: kappa, se, ci, z, p, observed and expected (agreement). Cohen 1960, 1968; Fleiss,
    Cohen & Everitt, Psychol. Bull. 72 (1969) 323. ValueError: another weighting, not two raters.
    Not computable: no unit with both ratings; one category only; one rater who never varies.
    Checked against R vcd::Kappa and irr::kappa2.
    """
    one_of("weighting", weighting, tuple(WEIGHTINGS))
    if ratings.codes.shape[1] != 2:
        raise ValueError("ratings: two raters are needed")
    pairs, missing = ratings.complete()
    n, k = len(pairs.codes), len(pairs.names)
    if n == 0:
        raise too_few(0, 1)
    table = np.bincount(pairs.codes[:, 0] * k + pairs.codes[:, 1], minlength=k * k).reshape(k, k) / n
    weights = _agreement_weights(k, weighting)
    chance = np.outer(table.sum(axis=1), table.sum(axis=0))
    observed, expected = float((weights * table).sum()), float((weights * chance).sum())
    if 1 - expected < 1e-12:
        raise one_category()
    kappa = (observed - expected) / (1 - expected)
    means = np.add.outer(weights @ table.sum(axis=0), weights @ table.sum(axis=1))
    spread = (table * (weights - means * (1 - kappa)) ** 2).sum() - (kappa - expected * (1 - kappa)) ** 2
    null_spread = float((chance * (weights - means) ** 2).sum()) - expected**2
    if null_spread < 1e-14:
        raise one_category()
    se = sqrt(max(float(spread), 0.0) / n) / (1 - expected)
    z = kappa / (sqrt(null_spread / n) / (1 - expected))
    half = float(ndtri(0.5 + confidence / 2)) * se
    fields: dict[str, Json] = {
        "kappa": kappa,
        "se": se,
        "ci": (kappa - half, kappa + half),
        "z": z,
        "p": 2 * float(ndtr(-abs(z))),
        "observed": observed,
        "expected": expected,
    }
    kind = WEIGHTINGS[weighting]
    method = Bilingual(f"Cohen κ，{kind.zh}，渐近标准误", f"Cohen's kappa, {kind.en}, asymptotic error")
    result = Result("cohen_kappa", method, n, missing, fields, method)
    return replace(result, sentence=_cohen_sentence(result, kind, confidence))


def _cohen_sentence(result: Result, kind: Bilingual, confidence: float) -> Bilingual:
    ci, p, n = result.interval(), p_value(result.number("p")), count(result.n or 0)
    shown = judged(estimate("κ", result.number("kappa"), ci, confidence, 3), word("kappa", ci))
    return Bilingual(
        f"Cohen {shown.zh}（{kind.zh}；{p}；n={n}）。", f"Cohen's {shown.en} ({kind.en}; {p}; n = {n})."
    )


def _agreement_weights(k: int, weighting: str) -> FloatArray:
    """How far two categories agree, by their positions: 1 on the diagonal."""
    if weighting == "none" or k < 2:
        return np.eye(k)
    distance = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / (k - 1)
    return 1 - distance ** (1 if weighting == "linear" else 2)


@statistic("fleiss_kappa")
def fleiss_kappa(raters: Mapping[str, Iterable[object]]) -> Outcome:
    """Fleiss's kappa of lists of categories by rater; see fleiss_kappa_of. None and NaN are gaps."""
    return fleiss_kappa_of(Ratings.of(raters))


@statistic("fleiss_kappa")
def fleiss_kappa_of(ratings: Ratings) -> Outcome:
    """Fleiss's kappa of several raters of the same units.

    κ = (P̄ − Σp²)/(1 − Σp²), P̄ the mean share of agreeing pairs of ratings of a unit, p the shares of the
    categories; z and p use the error under κ = 0 (Fleiss, Nee & Landis, Psychol. Bull. 86 (1979) 974).
    Units with a gap are left out. Fields: kappa, z, p, se (under κ = 0), raters. Fleiss, ibid. 76 (1971) 378.
    Not computable: fewer than two raters; no complete unit; one category only.
    Checked against R irr::kappam.fleiss.
    """
    units, missing = ratings.complete()
    n, m = units.codes.shape
    if n == 0:
        raise too_few(0, 1)
    cells = np.arange(n)[:, None] * len(units.names) + units.codes
    counts = np.bincount(cells.ravel(), minlength=n * len(units.names)).reshape(n, -1)
    shares = counts.sum(axis=0) / (n * m)
    chance = float((shares**2).sum())
    spread = float((shares * (1 - shares)).sum())
    if spread < 1e-12:
        raise one_category()
    agreeing = float((counts.astype(np.float64) ** 2).sum() - n * m) / (n * m * (m - 1))
    kappa = (agreeing - chance) / (1 - chance)
    skew = float((shares * (1 - shares) * (1 - 2 * shares)).sum())
    se = sqrt(2 * max(spread**2 - skew, 0.0) / (n * m * (m - 1))) / spread
    z = kappa / se
    p = 2 * float(ndtr(-abs(z)))
    size, shown = word("kappa", (kappa, kappa)), f"z={number(z)}, {p_value(p)}"
    fields: dict[str, Json] = {"kappa": kappa, "z": z, "p": p, "se": se, "raters": m}
    sentence = Bilingual(
        f"Fleiss κ={number(kappa, 3)}（{size.zh}；{shown}；{m} 位评分者，n={count(n)}）。",
        f"Fleiss's κ = {number(kappa, 3)} ({size.en}; {shown}; {m} raters, n = {count(n)}).",
    )
    method = Bilingual("Fleiss κ，成列删除", "Fleiss's kappa, listwise")
    return Result("fleiss_kappa", method, n, missing, fields, sentence)


def _cohen_job(job: Job) -> Outcome:
    weighting = job.get("weighting", str)
    return cohen_kappa_of(Ratings.of_job(job), weighting=weighting, confidence=job.confidence)


def _fleiss_job(job: Job) -> Outcome:
    return fleiss_kappa_of(Ratings.of_job(job, levels=False))


STATISTICS = (
    Statistic(
        "cohen_kappa",
        (
            Input("raters", Columns(2), required=True),
            Input("weighting", Choice(tuple(WEIGHTINGS)), default="none"),
        ),
        _cohen_job,
        uses=frozenset({"levels"}),
    ),
    Statistic("fleiss_kappa", (Input("raters", Columns(), required=True),), _fleiss_job),
)
