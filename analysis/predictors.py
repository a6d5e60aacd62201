"""The predictors of a regression as a matrix: numbers as they are, text by its levels against the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.computing import BoolArray, FloatArray, Impossible, IntArray, not_finite, too_few, too_many
from analysis.inputs import Choice, Columns, Input
from analysis.inputs import Column as ColumnKind
from analysis.jobs import Job, refuse_repeated
from analysis.result import Bilingual, Warning
from analysis.tables import Column, NumberColumn, TextColumn, column_of, factor_of
from analysis.wording import names as listed

INTERCEPT = "(intercept)"
MOST_LEVELS = 500
COLLINEAR = 1e-7  # R lm's bound: less than this of a standardised column is left by the others


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The complete rows of a regression: predictors without the intercept, and clusters."""

    names: tuple[str, ...]
    x: FloatArray
    n_missing: int
    used: BoolArray  # of all rows
    clusters: IntArray | None = None

    @property
    def n(self) -> int:
        return len(self.x)

    def standardised(self) -> tuple[FloatArray, FloatArray]:
        """Ones and the predictors in SDs from their means, and the matrix that takes coefficients of those
        back to the intercept and the coefficients of the predictors as they are."""
        means, sds = self.x.mean(axis=0), self.x.std(axis=0, ddof=1)
        back = np.diag(np.concatenate([[1.0], 1 / sds]))
        back[0, 1:] = -means / sds
        return np.column_stack([np.ones(self.n), (self.x - means) / sds]), back


def column_from(values: Column | npt.ArrayLike | Sequence[object]) -> Column:
    """A column as it is, or made of plain values."""
    if isinstance(values, NumberColumn | TextColumn):
        return values
    return column_of(np.asarray(values, dtype=object).tolist())


def model(
    outcome: Column,
    predictors: Mapping[str, Column],
    clusters: IntArray | None = None,
    *,
    spare: int = 1,
) -> Model:
    """The rows complete in outcome, predictors and clusters; `spare` rows must be left beyond the
    coefficients.

    Impossible: too few rows, a predictor with a single value, predictors that determine one another.
    """
    used = _present(outcome) & np.logical_and.reduce([_present(column) for column in predictors.values()])
    if clusters is not None:
        used &= clusters >= 0
    names, columns = [], []
    for name, column in predictors.items():
        for label, values in _coded(name, column, used):
            names.append(label)
            columns.append(values)
    x = np.column_stack(columns) if columns else np.empty((int(used.sum()), 0))
    if len(x) <= len(names) + spare:
        raise too_few(len(x), len(names) + spare + 1)
    if not np.isfinite(x).all():
        raise not_finite()
    _refuse_dependent(names, x)
    own = None if clusters is None else np.unique(clusters[used], return_inverse=True)[1].astype(np.int64)
    return Model(tuple(names), x, int(len(used) - used.sum()), used, own)


def _present(column: Column) -> BoolArray:
    return ~np.isnan(column.values) if isinstance(column, NumberColumn) else column.codes >= 0


def _coded(name: str, column: Column, used: BoolArray) -> list[tuple[str, FloatArray]]:
    """The columns of one predictor, refusing one that does not vary over the used rows."""
    if isinstance(column, NumberColumn):
        values = column.values[used]
        varies = len(values) and values.min() != values.max()
        coded = [(name, values)]
    else:
        factor = factor_of(column).present(used)
        varies = len(factor.names) > 1
        if len(factor.names) > min(int(used.sum()), MOST_LEVELS):
            raise too_many(
                Bilingual(f"预测变量 {name} 的类别", f"levels of predictor {name}"),
                len(factor.names),
                MOST_LEVELS,
            )
        levels = list(enumerate(factor.names))[1:]
        coded = [(f"{name}={level}", (factor.codes[used] == i).astype(np.float64)) for i, level in levels]
    if used.sum() > 1 and not varies:
        raise Impossible(
            "constant_predictor",
            f"预测变量 {name} 在有效行中没有变异；请去掉它",
            f"predictor {name} does not vary over the complete rows; leave it out",
        )
    return coded


def _refuse_dependent(names: Sequence[str], x: FloatArray) -> None:
    """Impossible when a column is determined by those before it (and the intercept), naming it."""
    if not names:
        return
    centred = x - x.mean(axis=0)
    sizes = np.sqrt((centred**2).sum(axis=0))
    if not (np.isfinite(sizes).all() and (sizes > 0).all()):
        raise not_finite()
    left = np.abs(np.diag(np.linalg.qr(centred / sizes, mode="r")))
    dependent = listed(name for name, rest in zip(names, left, strict=True) if rest < COLLINEAR)
    if dependent:
        raise Impossible(
            "collinear",
            f"预测变量 {dependent} 可由其他预测变量完全推出，系数无法确定；请去掉其一",
            f"{dependent} is determined by the other predictors: no unique coefficients; leave one out",
        )


def robust_columns(job: Job) -> tuple[dict[str, Column], IntArray | None]:
    """The predictors of a plan, and the clusters when errors robust to them are asked for."""
    names = job.names("predictors")
    refuse_repeated(names)
    clusters = None
    if job.get("robust", str) == "cluster":
        codes = job.all_codes(job.get("cluster", str))
        clusters = codes[job.kept]
    return {name: job.column(name) for name in names}, clusters


def cluster_ignored(job: Job) -> tuple[Warning, ...]:
    """A warning when a plan names clusters without asking for errors that are robust to them."""
    if not job.given("cluster") or job.get("robust", str) == "cluster":
        return ()
    message = Bilingual(
        "给了 cluster 但 robust 不是 cluster，标准误未考虑聚类",
        "cluster is given but robust is not cluster: the errors take no account of clusters",
    )
    return (Warning("cluster_ignored", message),)


MODEL_INPUTS = (
    Input("outcome", ColumnKind(), required=True),
    Input("predictors", Columns(), required=True),
    Input("robust", Choice(("none", "hc3", "cluster")), default="none"),
)
