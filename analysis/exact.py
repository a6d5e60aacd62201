"""Fisher's exact test of independence: 2×2 with the odds ratio, larger tables exactly or by Monte Carlo."""

from collections.abc import Callable, Iterable
from math import exp, inf

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln

from analysis.association import testable_table
from analysis.computing import FloatArray, Impossible, one_of, statistic
from analysis.crosstab import Crosstab
from analysis.exact_tables import exact_p, simulated_p
from analysis.inputs import Column, Input
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.tails import SIDES
from analysis.wording import count, level, number, p_value, verdict

ASSOCIATION = Bilingual("关联", "association")
WIDEST_SUPPORT = 4_000_000  # values of the first cell
MOST_DRAWN = 900_000_000  # rows of a table that can be drawn at random
MOST_CELLS = 100_000  # and cells (or twice the rows, if that is less)
RELATIVE = 1 + 1e-7  # R: probabilities this close count as equal
DEFAULT_SEED = 20_200_301


def fisher_exact(
    rows: Iterable[object],
    columns: Iterable[object],
    *,
    alternative: str = "two_sided",
    confidence: float = 0.95,
    seed: int = DEFAULT_SEED,
) -> Outcome:
    """Fisher's test of two lists of categories; see fisher_exact_from_counts. None and NaN are gaps."""
    table = Crosstab.of(rows, columns)
    return fisher_exact_from_counts(table, alternative=alternative, confidence=confidence, seed=seed)


@statistic("fisher_exact")
def fisher_exact_from_counts(
    table: Crosstab,
    *,
    alternative: str = "two_sided",
    confidence: float = 0.95,
    seed: int = DEFAULT_SEED,
) -> Outcome:
    """Fisher's exact test (Fisher-Freeman-Halton for more than 2×2) of a table of counts.

    p: the tables with the same margins that are as rare as this one or rarer. 2×2: odds_ratio is the
    conditional maximum likelihood estimate (not ad/bc), ci its exact interval from the noncentral
    hypergeometric distribution, `alternative` about it. Larger: exact while the tables can be gone through,
    otherwise by 50,000 random tables with the fields p_se, replicates and seed.
    Fields: p; 2×2: odds_ratio, ci. R. A. Fisher 1935; Freeman & Halton, Biometrika 38 (1951) 141.
    Not computable: no row; one category; too large. Warned: an infinite odds ratio (then odds_ratio_lower is
    given instead), Monte Carlo, a one-sided question about a larger table. Checked against R fisher.test.
    """
    one_of("alternative", alternative, SIDES)
    table = testable_table(table)
    if table.counts.shape == (2, 2):
        return _two_by_two(table, alternative, confidence)
    warnings: list[Warning] = []
    if alternative != "two_sided":
        message = Bilingual(
            "大于 2×2 的表只有双侧检验，此处为双侧", "tables beyond 2×2 have no sides; this is two-sided"
        )
        warnings.append(Warning("two_sided_only", message))
    p = exact_p(table.counts)
    fields: dict[str, Json] = {"p": p}
    method = Bilingual("Fisher-Freeman-Halton 精确检验", "Fisher-Freeman-Halton exact test")
    if p is None:
        p, fields, method = _by_monte_carlo(table, seed)
        message = Bilingual(
            f"表太大，无法逐一列举；p 值由随机表估计（种子 {seed}）",
            f"too large to enumerate; p is estimated from random tables (seed {seed})",
        )
        warnings.append(Warning("monte_carlo", message))
    found, n = verdict(p, confidence, ASSOCIATION), count(table.n)
    shape = "×".join(map(str, table.counts.shape))
    sentence = Bilingual(
        f"{shape} 表的关联：{p_value(p)}，{found.zh}（n={n}）。",
        f"Association in the {shape} table: {p_value(p)}, {found.en} (n = {n}).",
    )
    return Result("fisher_exact", method, table.n, table.n_missing, fields, sentence, tuple(warnings))


def _by_monte_carlo(table: Crosstab, seed: int) -> tuple[float, dict[str, Json], Bilingual]:
    if table.n > MOST_DRAWN or min(table.counts.size, 2 * table.n) > MOST_CELLS:
        raise _too_large()
    p, se, replicates = simulated_p(table.counts, seed)
    method = Bilingual(
        f"Fisher-Freeman-Halton 检验，蒙特卡洛（{replicates} 次，种子 {seed}）",
        f"Fisher-Freeman-Halton test, Monte Carlo ({replicates} tables, seed {seed})",
    )
    return p, {"p": p, "p_se": se, "replicates": replicates, "seed": seed}, method


def _two_by_two(table: Crosstab, alternative: str, confidence: float) -> Result:
    cells = _FirstCell.of(table)
    p = cells.p(alternative)
    fields: dict[str, Json] = {"p": p}
    warnings: tuple[Warning, ...] = ()
    low, high = cells.interval(confidence)
    odds = cells.estimate()
    if odds < inf:
        fields |= {"odds_ratio": odds, "ci": (low, high)}
        shown = f"OR={number(odds)}", f"[{number(low)}, {number(high)}]"
    else:
        fields["odds_ratio_lower"] = low
        shown = "OR=∞", f"[{number(low)}, ∞)"
        message = Bilingual(
            f"有零格：优势比无穷大，只给区间下限 {number(low)}",
            f"a cell is 0: the odds ratio is infinite; its lower limit is {number(low)}",
        )
        warnings = (Warning("infinite_odds_ratio", message),)
    found, n, sure = verdict(p, confidence, ASSOCIATION), count(table.n), level(confidence)
    sentence = Bilingual(
        f"两个变量的关联：{shown[0]}，{sure} 置信区间 {shown[1]}；{p_value(p)}，{found.zh}（n={n}）。",
        f"Association of the two variables: {shown[0]}, {sure} CI {shown[1]}; {p_value(p)}, {found.en} "
        f"(n = {n}).",
    )
    method = Bilingual(
        "Fisher 精确检验，条件最大似然优势比", "Fisher's exact test, conditional ML odds ratio"
    )
    return Result("fisher_exact", method, table.n, table.n_missing, fields, sentence, warnings)


class _FirstCell:
    """The distribution of the first cell of a 2×2 table with fixed margins, for any odds ratio."""

    __slots__ = ("base", "support", "x")

    def __init__(self, support: FloatArray, base: FloatArray, x: float) -> None:
        self.support, self.base, self.x = support, base, x

    @classmethod
    def of(cls, table: Crosstab) -> "_FirstCell":
        (x, _), (first_row, second_row) = table.counts[0], table.counts.sum(axis=1).tolist()
        first_column = int(table.counts[:, 0].sum())
        low, high = max(0, first_column - second_row), min(first_row, first_column)
        if high - low > WIDEST_SUPPORT:
            raise _too_large()
        s = np.arange(low, high + 1, dtype=np.float64)
        cells = (s, first_row - s, first_column - s, second_row - first_column + s)
        base: FloatArray = -np.sum([gammaln(cell + 1) for cell in cells], axis=0)
        return cls(s, base - base.max(), float(x))

    def chances(self, log_odds: float = 0.0) -> FloatArray:
        """The probabilities of the support at this odds ratio."""
        weights = self.base + log_odds * (self.support - self.x)
        chances: FloatArray = np.exp(weights - weights.max())
        chances /= chances.sum()
        return chances

    def p(self, alternative: str) -> float:
        chances = self.chances()
        if alternative == "two_sided":
            limit = chances[int(self.x - self.support[0])] * RELATIVE
            rare = chances <= limit
        else:
            rare = self.support <= self.x if alternative == "less" else self.support >= self.x
        return min(1.0, float(chances[rare].sum()))

    def estimate(self) -> float:
        """The odds ratio that makes the observed cell the expected one; inf at the upper end."""
        if self.x == self.support[-1]:
            return inf
        if self.x == self.support[0]:
            return 0.0
        return exp(_rising_root(lambda g: float(self.support @ self.chances(g)) - self.x))

    def interval(self, confidence: float) -> tuple[float, float]:
        """The odds ratios at which the observed cell is either tail; 0 and inf at the ends."""
        tail, low, high = (1 - confidence) / 2, 0.0, inf
        if self.x > self.support[0]:
            above = self.support >= self.x
            low = exp(_rising_root(lambda g: float(self.chances(g)[above].sum()) - tail))
        if self.x < self.support[-1]:
            below = self.support <= self.x
            high = exp(_rising_root(lambda g: tail - float(self.chances(g)[below].sum())))
        return low, high


def _rising_root(f: Callable[[float], float]) -> float:
    low, high = -1.0, 1.0
    while f(low) > 0 and low > -700:
        low *= 2
    while f(high) < 0 and high < 700:
        high *= 2
    return float(brentq(f, low, high, xtol=1e-13, rtol=1e-14, maxiter=500))


def _too_large() -> Impossible:
    return Impossible(
        "too_large",
        "频数太大，不宜用精确检验；请用 chi_square",
        "the counts are too large for an exact test; use chi_square",
    )


def _fisher_exact_job(job: Job) -> Outcome:
    table = job.crosstab(job.get("rows", str), job.get("columns", str))
    seed = job.get("seed", int) if job.given("seed") else DEFAULT_SEED
    return fisher_exact_from_counts(table, alternative=job.alternative, confidence=job.confidence, seed=seed)


STATISTICS = (
    Statistic(
        "fisher_exact",
        (
            Input("rows", Column(), required=True),
            Input("columns", Column(), required=True),
        ),
        _fisher_exact_job,
        uses=frozenset({"levels", "alternative"}),
    ),
)
