"""Correlations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis import concordance, correlation
from analysis.moments import Moments
from analysis.result import Result
from tests.analysis.outcomes import codes, ok, reason

CODES = st.one_of(st.none(), st.integers(1, 5))
ROWS = st.lists(st.tuples(CODES, CODES), min_size=3, max_size=40)
METHODS = ["pearson", "spearman", "kendall"]


def _columns(rows: list[tuple[int | None, ...]]) -> dict[str, np.ndarray]:
    data = np.array(rows, dtype=np.float64)
    return {name: data[:, i] for i, name in enumerate("xyz"[: data.shape[1]])}


def _first(result: Result) -> dict[str, float]:
    return dict(result["pairs"][0])  # type: ignore[arg-type, index]


@pytest.mark.parametrize("method", METHODS)
@given(rows=ROWS)
def test_correlation__coded_answers__as_scipy(method: str, rows: list[tuple[int | None, ...]]) -> None:
    columns = _columns(rows)
    outcome = correlation.correlation(columns, method=method)
    if isinstance(outcome, Result):
        x, y = columns["x"], columns["y"]
        kept = ~(np.isnan(x) | np.isnan(y))
        test = {"pearson": stats.pearsonr, "spearman": stats.spearmanr}.get(method)
        expected = test(x[kept], y[kept]) if test else stats.kendalltau(x[kept], y[kept], method="asymptotic")
        found = _first(outcome)
        assert found["r"] == pytest.approx(float(expected.statistic), abs=1e-9)
        if abs(found["r"]) < 1:  # at ±1 SciPy's p is the rounding of its r
            assert found["p"] == pytest.approx(float(expected.pvalue), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
@given(rows=ROWS, factor=st.integers(1, 9), shift=st.integers(-40, 40))
def test_correlation__turned_and_rescaled__sign_turns(
    method: str, rows: list[tuple[int | None, ...]], factor: int, shift: int
) -> None:
    columns = _columns(rows)
    moved = {**columns, "y": shift - factor * columns["y"]}
    one, other = (correlation.correlation(c, method=method) for c in (columns, moved))
    assert isinstance(one, Result) == isinstance(other, Result)
    if isinstance(one, Result) and isinstance(other, Result):
        assert _first(one)["r"] == pytest.approx(-_first(other)["r"], abs=1e-12)
        assert _first(one)["p"] == pytest.approx(_first(other)["p"], rel=1e-6, abs=1e-9)


@given(ROWS)
def test_correlation__moments_path__same_as_rows(rows: list[tuple[int | None, ...]]) -> None:
    columns = _columns(rows)
    assert correlation.correlation(columns) == correlation.correlation_from_moments(Moments.of(columns))
    one, other = correlation.correlation(columns), correlation.correlation(columns, [("x", "y")])
    if isinstance(one, Result) and isinstance(other, Result):
        for name in ("r", "p"):
            assert _first(one)[name] == pytest.approx(_first(other)[name], rel=1e-9)


@given(ROWS, st.randoms(use_true_random=False))
def test_concordance__table_or_sorting__same(rows: list[tuple[int | None, ...]], random: object) -> None:
    data = np.array([row for row in rows if None not in row], dtype=np.float64).reshape(-1, 2)
    x, y = (np.unique(side, return_inverse=True)[1].astype(np.int64) for side in data.T)
    if len(data) and x.any() and y.any():
        tx, ty = np.bincount(x).astype(float), np.bincount(y).astype(float)
        by_table = concordance._s_of_table(np.bincount(x * len(ty) + y, minlength=len(tx) * len(ty)), len(tx))
        assert concordance._s_by_sorting(x, y, tx, ty) == by_table


def test_concordance__large_and_fine__as_scipy() -> None:
    rng = np.random.default_rng(8)
    x = rng.normal(size=3000)
    y = (x + rng.normal(size=3000)).round(3)
    found = concordance.concordance(x, y)
    assert found.tau_b == pytest.approx(stats.kendalltau(x, y).statistic, abs=1e-12)


def test_correlation__perfect__is_certain() -> None:
    columns = {"a": [1, 2, 3, 4], "b": [0.1, 0.2, 0.3, 0.4], "c": [4, 3, 2, 1]}
    rows = ok(correlation.correlation(columns))["pairs"]
    assert [row["r"] for row in rows] == [1, -1, -1]  # type: ignore[call-overload, index, union-attr]
    assert rows[0]["ci"] == [1, 1]  # type: ignore[call-overload, index]
    assert rows[0]["p"] == 0  # type: ignore[call-overload, index]
    less = _first(ok(correlation.correlation(columns, [("a", "b")], alternative="less")))
    assert less["p"] == 1


def test_correlation__pairwise_and_listwise__use_their_rows() -> None:
    columns = {"a": [1, 2, 3, 5, None], "b": [2, 1, 4, 4, 2], "c": [None, 2, 2, 3, 1]}
    listwise, pairwise = (ok(correlation.correlation(columns, missing=m)) for m in ("listwise", "pairwise"))
    assert [row["n"] for row in listwise["pairs"]] == [3, 3, 3]  # type: ignore[call-overload, index, union-attr]
    assert [row["n"] for row in pairwise["pairs"]] == [4, 3, 4]  # type: ignore[call-overload, index, union-attr]
    assert (listwise.n, listwise.n_missing) == (3, 2)
    assert "ci" not in listwise["pairs"][0]  # type: ignore[index, operator]


def test_correlation__constant_column__is_left_out_and_named() -> None:
    columns = {"a": [1, 2, 3], "b": [2, 1, 4], "flat": [7, 7, 7]}
    for method in METHODS:
        result = ok(correlation.correlation(columns, method=method))
        assert len(result["pairs"]) == 1  # type: ignore[arg-type]
        assert codes(result) == ["pairs_left_out"]
        assert "a / flat, b / flat" in result.warnings[0].message.en


@pytest.mark.parametrize("method", METHODS)
def test_correlation__nothing_to_compute__says_why(method: str) -> None:
    for columns, code in (
        ({"a": [1, 2, 3]}, "too_few_items"),
        ({"a": [1, 2], "b": [2, 1]}, "too_few_rows"),
        ({"a": [None], "b": [2]}, "no_rows"),
        ({"a": [1, 1, 1], "b": [2, 1, 3]}, "no_variance"),
    ):
        assert reason(correlation.correlation(columns, method=method)) == code  # type: ignore[arg-type]


def test_correlation__unknown_method_or_name__value_error() -> None:
    with pytest.raises(ValueError, match="method"):
        correlation.correlation({"a": [1], "b": [1]}, method="phi")
    with pytest.raises(ValueError, match="pairs"):
        correlation.correlation({"a": [1], "b": [1]}, [("a", "z")])
