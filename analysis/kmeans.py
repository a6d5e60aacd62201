"""Segments by k-means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

from analysis.computing import FloatArray, Impossible, IntArray, statistic
from analysis.inputs import Columns, Flag, Input, Whole
from analysis.jobs import Job
from analysis.moments import equal_columns
from analysis.patterns import Patterns
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.scales import beyond_floats, refuse_constant
from analysis.wording import count, number

SEED = 1
SEARCHED = 20_000  # distinct rows among which starts are compared; the best is then run on all
MEASURED = 8_000  # distinct rows up to which the silhouette is exact
RESAMPLES = 10
MOST_MOVES = 1000
WORK = 2e8  # distances that the starts may cost together


@statistic("kmeans")
def kmeans(
    items: Mapping[str, npt.ArrayLike], clusters: int, *, seed: int = SEED, standardize: bool = False
) -> Outcome:
    """k-means: `clusters` groups of rows with the least squared distance to their means.

    `items`: columns by name (rows with a gap are left out); with `standardize` distances are of z scores (n
    − 1). Many k-means++ starts (Arthur & Vassilvitskii 2007), each by Lloyd's steps and then single moves by
    Hartigan's rule, on distinct rows with counts. Fields, largest cluster first: sizes, centers
    [{item: mean}] in the items' own units, within_ss as clustered, silhouette (mean; Rousseeuw 1987),
    stability (mean adjusted Rand index against the clusters of 10 bootstrap samples; Hennig 2007), seed.
    Not computable: fewer distinct rows than clusters, a constant item that is to be standardised. Warned: one
    cluster (no silhouette), a silhouette from a sample of rows. Checked against R kmeans (Hartigan-Wong,
    300 starts) and cluster::silhouette.
    """
    points = _Points.of(items, standardize)
    if clusters < 1 or clusters > len(points.weights):
        raise Impossible(
            "too_many_clusters",
            f"有效数据中不同的行有 {len(points.weights)} 种，无法分成 {clusters} 类",
            f"{len(points.weights)} distinct rows cannot form {clusters} clusters",
        )
    random = np.random.default_rng(seed)
    found = _best(points, clusters, random)
    sizes, centers = points.sizes(found, clusters), points.centers(found, clusters)
    order = np.lexsort((*centers.T[::-1], -sizes))
    fields: dict[str, Json] = {
        "sizes": sizes[order].astype(int).tolist(),
        "centers": [dict(zip(points.names, center, strict=True)) for center in centers[order].tolist()],
        "within_ss": points.within(found, clusters),
        "seed": seed,
    }
    warnings: list[Warning] = []
    if clusters > 1:
        sample = points.sample(MEASURED, random)
        fields["silhouette"] = _silhouette(points.taken(sample), found[sample], clusters)
        fields["stability"] = _stability(points, found, clusters, random)
        warnings += [*_sampled(len(sample), points), *_nothing_to_group(clusters, points)]
    else:
        message = Bilingual("只有一类，没有轮廓系数", "a single cluster has no silhouette")
        warnings.append(Warning("one_cluster", message))
    method = Bilingual(
        f"k-means{'，z 标准化' if standardize else ''}，成列删除，种子 {seed}",
        f"k-means{' on z scores' if standardize else ''}, listwise, seed {seed}",
    )
    n, shown = int(points.weights.sum()), [count(int(size)) for size in sizes[order]]
    result = Result("kmeans", method, n, points.n_missing, fields, method, tuple(warnings))
    return replace(result, sentence=_sentence(result, shown))


def _sentence(result: Result, sizes: list[str]) -> Bilingual:
    listed, n, quality = ", ".join(sizes), count(result.n or 0), Bilingual("", "")
    if "silhouette" in result.fields:
        mean = number(result.number("silhouette"), 3)
        quality = Bilingual(f"，平均轮廓系数 {mean}", f", mean silhouette {mean}")
    return Bilingual(
        f"k-means 分成 {len(sizes)} 类，人数 {listed}{quality.zh}（n={n}）。",
        f"k-means with {len(sizes)} clusters of {listed} rows{quality.en} (n = {n}).",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """Distinct complete rows with their counts: in the items' own units, and as they are clustered."""

    names: tuple[str, ...]
    raw: FloatArray
    scaled: FloatArray
    weights: FloatArray
    n_missing: int

    @classmethod
    def of(cls, items: Mapping[str, npt.ArrayLike], standardize: bool) -> "_Points":
        patterns = Patterns.of(equal_columns(items))
        raw, weights = patterns.rows, patterns.weights
        centred = raw - raw[0]
        centred = centred - weights @ centred / weights.sum()
        if standardize:
            refuse_constant(tuple(items), raw.min(axis=0) == raw.max(axis=0))
            centred = centred / np.sqrt(weights @ centred**2 / (weights.sum() - 1))
        spread = weights @ centred**2
        if not (np.isfinite(spread).all() and (spread.any() or len(raw) == 1)):
            raise beyond_floats()
        return cls(tuple(items), raw, centred, weights, patterns.n_missing)

    def taken(self, which: IntArray) -> "_Points":
        return _Points(self.names, self.raw[which], self.scaled[which], self.weights[which], self.n_missing)

    def sample(self, most: int, random: np.random.Generator) -> IntArray:
        """Positions of all points, or of `most` of them at random."""
        size = len(self.weights)
        everyone = np.arange(size)
        return everyone if size <= most else np.sort(random.choice(everyone, most, replace=False))

    def sizes(self, found: IntArray, clusters: int) -> FloatArray:
        return np.bincount(found, self.weights, minlength=clusters).astype(np.float64)

    def centers(self, found: IntArray, clusters: int, *, scaled: bool = False) -> FloatArray:
        data = self.scaled if scaled else self.raw
        sums = [np.bincount(found, self.weights * (x - x[0]), minlength=clusters) for x in data.T]
        means: FloatArray = np.column_stack(sums) / self.sizes(found, clusters)[:, None] + data[0]
        return means

    def within(self, found: IntArray, clusters: int) -> float:
        centers = self.centers(found, clusters, scaled=True)
        return float(self.weights @ ((self.scaled - centers[found]) ** 2).sum(axis=1))


def _best(points: _Points, clusters: int, random: np.random.Generator) -> IntArray:
    """The best clustering of many starts; of a large data set they are compared on a sample."""
    sample = points.taken(points.sample(SEARCHED, random))
    cost = len(sample.weights) * clusters * sample.scaled.shape[1] * 20
    starts = int(np.clip(WORK / cost, 10, 60))
    begins = (_plus_plus(sample, clusters, random) for _ in range(starts))
    ranked = sorted((_moved(sample, _lloyd(sample, c), clusters) for c in begins), key=lambda one: one[0])
    if len(sample.weights) == len(points.weights):
        return ranked[0][1]
    centers = sample.centers(ranked[0][1], clusters, scaled=True)
    return _lloyd(points, centers, steps=30)  # what more steps and single moves could gain is small here


def _plus_plus(points: _Points, clusters: int, random: np.random.Generator) -> FloatArray:
    """Centres drawn one after the other, with chances by squared distance to the nearest so far."""
    chance = points.weights.copy()
    nearest = np.full(len(chance), np.inf)
    chosen: list[int] = []
    for _ in range(clusters):
        chosen.append(int(random.choice(len(chance), p=chance / chance.sum())))
        distance = ((points.scaled - points.scaled[chosen[-1]]) ** 2).sum(axis=1)
        nearest = np.minimum(nearest, distance)
        nearest[chosen] = 0
        chance = points.weights * nearest
        if not chance.sum() > 0:
            chance = np.where(np.isin(np.arange(len(chance)), chosen), 0.0, points.weights)
    return points.scaled[chosen]


def _lloyd(points: _Points, centers: FloatArray, steps: int = 300) -> IntArray:
    """The clustering where nearest centres and means agree, or that of the last step."""
    clusters, found = len(centers), np.full(len(points.weights), -1)
    for _ in range(steps):
        distances = cdist(points.scaled, centers, "sqeuclidean")
        before, found = found, distances.argmin(axis=1)
        for empty in np.setdiff1d(np.arange(clusters), found):
            crowded = np.bincount(found, minlength=clusters)[found] > 1
            own = np.where(crowded, distances[np.arange(len(found)), found], -1.0)
            found[int(own.argmax())] = empty
        if np.array_equal(before, found):
            break
        centers = points.centers(found, clusters, scaled=True)
    return found.astype(np.int64)


def _moved(points: _Points, found: IntArray, clusters: int) -> tuple[float, IntArray]:
    """(within sum of squares, clustering) after moves of single points that lessen it (Hartigan 1975)."""
    found, rows, weights = found.copy(), np.arange(len(found)), points.weights
    for _ in range(MOST_MOVES if clusters > 1 else 0):
        sizes = points.sizes(found, clusters)
        distances = cdist(points.scaled, points.centers(found, clusters, scaled=True), "sqeuclidean")
        own = sizes[found] - weights
        saved = distances[rows, found] * np.where(own > 0, sizes[found] / np.where(own > 0, own, 1.0), 0.0)
        added = distances * sizes / (sizes + weights[:, None])
        added[rows, found] = np.inf
        gain = (saved - added.min(axis=1)) * weights
        best = int(gain.argmax())
        if gain[best] <= 1e-12 * float(saved @ weights):
            break
        found[best] = int(added[best].argmin())
    return points.within(found, clusters), found


def _silhouette(points: _Points, found: IntArray, clusters: int) -> float:
    """The mean silhouette, rows weighing as often as they occur."""
    sizes, members = points.sizes(found, clusters), np.eye(clusters)[found] * points.weights[:, None]
    total = 0.0
    for start in range(0, len(found), 512):
        here = slice(start, start + 512)
        sums, own = cdist(points.scaled[here], points.scaled) @ members, found[here]
        rows = np.arange(len(own))
        inner = sums[rows, own] / np.maximum(sizes[own] - 1, 1e-300)
        means = sums / np.maximum(sizes, 1e-300)
        means[:, sizes == 0] = np.inf
        means[rows, own] = np.inf
        outer = means.min(axis=1)
        # A row alone in its cluster scores 0 by definition.
        scores = np.where(sizes[own] > 1, (outer - inner) / np.maximum(outer, inner), 0.0)
        total += float(points.weights[here] @ scores)
    return total / float(points.weights.sum())


def _stability(points: _Points, found: IntArray, clusters: int, random: np.random.Generator) -> float:
    """Mean agreement, by the adjusted Rand index, with the clusters of bootstrap samples."""
    chosen = points.sample(MEASURED, random)
    here, n = points.taken(chosen), float(points.weights[chosen].sum())
    agreement = []
    for _ in range(RESAMPLES):
        often = random.multinomial(int(n), here.weights / n).astype(np.float64)
        drawn = np.flatnonzero(often)
        if len(drawn) < clusters:
            continue
        again = _Points(here.names, here.raw[drawn], here.scaled[drawn], often[drawn], 0)
        begins = (_plus_plus(again, clusters, random) for _ in range(5))
        best = min((_lloyd(again, c) for c in begins), key=lambda one: again.within(one, clusters))
        centers = again.centers(best, clusters, scaled=True)
        nearest = cdist(here.scaled, centers, "sqeuclidean").argmin(axis=1)
        agreement.append(_adjusted_rand(found[chosen], nearest, here.weights, clusters))
    return float(np.mean(agreement)) if agreement else 0.0


def _adjusted_rand(a: IntArray, b: IntArray, weights: FloatArray, clusters: int) -> float:
    """Hubert & Arabie's index of two clusterings of weighted points."""
    table = np.bincount(a * clusters + b, weights, minlength=clusters**2).astype(np.float64)
    table = table.reshape(clusters, clusters)

    def pairs(sizes: FloatArray) -> float:
        return float((sizes * (sizes - 1)).sum()) / 2

    both, first, second = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = first * second / pairs(np.array([weights.sum()]))
    span = (first + second) / 2 - chance
    return 1.0 if span == 0 else (both - chance) / span


def _sampled(measured: int, points: _Points) -> list[Warning]:
    if measured == len(points.weights):
        return []
    message = Bilingual(
        f"轮廓系数由 {count(measured)} 个随机抽取的不同行算得",
        f"the silhouette is that of {count(measured)} distinct rows drawn at random",
    )
    return [Warning("silhouette_sampled", message)]


def _nothing_to_group(clusters: int, points: _Points) -> list[Warning]:
    if clusters < len(points.weights):
        return []
    message = Bilingual(
        "类数等于不同的行数：每类只有一种回答，没有归类可言",
        "as many clusters as distinct rows: each holds a single answer, nothing is grouped",
    )
    return [Warning("nothing_to_group", message)]


def _kmeans_job(job: Job) -> Outcome:
    return kmeans(
        job.matrix(job.names("items")),
        job.get("clusters", int),
        seed=job.get("seed", int) if job.given("seed") else SEED,
        standardize=job.get("standardize", bool),
    )


STATISTICS = (
    Statistic(
        "kmeans",
        (
            Input("items", Columns(), required=True),
            Input("clusters", Whole(), required=True),
            Input("standardize", Flag(), default=False),
        ),
        _kmeans_job,
    ),
)
