"""Correlations of pairs of numeric variables: Pearson, Spearman and Kendall's τ-b."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import atanh, sqrt, tanh

import numpy as np
import numpy.typing as npt

from analysis.computing import FloatArray, Impossible, not_finite, one_of, statistic, too_few
from analysis.concordance import concordance
from analysis.descriptives import z_quantile
from analysis.inputs import Choice, Columns, Fault, Input, Surroundings, listed
from analysis.jobs import Job
from analysis.moments import Moments, equal_columns
from analysis.multiplicity import adjusted
from analysis.ranking import midranks
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.scales import few_items
from analysis.tails import SIDES, sided, t_tail, z_tail
from analysis.wording import count, estimate, judged, number, p_value
from analysis.wording import names as named
from analysis.words import word

METHODS = {
    "pearson": Bilingual("Pearson 相关", "Pearson correlation"),
    "spearman": Bilingual("Spearman 秩相关", "Spearman rank correlation"),
    "kendall": Bilingual("Kendall τ-b（校正同分）", "Kendall's τ-b (ties corrected)"),
}
SYMBOLS = {"pearson": "r", "spearman": "ρ", "kendall": "τ"}
PERFECT = 1 - 1e-15  # a correlation beyond it is ±1 but for rounding
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """How a correlation is to be computed."""

    method: str
    alternative: str
    confidence: float


def correlation(
    columns: Mapping[str, npt.ArrayLike],
    pairs: Sequence[Pair] | None = None,
    *,
    method: str = "pearson",
    missing: str = "listwise",
    alternative: str = "two_sided",
    confidence: float = 0.95,
) -> Outcome:
    """The correlations of columns of equal length, of `pairs` of names or of all; NaN and None are gaps.

    Pearson: t = r√((n−2)/(1−r²)), interval by Fisher's z; Spearman: the same t of the ranks; Kendall: τ-b
    with z = S/√var, ties corrected. Given `pairs` each uses the rows complete in it; all columns: `missing`
    listwise uses the rows complete in all, pairwise those of each pair.
    Fields: pairs [{a, b, r, ci (Pearson, from 4 rows), p, n, p_adjusted (Holm, with several pairs)}]. Fisher
    1921; Spearman 1904; Kendall 1938. Not computable: fewer than two columns; no pair with three rows that
    vary. Warned: pairs left out for that. ValueError on an unknown method or name. Checked against R
    cor.test.
    """
    one_of("method", method, tuple(METHODS))
    one_of("missing", missing, ("listwise", "pairwise"))
    one_of("alternative", alternative, SIDES)
    unknown = [name for pair in pairs or () for name in pair if name not in columns]
    if unknown:
        raise ValueError(f"pairs: {unknown[0]!r} is no column")
    asked = _Asked(method, alternative, confidence)
    if pairs is None and missing == "listwise" and method == "pearson":
        return correlation_from_moments(Moments.of(columns), alternative=alternative, confidence=confidence)
    return _by_rows(columns, pairs, asked, listwise=pairs is None and missing == "listwise")


@statistic("correlation")
def correlation_from_moments(
    moments: Moments, *, alternative: str = "two_sided", confidence: float = 0.95
) -> Outcome:
    """Pearson's correlations of all pairs of variables, from moments; see correlation."""
    if len(moments.names) < 2:
        raise few_items(2)
    asked, n = _Asked("pearson", alternative, confidence), moments.n
    if n < 3:
        raise too_few(n, 3)
    cov, constant = moments.covariance(), moments.constant
    rows, flat = [], []
    for i, j in combinations(range(len(moments.names)), 2):
        pair = moments.names[i], moments.names[j]
        if constant[i] or constant[j]:
            flat.append(pair)
        else:
            rows.append(_row(pair, _r(cov[i, j], cov[i, i], cov[j, j]), n, asked))
    return _result(rows, flat, n, moments.n_missing, asked)


@statistic("correlation")
def _by_rows(
    columns: Mapping[str, npt.ArrayLike], pairs: Sequence[Pair] | None, asked: _Asked, *, listwise: bool
) -> Outcome:
    wanted = list(combinations(columns, 2)) if pairs is None else list(pairs)
    if not wanted:
        raise few_items(2)
    values = dict(zip(columns, equal_columns(columns), strict=True))
    here = {name: ~np.isnan(column) for name, column in values.items()}
    whole = np.logical_and.reduce([here[name] for pair in wanted for name in pair])
    used = np.zeros(len(whole), dtype=np.bool_)
    rows, flat = [], []
    for a, b in wanted:
        kept = whole if listwise else here[a] & here[b]
        used |= kept
        x, y = values[a][kept], values[b][kept]
        if len(x) < 3 or x.min() == x.max() or y.min() == y.max():
            flat.append((a, b))
        else:
            rows.append(_of_pair((a, b), x, y, asked))
    n = int(used.sum())
    if n < 3:
        raise too_few(n, 3)
    return _result(rows, flat, n, len(used) - n, asked)


def _of_pair(pair: Pair, x: FloatArray, y: FloatArray, asked: _Asked) -> dict[str, Json]:
    if asked.method == "kendall":
        found = concordance(x, y)
        p = z_tail(found.s / sqrt(found.variance), asked.alternative)
        return {"a": pair[0], "b": pair[1], "r": found.tau_b, "p": p, "n": found.n}
    if asked.method == "spearman":
        x, y = _ranks(x), _ranks(y)
    cov = Moments.of({"x": x, "y": y}).covariance()
    return _row(pair, _r(cov[0, 1], cov[0, 0], cov[1, 1]), len(x), asked)


def _ranks(values: FloatArray) -> FloatArray:
    _, position, tied = np.unique(values, return_inverse=True, return_counts=True)
    return midranks(tied.astype(np.float64))[position]


def _r(covariance: float, one: float, other: float) -> float:
    product = sqrt(one) * sqrt(other)
    if not 0 < product < np.inf:
        raise not_finite()
    r = float(covariance / product)
    return float(np.sign(r)) if abs(r) > PERFECT else r


def _row(pair: Pair, r: float, n: int, asked: _Asked) -> dict[str, Json]:
    if abs(r) == 1:
        certain = asked.alternative == "two_sided" or (r > 0) == (asked.alternative == "greater")
        p = 0.0 if certain else 1.0
    else:
        p = t_tail(r * sqrt((n - 2) / ((1 - r) * (1 + r))), n - 2, asked.alternative)
    row: dict[str, Json] = {"a": pair[0], "b": pair[1], "r": r, "p": p, "n": n}
    if asked.method == "pearson" and n > 3:
        half = z_quantile(asked.confidence) / sqrt(n - 3)
        row["ci"] = (tanh(atanh(r) - half), tanh(atanh(r) + half)) if abs(r) < 1 else (r, r)
    return row


def _result(rows: list[dict[str, Json]], flat: list[Pair], n: int, n_missing: int, asked: _Asked) -> Result:
    if not rows:
        raise Impossible(
            "no_variance",
            f"{_shown(flat)}：有一列没有变异，或共同有效的行少于 3 行，无法计算相关",
            f"{_shown(flat)}: a column does not vary, or fewer than 3 rows are complete",
        )
    if len(rows) > 1:
        holm = adjusted([_number(row, "p") for row in rows], "holm").tolist()
        rows = [{**row, "p_adjusted": p} for row, p in zip(rows, holm, strict=True)]
    method = sided(METHODS[asked.method], asked.alternative, Bilingual("相关", "correlation"))
    warnings = tuple(_left_out(flat))
    return Result("correlation", method, n, n_missing, {"pairs": rows}, _sentence(rows, n, asked), warnings)


def _sentence(rows: Sequence[Mapping[str, Json]], n: int, asked: _Asked) -> Bilingual:
    strongest = max(rows, key=lambda row: abs(_number(row, "r")))
    r, symbol, ci = _number(strongest, "r"), SYMBOLS[asked.method], strongest.get("ci")
    one = Bilingual(f"{symbol}={number(r)}", f"{symbol} = {number(r)}")
    if isinstance(ci, tuple):
        one = judged(estimate(symbol, r, ci, asked.confidence), word("correlation", ci))
    who, p = f"{strongest['a']} / {strongest['b']}", p_value(_number(strongest, "p"))
    if len(rows) == 1:
        return Bilingual(f"{who}：{one.zh}；{p}（n={count(n)}）。", f"{who}: {one.en}; {p} (n = {count(n)}).")
    below = sum(_number(row, "p_adjusted") < 1 - asked.confidence for row in rows)
    return Bilingual(
        f"{len(rows)} 对相关中有 {below} 对在 Holm 校正后显著；最强的是 "
        f"{who}：{one.zh}；{p}（n={count(n)}）。",
        f"{below} of {len(rows)} correlations are significant after Holm's adjustment; the strongest is "
        f"{who}: {one.en}; {p} (n = {count(n)}).",
    )


def _number(row: Mapping[str, Json], name: str) -> float:
    value = row[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} is not a number")
    return float(value)


def _left_out(flat: list[Pair]) -> Iterator[Warning]:
    if flat:
        yield Warning(
            "pairs_left_out",
            Bilingual(
                f"{_shown(flat)} 未计算：有一列没有变异，或共同有效的行少于 3 行",
                f"{_shown(flat)} left out: a column does not vary, or fewer than 3 rows are complete",
            ),
        )


def _shown(pairs: Sequence[Pair]) -> str:
    return named(f"{a} / {b}" for a, b in pairs)


@dataclass(frozen=True, slots=True)
class ColumnPairs:
    """A list of pairs of column names."""

    def read(self, raw: object, around: Surroundings) -> tuple[Pair, ...]:
        pairs = [Columns(2).read(pair, around) for pair in listed(raw)]
        if not pairs:
            raise Fault("missing_input", "列表为空", "the list is empty")
        return tuple((a, b) for a, b in pairs)


def _correlation_job(job: Job) -> Outcome:
    if job.given("pairs"):
        pairs = tuple((str(a), str(b)) for a, b in job.get("pairs", tuple))
        columns = job.matrix(tuple(dict.fromkeys(name for pair in pairs for name in pair)))
    else:
        pairs, columns = None, job.matrix(job.names("items"))
    return correlation(
        columns,
        pairs,
        method=job.get("method", str),
        missing=job.get("missing", str),
        alternative=job.alternative,
        confidence=job.confidence,
    )


def _pairs_or_items(arguments: Mapping[str, object]) -> Iterator[Fault]:
    pairs, items = (arguments[name] is not None for name in ("pairs", "items"))
    if pairs and items:
        yield Fault("bad_value", "pairs 不能与 items 同用", "pairs excludes items")
    elif not pairs and not items:
        yield Fault("missing_input", "需要 pairs 或 items", "pairs or items are needed")


STATISTICS = (
    Statistic(
        "correlation",
        (
            Input("pairs", ColumnPairs()),
            Input("items", Columns()),
            Input("method", Choice(tuple(METHODS)), default="pearson"),
        ),
        _correlation_job,
        uses=frozenset({"missing", "alternative"}),
        check=_pairs_or_items,
    ),
)
