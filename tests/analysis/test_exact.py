"""Fisher's exact test."""

from itertools import product
from math import comb, exp, lgamma

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis import exact, exact_tables
from analysis.crosstab import Crosstab
from analysis.result import Result
from tests.analysis.outcomes import close, codes, ok, reason

CELLS = st.integers(0, 12)


def _table(counts: list[list[int]]) -> Crosstab:
    rows, columns = (
        tuple(f"{side}{i}" for i in range(k)) for side, k in zip("rc", np.shape(counts), strict=True)
    )
    return Crosstab(rows, columns, np.array(counts, dtype=np.int64))


def _brute_p(counts: np.ndarray) -> float:
    """The p value by going through every table with the margins of a 3×c table."""
    columns, total, rare = counts.sum(axis=0), 0.0, 0.0
    observed = sum(lgamma(x + 1) for x in counts.ravel())
    deals = [[(i, j, c - i - j) for i in range(c + 1) for j in range(c + 1 - i)] for c in columns.tolist()]
    for dealt in product(*deals):
        if (np.array(dealt).sum(axis=0) == counts.sum(axis=1)).all():
            s = sum(lgamma(x + 1) for column in dealt for x in column)
            total += exp(-s)
            rare += exp(-s) if s >= observed - 1e-7 else 0.0
    return rare / total


def test_fisher_exact__tea_tasting__by_hand() -> None:
    # Fisher 1935: 3 of 4 cups told right. P = (16·1 + 1)/70 one-sided; R: 6.408309, good to 1e-4.
    result = ok(exact.fisher_exact_from_counts(_table([[3, 1], [1, 3]]), alternative="greater"))
    assert result.number("p") == pytest.approx(17 / comb(8, 4))
    assert result.number("odds_ratio") == pytest.approx(6.408309, abs=1e-4)
    two_sided = ok(exact.fisher_exact_from_counts(_table([[3, 1], [1, 3]])))
    assert two_sided.number("p") == pytest.approx(34 / 70)
    # R prints 0.2117329 and 621.9337505, from a root found to 1e-4 of its inverse.
    expected = stats.contingency.odds_ratio([[3, 1], [1, 3]]).confidence_interval(0.95)
    assert two_sided.interval() == pytest.approx(tuple(expected), rel=1e-8)


@given(CELLS, CELLS, CELLS, CELLS)
def test_fisher_exact__two_by_two__p_as_scipy(a: int, b: int, c: int, d: int) -> None:
    for alternative in ("two_sided", "less", "greater"):
        result = exact.fisher_exact_from_counts(_table([[a, b], [c, d]]), alternative=alternative)
        if isinstance(result, Result):
            expected = stats.fisher_exact([[a, b], [c, d]], alternative=alternative.replace("_", "-"))
            assert result.number("p") == pytest.approx(float(expected.pvalue), rel=1e-6, abs=1e-12)


@given(CELLS, CELLS, CELLS, CELLS)
def test_fisher_exact__rows_swapped__odds_are_inverted(a: int, b: int, c: int, d: int) -> None:
    one, other = (
        exact.fisher_exact_from_counts(_table(counts)) for counts in ([[a, b], [c, d]], [[c, d], [a, b]])
    )
    assert isinstance(one, Result) == isinstance(other, Result)
    if isinstance(one, Result) and isinstance(other, Result):
        assert one.number("p") == pytest.approx(other.number("p"), rel=1e-9)
        if min(a, b, c, d) > 0:
            assert one.number("odds_ratio") == pytest.approx(1 / other.number("odds_ratio"), rel=1e-8)
            assert one.interval()[0] == pytest.approx(1 / other.interval()[1], rel=1e-8)


def test_fisher_exact__empty_cell__no_infinite_number() -> None:
    upper, lower = (
        ok(exact.fisher_exact_from_counts(_table(t))) for t in ([[5, 0], [2, 4]], [[0, 5], [4, 2]])
    )
    assert codes(upper) == ["infinite_odds_ratio"]
    assert "odds_ratio" not in upper.fields
    assert upper.number("odds_ratio_lower") > 0
    assert (lower.number("odds_ratio"), lower.interval()[0]) == (0, 0)
    assert lower.interval()[1] == pytest.approx(1 / upper.number("odds_ratio_lower"), rel=1e-8)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=2, max_size=3))
def test_exact_p__small_tables__as_brute_force(columns: list[tuple[int, int, int]]) -> None:
    counts = np.array(columns).T
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if counts.shape[0] == 3 and counts.shape[1] > 1:
        assert exact_tables.exact_p(counts) == pytest.approx(_brute_p(counts), abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(*[st.integers(1, 9)] * 4), min_size=3, max_size=3), st.permutations(range(4)))
def test_fisher_exact__transposed_or_rearranged__same_p(
    rows: list[tuple[int, ...]], order: list[int]
) -> None:
    counts = np.array(rows)
    p = exact_tables.exact_p(counts)
    assert exact_tables.exact_p(counts.T) == pytest.approx(p, rel=1e-9)
    assert exact_tables.exact_p(counts[::-1][:, order]) == pytest.approx(p, rel=1e-9)


def test_exact_p__job_satisfaction__as_the_manual_of_r() -> None:
    # Agresti 2002 table 2.8, in the examples of R fisher.test: p = 0.7827.
    table = np.array([[1, 2, 1, 0], [3, 3, 6, 1], [10, 10, 14, 9], [6, 7, 12, 11]])
    assert exact_tables.exact_p(table) == pytest.approx(0.7827, abs=5e-5)
    p, se, _ = exact_tables.simulated_p(table, seed=1)
    assert abs(p - 0.7827) < 4 * se


def test_fisher_exact__too_large_to_enumerate__monte_carlo_is_said_and_repeats() -> None:
    table = _table((np.arange(25).reshape(5, 5) * 40 + 100).tolist())
    one, other = (ok(exact.fisher_exact_from_counts(table, seed=7)) for _ in range(2))
    assert one == other
    assert codes(one) == ["monte_carlo"]
    assert (one["seed"], one["replicates"]) == (7, 50_000)
    assert one.number("p_se") > 0


def test_simulated_p__many_sparse_categories__shuffled_rows_say_the_same() -> None:
    rng = np.random.default_rng(3)
    table = np.zeros((12, 12), dtype=np.int64)
    np.add.at(table, (rng.integers(0, 12, 60), rng.integers(0, 12, 60)), 1)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    drawn, shuffled = (
        draw(table, np.random.default_rng(1), 4000) for draw in (exact_tables._drawn, exact_tables._shuffled)
    )
    assert drawn.mean() == pytest.approx(shuffled.mean(), abs=4 * drawn.std() / 4000**0.5)
    assert exact_tables.simulated_p(table, 1)[2] == 50_000


def test_fisher_exact__one_category__says_so() -> None:
    assert reason(exact.fisher_exact(["a", "a"], [1, 2])) == "one_category"
    assert reason(exact.fisher_exact([], [])) == "no_rows"
    huge = _table([[5 * 10**8, 5 * 10**8], [5 * 10**8, 5 * 10**8]])
    assert reason(exact.fisher_exact_from_counts(huge)) == "too_large"


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), min_size=2, max_size=40))
def test_fisher_exact__rows_reversed__same(pairs: list[tuple[str, str]]) -> None:
    rows, columns = zip(*pairs, strict=True)
    close(exact.fisher_exact(rows, columns), exact.fisher_exact(rows[::-1], columns[::-1]), ["p"])
