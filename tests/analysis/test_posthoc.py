"""The studentized range, and the pairwise tests of means that stand on it."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtr

from analysis import differences, posthoc, studentized
from analysis.result import Result
from analysis.samples import Counts
from tests.analysis.outcomes import codes, ok, reason

VALUES = st.lists(st.one_of(st.none(), st.integers(1, 7)), min_size=2, max_size=15)
GROUPS = st.dictionaries(st.sampled_from("abcd"), VALUES, min_size=2)


@pytest.mark.parametrize("df", [1.0, 1.3, 2.5, 9.0, 61.0, 1e4, 1e8])
def test_studentized__two_means__is_t(df: float) -> None:
    q = np.array([0.0, 0.1, 1.0, 3.0, 8.0, 60.0])
    exact = 2 * stdtr(df, -q / np.sqrt(2))
    assert studentized.tail(q, 2, np.full(6, df)) == pytest.approx(exact, abs=1e-8)


@pytest.mark.parametrize(
    ("k", "df", "confidence", "q"),
    # Tables of the studentized range (Harter 1960), to the printed digits.
    [
        (3, 10, 0.95, 3.877),
        (3, 1, 0.95, 26.98),
        (5, 20, 0.99, 5.29),
        (10, 120, 0.95, 4.56),
        (20, 5, 0.95, 8.21),
    ],
)
def test_studentized__known_quantiles(k: int, df: float, confidence: float, q: float) -> None:
    found = studentized.quantile(confidence, k, [df])
    assert found[0] == pytest.approx(q, abs=0.006)
    assert studentized.tail(found, k, [df])[0] == pytest.approx(1 - confidence, rel=1e-12)


def test_studentized__many_degrees_of_freedom__curve_holds_the_tail() -> None:
    df = np.geomspace(1, 1e6, 500)
    assert studentized.tail(studentized.quantile(0.95, 6, df), 6, df) == pytest.approx(0.05, abs=1e-9)


def test_games_howell__320_branches__within_seconds() -> None:
    # Trap 23: at 20-25 ms a pair the 51,040 pairs of a bank would take 20 minutes.
    rng = np.random.default_rng(4)
    groups = {f"{i}": Counts.of(rng.integers(1, 6, 20 + i % 30)) for i in range(320)}
    started = time.perf_counter()
    pairs = ok(posthoc.games_howell_from_counts(groups))["pairs"]
    assert time.perf_counter() - started < 10
    assert len(pairs) == 320 * 319 // 2  # type: ignore[arg-type]


@given(GROUPS, st.randoms(use_true_random=False))
def test_pairs__rows_shuffled__same_bits(groups: dict[str, list[int | None]], random: object) -> None:
    shuffled = {name: values.copy() for name, values in groups.items()}
    for values in shuffled.values():
        random.shuffle(values)  # type: ignore[attr-defined]
    for test in (posthoc.tukey, posthoc.games_howell):
        assert test(groups) == test(shuffled)


@given(VALUES, VALUES)
def test_pairs__two_groups__are_the_t_tests(a: list[int | None], b: list[int | None]) -> None:
    for test, variances in ((posthoc.tukey, "equal"), (posthoc.games_howell, "unequal")):
        outcome, t = test({"a": a, "b": b}), differences.t_test(a, b, variances=variances)
        if isinstance(outcome, Result) and isinstance(t, Result):
            pair = outcome["pairs"][0]  # type: ignore[index]
            assert pair["p_adjusted"] == pytest.approx(t.number("p"), rel=1e-6, abs=1e-9)  # type: ignore[call-overload, index]
            assert pair["ci"] == pytest.approx(list(t.interval()), rel=1e-6, abs=1e-8)  # type: ignore[call-overload, index]
            assert pair["df"] == pytest.approx(t.number("df"))  # type: ignore[call-overload, index]


@given(GROUPS, st.integers(2, 9), st.integers(-30, 30))
def test_pairs__affine_rescaling__differences_follow(
    groups: dict[str, list[int | None]], factor: int, shift: int
) -> None:
    moved = {name: [None if v is None else factor * v + shift for v in vs] for name, vs in groups.items()}
    for test in (posthoc.tukey, posthoc.games_howell):
        one, other = test(groups), test(moved)
        assert isinstance(one, Result) == isinstance(other, Result)
        if isinstance(one, Result) and isinstance(other, Result):
            for a, b in zip(one["pairs"], other["pairs"], strict=True):  # type: ignore[arg-type]
                assert b["p_adjusted"] == pytest.approx(a["p_adjusted"], rel=1e-6, abs=1e-10)  # type: ignore[call-overload, index]
                assert b["difference"] == pytest.approx(factor * a["difference"], abs=1e-9)  # type: ignore[call-overload, index, operator]


def test_games_howell__two_constant_groups__their_pair_is_left_out_and_named() -> None:
    result = ok(posthoc.games_howell({"a": [1, 1, 1], "b": [2, 2], "c": [1, 2, 4]}))
    assert [(pair["a"], pair["b"]) for pair in result["pairs"]] == [("a", "c"), ("b", "c")]  # type: ignore[call-overload, index, union-attr]
    assert codes(result) == ["pairs_left_out"]
    assert "a / b" in result.warnings[0].message.en


@pytest.mark.parametrize(
    ("groups", "tukey", "games_howell"),
    [
        ({"a": [1, 2]}, "one_group", "one_group"),
        ({"a": [1, 1], "b": [2, 2]}, "no_variance", "no_variance"),
        ({"a": [1, 2], "b": []}, "group_too_small", "group_too_small"),
        ({"a": [1], "b": [2]}, "too_few_rows", "group_too_small"),
    ],
)
def test_pairs__nothing_to_compare__says_why(
    groups: dict[str, list[float]], tukey: str, games_howell: str
) -> None:
    assert reason(posthoc.tukey(groups)) == tukey
    assert reason(posthoc.games_howell(groups)) == games_howell
