"""Differences of NPS and of proportions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import contrasts, loyalty
from analysis.descriptives import wilson
from analysis.result import Result
from analysis.samples import Counts
from tests.analysis.outcomes import ok, reason

SCORES = st.lists(st.integers(0, 10), min_size=1, max_size=40)
SHARE = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (pair[0], sum(pair)))


@given(SCORES, SCORES)
def test_nps_difference__is_the_difference_of_the_scores(a: list[int], b: list[int]) -> None:
    outcome = contrasts.nps_difference({"a": Counts.of(a), "b": Counts.of(b)})
    swapped = contrasts.nps_difference({"b": Counts.of(b), "a": Counts.of(a)})
    if isinstance(outcome, Result):
        one, other = ok(loyalty.nps(a)), ok(loyalty.nps(b))
        assert outcome.number("difference") == pytest.approx(one.number("nps") - other.number("nps"))
        assert outcome.number("z") == pytest.approx(-ok(swapped).number("z"))
        low, high = outcome.interval()
        assert (low + high) / 2 == pytest.approx(outcome.number("difference"))


@given(SHARE, SHARE)
def test_proportion_difference__interval__holds_the_difference(
    a: tuple[int, int], b: tuple[int, int]
) -> None:
    outcome = contrasts.proportion_difference({"a": a, "b": b})
    if isinstance(outcome, Result):
        low, high = outcome.interval()
        assert -1 <= low <= outcome.number("difference") <= high <= 1
        swapped = ok(contrasts.proportion_difference({"b": b, "a": a}))
        assert swapped.interval() == pytest.approx((-high, -low), abs=1e-12)


def test_proportion_difference__newcombe_1998__method_10() -> None:
    # Newcombe 1998, table II (a): 56/70 − 48/80: 0.2000, 0.0524 to 0.3339.
    result = ok(contrasts.proportion_difference({"a": (56, 70), "b": (48, 80)}))
    assert result.number("difference") == pytest.approx(0.2)
    assert result.interval() == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert wilson(56, 70)[0] < 0.8


def test_two_waves__85_and_90_percent__as_terms_say() -> None:
    # terms: 200 answers a wave are not enough (z = 1.51), 400 are (2.14).
    for n, z in ((200, 1.51), (400, 2.14)):
        result = ok(contrasts.proportion_difference({"2": (int(0.9 * n), n), "1": (int(0.85 * n), n)}))
        assert result.number("z") == pytest.approx(z, abs=0.01)


@pytest.mark.parametrize(
    ("groups", "code"),
    [
        ({"a": [9, 10]}, "not_two_groups"),
        ({"a": [9, 10], "b": [10, 9]}, "no_variance"),
        ({"a": [9, 11], "b": [1, 2]}, "outside_scale"),
        ({"a": [], "b": [1, 2]}, "group_too_small"),
    ],
)
def test_nps_difference__no_difference_to_test__says_why(groups: dict[str, list[int]], code: str) -> None:
    counted = {name: Counts.of(values) for name, values in groups.items()}
    assert reason(contrasts.nps_difference(counted)) == code


def test_proportion_difference__degenerate__says_why() -> None:
    assert reason(contrasts.proportion_difference({"a": (0, 5), "b": (0, 7)})) == "no_variance"
    assert reason(contrasts.proportion_difference({"a": (1, 5), "b": (0, 0)})) == "group_too_small"
    with pytest.raises(ValueError, match="successes"):
        contrasts.proportion_difference({"a": (6, 5), "b": (0, 7)})
