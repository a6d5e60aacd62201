"""What must stay the same, or change in a known way, when the data are rearranged."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import association, design, differences, loyalty, reliability
from analysis.crosstab import Crosstab
from analysis.design import Design
from analysis.moments import BLOCK, Moments
from analysis.result import Outcome, Result
from analysis.samples import Counts

CODES = st.one_of(st.none(), st.integers(1, 5))
PAIRS = st.lists(st.tuples(CODES, st.sampled_from(["a", "b", "c"])), min_size=4, max_size=60)
ROWS = st.lists(st.tuples(CODES, CODES, CODES), min_size=4, max_size=60)
FRACTIONS = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=3, max_size=40)


def _columns(rows: list[tuple[int | None, ...]]) -> dict[str, np.ndarray]:
    data = np.array(rows, dtype=np.float64)
    return {name: data[:, i] for i, name in enumerate("xyz")}


def _groups(pairs: list[tuple[int | None, str]]) -> dict[str, list[int | None]]:
    return {name: [code for code, group in pairs if group == name] for name in "abc"}


def _close(one: Outcome, other: Outcome, names: list[str], rel: float = 1e-9) -> None:
    """Both computed with equal numbers, or both not computable for the same reason."""
    if not isinstance(one, Result) or not isinstance(other, Result):
        assert one == other
        return
    for name in names:
        assert np.allclose(
            np.asarray(one[name], float), np.asarray(other[name], float), rtol=rel, atol=1e-9
        ), name


@given(ROWS, st.randoms(use_true_random=False))
def test_cronbach_alpha__rows_shuffled__same_bits(rows: list[tuple[int | None, ...]], random: object) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reliability.cronbach_alpha(_columns(rows)) == reliability.cronbach_alpha(_columns(shuffled))


@given(ROWS)
def test_cronbach_alpha__parts_merged__same_bits(rows: list[tuple[int | None, ...]]) -> None:
    whole = Moments.of(_columns(rows))
    half = len(rows) // 2
    merged = Moments.of(_columns(rows[:half])).merge(Moments.of(_columns(rows[half:])))
    one = reliability.cronbach_alpha_from_moments(whole)
    other = reliability.cronbach_alpha_from_moments(merged)
    # The parts may have chosen another whole-number shift: the sums are exact, their quotients round apart.
    assert (whole.n, whole.n_missing) == (merged.n, merged.n_missing)
    _close(one, other, ["alpha", "ci"], rel=1e-12)


@given(ROWS)
def test_cronbach_alpha__reversed_twice__unchanged(rows: list[tuple[int | None, ...]]) -> None:
    columns = _columns(rows)
    turned = {**columns, "y": 6 - columns["y"]}
    straight = reliability.cronbach_alpha(columns, scale=(1, 5))
    _close(straight, reliability.cronbach_alpha(turned, reverse=["y"], scale=(1, 5)), ["alpha", "ci"])


@given(ROWS, st.integers(1, 20), st.integers(-50, 50))
def test_cronbach_alpha__affine_rescaling__unchanged(
    rows: list[tuple[int | None, ...]], factor: int, shift: int
) -> None:
    columns = _columns(rows)
    moved = {name: factor * values + shift for name, values in columns.items()}
    _close(reliability.cronbach_alpha(columns), reliability.cronbach_alpha(moved), ["alpha", "ci"])


@given(ROWS)
def test_cronbach_alpha__no_gap__pairwise_is_listwise(rows: list[tuple[int | None, ...]]) -> None:
    columns = _columns([row for row in rows if None not in row] or [(1, 2, 3)])
    listwise, pairwise = (
        reliability.cronbach_alpha(columns, missing=how) for how in ("listwise", "pairwise")
    )
    if isinstance(listwise, Result):
        _close(listwise, pairwise, ["alpha"])


@given(PAIRS, st.randoms(use_true_random=False))
def test_anova__rows_shuffled__same_bits(pairs: list[tuple[int | None, str]], random: object) -> None:
    shuffled = pairs.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert differences.anova(_groups(pairs)) == differences.anova(_groups(shuffled))


@given(PAIRS)
def test_anova__two_groups__is_the_t_test_squared(pairs: list[tuple[int | None, str]]) -> None:
    groups = {name: values for name, values in _groups(pairs).items() if name != "c"}
    for variances in ("equal", "unequal"):
        f = differences.anova(groups, variances=variances)
        t = differences.t_test(groups["a"], groups["b"], variances=variances)
        if isinstance(f, Result) and isinstance(t, Result):
            assert f.number("statistic") == pytest.approx(t.number("statistic") ** 2, rel=1e-8, abs=1e-10)
            assert f.number("p") == pytest.approx(t.number("p"), rel=1e-6, abs=1e-12)


@given(PAIRS)
def test_t_test__groups_swapped__signs_turn(pairs: list[tuple[int | None, str]]) -> None:
    groups = _groups(pairs)
    one = differences.t_test(groups["a"], groups["b"], names=("a", "b"))
    other = differences.t_test(groups["b"], groups["a"], names=("b", "a"))
    if not isinstance(one, Result) or not isinstance(other, Result):
        assert (isinstance(one, Result), isinstance(other, Result)) == (False, False)
        return
    for name in ("statistic", "mean_difference", "cohen_d", "hedges_g"):
        assert one.number(name) == pytest.approx(-other.number(name), rel=1e-12, abs=1e-12)
    assert one.interval("effect_ci") == pytest.approx(
        tuple(-x for x in other.interval("effect_ci")[::-1]), abs=1e-8
    )


@given(FRACTIONS, FRACTIONS)
def test_t_test__arrays_and_counts__same_bits(a: list[float], b: list[float]) -> None:
    counted = {name: Counts.of(values) for name, values in (("a", a), ("b", b))}
    assert differences.t_test(a, b) == differences.t_test_from_counts(counted)


@given(st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=1, max_size=200), st.integers(1, 5))
def test_nps__counts_path__same_as_rows_and_unmoved_by_duplication(
    scores: list[int | None], times: int
) -> None:
    table = {score: scores.count(score) for score in range(11)}
    counted = Counts.from_mapping(table, n_missing=scores.count(None))
    assert loyalty.nps(scores) == loyalty.nps_from_counts(counted)
    repeated = loyalty.nps(scores * times)
    once = loyalty.nps(scores)
    _close(once, repeated, ["nps"])


@given(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=1, max_size=80))
def test_counts__parts_merged__equal_the_whole(values: list[int | None]) -> None:
    cut = len(values) // 3
    merged = Counts.of(values[:cut]).merge(Counts.of(values[cut:]))
    whole = Counts.of(values)
    assert (merged.values.tolist(), merged.counts.tolist(), merged.n_missing) == (
        whole.values.tolist(),
        whole.counts.tolist(),
        whole.n_missing,
    )


@given(PAIRS)
def test_chi_square__table_transposed__same_test(pairs: list[tuple[int | None, str]]) -> None:
    codes, groups = [code for code, _ in pairs], [group for _, group in pairs]
    one, other = association.chi_square(codes, groups), association.chi_square(groups, codes)
    _close(one, other, ["statistic", "df", "p", "cramers_v", "effect_ci"])


@given(PAIRS)
def test_chi_square__counts_path__same_as_rows(pairs: list[tuple[int | None, str]]) -> None:
    codes, groups = [code for code, _ in pairs], [group for _, group in pairs]
    valid = [pair for pair in pairs if pair[0] is not None]
    counted: Mapping[tuple[object, object], int] = {
        pair: valid.count(pair) for pair in sorted(set(valid), key=str)
    }
    table = Crosstab.from_mapping(counted, n_missing=len(pairs) - len(valid))
    by_rows, by_counts = association.chi_square(codes, groups), association.chi_square_from_counts(table)
    _close(by_rows, by_counts, ["statistic", "df", "p", "cramers_v", "effect_ci"])


@given(FRACTIONS, st.integers(1, 9))
def test_mean__weights_times_constant__nothing_changes(values: list[float], constant: int) -> None:
    weights = 1.0 + np.arange(len(values)) % 3
    clusters = np.arange(len(values)) % 3
    one = design.mean(values, design=Design(weights, clusters))
    other = design.mean(values, design=Design(weights * constant, clusters))
    _close(one, other, ["estimate", "se"], rel=1e-7)


@given(FRACTIONS)
def test_mean__each_row_its_own_cluster__is_the_simple_mean(values: list[float]) -> None:
    clusters = np.arange(len(values))
    _close(
        design.mean(values),
        design.mean(values, design=Design(clusters=clusters)),
        ["estimate", "se", "ci"],
        1e-6,
    )


@settings(max_examples=10, deadline=None)
@given(st.integers(2, 6), st.integers(0, 1000))
def test_moments__more_rows_than_a_block__equal_numpy(columns: int, seed: int) -> None:
    data = np.random.default_rng(seed).integers(1, 8, size=(BLOCK + 77, columns)).astype(np.float64)
    moments = Moments.of({str(i): data[:, i] for i in range(columns)})
    assert np.allclose(moments.covariance(), np.cov(data, rowvar=False), rtol=1e-12)
    assert np.allclose(moments.means, data.mean(axis=0), rtol=1e-14)


def test_moments__large_offset__keeps_the_digits() -> None:
    """E[x²] − E[x]² gives 0 or noise here: the offset is 10⁹ and the deviations are thousandths."""
    small = np.random.default_rng(5).normal(size=(1000, 2)) / 1000
    exact = np.cov(small, rowvar=False)
    moments = Moments.of({"a": 1e9 + small[:, 0], "b": 1e9 + small[:, 1]})
    assert np.allclose(moments.covariance(), exact, rtol=1e-3)
    integers = np.round(small * 1e6)
    far = Moments.of({"a": 1e12 + integers[:, 0], "b": 1e12 + integers[:, 1]})
    assert np.allclose(far.covariance(), np.cov(integers, rowvar=False), rtol=1e-12)
