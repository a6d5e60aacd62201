"""Levene and Shapiro-Wilk."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis import assumptions
from analysis.result import Result
from tests.analysis.outcomes import close, ok, reason

VALUES = st.lists(st.one_of(st.none(), st.integers(1, 9)), min_size=1, max_size=30)


@pytest.mark.parametrize("n", [3, 4, 5, 6, 11, 12, 50, 51, 2000, 5000])
def test_shapiro__any_size__as_scipy(n: int) -> None:
    values = np.random.default_rng(n).exponential(size=n).round(2) + 1000
    result, expected = ok(assumptions.shapiro(values)), stats.shapiro(values)
    assert result.number("statistic") == pytest.approx(expected.statistic, abs=1e-9)
    assert result.number("p") == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-12)


@given(VALUES, st.integers(1, 9), st.integers(-50, 50))
def test_shapiro__affine_rescaling_and_turning__unchanged(
    values: list[int | None], factor: int, shift: int
) -> None:
    moved = [None if value is None else shift - factor * value for value in values]
    close(assumptions.shapiro(values), assumptions.shapiro(moved), ["statistic", "p"], rel=1e-6)


@pytest.mark.parametrize(
    ("values", "code"),
    [([], "no_rows"), ([1, 2], "too_few_rows"), ([4] * 9, "no_variance"), (range(5001), "too_many_rows")],
)
def test_shapiro__out_of_its_range__says_why(values: list[float], code: str) -> None:
    assert reason(assumptions.shapiro(values)) == code


def test_shapiro__range_beyond_floats__not_finite() -> None:
    assert reason(assumptions.shapiro([-1.7e308, 0, 1.7e308])) == "not_finite"


@given(VALUES, VALUES, st.sampled_from(["median", "mean"]))
def test_levene__two_groups__as_scipy(a: list[int | None], b: list[int | None], center: str) -> None:
    result = assumptions.levene({"a": a, "b": b}, center=center)
    if isinstance(result, Result):
        given_values = ([v for v in group if v is not None] for group in (a, b))
        expected = stats.levene(*given_values, center=center)
        assert result.number("statistic") == pytest.approx(float(expected.statistic), rel=1e-8, abs=1e-9)
        assert result.number("p") == pytest.approx(float(expected.pvalue), rel=1e-6, abs=1e-10)


@given(VALUES, VALUES, st.integers(2, 9), st.integers(-50, 50))
def test_levene__affine_rescaling__unchanged(
    a: list[int | None], b: list[int | None], factor: int, shift: int
) -> None:
    groups = {"a": a, "b": b}
    moved = {name: [None if v is None else factor * v + shift for v in vs] for name, vs in groups.items()}
    close(assumptions.levene(groups), assumptions.levene(moved), ["statistic", "p"], rel=1e-7)


@pytest.mark.parametrize(
    ("groups", "code"),
    [
        ({"a": [1, 2, 3]}, "one_group"),
        ({"a": [1, 2], "b": []}, "group_too_small"),
        ({"a": [1], "b": [2]}, "too_few_rows"),
        ({"a": [1, 1, 1], "b": [2, 2]}, "no_variance"),
    ],
)
def test_levene__nothing_to_compare__says_why(groups: dict[str, list[float]], code: str) -> None:
    assert reason(assumptions.levene(groups)) == code


def test_levene__unknown_center__value_error() -> None:
    with pytest.raises(ValueError, match="center"):
        assumptions.levene({"a": [1, 2], "b": [3, 5]}, center="mode")
