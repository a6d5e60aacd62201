"""Latent class analysis of categorical items."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import log

import numpy as np

from analysis.computing import FloatArray, Impossible, statistic
from analysis.inputs import Columns, Input, Whole
from analysis.jobs import Job, refuse_repeated
from analysis.patterns import Patterns
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.scales import refuse_constant
from analysis.tables import Factor, column_of, factor_of
from analysis.wording import count, number, percent

SEED = 1
STARTS, FIRST_STEPS = 30, 60  # random starts, and the EM steps after which the best go on
FINALISTS, MOST_STEPS = 5, 2000
STILL = 1e-9  # gain of log-likelihood at which EM has ended
SMALLEST = 1e-300


def lca(items: Mapping[str, Iterable[object]], clusters: int, *, seed: int = SEED) -> Outcome:
    """Latent classes of lists of categories by item; see lca_of_factors. None and NaN are gaps."""
    factors = {name: factor_of(column_of(values)) for name, values in items.items()}
    if len({len(factor.codes) for factor in factors.values()}) > 1:
        raise ValueError("items: must be of equal length")
    return lca_of_factors(factors, clusters, seed=seed)


@statistic("lca")
def lca_of_factors(items: Mapping[str, Factor], clusters: int, *, seed: int = SEED) -> Outcome:
    """`clusters` latent classes within which the items are independent.

    P(answers) = Σ_c share_c Π P(answer | c), by EM on answer patterns from 30 random starts, the best five to
    the end (with squared extrapolation, Varadhan & Roland 2008). Rows with a gap are left out. Fields:
    classes [{share, probabilities {item: {level}}}], largest first; log_likelihood; aic = 2p − 2·LL, bic =
    p·log n − 2·LL with p = (classes − 1) + classes·Σ(levels − 1) parameters; entropy 1 − Σ −γ·log γ/(n·log
    classes), 1 when all rows are clear (none for one class); parameters; df = patterns possible − 1 − p.
    Lazarsfeld & Henry 1968; Linzer & Lewis, J. Stat. Softw. 42 (2011) 10. Not computable: no complete row,
    an item with one category, more classes than answer patterns. Warned: df below 0, a best solution that
    only one start found. Checked against R poLCA.
    """
    data = _Data.of(items)
    if clusters < 1 or clusters > len(data.weights):
        raise Impossible(
            "too_many_clusters",
            f"只有 {len(data.weights)} 种回答组合，无法分成 {clusters} 类",
            f"{len(data.weights)} patterns of answers cannot form {clusters} classes",
        )
    ended = _search(data, clusters, np.random.default_rng(seed))
    best = ended[0]
    n, parameters = data.n, clusters - 1 + clusters * sum(len(levels) - 1 for levels in data.levels)
    fields: dict[str, Json] = {
        "classes": [_class(data, best, c) for c in best.order()],
        "log_likelihood": best.log_likelihood,
        "aic": 2 * parameters - 2 * best.log_likelihood,
        "bic": log(n) * parameters - 2 * best.log_likelihood,
        "parameters": parameters,
        "df": data.possible - 1 - parameters,
        "seed": seed,
    }
    if clusters > 1:
        unclear = -np.where(
            best.posterior > 0, best.posterior * np.log(np.maximum(best.posterior, SMALLEST)), 0
        )
        fields["entropy"] = 1 - float(data.weights @ unclear.sum(axis=1)) / (n * log(clusters))
    method = Bilingual(
        f"潜在类别分析，EM，成列删除，种子 {seed}", f"latent class analysis, EM, listwise, seed {seed}"
    )
    result = Result("lca", method, n, data.n_missing, fields, method, tuple(_warnings(fields, ended)))
    return replace(result, sentence=_sentence(result, best))


def _sentence(result: Result, best: "_Model") -> Bilingual:
    shares = ", ".join(percent(float(best.shares[c])) for c in best.order())
    classes, n, clear = len(best.shares), count(result.n or 0), Bilingual("", "")
    if "entropy" in result.fields:
        entropy = number(result.number("entropy"), 3)
        clear = Bilingual(f"，熵 {entropy}", f", entropy {entropy}")
    return Bilingual(
        f"潜在类别分析：{classes} 类，占比 {shares}{clear.zh}（n={n}）。",
        f"Latent class analysis: {classes} classes of {shares}{clear.en} (n = {n}).",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
    """Answer patterns as indicators, one column per level of each item, with their counts."""

    names: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    starts: tuple[int, ...]  # first column of each item
    indicators: FloatArray
    weights: FloatArray
    n_missing: int

    @classmethod
    def of(cls, items: Mapping[str, Factor]) -> "_Data":
        patterns = Patterns.of([np.where(f.codes < 0, np.nan, f.codes) for f in items.values()])
        seen = [np.unique(column, return_inverse=True) for column in patterns.rows.T]
        levels = tuple(
            tuple(factor.names[int(code)] for code in codes)
            for factor, (codes, _) in zip(items.values(), seen, strict=True)
        )
        refuse_constant(tuple(items), [len(names) < 2 for names in levels])
        indicators = np.hstack([np.eye(len(codes))[positions] for codes, positions in seen])
        starts = tuple(int(start) for start in np.cumsum([0] + [len(names) for names in levels[:-1]]))
        return cls(tuple(items), levels, starts, indicators, patterns.weights, patterns.n_missing)

    @property
    def n(self) -> int:
        return int(self.weights.sum())

    @property
    def possible(self) -> int:
        """How many different answer patterns the levels allow."""
        product = 1
        for names in self.levels:
            product *= len(names)
        return product


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """Class shares and probabilities of all levels by class, with what they say of the patterns."""

    shares: FloatArray
    probabilities: FloatArray  # class by level
    posterior: FloatArray  # pattern by class
    log_likelihood: float

    @classmethod
    def at(cls, data: _Data, shares: FloatArray, probabilities: FloatArray) -> "_Model":
        joint = data.indicators @ np.log(np.maximum(probabilities, SMALLEST)).T
        joint += np.log(np.maximum(shares, SMALLEST))
        top = joint.max(axis=1, keepdims=True)
        weighed = np.exp(joint - top)
        whole = weighed.sum(axis=1, keepdims=True)
        likelihood = float(data.weights @ (top + np.log(whole))[:, 0])
        return cls(shares, probabilities, weighed / whole, likelihood)

    def step(self, data: _Data) -> "_Model":
        """One step of EM."""
        weighed = self.posterior * data.weights[:, None]
        return _Model.at(data, *_normalised(data, weighed.sum(axis=0), weighed.T @ data.indicators))

    def order(self) -> list[int]:
        """The classes, largest first."""
        keys = (*self.probabilities.T[::-1], -np.round(self.shares, 9))
        return [int(c) for c in np.lexsort(keys)]


def _normalised(data: _Data, shares: FloatArray, probabilities: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Non-negative shares and probabilities that sum to 1 where they have to."""
    sums = np.add.reduceat(probabilities, data.starts, axis=1)
    widths = [len(names) for names in data.levels]
    spread = np.repeat(np.maximum(sums, SMALLEST), widths, axis=1)
    return shares / shares.sum(), probabilities / spread


def _search(data: _Data, clusters: int, random: np.random.Generator) -> list[_Model]:
    """The finalists run to the end, best first."""
    models = []
    for _ in range(STARTS if clusters > 1 else 1):
        shares = random.dirichlet(np.full(clusters, 5.0))
        raw = random.uniform(0.1, 1.0, (clusters, data.indicators.shape[1]))
        model = _Model.at(data, *_normalised(data, shares, raw))
        for _ in range(FIRST_STEPS):
            model = model.step(data)
        models.append(model)
    models.sort(key=lambda one: -one.log_likelihood)
    ended = [_run(data, model) for model in models[:FINALISTS]]
    return sorted(ended, key=lambda one: -one.log_likelihood)


def _run(data: _Data, model: _Model) -> _Model:
    """EM to the end, with steps extrapolated where that raises the likelihood."""
    for _ in range(MOST_STEPS):
        once = model.step(data)
        twice = once.step(data)
        further = _extrapolated(data, model, once, twice)
        best = further if further.log_likelihood > twice.log_likelihood else twice
        if best.log_likelihood - model.log_likelihood < max(STILL, 1e-14 * abs(best.log_likelihood)):
            return best
        model = best
    return model


def _extrapolated(data: _Data, start: _Model, once: _Model, twice: _Model) -> _Model:
    """The point to which two EM steps lead, held within 0 and 1, and one more step from there."""

    def ends(pick: FloatArray, one: FloatArray, two: FloatArray) -> tuple[FloatArray, FloatArray]:
        return one - pick, two - 2 * one + pick

    r1, v1 = ends(start.shares, once.shares, twice.shares)
    r2, v2 = ends(start.probabilities, once.probabilities, twice.probabilities)
    length = float((v1**2).sum() + (v2**2).sum())
    if length == 0:
        return twice
    size = max(1.0, float(np.sqrt(((r1**2).sum() + (r2**2).sum()) / length)))
    shares = np.maximum(start.shares + 2 * size * r1 + size**2 * v1, 1e-12)
    probabilities = np.maximum(start.probabilities + 2 * size * r2 + size**2 * v2, 0.0)
    return _Model.at(data, *_normalised(data, shares, probabilities)).step(data)


def _class(data: _Data, model: _Model, c: int) -> dict[str, Json]:
    row = model.probabilities[c].tolist()
    probabilities: dict[str, Json] = {
        name: dict(zip(levels, row[start : start + len(levels)], strict=True))
        for name, levels, start in zip(data.names, data.levels, data.starts, strict=True)
    }
    return {"share": float(model.shares[c]), "probabilities": probabilities}


def _warnings(fields: Mapping[str, Json], ended: list[_Model]) -> Iterator[Warning]:
    df, best = fields["df"], ended[0].log_likelihood
    if isinstance(df, int) and df < 0:
        yield Warning(
            "not_identified",
            Bilingual(
                "参数多于回答组合：类别无法由数据确定，请减少类数",
                "more parameters than patterns of answers: the classes are not determined; ask for fewer",
            ),
        )
    if len(ended) > 1 and ended[1].log_likelihood < best - 1e-3:
        yield Warning(
            "single_maximum",
            Bilingual(
                "只有一个随机起点到达此解：可能另有更好的解，请换种子再试",
                "only one random start reached this solution: there may be a better one; try other seeds",
            ),
        )


def _lca_job(job: Job) -> Outcome:
    names = job.names("items")
    refuse_repeated(names)
    seed = job.get("seed", int) if job.given("seed") else SEED
    return lca_of_factors({name: job.factor(name) for name in names}, job.get("clusters", int), seed=seed)


STATISTICS = (
    Statistic(
        "lca",
        (Input("items", Columns(), required=True), Input("clusters", Whole(), required=True)),
        _lca_job,
    ),
)
