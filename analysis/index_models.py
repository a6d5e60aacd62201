"""The satisfaction index of the ACSI and CCSI kind: blocks of items joined by paths, scored 0 to 100."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.cfa import composite_and_extracted
from analysis.computing import FloatArray, Impossible, one_of, statistic
from analysis.inputs import Choice, Columns, Fault, Input, Limits, Surroundings, Whole, listed, mapped, text
from analysis.jobs import Job, refuse_repeated
from analysis.moments import Moments, equal_columns
from analysis.path_model import Blocks, PathFit, PathModel, Paths, fitted
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.scales import Items, Scored, scale_warnings, score_items
from analysis.wording import count, names, number

SCHEMES = {"path": Bilingual("路径加权", "path weighting"), "factorial": Bilingual("因子加权", "factorial")}
SEED = 1


@statistic("pls_index")
def pls_index(
    items: Items,
    blocks: Blocks,
    paths: Paths,
    *,
    scale: tuple[float, float],
    scheme: str = "path",
    bootstrap: int = 0,
    seed: int = SEED,
    confidence: float = 0.95,
) -> Outcome:
    """A PLS path model of reflective blocks and the 0-100 index of each block.

    `items`: columns by name (rows with a gap in any item of a block are left out) or Moments of exactly
    these items; `blocks` {name: items}, `paths` (from, to). Inner weighting as path_model.fitted.
    index = 100·(Σw x̄ − lo·Σw)/((hi − lo)·Σw) with w the outer weight over the item's sd. Fields: index
    {block}; weights, loadings {block: {item}} of standardised items; paths [{from, to, estimate}]; r2
    {block}; reliability {block: {alpha (standardised), rho_a (Dijkstra & Henseler 2015), cr, ave}}, 1 for a
    single item. With `bootstrap` resamples of rows also index_ci and a ci in paths (percentiles).
    Fornell et al., J. Marketing 60 (1996) 7; Lohmöller 1989. ValueError: a path between unknown blocks,
    another scheme, bootstrap from Moments. Not computable: a constant item, a block without path, no
    convergence. Warned: negative weights, answers outside the scale. Checked against R seminr.
    """
    one_of("scheme", scheme, tuple(SCHEMES))
    model = PathModel.of(blocks, paths)
    for block in blocks.values():
        refuse_repeated(block)
    scored = score_items(_chosen(items, model), scale=scale)
    fit = fitted(model, scored.correlations(), scheme)
    index = _index(model, fit, scored.means, scored.sds, scale)
    fields = _fields(model, fit, scored, paths) | {
        "index": dict(zip(model.blocks, index.tolist(), strict=True))
    }
    if bootstrap:
        if isinstance(items, Moments):
            raise ValueError("bootstrap: needs rows, not moments")
        data = np.column_stack(equal_columns({name: items[name] for name in model.items}))
        resampled = _Resampled.of(model, data, scheme, scale, bootstrap, seed)
        fields |= resampled.fields(model, paths, fit, confidence)
    shown = "，".join(f"{name} {number(value, 1)}" for name, value in zip(model.blocks, index, strict=True))
    n = count(scored.n)
    sentence = Bilingual(
        f"满意度指数（0–100）：{shown}（n={n}）。",
        f"Index (0-100): {shown.replace('，', ', ')} (n = {n}).",
    )
    kind = SCHEMES[scheme]
    method = Bilingual(
        f"PLS 路径模型，反映型，{kind.zh}，成列删除", f"PLS path model, reflective, {kind.en}, listwise"
    )
    warnings = (*_negative(model, fit), *_outside(scored, scale))
    return Result("pls_index", method, scored.n, scored.n_missing, fields, sentence, warnings)


def _fields(model: PathModel, fit: PathFit, scored: Scored, paths: Paths) -> dict[str, Json]:
    """All fields but the index."""
    targets = [j for j in range(len(model.blocks)) if model.leads[:, j].any()]
    return {
        "weights": _by_block(model, fit.weights),
        "loadings": _by_block(model, fit.loadings),
        "paths": [{"from": a, "to": b, "estimate": _path(model, fit, a, b)} for a, b in paths],
        "r2": {model.blocks[j]: float(fit.r2[j]) for j in targets},
        "reliability": {name: _reliability(model, fit, scored, j) for j, name in enumerate(model.blocks)},
        "iterations": fit.iterations,
    }


def _outside(scored: Scored, scale: tuple[float, float]) -> Iterator[Warning]:
    """Warnings of answers outside the scale; blocks may oppose each other by design."""
    return (warning for warning in scale_warnings(scored, scale) if warning.code == "outside_scale")


@dataclass(frozen=True, slots=True, eq=False)
class _Resampled:
    """Indices (resample by block) and path coefficients (resample by block by block) of resampled rows."""

    index: FloatArray
    paths: FloatArray

    @classmethod
    def of(
        cls,
        model: PathModel,
        data: FloatArray,
        scheme: str,
        scale: tuple[float, float],
        times: int,
        seed: int,
    ) -> "_Resampled":
        complete = data[~np.isnan(data).any(axis=1)]
        centre, random = complete.mean(axis=0), np.random.default_rng(seed)
        centred, n = complete - centre, len(complete)
        index, paths = [], []
        for _ in range(times):
            often = np.bincount(random.integers(0, n, n), minlength=n).astype(np.float64)
            means = often @ centred / n
            cov = (centred * often[:, None]).T @ centred / n - np.outer(means, means)
            sds = np.sqrt(np.diag(cov))
            if (sds > 0).all():
                fit = fitted(model, cov / np.outer(sds, sds), scheme)
                index.append(_index(model, fit, means + centre, sds, scale))
                paths.append(fit.paths)
        if not index:
            raise Impossible("constant_item", "重抽样后题项没有变异", "resampled items do not vary")
        return cls(np.array(index), np.array(paths))

    def fields(self, model: PathModel, paths: Paths, fit: PathFit, confidence: float) -> dict[str, Json]:
        """index_ci, and the paths with their intervals."""
        tails = [50 * (1 - confidence), 50 * (1 + confidence)]
        index = np.percentile(self.index, tails, axis=0)
        place = model.blocks.index
        rows: list[Json] = [
            {
                "from": a,
                "to": b,
                "estimate": _path(model, fit, a, b),
                "ci": np.percentile(self.paths[:, place(a), place(b)], tails).tolist(),
            }
            for a, b in paths
        ]
        intervals = {name: index[:, j].tolist() for j, name in enumerate(model.blocks)}
        return {"index_ci": intervals, "paths": rows, "bootstrap": len(self.index)}


def _chosen(items: Items, model: PathModel) -> Moments:
    if isinstance(items, Moments):
        if items.names != model.items:
            raise ValueError("items: moments of other variables than the blocks'")
        return items
    return Moments.of({name: items[name] for name in model.items})


def _index(
    model: PathModel, fit: PathFit, means: FloatArray, sds: FloatArray, scale: tuple[float, float]
) -> FloatArray:
    raw = fit.weights / sds[:, None]
    whole = raw.sum(axis=0)
    if (np.abs(whole) <= 1e-12 * np.abs(raw).sum(axis=0)).any():
        raise Impossible(
            "no_index",
            "某区块的权重正负相消，指数无定义；检查是否有题项需要反向计分",
            "the weights of a block cancel: no index; look for items that need reversal",
        )
    low, high = scale
    index: FloatArray = 100 * ((means - low) @ raw) / (whole * (high - low))
    return index


def _by_block(model: PathModel, values: FloatArray) -> dict[str, Json]:
    return {
        name: {item: float(values[i, j]) for i, item in enumerate(model.items) if model.member[i, j]}
        for j, name in enumerate(model.blocks)
    }


def _path(model: PathModel, fit: PathFit, source: str, target: str) -> float:
    return float(fit.paths[model.blocks.index(source), model.blocks.index(target)])


def _reliability(model: PathModel, fit: PathFit, scored: Scored, j: int) -> dict[str, Json]:
    member = model.member[:, j]
    w, k = fit.weights[member, j], int(member.sum())
    if k == 1:
        return {"alpha": 1.0, "rho_a": 1.0, "cr": 1.0, "ave": 1.0}
    r = scored.correlations()[np.ix_(member, member)]
    cr, ave = composite_and_extracted(fit.loadings[member, j])
    found: dict[str, Json] = {"cr": cr, "ave": ave}
    if float(r.sum()) > 1e-12:
        found["alpha"] = k / (k - 1) * (1 - k / float(r.sum()))
    squares = float(w @ w)
    spread = squares**2 - float((w**4).sum())
    if spread > 1e-12:
        found["rho_a"] = squares**2 * (float(w @ r @ w) - squares) / spread
    return found


def _negative(model: PathModel, fit: PathFit) -> Iterator[Warning]:
    rows, columns = np.nonzero(fit.weights < 0)
    which = names(f"{model.items[i]} ({model.blocks[j]})" for i, j in zip(rows, columns, strict=True))
    if which:
        message = Bilingual(
            f"{which} 的权重为负：检查是否有题项需要反向计分；指数可能超出 0–100",
            f"negative weight of {which}: look for items that need reversal; the index may leave 0-100",
        )
        yield Warning("negative_weight", message)


@dataclass(frozen=True, slots=True)
class BlockMap:
    """A map from the name of a block to its item columns."""

    def read(self, raw: object, around: Surroundings) -> dict[str, tuple[str, ...]]:
        blocks = {name: Columns().read(items, around) for name, items in mapped(raw).items()}
        if not blocks:
            raise Fault("missing_input", "没有区块", "there is no block")
        return blocks


@dataclass(frozen=True, slots=True)
class PathList:
    """A list of [from, to]."""

    def read(self, raw: object, around: Surroundings) -> tuple[tuple[str, str], ...]:
        paths = [[text(end) for end in listed(path)] for path in listed(raw)]
        if not paths or any(len(path) != 2 for path in paths):
            raise Fault("bad_value", "路径须为 [从, 到]", "a path is [from, to]")
        return tuple((path[0], path[1]) for path in paths)


def _paths_fit(arguments: Mapping[str, object]) -> Iterator[Fault]:
    blocks, paths = arguments["blocks"], arguments["paths"]
    if isinstance(blocks, dict) and isinstance(paths, tuple):
        for path in paths:
            unknown = [end for end in path if end not in blocks]
            if unknown:
                yield Fault("unknown_choice", f"没有区块 {unknown[0]}", f"there is no block {unknown[0]}")
            elif path[0] == path[1]:
                yield Fault("bad_value", f"{path[0]} 指向自身", f"{path[0]} leads to itself")
        if len(set(paths)) < len(paths):
            yield Fault("bad_value", "路径重复", "a path is repeated")


def _pls_job(job: Job) -> Outcome:
    blocks = job.get("blocks", dict)
    items = dict.fromkeys(item for block in blocks.values() for item in block)
    return pls_index(
        job.matrix(tuple(items)),
        blocks,
        job.get("paths", tuple),
        scale=job.limits(),
        scheme=job.get("scheme", str),
        bootstrap=job.get("bootstrap", int),
        seed=job.get("seed", int) if job.given("seed") else SEED,
        confidence=job.confidence,
    )


STATISTICS = (
    Statistic(
        "pls_index",
        (
            Input("blocks", BlockMap(), required=True),
            Input("paths", PathList(), required=True),
            Input("scale", Limits(), required=True),
            Input("scheme", Choice(tuple(SCHEMES)), default="path"),
            Input("bootstrap", Whole(), default=0),
        ),
        _pls_job,
        check=_paths_fit,
    ),
)
