"""Repeated measures and Friedman."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import differences, repeated
from analysis.moments import Moments
from analysis.result import Result
from tests.analysis.outcomes import close, ok, reason

CODES = st.one_of(st.none(), st.integers(1, 5))
ROWS = st.lists(st.tuples(CODES, CODES, CODES), min_size=2, max_size=30)
FIELDS = ["statistic", "p", "epsilon_gg", "p_gg"]


def _columns(rows: list[tuple[int | None, ...]]) -> dict[str, np.ndarray]:
    data = np.array(rows, dtype=np.float64)
    return {name: data[:, i] for i, name in enumerate("xyz")}


@given(ROWS)
def test_repeated_anova__two_items__is_the_paired_t_squared(rows: list[tuple[int | None, ...]]) -> None:
    two = {name: values for name, values in _columns(rows).items() if name != "z"}
    f, t = repeated.repeated_anova(two), differences.paired_t_test(*two.values())
    if isinstance(f, Result) and isinstance(t, Result):
        assert f.number("statistic") == pytest.approx(t.number("statistic") ** 2, rel=1e-8, abs=1e-9)
        assert f.number("epsilon_gg") == pytest.approx(1)


@given(ROWS, st.integers(1, 9), st.integers(-40, 40))
def test_repeated_anova__affine_rescaling_and_item_order__unchanged(
    rows: list[tuple[int | None, ...]], factor: int, shift: int
) -> None:
    columns = _columns(rows)
    moved = {name: factor * columns[name] + shift for name in ("z", "x", "y")}
    close(repeated.repeated_anova(columns), repeated.repeated_anova(moved), FIELDS, rel=1e-7)


@given(ROWS)
def test_repeated_anova__parts_merged__equal_the_whole(rows: list[tuple[int | None, ...]]) -> None:
    half = len(rows) // 2
    merged = Moments.of(_columns(rows[:half] or [(None,) * 3])).merge(Moments.of(_columns(rows[half:])))
    one = repeated.repeated_anova_from_moments(Moments.of(_columns(rows)))
    other = repeated.repeated_anova_from_moments(merged)
    close(one, other, FIELDS, rel=1e-8)


@given(ROWS, st.randoms(use_true_random=False))
def test_friedman__rows_shuffled_and_recoded__same_bits(
    rows: list[tuple[int | None, ...]], random: object
) -> None:
    recode = {None: None, 1: 0, 2: 1, 3: 10, 4: 11, 5: 99}
    shuffled = [tuple(recode[value] for value in row) for row in rows]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert repeated.friedman(_columns(rows)) == repeated.friedman(_columns(shuffled))


def test_friedman__perfect_agreement__w_is_one() -> None:
    result = ok(repeated.friedman({"a": [1, 2, 1], "b": [2, 3, 4], "c": [3, 9, 5]}))
    assert result.number("kendall_w") == pytest.approx(1)
    assert result.number("statistic") == pytest.approx(6)


@pytest.mark.parametrize(
    ("items", "anova", "friedman"),
    [
        ({"a": [1, 2, 3]}, "too_few_items", "too_few_items"),
        ({"a": [1, None], "b": [None, 2]}, "no_rows", "no_rows"),
        ({"a": [1, 2, 3], "b": [1, 2, 3]}, "no_variance", "no_variance"),
    ],
)
def test_repeated__nothing_to_compare__says_why(
    items: dict[str, list[float]], anova: str, friedman: str
) -> None:
    assert reason(repeated.repeated_anova(items)) == anova
    assert reason(repeated.friedman(items)) == friedman


def test_repeated_anova__people_in_step__no_variance() -> None:
    assert reason(repeated.repeated_anova({"a": [0.1, 0.7, 0.3], "b": [1.1, 1.7, 1.3]})) == "no_variance"
