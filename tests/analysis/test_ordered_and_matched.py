"""Trends over ordered categories, and the same people asked twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import association, contrasts, matched, ordered
from analysis.crosstab import Crosstab
from analysis.matched import SquareTable
from analysis.result import Result
from tests.analysis.outcomes import close, codes, ok, reason

GROUPS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=2, max_size=5)
ANSWER = st.one_of(st.none(), st.sampled_from(["a", "b", "c", "d"]))
TWICE = st.lists(st.tuples(ANSWER, ANSWER), min_size=1, max_size=40)


def _groups(pairs: list[tuple[int, int]]) -> dict[str, tuple[int, int]]:
    return {f"g{i}": (yes, yes + no) for i, (yes, no) in enumerate(pairs)}


def _square(pairs: list[tuple[str | None, str | None]]) -> SquareTable:
    return SquareTable.of([a for a, _ in pairs], [b for _, b in pairs])


@given(GROUPS)
def test_cochran_armitage__is_linear_by_linear_but_for_n(pairs: list[tuple[int, int]]) -> None:
    groups, scores = _groups(pairs), list(range(len(pairs)))
    table = Crosstab(tuple(groups), ("no", "yes"), np.array([(no, yes) for yes, no in pairs]))
    trend = ordered.cochran_armitage(groups, scores)
    linear = ordered.linear_by_linear(table, scores, [0, 1])
    if isinstance(trend, Result) and isinstance(linear, Result):
        n = trend.n or 0
        assert trend.number("z") ** 2 * (n - 1) / n == pytest.approx(linear.number("statistic"), abs=1e-9)


@given(GROUPS, st.integers(1, 9), st.integers(-40, 40))
def test_cochran_armitage__scores_rescaled__same_z(
    pairs: list[tuple[int, int]], factor: int, shift: int
) -> None:
    groups, scores = _groups(pairs), [float(i * i) for i in range(len(pairs))]
    moved = [factor * score + shift for score in scores]
    close(ordered.cochran_armitage(groups, scores), ordered.cochran_armitage(groups, moved), ["z", "p"])


@given(GROUPS)
def test_cochran_armitage__two_groups__is_the_pooled_z(pairs: list[tuple[int, int]]) -> None:
    groups = dict(list(_groups(pairs).items())[:2])
    trend, gap = ordered.cochran_armitage(groups, [1, 2]), contrasts.proportion_difference(groups)
    if isinstance(trend, Result) and isinstance(gap, Result):
        assert trend.number("z") == pytest.approx(-gap.number("z"), abs=1e-9)
        assert trend.number("slope") == pytest.approx(-gap.number("difference"), abs=1e-12)


def test_trend__one_sided__halves_p() -> None:
    groups = {"a": (1, 10), "b": (5, 10), "c": (8, 10)}
    two, one = (
        ok(ordered.cochran_armitage(groups, [1, 2, 3], alternative=a)) for a in ("two_sided", "greater")
    )
    assert one.number("p") == pytest.approx(two.number("p") / 2)


@pytest.mark.parametrize(
    ("groups", "scores", "code"),
    [
        ({"a": (0, 0), "b": (0, 0)}, [1, 2], "no_rows"),
        ({"a": (3, 3), "b": (4, 4)}, [1, 2], "no_variance"),
        ({"a": (1, 3), "b": (2, 4)}, [5, 5], "no_variance"),
        ({"a": (1, 3), "b": (0, 0)}, [1, 2], "no_variance"),
    ],
)
def test_cochran_armitage__no_trend_to_see__says_why(
    groups: dict[str, tuple[int, int]], scores: list[float], code: str
) -> None:
    assert reason(ordered.cochran_armitage(groups, scores)) == code


def test_scores__one_too_few__value_error() -> None:
    with pytest.raises(ValueError, match="scores"):
        ordered.cochran_armitage({"a": (1, 2), "b": (1, 2)}, [1])
    with pytest.raises(ValueError, match="scores"):
        ordered.linear_by_linear(Crosstab.of(["a", "b"], [1, 2]), [1], [1, 2])


@given(TWICE)
def test_two_categories__bowker_and_stuart_maxwell__are_mcnemar(
    pairs: list[tuple[str | None, str | None]],
) -> None:
    table = _square([(a, b) for a, b in pairs if a in (None, "a", "b") and b in (None, "a", "b")])
    one = matched.mcnemar(table)
    for other in (matched.bowker(table), matched.stuart_maxwell(table)):
        assert isinstance(one, Result) == isinstance(other, Result)
        if isinstance(one, Result) and isinstance(other, Result):
            close(one, other, ["statistic", "df", "p"])


@given(TWICE)
def test_cochran_q__two_items__is_mcnemar_uncorrected(pairs: list[tuple[str | None, str | None]]) -> None:
    two = [(a, b) for a, b in pairs if a in (None, "a", "b") and b in (None, "a", "b")]
    q = matched.cochran_q({"x": [a for a, _ in two], "y": [b for _, b in two]})
    change = matched.mcnemar(_square(two))
    if isinstance(q, Result):
        close(q, change, ["statistic", "df", "p"])


@given(TWICE, st.randoms(use_true_random=False))
def test_matched__rows_shuffled_and_answers_swapped__same(
    pairs: list[tuple[str | None, str | None]], random: object
) -> None:
    shuffled = pairs.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for test in (matched.bowker, matched.stuart_maxwell):
        assert test(_square(pairs)) == test(_square(shuffled))
        one, other = test(_square(pairs)), test(_square([(b, a) for a, b in pairs]))
        close(one, other, ["statistic", "df", "p"])


@given(TWICE, st.integers(2, 5))
def test_matched__duplicated_rows__statistic_grows_with_n(
    pairs: list[tuple[str | None, str | None]], times: int
) -> None:
    one, other = matched.bowker(_square(pairs)), matched.bowker(_square(pairs * times))
    if isinstance(one, Result) and isinstance(other, Result):
        assert other.number("statistic") == pytest.approx(times * one.number("statistic"))


def test_stuart_maxwell__parts_nobody_moved_between__each_loses_a_degree() -> None:
    pairs = [("a", "b")] * 5 + [("b", "a")] * 2 + [("c", "d")] * 4 + [("d", "c")] * 4 + [("e", "e")] * 3
    result = ok(matched.stuart_maxwell(_square(pairs)))
    assert result["df"] == 2
    assert codes(result) == ["fewer_df"]
    # Each part of two categories is a McNemar test of its own.
    assert result.number("statistic") == pytest.approx((5 - 2) ** 2 / 7 + 0)


def test_bowker__empty_pairs__have_no_degree() -> None:
    result = ok(matched.bowker(_square([("a", "b"), ("b", "a"), ("a", "b"), ("c", "c")])))
    assert (result["df"], codes(result)) == (1, ["fewer_df"])


def test_mcnemar__correction_and_exact() -> None:
    table = _square([("n", "y")] * 9 + [("y", "n")] * 2 + [("y", "y")] * 30)
    plain, corrected = (ok(matched.mcnemar(table, correction=c)) for c in (False, True))
    assert plain.number("statistic") == pytest.approx(49 / 11)
    assert corrected.number("statistic") == pytest.approx(36 / 11)
    assert plain.number("p_exact") == pytest.approx(2 * (1 + 11 + 55) / 2**11)


def test_mcnemar__degenerate__says_why() -> None:
    assert reason(matched.mcnemar(_square([("a", "a"), ("b", "b")]))) == "no_change"
    assert reason(matched.mcnemar(_square([("a", "a")]))) == "no_change"
    assert reason(matched.mcnemar(_square([("a", "b"), ("c", "b")]))) == "not_two_categories"
    assert reason(matched.bowker(_square([(None, "a")]))) == "no_rows"
    assert reason(matched.cochran_q({"x": ["a", "b"], "y": ["a", "b"]})) == "no_variance"
    assert reason(matched.cochran_q({"x": [1, 2, 3], "y": [1, 1, 2]})) == "not_two_categories"
    assert reason(matched.cochran_q({"x": [1, 0]})) == "too_few_items"


def test_chi_square__two_by_two__is_the_pooled_z_squared() -> None:
    table = Crosstab.from_mapping({("a", "y"): 12, ("a", "n"): 8, ("b", "y"): 7, ("b", "n"): 20})
    chi = ok(association.chi_square_from_counts(table))
    gap = ok(contrasts.proportion_difference({"a": (12, 20), "b": (7, 27)}))
    assert gap.number("z") ** 2 == pytest.approx(chi.number("statistic"))
