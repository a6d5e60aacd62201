"""Association where categories have an order: linear by linear, and the trend of a proportion."""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt

import numpy as np

from analysis.computing import FloatArray, Impossible, statistic, too_few
from analysis.crosstab import Crosstab
from analysis.descriptives import unseen
from analysis.groups import GROUPED, no_variance
from analysis.inputs import Column, Fault, Input, LevelNumbers, Levels
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result
from analysis.tables import NumberColumn, label_in
from analysis.tails import sided, z_tail
from analysis.wording import count, number, p_value, percent, verdict
from analysis.wording import names as listed

TREND = Bilingual("趋势", "trend")


@statistic("linear_by_linear")
def linear_by_linear(
    table: Crosstab,
    row_scores: Sequence[float],
    column_scores: Sequence[float],
    *,
    alternative: str = "two_sided",
    confidence: float = 0.95,
) -> Outcome:
    """The linear-by-linear association of a table of counts whose categories bear scores.

    z = √(n − 1)·r with r the correlation of the two scores over all n. Fields: statistic (z²), z, p, r.
    Mantel, JASA 58 (1963) 690; Agresti, Categorical Data Analysis. Not computable: no row; scores that do not
    vary. ValueError when there is not a score per category. Checked against R coin::lbl_test.
    """
    rows, columns = np.asarray(row_scores, np.float64), np.asarray(column_scores, np.float64)
    if (len(rows), len(columns)) != table.counts.shape:
        raise ValueError("scores: one per category is needed")
    n, cells = table.n, table.counts.astype(np.float64)
    if n < 2:
        raise too_few(n, 2)
    u, v = _centred(rows, cells.sum(axis=1)), _centred(columns, cells.sum(axis=0))
    spread = float((cells.sum(axis=1) @ u**2) * (cells.sum(axis=0) @ v**2))
    if spread <= 0:
        raise no_variance()
    r = max(-1.0, min(1.0, float(u @ cells @ v) / sqrt(spread)))
    z = sqrt(n - 1) * r
    p = z_tail(z, alternative)
    fields: dict[str, Json] = {"statistic": z**2, "z": z, "p": p, "r": r}
    found = verdict(p, confidence, TREND)
    sentence = Bilingual(
        f"两个有序变量的线性关联：r={number(r, 3)}；z={number(z)}，{p_value(p)}，{found.zh}"
        f"（n={count(n)}）。",
        f"Linear association of the ordered variables: r = {number(r, 3)}; z = {number(z)}, {p_value(p)}, "
        f"{found.en} (n = {count(n)}).",
    )
    method = sided(
        Bilingual("线性趋势（linear-by-linear）检验", "linear-by-linear association test"),
        alternative,
        Bilingual("相关", "correlation"),
        with_interval=False,
    )
    return Result("linear_by_linear", method, n, table.n_missing, fields, sentence)


@statistic("cochran_armitage")
def cochran_armitage(
    groups: Mapping[str, tuple[int, int]],
    scores: Sequence[float],
    *,
    n_missing: int = 0,
    alternative: str = "two_sided",
    confidence: float = 0.95,
) -> Outcome:
    """The trend of a proportion over scored groups: group -> (successes, n).

    z = Σ sᵢ(xᵢ − nᵢp)/√(p(1−p) Σ nᵢ(sᵢ − s̄)²), above 0 when the share rises with the score. Fields:
    statistic (z²), z, p, slope (of the share per unit of score), shares. Cochran, Biometrics 10 (1954) 417;
    Armitage 1955. Not computable: no row; all or no successes; scores that do not vary. Checked against R
    prop.trend.test.
    """
    if len(scores) != len(groups):
        raise ValueError("scores: one per group is needed")
    x, sizes = np.array(list(groups.values()), np.float64).reshape(-1, 2).T
    n = int(sizes.sum())
    if n < 2:
        raise too_few(n, 2)
    share = float(x.sum()) / n
    s = _centred(np.asarray(scores, np.float64), sizes)
    spread = float(sizes @ s**2)
    if spread <= 0 or not 0 < share < 1:
        raise no_variance()
    gained = float(s @ x)
    z = gained / sqrt(share * (1 - share) * spread)
    p = z_tail(z, alternative)
    with np.errstate(invalid="ignore"):
        shares = {name: hits / size for name, (hits, size) in groups.items() if size}
    fields: dict[str, Json] = {
        "statistic": z**2,
        "z": z,
        "p": p,
        "slope": gained / spread,
        "shares": shares,
    }
    found = verdict(p, confidence, TREND)
    ends = percent(next(iter(shares.values()))), percent(list(shares.values())[-1])
    sentence = Bilingual(
        f"比例随组的趋势（{ends[0]} → {ends[1]}）：z={number(z)}，{p_value(p)}，{found.zh}（n={count(n)}）。",
        f"Trend of the share over the groups ({ends[0]} → {ends[1]}): z = {number(z)}, {p_value(p)}, "
        f"{found.en} (n = {count(n)}).",
    )
    method = sided(
        Bilingual("Cochran-Armitage 趋势检验", "Cochran-Armitage trend test"),
        alternative,
        Bilingual("斜率", "slope"),
        with_interval=False,
    )
    return Result("cochran_armitage", method, n, n_missing, fields, sentence)


def _centred(scores: FloatArray, weights: FloatArray) -> FloatArray:
    """Scores less their weighted mean; exact zeros when those that carry weight are equal."""
    carried = scores[weights > 0]
    if not len(carried) or carried.min() == carried.max():
        return np.zeros(len(scores))
    about = scores - carried[0]
    centred: FloatArray = about - float(weights @ about) / float(weights.sum())
    return centred


def _scores(job: Job, column: str, categories: Sequence[str]) -> list[float]:
    """The score of each category: as given, else the number itself, else 1…k in order."""
    given = job.get("scores", dict) if job.given("scores") else {}
    found = job.table.column(column)
    if column in given:
        by_label = {label_in(found, level): float(score) for level, score in given[column].items()}
        without = listed(name for name in categories if name not in by_label)
        if without:
            raise Impossible(
                "no_score",
                f"列 {column} 的类别 {without} 在 scores 中没有分值",
                f"scores names no score for {without} of column {column}",
            )
        return [by_label[name] for name in categories]
    if isinstance(found, NumberColumn):
        return [float(name) for name in categories]
    return [float(i) for i in range(1, len(categories) + 1)]


def _linear_by_linear_job(job: Job) -> Outcome:
    rows, columns = job.get("rows", str), job.get("columns", str)
    table = job.crosstab(rows, columns)
    return linear_by_linear(
        table,
        _scores(job, rows, table.rows),
        _scores(job, columns, table.columns),
        alternative=job.alternative,
        confidence=job.confidence,
    )


def _cochran_armitage_job(job: Job) -> Outcome:
    outcome, wanted, group = job.get("outcome", str), job.names("success"), job.get("group", str)
    groups, missing = job.chosen_by_group(outcome, wanted, group)
    result = cochran_armitage(
        groups,
        _scores(job, group, tuple(groups)),
        n_missing=missing,
        alternative=job.alternative,
        confidence=job.confidence,
    )
    return result.warned(*unseen(job, outcome, wanted))


def _scored_columns(arguments: Mapping[str, object]) -> Iterator[Fault]:
    """A fault for each column of `scores` that the test does not look at."""
    scores = arguments["scores"]
    looked_at = {arguments.get(name) for name in ("rows", "columns", "group")}
    for column in scores if isinstance(scores, dict) else ():
        if column not in looked_at:
            yield Fault(
                "bad_value",
                f"scores 中的列 {column} 不在本检验中",
                f"scores: column {column} has no part in the test",
            )


SCORES = Input("scores", LevelNumbers())
USES = frozenset({"levels", "alternative"})

STATISTICS = (
    Statistic(
        "linear_by_linear",
        (Input("rows", Column(), required=True), Input("columns", Column(), required=True), SCORES),
        _linear_by_linear_job,
        uses=USES,
        check=_scored_columns,
    ),
    Statistic(
        "cochran_armitage",
        (*GROUPED, Input("success", Levels(), required=True), SCORES),
        _cochran_armitage_job,
        uses=USES,
        check=_scored_columns,
    ),
)
