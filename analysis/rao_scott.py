"""Association of two categorical variables under a survey design: Rao and Scott's F."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.special import fdtrc

from analysis.computing import BoolArray, FloatArray, Impossible, IntArray, statistic, too_few, too_many
from analysis.design import Design, Units, design_of
from analysis.groups import no_variance
from analysis.inputs import Column, Input
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.tables import Factor, column_of, factor_of
from analysis.wording import count, df, number, p_value, verdict

MOST_CONTRASTS = 1000
ASSOCIATION = Bilingual("关联", "association")


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """The used rows of a design: cell of each, names, and the weighted shares of the cells."""

    used: BoolArray
    cell: IntArray  # of the used rows: row category + rows · column category
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    shares: FloatArray

    @property
    def table(self) -> FloatArray:
        return self.shares.reshape(len(self.columns), len(self.rows)).T


def rao_scott(
    rows: Sequence[object],
    columns: Sequence[object],
    *,
    design: Design | None = None,
    domain: npt.NDArray[np.bool_] | None = None,
    confidence: float = 0.95,
) -> Outcome:
    """Rao and Scott's test of two lists of categories under a design; see rao_scott_of_factors."""
    factors = factor_of(column_of(rows)), factor_of(column_of(columns))
    asked = np.ones(len(factors[0].codes), dtype=np.bool_) if domain is None else domain
    return rao_scott_of_factors(*factors, design or Design(), asked, confidence=confidence)


@statistic("rao_scott")
def rao_scott_of_factors(
    rows: Factor, columns: Factor, design: Design, domain: BoolArray, *, confidence: float = 0.95
) -> Outcome:
    """The second-order corrected χ² test of independence of two categorical variables under a design.

    X² = n Σ (p − pᵣp_c)²/(pᵣp_c) of the weighted shares. With V their linearised covariance, D = diag(p) and
    C the contrasts orthogonal to both margins, Δ = (C′D⁻¹C/n)⁻¹ C′D⁻¹VD⁻¹C; F = X²/tr Δ on d = (tr Δ)²/tr Δ²
    and d·ν, ν = clusters − strata of the rows used. The design effects are taken at the observed shares.
    `domain` marks the rows asked about; they and the rows complete in both form a domain, the design stays
    whole. Fields: f, df1, df2, p, chi2 (X²), deff (mean, tr Δ/((r−1)(c−1))), shares {row: {column}}. Rao &
    Scott, Ann. Stat. 12 (1984) 46. Not computable: no row; one category; a negative weight; one cluster, or a
    stratum with one; too many empty cells. Checked against R survey::svychisq(statistic = "F").
    """
    members = design.members(len(rows.codes))
    weights = np.ones(len(members)) if design.weights is None else design.weights
    if (weights[members] < 0).any():
        raise Impossible("negative_weight", "权重中有负数", "a weight is negative")
    cells = _cells(rows, columns, members & domain, weights)
    units = Units.of(design, members)
    units.check()
    n, p = len(cells.cell), cells.shares
    delta = _design_effects(cells, _covariance(units, cells, members, weights), n)
    trace = float(np.trace(delta))
    if not trace > 0:
        raise no_variance()
    expected = np.outer(cells.table.sum(axis=1), cells.table.sum(axis=0))
    chi2 = n * float(((cells.table - expected) ** 2 / expected).sum())
    freedom = _freedom(units, cells.used[members])
    f, df1 = chi2 / trace, trace**2 / float((delta * delta.T).sum())
    value = float(fdtrc(df1, df1 * freedom, f))
    fields: dict[str, Json] = {
        "f": f,
        "df1": df1,
        "df2": df1 * freedom,
        "p": value,
        "chi2": chi2,
        "deff": trace / len(delta),
        "shares": {
            row: dict(zip(cells.columns, line, strict=True))
            for row, line in zip(cells.rows, cells.table.tolist(), strict=True)
        },
    }
    v = sqrt(chi2 / (n * (min(cells.table.shape) - 1)))
    found = verdict(value, confidence, ASSOCIATION)
    shown = f"F({df(df1)}, {df(df1 * freedom)})={number(f)}"
    sentence = Bilingual(
        f"两个变量的关联（抽样设计）：V={number(v, 3)}；{shown}，{p_value(value)}，"
        f"{found.zh}（n={count(n)}）。",
        f"Association of the two variables under the design: V = {number(v, 3)}; {shown}, {p_value(value)}, "
        f"{found.en} (n = {count(n)}).",
    )
    method = Bilingual("Rao-Scott χ² 检验（二阶校正 F）", "Rao-Scott χ² test (second-order F)")
    missing = int(domain.sum()) - n
    return Result("rao_scott", method, n, missing, fields, sentence, _few_units(freedom, len(p)))


def _cells(rows: Factor, columns: Factor, asked: BoolArray, weights: FloatArray) -> _Cells:
    used = asked & (rows.codes >= 0) & (columns.codes >= 0)
    weighed = used & (weights > 0)  # a category without weight has no share to compare
    if not weighed.any():
        raise too_few(0, 2)
    rows, columns = rows.present(weighed), columns.present(weighed)
    used &= (rows.codes >= 0) & (columns.codes >= 0)
    r, c = len(rows.names), len(columns.names)
    if min(r, c) < 2:
        raise Impossible(
            "one_category",
            "行与列各需要至少两个有回答的类别",
            "rows and columns need at least two categories with answers each",
        )
    if (r - 1) * (c - 1) > MOST_CONTRASTS:
        raise too_many(Bilingual("类别组合", "combinations of categories"), r * c, MOST_CONTRASTS)
    cell = rows.codes[used] + r * columns.codes[used]
    sums = np.bincount(cell, weights[used], minlength=r * c)
    return _Cells(used, cell, rows.names, columns.names, sums / sums.sum())


def _covariance(units: Units, cells: _Cells, members: BoolArray, weights: FloatArray) -> FloatArray:
    """The linearised covariance of the cell shares, between units within strata.

    The score of a row is w(1[cell] − p)/Σw; sums per unit are sparse, which keeps a unit per row affordable.
    """
    unit, k, p = units.unit_of_row[cells.used[members]], len(cells.shares), cells.shares
    share = weights[cells.used] / weights[cells.used].sum()
    sums = csr_array((share, (unit, cells.cell)), shape=(len(units.stratum_of_unit), k))
    mass = np.bincount(unit, share, minlength=len(units.stratum_of_unit))
    sizes = np.bincount(units.stratum_of_unit, minlength=units.strata)
    factor = (sizes / (sizes - 1))[units.stratum_of_unit]
    along = sums.T @ (factor * mass)
    products = (sums.T @ (sums * factor[:, None]).tocsr()).toarray()
    products += float(factor @ mass**2) * np.outer(p, p) - np.outer(along, p) - np.outer(p, along)
    by_stratum = np.zeros((units.strata, k))
    np.add.at(by_stratum, (units.stratum_of_unit[unit], cells.cell), share)
    by_stratum -= np.bincount(units.stratum_of_unit, mass, minlength=units.strata)[:, None] * p
    spread: FloatArray = products - by_stratum.T @ (by_stratum / (sizes - 1)[:, None])
    return spread


def _design_effects(cells: _Cells, covariance: FloatArray, n: int) -> FloatArray:
    """Δ: the covariance of the contrasts against that of a simple random sample."""
    p = cells.shares
    inverse = np.where(p > 0, 1 / np.where(p > 0, p, 1.0), 0.0)
    contrasts = np.kron(_contrasts(len(cells.columns)), _contrasts(len(cells.rows)))
    scaled = contrasts * inverse[:, None]
    simple = contrasts.T @ scaled / n
    if np.linalg.cond(simple) > 1e13:
        raise Impossible(
            "empty_cells",
            "空格子太多，无法检验；请合并类别",
            "too many empty cells for the test; merge categories",
        )
    return np.asarray(np.linalg.solve(simple, scaled.T @ covariance @ scaled), dtype=np.float64)


def _contrasts(k: int) -> FloatArray:
    """k − 1 orthonormal columns, each summing to 0."""
    basis = np.linalg.qr(np.column_stack([np.ones(k), np.eye(k)[:, 1:]]))[0]
    return np.asarray(basis[:, 1:], dtype=np.float64)


def _freedom(units: Units, used: BoolArray) -> int:
    """Clusters − strata among the rows used."""
    seen = np.unique(units.unit_of_row[used])
    freedom = len(seen) - len(np.unique(units.stratum_of_unit[seen]))
    if freedom < 1:
        raise Impossible("one_cluster", "至少需要两个抽样单元", "at least two sampling units are needed")
    return freedom


def _few_units(freedom: int, cells: int) -> tuple[Warning, ...]:
    if freedom >= cells - 1:
        return ()
    message = Bilingual(
        f"抽样单元太少（自由度 {freedom}，少于格子数 {cells}），结果不稳定",
        f"few sampling units (df {freedom}, fewer than the {cells} cells): the result is unstable",
    )
    return (Warning("few_clusters", message),)


def _rao_scott_job(job: Job) -> Outcome:
    rows, columns = (factor_of(job.table.column(job.get(name, str))) for name in ("rows", "columns"))
    return rao_scott_of_factors(rows, columns, design_of(job), job.kept, confidence=job.confidence)


STATISTICS = (
    Statistic(
        "rao_scott",
        (Input("rows", Column(), required=True), Input("columns", Column(), required=True)),
        _rao_scott_job,
        uses=frozenset({"weights", "cluster", "strata"}),
    ),
)
