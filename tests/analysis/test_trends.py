"""Trends, change points, control charts, importance-performance and gaps."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis import control_charts, service_quality, trends
from analysis.result import Result
from tests.analysis.outcomes import close, codes, ok, reason

SERIES = st.lists(st.integers(0, 12), min_size=3, max_size=40)


@given(SERIES)
def test_mann_kendall__by_its_definition(x: list[int]) -> None:
    outcome = trends.mann_kendall(x)
    if isinstance(outcome, Result):
        n = len(x)
        pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
        assert outcome["s"] == sum(np.sign(x[j] - x[i]) for i, j in pairs)
        slopes = [(x[j] - x[i]) / (j - i) for i, j in pairs]
        assert outcome.number("sen_slope") == pytest.approx(float(np.median(slopes)))
        tau = stats.kendalltau(range(n), x).statistic
        assert outcome.number("tau_b") == pytest.approx(float(tau), abs=1e-12)


@given(SERIES, st.integers(1, 9), st.integers(-30, 30))
def test_trends__rescaled_and_turned__follow(x: list[int], factor: int, shift: int) -> None:
    moved = [shift - factor * value for value in x]
    one, other = trends.mann_kendall(x), trends.mann_kendall(moved)
    if isinstance(one, Result) and isinstance(other, Result):
        assert other["s"] == -one.number("s")
        assert other.number("p") == pytest.approx(one.number("p"))
        assert other.number("sen_slope") == pytest.approx(-factor * one.number("sen_slope"))
    close(trends.change_point(x), trends.change_point(moved), ["location", "statistic", "p"])


@given(SERIES)
def test_change_point__by_its_definition(x: list[int]) -> None:
    outcome = trends.change_point(x)
    if isinstance(outcome, Result):
        u = [abs(sum(np.sign(a - b) for a in x[:t] for b in x[t:])) for t in range(1, len(x))]
        assert outcome["statistic"] == max(u)
        assert outcome["location"] == int(np.argmax(u)) + 1


def test_trends__gaps__are_closed_up_and_said() -> None:
    x = [1, None, 2, 3, None, 9, 10, 11]
    change = ok(trends.change_point(x))
    assert (change["location"], change.n, change.n_missing) == (4, 6, 2)
    assert codes(change) == ["small_sample", "gaps"]
    assert ok(trends.mann_kendall(x))["s"] == 15


@pytest.mark.parametrize(
    ("x", "code"),
    [
        ([], "no_rows"),
        ([1, 2], "too_few_rows"),
        ([4, 4, 4], "no_variance"),
        ([1, math.inf, 2], "not_finite"),
        (range(5001), "series_too_long"),
    ],
)
def test_trends__nothing_to_see__says_why(x: list[float], code: str) -> None:
    assert reason(trends.mann_kendall(x)) == code
    assert reason(trends.change_point(x)) == code


def test_p_chart__auto__takes_laney_only_when_periods_vary_too_much() -> None:
    rng = np.random.default_rng(3)
    sizes = np.full(30, 5000)
    calm = rng.binomial(5000, 0.05, 30)
    wild = rng.binomial(5000, rng.beta(50, 950, 30))
    plain, laney = (ok(control_charts.p_chart(x, sizes)) for x in (calm, wild))
    assert (plain["laney"], laney["laney"]) == (False, True)
    assert len(ok(control_charts.p_chart(wild, sizes, laney="never"))["out"]) > 5  # type: ignore[arg-type]
    assert len(laney["out"]) <= 1  # type: ignore[arg-type]


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 30)), min_size=2, max_size=20), st.integers(2, 5)
)
def test_p_chart__limits__hold_the_center_and_stay_within_shares(
    periods: list[tuple[int, int]], times: int
) -> None:
    x, n = np.array([a for a, _ in periods]), np.array([a + b for a, b in periods])
    outcome = control_charts.p_chart(x, n, laney="never")
    if isinstance(outcome, Result):
        center = outcome.number("center")
        larger = ok(control_charts.p_chart(x * times, n * times, laney="never"))
        assert larger.number("center") == pytest.approx(center)
        for limits, tighter in zip(outcome["limits"], larger["limits"], strict=True):  # type: ignore[arg-type]
            assert 0 <= limits["lower"] <= center <= limits["upper"] <= 1  # type: ignore[call-overload, index, operator]
            assert tighter["upper"] <= limits["upper"] + 1e-12  # type: ignore[call-overload, index, operator]


def test_p_chart__gaps_and_empty_periods__keep_positions() -> None:
    result = ok(control_charts.p_chart([5, None, 0, 6, 4, 40], [100, 100, 0, 100, 100, 100], laney="never"))
    assert (result["out"], result.n, result.n_missing) == ([6], 4, 2)
    assert [limits["position"] for limits in result["limits"]] == [1, 4, 5, 6]  # type: ignore[call-overload, index, union-attr]
    assert codes(result) == ["gaps"]


@pytest.mark.parametrize(
    ("x", "n", "code"),
    [
        ([1], [10], "too_few_rows"),
        ([0, 0], [10, 12], "no_variance"),
        ([10, 12], [10, 12], "no_variance"),
        ([11, 2], [10, 12], "not_counts"),
        ([1.5, 2], [10, 12], "not_counts"),
        ([-1, 2], [10, 12], "not_counts"),
        ([1, 2], [math.inf, 12], "not_counts"),
    ],
)
def test_p_chart__no_chart__says_why(x: list[float], n: list[float], code: str) -> None:
    assert reason(control_charts.p_chart(x, n)) == code


IMPORTANCE = {"i1": [5, 5, 4], "i2": [2, 1, 2], "i3": [5, 4, 5], "i4": [1, 2, 1]}
PERFORMANCE = {"p1": [5, 4, 5], "p2": [5, 5, 4], "p3": [1, 2, 2], "p4": [2, 1, 1]}


def _quadrants(result: Result) -> list[str]:
    return [row["quadrant"] for row in result["quadrants"]]  # type: ignore[call-overload, index, union-attr, misc]


def test_ipa__four_corners() -> None:
    result = ok(service_quality.ipa(IMPORTANCE, PERFORMANCE))
    assert _quadrants(result) == ["keep_up", "overkill", "concentrate", "low_priority"]


def test_ipa__crosshair__turns_the_result() -> None:
    easy = {"p1": [5, 5], "p2": [4, 4]}
    means, middle = (
        ok(service_quality.ipa({"i1": [5, 5], "i2": [4, 4]}, easy, crosshair=c, scale=(1, 5)))
        for c in ("means", "midpoint")
    )
    assert _quadrants(means) == ["keep_up", "low_priority"]
    assert _quadrants(middle) == ["keep_up", "keep_up"]


@given(st.lists(st.tuples(*[st.integers(1, 5)] * 4), min_size=1, max_size=20))
def test_ipa__all_alike__everything_is_on_the_crosshair(rows: list[tuple[int, ...]]) -> None:
    first = [row[0] / 7 for row in rows]
    result = ok(service_quality.ipa({f"i{k}": first for k in range(3)}, {f"p{k}": first for k in range(3)}))
    assert set(_quadrants(result)) == {"keep_up"}


def test_servqual_gap__reversed_items__count_the_other_way() -> None:
    expectation, perception = {"e1": [6, 7], "e2": [2, 1]}, {"p1": [5, 5], "p2": [4, 3]}
    plain = ok(service_quality.servqual_gap(expectation, perception, importance=[3, 1]))
    assert plain["gaps"] == {"p1": -1.5, "p2": 2.0}
    assert (plain["overall"], plain["weighted"]) == (0.25, -0.625)
    turned = ok(service_quality.servqual_gap(expectation, perception, reverse=["p2"]))
    assert turned["gaps"] == {"p1": -1.5, "p2": -2.0}
    # The same as turning both answers on the scale.
    by_hand = {"p1": perception["p1"], "p2": [8 - x for x in perception["p2"]]}
    expected = {"e1": expectation["e1"], "e2": [8 - x for x in expectation["e2"]]}
    assert ok(service_quality.servqual_gap(expected, by_hand))["gaps"] == turned["gaps"]


def test_service_quality__unlike_lists__value_error() -> None:
    with pytest.raises(ValueError, match="performance"):
        service_quality.ipa({"a": [1]}, {"b": [1], "c": [2]})
    with pytest.raises(ValueError, match="scale"):
        service_quality.ipa({"a": [1]}, {"b": [1]}, crosshair="midpoint")
    with pytest.raises(ValueError, match="importance"):
        service_quality.servqual_gap({"a": [1]}, {"b": [1]}, importance=[0])
    assert reason(service_quality.ipa({"a": [None]}, {"b": [1]})) == "no_rows"
    assert reason(service_quality.servqual_gap({"a": [None]}, {"b": [1]})) == "no_rows"
