"""Weights that bring a sample to known population shares: raking (iterative proportional fitting)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.computing import BoolArray, FloatArray, Impossible, IntArray, statistic, too_few
from analysis.inputs import Fault, Input, LevelNumbers, Number
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.samples import as_floats
from analysis.tables import Column, column_of, factor_of, label_in
from analysis.wording import count, names, number

MOST_CYCLES, MOST_TRIMMED_CYCLES = 2000, 200
CLOSE = 1e-12  # shares off by less, or weights moved by less (relatively) over a cycle, end the raking
CLOSE_ENOUGH = 1e-8  # shares off by less after all cycles still count as met
Margins = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Raked:
    """Weights of mean 1, one per row (NaN where the row has a gap), and how they came about."""

    weights: FloatArray
    used: BoolArray
    iterations: int
    converged: bool
    reached: dict[str, dict[str, float]]
    trimmed: int

    @property
    def own(self) -> FloatArray:
        """The weights of the used rows."""
        return self.weights[self.used]

    @property
    def deff_kish(self) -> float:
        """n Σw²/(Σw)², what unequal weights cost."""
        return float(len(self.own) * (self.own**2).sum() / self.own.sum() ** 2)


def raked(
    columns: Mapping[str, Column],
    margins: Margins,
    *,
    start: npt.ArrayLike | None = None,
    trim: float | None = None,
) -> Raked:
    """The weights that give each column the shares of its margin, starting from `start` (default 1).

    Each cycle scales the weights to one margin after the other (Deming & Stephan, Ann. Math. Stat. 11 (1940)
    427); shares need not sum to 1. With `trim` weights above trim × mean are cut after each cycle, so that
    the margins are met only nearly. The work is done on the cells of all margins together: its cost does not
    grow with the rows. Impossible: no row, no or a negative weight, a category in the data without a share, a
    share without a row. ValueError on negative or all-zero shares. Checked against R survey::rake.
    """
    factors = {name: factor_of(columns[name]) for name in margins}
    shares = {name: _shares(columns[name], margin) for name, margin in margins.items()}
    rows = len(next(iter(factors.values())).codes)
    given = np.ones(rows) if start is None else as_floats(start)
    used = ~np.isnan(given) & np.logical_and.reduce([factor.codes >= 0 for factor in factors.values()])
    base = given[used]
    if (base < 0).any():
        raise Impossible("negative_weight", "权重中有负数", "a weight is negative")
    if not used.any():
        raise too_few(0, 1)
    if base.sum() <= 0:
        raise Impossible("no_weight", "有效行的权重之和为 0", "the weights of the valid rows sum to 0")
    codes = np.column_stack([factor.codes[used] for factor in factors.values()])
    cells, cell = np.unique(codes, axis=0, return_inverse=True)
    mass = np.bincount(cell.ravel(), base, minlength=len(cells))
    targets = [
        _target(name, factors[name].names, shares[name], np.bincount(cells[:, i], mass).astype(np.float64))
        for i, name in enumerate(margins)
    ]
    fitted = _fit(cells, mass / mass.sum(), targets, base * len(base) / base.sum(), cell.ravel(), trim)
    weights = np.full(rows, np.nan)
    weights[used] = fitted.weights
    reached = {
        name: dict(zip(factors[name].names, line, strict=False))
        for name, line in zip(margins, _reached(codes, fitted.weights), strict=True)
    }
    return Raked(weights, used, fitted.iterations, fitted.converged, reached, fitted.trimmed)


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    weights: FloatArray
    iterations: int
    converged: bool
    trimmed: int


def _fit(
    cells: IntArray,
    mass: FloatArray,
    targets: Sequence[FloatArray],
    base: FloatArray,
    cell: IntArray,
    trim: float | None,
) -> _Fitted:
    """Cycle through the margins: on cells, with `trim` on rows (start weights may differ in a cell)."""
    if trim is not None:
        cells, mass, cell = cells[cell], base / base.sum(), np.arange(len(base))
    factor, cycle, gap = np.ones(len(mass)), 0, np.inf
    most = MOST_CYCLES if trim is None else MOST_TRIMMED_CYCLES
    room = np.maximum(mass, np.finfo(np.float64).tiny) * len(base)
    settled = False
    while not settled and cycle < most:
        cycle, before, gap = cycle + 1, factor.copy(), 0.0
        for i, target in enumerate(targets):
            sums = np.bincount(cells[:, i], mass * factor, minlength=len(target))
            gap = max(gap, float(np.abs(sums - target).max()))
            factor *= (target / np.where(sums > 0, sums, 1.0))[cells[:, i]]
        if trim is not None:
            factor = np.minimum(factor, trim * float(mass @ factor) / room)
        moved = np.abs(factor - before) > CLOSE * np.maximum(factor, before)
        settled = gap < CLOSE or not moved.any()
    converged = settled if trim is not None else gap < CLOSE_ENOUGH
    weights = base * factor[cell]
    weights = weights / weights.mean() if trim is None else _cut(weights, trim)
    trimmed = int((weights >= trim * (1 - 1e-9)).sum()) if trim is not None else 0
    return _Fitted(weights, cycle, converged, trimmed)


def _cut(weights: FloatArray, trim: float) -> FloatArray:
    """Weights of mean 1, none above `trim`: cutting lowers the mean, so it is repeated."""
    weights = weights / weights.mean()
    while weights.max() > trim * (1 + 1e-12):
        weights = np.minimum(weights, trim)
        weights /= weights.mean()
    return weights


def _shares(column: Column, margin: Mapping[str, float]) -> dict[str, float]:
    values = np.array(list(margin.values()), dtype=np.float64)
    if (values < 0).any() or not values.sum() > 0:
        raise ValueError("margins: shares must be at least 0 and not all 0")
    return {label_in(column, level): share / float(values.sum()) for level, share in margin.items()}


def _target(name: str, levels: Sequence[str], shares: Mapping[str, float], mass: FloatArray) -> FloatArray:
    """The share of each category of a column in the order of its levels."""
    present = dict(zip(levels, mass.tolist(), strict=False))
    unknown = names(level for level, m in present.items() if level not in shares and m > 0)
    if unknown:
        raise Impossible(
            "no_margin",
            f"列 {name} 的类别 {unknown} 在 margins 中没有占比",
            f"margins give no share for {unknown} of column {name}",
        )
    empty = names(level for level, share in shares.items() if share > 0 and not present.get(level, 0) > 0)
    if empty:
        raise Impossible(
            "empty_margin",
            f"列 {name} 的类别 {empty} 在数据中没有（带权重的）行，无法加权到其占比；请合并类别",
            f"no row (with weight) is {empty} of column {name}: its share cannot be met; merge categories",
        )
    return np.array([shares.get(level, 0.0) for level in levels[: len(mass)]])


def _reached(codes: IntArray, weights: FloatArray) -> Iterator[list[float]]:
    for i in range(codes.shape[1]):
        sums = np.bincount(codes[:, i], weights)
        yield (sums / sums.sum()).tolist()


@statistic("rake")
def rake(
    columns: Mapping[str, Sequence[object]],
    margins: Margins,
    *,
    weights: npt.ArrayLike | None = None,
    trim: float | None = None,
    confidence: float = 0.95,
) -> Outcome:
    """Raking of lists of categories by column name, with its diagnostics; see raked and rake_columns."""
    return rake_columns(
        {name: column_of(v) for name, v in columns.items()}, margins, weights=weights, trim=trim
    )


@statistic("rake")
def rake_columns(
    columns: Mapping[str, Column],
    margins: Margins,
    *,
    weights: npt.ArrayLike | None = None,
    trim: float | None = None,
) -> Outcome:
    """What raking to `margins` does to a sample; the weights themselves come from `raked`.

    Fields: weights {min, median, max} (mean 1), deff_kish (n Σw²/(Σw)²), n_effective (n/deff), iterations,
    converged, reached {column: {level: share}}, trimmed (rows at the cap, with `trim`). Kish 1965. Reasons as
    `raked`. Warned: no convergence (the margins contradict the empty cells), trimming.
    """
    found = raked(columns, margins, start=weights, trim=trim)
    own, deff, n = found.own, found.deff_kish, int(found.used.sum())
    spread = {"min": float(own.min()), "median": float(np.median(own)), "max": float(own.max())}
    fields: dict[str, Json] = {
        "weights": spread,
        "deff_kish": deff,
        "n_effective": n / deff,
        "iterations": found.iterations,
        "converged": found.converged,
        "reached": found.reached,
    }
    if trim is not None:
        fields["trimmed"] = found.trimmed
    on = names(margins)
    sentence = Bilingual(
        f"按 {on} 加权：权重 {number(spread['min'])}–{number(spread['max'])}（均值 1），设计效应 "
        f"{number(deff)}，有效样本量 {count(round(n / deff))}（n={count(n)}）。",
        f"Weighted to {on}: weights {number(spread['min'])}–{number(spread['max'])} (mean 1), design effect "
        f"{number(deff)}, effective n {count(round(n / deff))} (n = {count(n)}).",
    )
    method = Bilingual("边际加权（迭代比例拟合）", "raking (iterative proportional fitting)")
    return Result(
        "rake", method, n, len(found.used) - n, fields, sentence, tuple(_rake_warnings(found, trim))
    )


def _rake_warnings(found: Raked, trim: float | None) -> Iterator[Warning]:
    if not found.converged:
        yield Warning(
            "not_converged",
            Bilingual(
                f"{found.iterations} 轮后仍未收敛：各边际与空格子相矛盾，请合并类别",
                f"no convergence in {found.iterations} cycles: empty cells contradict the margins",
            ),
        )
    if trim is not None and found.trimmed:
        yield Warning(
            "trimmed",
            Bilingual(
                f"{found.trimmed} 行的权重截到 {number(trim)}，边际只近似达到",
                f"{found.trimmed} weights were cut at {number(trim)}: the margins are met only nearly",
            ),
        )


def _rake_job(job: Job) -> Outcome:
    margins = {str(name): dict(margin) for name, margin in job.get("margins", dict).items()}
    kept = {name: job.column(name) for name in margins}
    start = job.numbers(job.get("weights", str)) if job.given("weights") else None
    trim = job.get("trim", float) if job.given("trim") else None
    return rake_columns(kept, margins, weights=start, trim=trim)


def _sound_margins(arguments: Mapping[str, object]) -> Iterator[Fault]:
    margins = arguments["margins"]
    for name, margin in margins.items() if isinstance(margins, dict) else ():
        if any(share < 0 for share in margin.values()) or not sum(margin.values()) > 0:
            yield Fault(
                "bad_value",
                f"margins 中 {name} 的占比须不小于 0 且不全为 0",
                f"margins: the shares of {name} must be at least 0 and not all 0",
            )
    if not margins:
        yield Fault("missing_input", "margins 为空", "margins is empty")


STATISTICS = (
    Statistic(
        "rake",
        (Input("margins", LevelNumbers(), required=True), Input("trim", Number(1, open=True))),
        _rake_job,
        uses=frozenset({"weights"}),
        check=_sound_margins,
    ),
)
