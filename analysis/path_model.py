"""Partial least squares path models: the iteration of outer and inner weights (Wold 1982, Lohmöller 1989).

All of it follows from the correlations of the items, so rows are never touched again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.computing import BoolArray, FloatArray, Impossible

MOST_STEPS = 3000
ENOUGH = 1e-12  # sum of changes of the weights at which the iteration has ended
NOTHING = 1e-12

Blocks = Mapping[str, Sequence[str]]
Paths = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class PathModel:
    """Which items belong to which block, and which block leads to which, as positions and flags."""

    blocks: tuple[str, ...]
    items: tuple[str, ...]
    member: BoolArray  # item by block
    leads: BoolArray  # from block to block

    @classmethod
    def of(cls, blocks: Blocks, paths: Paths) -> "PathModel":
        """ValueError for a path between blocks that are not named; Impossible for a block without a path."""
        names = tuple(blocks)
        items = tuple(dict.fromkeys(item for block in blocks.values() for item in block))
        member = np.array([[item in blocks[name] for name in names] for item in items], dtype=np.bool_)
        leads = np.zeros((len(names), len(names)), dtype=np.bool_)
        for source, target in paths:
            if source not in names or target not in names or source == target:
                raise ValueError(f"paths: {source} → {target} does not join two blocks")
            leads[names.index(source), names.index(target)] = True
        alone = [name for name, tied in zip(names, leads | leads.T, strict=True) if not tied.any()]
        if alone:
            raise Impossible(
                "isolated_block",
                f"区块 {', '.join(alone)} 没有任何路径",
                f"no path joins the block {', '.join(alone)}",
            )
        return cls(names, items, member, leads)


@dataclass(frozen=True, slots=True, eq=False)
class PathFit:
    """Weights and loadings (item by block, of standardised items), path coefficients, explained shares."""

    weights: FloatArray
    loadings: FloatArray
    paths: FloatArray  # from block to block
    r2: FloatArray  # of each block, 0 where no path leads to it
    iterations: int


def fitted(model: PathModel, r: FloatArray, scheme: str) -> PathFit:
    """The fit of a model to the correlations of its items, all blocks reflective (mode A).

    Inner weights by `scheme`: "path" (regression on predecessors, correlation with successors) or "factorial"
    (correlations with all neighbours). Starts from equal weights; scores have variance 1.
    Impossible: no convergence; scores that vanish or coincide.
    """
    weights = model.member.astype(np.float64)
    for step in range(1, MOST_STEPS + 1):
        scores = weights / _spreads(weights, r)
        inner = _inner_weights(model.leads, scores.T @ r @ scores, scheme)
        outer = np.where(model.member, r @ (scores @ inner), 0.0)
        updated = outer / _spreads(outer, r)
        change = float(np.abs(updated - weights).sum())
        weights = updated
        if change < ENOUGH:
            return _result(model, r, weights, step)
    raise Impossible("no_convergence", "PLS 迭代不收敛", "the PLS iteration does not converge")


def _spreads(weights: FloatArray, r: FloatArray) -> FloatArray:
    """The standard deviation of each weighted sum; Impossible when one has none."""
    variances: FloatArray = (weights * (r @ weights)).sum(axis=0)
    if not (variances > NOTHING * (weights**2).sum(axis=0)).all():
        raise Impossible(
            "no_variance",
            "某区块的得分没有变异，或与相邻区块毫无相关",
            "the score of a block does not vary, or does not relate to its neighbours",
        )
    return np.sqrt(variances)


def _inner_weights(leads: BoolArray, correlations: FloatArray, scheme: str) -> FloatArray:
    if scheme == "factorial":
        return np.where(leads | leads.T, correlations, 0.0)
    inner = np.where(leads.T, correlations, 0.0)
    for target in np.flatnonzero(leads.any(axis=0)):
        inner[leads[:, target], target] = _regression(correlations, leads[:, target], int(target))
    return inner


def _regression(correlations: FloatArray, sources: BoolArray, target: int) -> FloatArray:
    among = correlations[np.ix_(sources, sources)]
    if float(np.linalg.eigvalsh(among)[0]) < NOTHING:
        raise Impossible(
            "singular",
            "前因区块的得分线性相关，路径系数无法估计",
            "the scores of the predecessors are linearly dependent: no path coefficients",
        )
    solution: FloatArray = np.linalg.solve(among, correlations[sources, target])
    return solution


def _result(model: PathModel, r: FloatArray, weights: FloatArray, step: int) -> PathFit:
    correlations = weights.T @ r @ weights
    paths, r2 = np.zeros_like(correlations), np.zeros(len(correlations))
    for target in np.flatnonzero(model.leads.any(axis=0)):
        sources = model.leads[:, target]
        paths[sources, target] = _regression(correlations, sources, int(target))
        r2[target] = float(paths[sources, target] @ correlations[sources, target])
    loadings = np.where(model.member, r @ weights, 0.0)
    return PathFit(weights, loadings, paths, r2, step)
