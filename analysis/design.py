"""Estimates under a survey design: weights, clusters (branches) and strata, by linearisation."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from analysis.computing import BoolArray, FloatArray, Impossible, IntArray, statistic, too_few
from analysis.inputs import Column, Input
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.samples import Counts, as_floats
from analysis.wording import count
from analysis.wording import estimate as estimated


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """How the rows were sampled. Each array has one entry per row of the whole data, or is None.

    `clusters` are counted within strata; a negative code is a gap. A row that has no weight, cluster or
    stratum is no part of the design.
    """

    weights: FloatArray | None = None
    clusters: IntArray | None = None
    strata: IntArray | None = None

    @property
    def simple(self) -> bool:
        """True when every row is its own unit with the same weight."""
        return self.weights is None and self.clusters is None and self.strata is None

    def members(self, rows: int) -> BoolArray:
        """Which of `rows` rows are part of the design."""
        members = np.ones(rows, dtype=np.bool_)
        if self.weights is not None:
            members &= ~np.isnan(self.weights)
        for codes in (self.clusters, self.strata):
            if codes is not None:
                members &= codes >= 0
        return members


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The sampling units of a design: the unit of each member row, the stratum of each unit."""

    unit_of_row: IntArray
    stratum_of_unit: IntArray
    strata: int

    @classmethod
    def of(cls, design: Design, members: BoolArray) -> "Units":
        n = int(members.sum())
        stratum = np.zeros(n, dtype=np.int64)
        if design.strata is not None:
            stratum = np.unique(design.strata[members], return_inverse=True)[1].astype(np.int64)
        cluster = np.arange(n) if design.clusters is None else design.clusters[members]
        width = int(cluster.max()) + 1 if n else 1
        nested, unit = np.unique(stratum * width + cluster, return_inverse=True)
        return cls(unit.astype(np.int64), nested // width, int(stratum.max()) + 1 if n else 0)

    @property
    def df(self) -> int:
        """Clusters − strata."""
        return len(self.stratum_of_unit) - self.strata

    def check(self) -> None:
        """Impossible when a variance between units cannot be had."""
        sizes = np.bincount(self.stratum_of_unit, minlength=self.strata)
        if len(self.stratum_of_unit) < 2:
            raise Impossible("one_cluster", "至少需要两个抽样单元", "at least two sampling units are needed")
        if (sizes < 2).any():
            raise Impossible(
                "lonely_cluster",
                f"{int((sizes < 2).sum())} 个层只有一个抽样单元，方差无法估计；请合并层",
                f"{int((sizes < 2).sum())} strata have a single sampling unit; merge strata",
            )

    def variance(self, scores: FloatArray) -> float:
        """The variance of the sum of linearised `scores`, one per member row, between units in strata."""
        totals = np.bincount(self.unit_of_row, scores, minlength=len(self.stratum_of_unit))
        sizes = np.bincount(self.stratum_of_unit, minlength=self.strata)
        means = np.bincount(self.stratum_of_unit, totals, minlength=self.strata) / sizes
        squares = (totals - means[self.stratum_of_unit]) ** 2
        per_stratum = np.bincount(self.stratum_of_unit, squares, minlength=self.strata)
        return float((per_stratum * sizes / (sizes - 1)).sum())


def mean(
    values: npt.ArrayLike,
    *,
    design: Design | None = None,
    domain: npt.NDArray[np.bool_] | None = None,
    confidence: float = 0.95,
) -> Outcome:
    """The mean of an array under a design, with linearised error.

    m = Σwx/Σw; variance of Σ w(x − m)/Σw between sampling units within strata, n_h/(n_h − 1). `domain` marks
    the rows asked about (default all): they and the rows with a value form a domain, the design stays whole.
    ci: t with clusters − strata of the whole design. deff against simple random sampling with replacement,
    n_effective = n/deff. Fields: estimate, se, ci, deff, n_effective. Särndal, Swensson & Wretman
    1992; Lumley 2010. Not computable: fewer than two values; a negative weight, no weight; one cluster,
    or a stratum with one. Without a design counts are enough: mean_from_counts.
    Checked against R survey::svymean.
    """
    given = as_floats(values)
    asked = np.ones(len(given), dtype=np.bool_) if domain is None else domain
    if design is None or design.simple:
        return mean_from_counts(Counts.of(given[asked]), rows=len(given), confidence=confidence)
    return _design_mean(given, design, asked, confidence)


@statistic("mean")
def mean_from_counts(counts: Counts, *, rows: int | None = None, confidence: float = 0.95) -> Outcome:
    """The mean of a variable from counts of its values, every row its own unit with weight 1.

    `rows` is the number of rows of the whole data (default: values and gaps); beyond the values they are a
    domain's outside. Fields and reasons as `mean`.
    """
    n = counts.n
    if n < 2:
        raise too_few(n, 2)
    whole = n + counts.n_missing if rows is None else rows
    se = sqrt(whole / (whole - 1) * counts.ss) / n
    simple = sqrt(counts.variance / n)
    return _mean_result(counts.mean, se, simple, whole - 1, n, counts.n_missing, confidence, "")


@statistic("mean")
def _design_mean(values: FloatArray, design: Design, asked: BoolArray, confidence: float) -> Outcome:
    members = design.members(len(values))
    weights = np.ones(len(values)) if design.weights is None else design.weights
    if (weights[members] < 0).any():
        raise Impossible("negative_weight", "权重中有负数", "a weight is negative")
    used = members & asked & ~np.isnan(values)
    n, total = int(used.sum()), float(weights[used].sum())
    if n < 2:
        raise too_few(n, 2)
    if total <= 0:
        raise Impossible("no_weight", "有效行的权重之和为 0", "the weights of the valid rows sum to 0")
    units = Units.of(design, members)
    units.check()
    middle = values[used][0]  # the mean is taken about a value of its own, so that no digits are lost
    centred = np.where(used, values - middle, 0.0)
    offset = float((weights * centred)[used].sum()) / total
    scores = np.where(used, weights * (centred - offset) / total, 0.0)
    if Counts.of(values[used]).constant:
        scores = np.zeros(len(values))
    se = sqrt(units.variance(scores[members]))
    weighed = int((weights[used] > 0).sum())
    spread = float((weights[used] * (centred[used] - offset) ** 2).sum()) / total if se > 0 else 0.0
    simple = sqrt(spread / (weighed - 1)) if weighed > 1 else 0.0
    missing = int(asked.sum()) - n
    return _mean_result(middle + offset, se, simple, units.df, n, missing, confidence, _described(design))


def _mean_result(
    estimate: float, se: float, simple: float, df: int, n: int, missing: int, confidence: float, design: str
) -> Result:
    half = float(stdtrit(df, 0.5 + confidence / 2)) * se
    ci = (estimate - half, estimate + half)
    fields: dict[str, Json] = {"estimate": estimate, "se": se, "ci": ci}
    warnings: tuple[Warning, ...] = ()
    if simple > 0 and se > 0:
        deff = (se / simple) ** 2
        fields |= {"deff": deff, "n_effective": n / deff}
    else:
        message = Bilingual(
            "所有值相同：区间没有宽度，不给设计效应", "all values are equal: no design effect is given"
        )
        warnings = (Warning("constant", message),)
    shown = estimated("M", estimate, ci, confidence)
    sentence = Bilingual(f"均值 {shown.zh}（n={count(n)}）。", f"Mean {shown.en} (n = {count(n)}).")
    method = Bilingual(
        f"均值，线性化标准误{f'（{design}）' if design else ''}",
        f"mean, linearised standard error{f' ({design})' if design else ''}",
    )
    return Result("mean", method, n, missing, fields, sentence, warnings)


def _described(design: Design) -> str:
    given = {"weights": design.weights, "cluster": design.clusters, "strata": design.strata}
    return ", ".join(name for name, array in given.items() if array is not None)


def design_of(job: Job) -> Design:
    """The Design that a plan's weights, cluster and strata describe, over all rows of the data."""

    def codes(name: str) -> IntArray | None:
        return job.all_codes(job.get(name, str)) if job.given(name) else None

    weights = job.all_numbers(job.get("weights", str)) if job.given("weights") else None
    return Design(weights, codes("cluster"), codes("strata"))


def _mean_job(job: Job) -> Outcome:
    values = job.all_numbers(job.get("outcome", str))
    return mean(values, design=design_of(job), domain=job.kept, confidence=job.confidence)


STATISTICS = (
    Statistic(
        "mean",
        (Input("outcome", Column(), required=True),),
        _mean_job,
        uses=frozenset({"weights", "cluster", "strata"}),
    ),
)
