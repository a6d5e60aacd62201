"""The same people asked twice or more about categories: McNemar, Bowker, Stuart-Maxwell and Cochran's Q."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, chdtrc

from analysis.computing import FloatArray, Impossible, IntArray, statistic, too_few
from analysis.groups import no_variance
from analysis.inputs import Columns, Flag, Input
from analysis.jobs import Job
from analysis.ratings import Ratings
from analysis.registry import Statistic
from analysis.repeated import ITEMS
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.scales import few_items
from analysis.wording import count, number, p_value, percent, verdict

CHANGE = Bilingual("变化", "change")
DIFFERENCE = Bilingual("差异", "difference")


@dataclass(frozen=True, slots=True, eq=False)
class SquareTable:
    """Counts of first answer by second answer over one list of categories."""

    levels: tuple[str, ...]
    counts: IntArray
    n_missing: int = 0

    @classmethod
    def of(
        cls, first: Iterable[object], second: Iterable[object], levels: Sequence[object] = ()
    ) -> "SquareTable":
        """The table of two lists of categories of equal length; None and NaN are gaps."""
        return cls.of_ratings(Ratings.of({"first": first, "second": second}, levels))

    @classmethod
    def of_ratings(cls, ratings: Ratings) -> "SquareTable":
        """The table of what two columns of ratings say of the units complete in both."""
        complete, missing = ratings.complete()
        k = len(complete.names)
        cells = complete.codes[:, 0] * k + complete.codes[:, 1]
        counts = np.bincount(cells, minlength=k * k).reshape(k, k).astype(np.int64)
        return cls(complete.names, counts, missing)

    @property
    def n(self) -> int:
        return int(self.counts.sum())

    @property
    def used(self) -> "SquareTable":
        """The table without categories that nobody chose; Impossible when no row is left."""
        if self.n == 0:
            raise too_few(0, 1)
        kept = (self.counts.sum(axis=0) + self.counts.sum(axis=1)) > 0
        names = tuple(name for name, is_used in zip(self.levels, kept, strict=True) if is_used)
        return SquareTable(names, self.counts[kept][:, kept], self.n_missing)


@statistic("mcnemar")
def mcnemar(table: SquareTable, *, correction: bool = False, confidence: float = 0.95) -> Outcome:
    """McNemar's test of a change between two answers with two categories.

    χ² = (|b − c| − correction)²/(b + c) with 1 degree of freedom, b and c the two kinds of change. Fields:
    statistic, df, p, p_exact (binomial), changes {"x → y": count}. McNemar, Psychometrika 12 (1947) 153.
    Not computable: no row; more than two categories (use bowker); nobody changed. Checked against R
    mcnemar.test.
    """
    table = table.used
    if len(table.levels) > 2:
        raise Impossible(
            "not_two_categories",
            f"McNemar 检验需要两个类别，数据中有 {len(table.levels)} 个；请用 bowker 或以 levels 选出两个",
            f"McNemar's test needs two categories, the data have {len(table.levels)}; use bowker, or levels",
        )
    b, c = (int(table.counts[0, 1]), int(table.counts[1, 0])) if len(table.levels) == 2 else (0, 0)
    if b + c == 0:
        raise _nobody_changed()
    gap = abs(b - c) - (1 if correction and b != c else 0)
    chi2 = gap**2 / (b + c)
    x, y = table.levels
    fields: dict[str, Json] = {
        "p_exact": min(1.0, 2 * float(bdtr(min(b, c), b + c, 0.5))),
        "changes": {f"{x} → {y}": b, f"{y} → {x}": c},
    }
    zh, en = ("，连续性校正", ", continuity correction") if correction else ("", "")
    method = Bilingual(f"McNemar 检验{zh}", f"McNemar's test{en}")
    return _symmetry("mcnemar", method, table, chi2, 1, confidence, fields)


@statistic("bowker")
def bowker(table: SquareTable, *, confidence: float = 0.95) -> Outcome:
    """Bowker's test that changes between two answers go both ways alike.

    χ² = Σ (nᵢⱼ − nⱼᵢ)²/(nᵢⱼ + nⱼᵢ) over the pairs of categories between which somebody changed; their number
    is df. Fields: statistic, df, p. Bowker, JASA 43 (1948) 572. Not computable: no row; nobody changed.
    Warned: pairs without a change, for which other programs give no value or count a degree of freedom.
    Checked against R mcnemar.test.
    """
    table = table.used
    upper = np.triu_indices(len(table.levels), 1)
    there, back = table.counts[upper].astype(np.float64), table.counts.T[upper].astype(np.float64)
    moved = (there + back) > 0
    if not moved.any():
        raise _nobody_changed()
    chi2 = float(((there - back)[moved] ** 2 / (there + back)[moved]).sum())
    warnings = _fewer_df(
        int((~moved).sum()), Bilingual("对类别之间无人变动", "pairs of categories without a change")
    )
    method = Bilingual("Bowker 对称性检验", "Bowker's test of symmetry")
    return _symmetry("bowker", method, table, chi2, int(moved.sum()), confidence, {}, warnings)


@statistic("stuart_maxwell")
def stuart_maxwell(table: SquareTable, *, confidence: float = 0.95) -> Outcome:
    """The Stuart-Maxwell test that two answers have the same distribution over categories.

    χ² = d′S⁻¹d with d the differences of the margins and S = diag(row + column) − (n + n′) less one category.
    Categories between which nobody moved fall into parts, each of which loses one. Fields: statistic, df, p,
    differences {category: row − column}. Stuart, Biometrika 42 (1955) 412; Maxwell 1970. Not computable: no
    row; nobody changed. Warned: such parts. Checked against R coin::mh_test.
    """
    table = table.used
    cells = table.counts.astype(np.float64)
    gaps, k = cells.sum(axis=1) - cells.sum(axis=0), len(cells)
    both = cells + cells.T
    np.fill_diagonal(both, 0.0)
    kept = _all_but_one_of_each_part(both > 0)
    if not len(kept):
        raise _nobody_changed()
    spread = (np.diag(both.sum(axis=1)) - both)[np.ix_(kept, kept)]
    chi2 = float(gaps[kept] @ np.linalg.solve(spread, gaps[kept]))
    warnings = _fewer_df(
        k - 1 - len(kept), Bilingual("个类别与其余之间无人变动", "categories apart from the rest")
    )
    fields: dict[str, Json] = {"differences": dict(zip(table.levels, gaps.astype(int).tolist(), strict=True))}
    method = Bilingual("Stuart-Maxwell 边际齐性检验", "Stuart-Maxwell test of marginal homogeneity")
    return _symmetry("stuart_maxwell", method, table, max(0.0, chi2), len(kept), confidence, fields, warnings)


def _all_but_one_of_each_part(linked: npt.NDArray[np.bool_]) -> IntArray:
    """The categories less the last of each part that hangs together."""
    part = np.arange(len(linked))
    for i, j in np.argwhere(linked):
        part[part == part[j]] = part[i]
    last = {int(p): i for i, p in enumerate(part)}
    return np.array([i for i in range(len(part)) if i not in last.values()], dtype=np.int64)


@statistic("cochran_q")
def cochran_q(items: Mapping[str, Iterable[object]], *, confidence: float = 0.95) -> Outcome:
    """Cochran's Q test of lists of categories of equal length; see cochran_q_from_ratings."""
    if len(items) < 2:
        raise few_items(2)
    return cochran_q_from_ratings(tuple(items), Ratings.of(items), confidence=confidence)


@statistic("cochran_q")
def cochran_q_from_ratings(items: Sequence[str], ratings: Ratings, *, confidence: float = 0.95) -> Outcome:
    """Cochran's Q: whether several yes/no answers of the same people have the same share.

    Q = (k−1)(k ΣGⱼ² − (ΣGⱼ)²)/(k ΣLᵢ − ΣLᵢ²) with G the successes per item and L per person, χ² with k − 1.
    The second of the two categories is the success; Q is the same for the first. A row with a gap is left
    out. Fields: statistic, df, p, shares. Cochran, Biometrika 37 (1950) 256. Not computable: one item; more
    than two categories; no complete row; nobody answered the items differently. Checked against the closed
    form in R.
    """
    k, levels = len(items), ratings.names
    complete, missing = ratings.complete()
    n, answers = len(complete.codes), complete.codes.astype(np.float64)
    if len(levels) > 2:
        raise Impossible(
            "not_two_categories",
            f"Cochran Q 需要恰好两个类别，数据中有 {len(levels)} 个",
            f"Cochran's Q needs two categories, the data have {len(levels)}",
        )
    if n == 0:
        raise too_few(0, 1)
    per_item, per_row = answers.sum(axis=0), answers.sum(axis=1)
    spread = float(k * per_row.sum() - (per_row**2).sum())
    if spread <= 0:
        raise no_variance()
    q = (k - 1) * k * float(((per_item - per_item.mean()) ** 2).sum()) / spread
    p = float(chdtrc(k - 1, q))
    shares: FloatArray = per_item / n
    fields: dict[str, Json] = {
        "statistic": q,
        "df": k - 1,
        "p": p,
        "shares": dict(zip(items, shares.tolist(), strict=True)),
    }
    found, shown = verdict(p, confidence, DIFFERENCE), f"Q({k - 1})={number(q)}"
    ends = percent(float(shares.min())), percent(float(shares.max()))
    sentence = Bilingual(
        f"{k} 个题项的占比（{ends[0]}–{ends[1]}）比较：{shown}，{p_value(p)}，{found.zh}（n={count(n)}）。",
        f"Shares of {k} items ({ends[0]}–{ends[1]}): {shown}, {p_value(p)}, {found.en} (n = {count(n)}).",
    )
    method = Bilingual("Cochran Q 检验", "Cochran's Q test")
    return Result("cochran_q", method, n, missing, fields, sentence)


def _symmetry(
    test: str,
    method: Bilingual,
    table: SquareTable,
    chi2: float,
    df: int,
    confidence: float,
    more: Mapping[str, Json],
    warnings: tuple[Warning, ...] = (),
) -> Result:
    p = float(chdtrc(df, chi2))
    found, shown = verdict(p, confidence, CHANGE), f"χ²({df})={number(chi2)}"
    moved = percent(1 - float(np.trace(table.counts)) / table.n)
    sentence = Bilingual(
        f"两次回答不同的占 {moved}；{shown}，{p_value(p)}，方向上的{found.zh}（n={count(table.n)}）。",
        f"{moved} answered differently the second time; {shown}, {p_value(p)}, {found.en} of direction "
        f"(n = {count(table.n)}).",
    )
    fields: dict[str, Json] = {"statistic": chi2, "df": df, "p": p, **more}
    return Result(test, method, table.n, table.n_missing, fields, sentence, warnings)


def _fewer_df(lost: int, what: Bilingual) -> tuple[Warning, ...]:
    if not lost:
        return ()
    message = Bilingual(f"有 {lost} {what.zh}，自由度相应减少", f"{lost} {what.en}: fewer degrees of freedom")
    return (Warning("fewer_df", message),)


def _nobody_changed() -> Impossible:
    return Impossible(
        "no_change", "没有人两次回答不同，无法检验", "nobody answered differently the second time"
    )


def _mcnemar_job(job: Job) -> Outcome:
    table = SquareTable.of_ratings(Ratings.of_job(job, "pair"))
    return mcnemar(table, correction=job.get("correction", bool), confidence=job.confidence)


def _bowker_job(job: Job) -> Outcome:
    return bowker(SquareTable.of_ratings(Ratings.of_job(job, "pair")), confidence=job.confidence)


def _stuart_maxwell_job(job: Job) -> Outcome:
    return stuart_maxwell(SquareTable.of_ratings(Ratings.of_job(job, "pair")), confidence=job.confidence)


def _cochran_q_job(job: Job) -> Outcome:
    items = job.names("items")
    if len(items) < 2:
        raise few_items(2)
    return cochran_q_from_ratings(items, Ratings.of_job(job, "items"), confidence=job.confidence)


PAIR = Input("pair", Columns(2), required=True)
LEVELS = frozenset({"levels"})

STATISTICS = (
    Statistic("mcnemar", (PAIR, Input("correction", Flag(), default=False)), _mcnemar_job, uses=LEVELS),
    Statistic("bowker", (PAIR,), _bowker_job, uses=LEVELS),
    Statistic("stuart_maxwell", (PAIR,), _stuart_maxwell_job, uses=LEVELS),
    Statistic("cochran_q", ITEMS, _cochran_q_job, uses=LEVELS),
)
