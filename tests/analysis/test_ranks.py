"""Rank tests: Mann-Whitney, Wilcoxon, Kruskal-Wallis, Dunn."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import posthoc, ranks
from analysis.result import Result
from analysis.samples import Counts
from tests.analysis.outcomes import close, codes, ok, reason

CODES = st.one_of(st.none(), st.integers(1, 5))
SAMPLE = st.lists(CODES, min_size=1, max_size=30)
ROWS = st.lists(st.tuples(CODES, CODES), min_size=1, max_size=40)


def _pair(rows: list[tuple[int | None, int | None]]) -> tuple[np.ndarray, np.ndarray]:
    data = np.array(rows, dtype=np.float64)
    return data[:, 0], data[:, 1]


def test_mann_whitney__by_hand() -> None:
    # Ranks of 1 2 2 3 are 1, 2.5, 2.5, 4: R₁ = 3.5 and U = 3.5 − 3; ties Σ(t³−t) = 6.
    result = ok(ranks.mann_whitney([1, 2], [2, 3]))
    assert result.number("statistic") == 0.5
    assert result.number("z") == pytest.approx((0.5 - 2) / (4 / 12 * (5 - 6 / 12)) ** 0.5)
    assert result.number("rank_biserial") == -0.75
    assert codes(result) == ["small_sample"]


@given(SAMPLE, SAMPLE)
def test_mann_whitney__groups_swapped__signs_turn(a: list[int | None], b: list[int | None]) -> None:
    one, other = ranks.mann_whitney(a, b), ranks.mann_whitney(b, a)
    assert isinstance(one, Result) == isinstance(other, Result)
    if isinstance(one, Result) and isinstance(other, Result):
        for name in ("z", "rank_biserial"):
            assert one.number(name) == pytest.approx(-other.number(name), abs=1e-12)
        assert one.number("p") == pytest.approx(other.number("p"))


@given(SAMPLE, SAMPLE, st.randoms(use_true_random=False))
def test_mann_whitney__any_rising_recoding_and_order_of_rows__same_bits(
    a: list[int | None], b: list[int | None], random: object
) -> None:
    recode = {None: None, 1: -7, 2: 0, 3: 1, 4: 50, 5: 1000}
    shuffled = [recode[value] for value in a]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ranks.mann_whitney(a, b) == ranks.mann_whitney(shuffled, [recode[value] for value in b])


@given(SAMPLE, SAMPLE)
def test_mann_whitney__two_groups__is_kruskal_wallis(a: list[int | None], b: list[int | None]) -> None:
    u, h = ranks.mann_whitney(a, b), ranks.kruskal_wallis({"a": a, "b": b})
    if isinstance(u, Result):
        assert ok(h).number("statistic") == pytest.approx(u.number("z") ** 2, abs=1e-9)
        assert ok(h).number("p") == pytest.approx(u.number("p"), rel=1e-6)
        dunn = ok(posthoc.dunn({"a": a, "b": b}))["pairs"][0]  # type: ignore[index]
        assert dunn["z"] == pytest.approx(u.number("z"), abs=1e-9)  # type: ignore[call-overload, index]


@given(ROWS)
def test_wilcoxon__columns_swapped__sign_turns(rows: list[tuple[int | None, int | None]]) -> None:
    a, b = _pair(rows)
    one, other = ranks.wilcoxon(a, b), ranks.wilcoxon(b, a)
    assert isinstance(one, Result) == isinstance(other, Result)
    if isinstance(one, Result) and isinstance(other, Result):
        assert one.number("z") == pytest.approx(-other.number("z"), abs=1e-12)
        assert one["zeros"] == other["zeros"]


@given(ROWS, st.integers(1, 9), st.integers(-40, 40))
def test_wilcoxon__affine_rescaling__unchanged(
    rows: list[tuple[int | None, int | None]], factor: int, shift: int
) -> None:
    a, b = _pair(rows)
    assert ranks.wilcoxon(a, b) == ranks.wilcoxon(factor * a + shift, factor * b + shift)


@pytest.mark.parametrize(("alternative", "sign"), [("greater", 1), ("less", -1)])
def test_continuity__moves_towards_the_hypothesis(alternative: str, sign: int) -> None:
    a, b = [3, 4, 5, 5], [1, 2, 3, 4]
    plain, moved = (
        ok(ranks.mann_whitney(a, b, continuity=c, alternative=alternative)) for c in (False, True)
    )
    assert sign * (plain.number("z") - moved.number("z")) > 0
    tie = ok(ranks.mann_whitney([1, 2, 3], [1, 2, 3], continuity=True))
    assert (tie.number("z"), tie.number("p")) == (0, 1)


@given(st.dictionaries(st.sampled_from("abcd"), SAMPLE, min_size=2))
def test_kruskal_wallis_and_dunn__counts_path__same_as_rows(groups: dict[str, list[int | None]]) -> None:
    counted = {name: Counts.of(np.array(values, float)) for name, values in groups.items()}
    missing = sum(counts.n_missing for counts in counted.values())
    assert ranks.kruskal_wallis(groups) == ranks.kruskal_wallis_from_counts(counted, n_missing=missing)
    assert posthoc.dunn(groups) == posthoc.dunn_from_counts(counted, n_missing=missing)


def test_kruskal_wallis__no_difference_of_mean_ranks__zero() -> None:
    result = ok(ranks.kruskal_wallis({"a": [1, 2, 3], "b": [1, 2, 3], "c": [2, 2]}))
    assert (result.number("statistic"), result.number("p")) == (0, 1)


def test_rank_tests__ten_million_answers__cost_what_their_table_costs() -> None:
    counts = {name: Counts.from_mapping({1: 2_000_000, 4: 1_500_000 + i}) for i, name in enumerate("abc")}
    started = time.perf_counter()
    result = ok(ranks.kruskal_wallis_from_counts(counts))
    assert time.perf_counter() - started < 0.1
    assert result.n == 10_500_003


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (lambda: ranks.mann_whitney([], [1, 2]), "group_too_small"),
        (lambda: ranks.mann_whitney([3, 3], [3, 3, 3]), "no_variance"),
        (lambda: ranks.wilcoxon([1, 2], [1, 2]), "no_variance"),
        (lambda: ranks.wilcoxon([1, None], [None, 2]), "no_rows"),
        (lambda: ranks.wilcoxon([np.inf], [np.inf]), "not_finite"),
        (lambda: ranks.kruskal_wallis({"a": [1, 2]}), "one_group"),
        (lambda: posthoc.dunn({"a": [1, 1], "b": [1]}), "no_variance"),
    ],
)
def test_rank_tests__nothing_to_rank__says_why(outcome: object, code: str) -> None:
    assert reason(outcome()) == code  # type: ignore[operator]


def test_wilcoxon__unequal_lengths_or_unknown_side__value_error() -> None:
    with pytest.raises(ValueError, match="b:"):
        ranks.wilcoxon([1, 2], [1])
    with pytest.raises(ValueError, match="alternative"):
        ranks.mann_whitney([1, 2], [2, 3], alternative="up")
    with pytest.raises(ValueError, match="method"):
        posthoc.dunn({"a": [1, 2], "b": [2]}, adjust="sidak")


def test_dunn__adjustments__as_those_of_adjust() -> None:
    groups = {"a": [1, 2, 2, 3], "b": [2, 3, 4, 4], "c": [5, 4, 5, 5]}
    none, bonferroni = (ok(posthoc.dunn(groups, adjust=how))["pairs"] for how in ("none", "bonferroni"))
    for plain, adjusted in zip(none, bonferroni, strict=True):  # type: ignore[arg-type]
        assert plain["p_adjusted"] == plain["p"]  # type: ignore[call-overload, index]
        assert adjusted["p_adjusted"] == min(1, 3 * plain["p"])  # type: ignore[call-overload, index, operator]


@given(SAMPLE, SAMPLE, st.integers(2, 4))
def test_mann_whitney__duplicated_rows__same_effect(
    a: list[int | None], b: list[int | None], times: int
) -> None:
    close(ranks.mann_whitney(a, b), ranks.mann_whitney(a * times, b * times), ["rank_biserial"])
