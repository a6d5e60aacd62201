"""Linear, logistic and ordinal regression, and relative importance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import importance, logistic, predictors, regression
from analysis.result import Result
from tests.analysis.outcomes import codes, ok, reason

RANDOM = np.random.default_rng(11)
N = 120
X = RANDOM.normal(size=(N, 3))
GROUP = RANDOM.choice(["east", "north", "south"], N).tolist()
Y = X @ [1.0, -0.5, 0.0] + np.array([g == "north" for g in GROUP]) + RANDOM.normal(size=N)
YES = (Y > 0.3).astype(float)
ORDERED = np.digitize(Y, [-1, 0, 1]).tolist()
PREDICTORS = {"a": X[:, 0], "b": X[:, 1], "region": GROUP}
SEEDS = st.integers(0, 10_000)


def _table(result: Result, field: str = "estimate") -> dict[str, float]:
    return {row["name"]: row[field] for row in result["coefficients"]}  # type: ignore[call-overload, index, union-attr, misc]


def _matrix() -> np.ndarray:
    dummies = [[float(g == level) for level in ("north", "south")] for g in GROUP]
    return np.column_stack([np.ones(N), X[:, :2], dummies])


def test_ols__against_the_normal_equations() -> None:
    result, m = ok(regression.ols(Y, PREDICTORS)), _matrix()
    b = np.linalg.lstsq(m, Y, rcond=None)[0]
    assert list(_table(result)) == ["(intercept)", "a", "b", "region=north", "region=south"]
    assert list(_table(result).values()) == pytest.approx(b.tolist(), abs=1e-10)
    left = Y - m @ b
    se = np.sqrt(np.diag(np.linalg.inv(m.T @ m)) * (left @ left) / (N - 5))
    assert list(_table(result, "se").values()) == pytest.approx(se.tolist(), rel=1e-9)
    assert result.number("r2") == pytest.approx(1 - left @ left / ((Y - Y.mean()) ** 2).sum())


def test_ols__hc3_and_clusters__by_their_definitions() -> None:
    m, clusters = _matrix(), np.arange(N) % 12
    bread = np.linalg.inv(m.T @ m)
    left = Y - m @ bread @ m.T @ Y
    leverage = np.einsum("ij,jk,ik->i", m, bread, m)
    hc3 = bread @ (m.T * (left / (1 - leverage)) ** 2) @ m @ bread
    found = ok(regression.ols(Y, PREDICTORS, robust="hc3"))
    assert list(_table(found, "se").values()) == pytest.approx(np.sqrt(np.diag(hc3)).tolist(), rel=1e-9)
    sums = np.array([(m * left[:, None])[clusters == c].sum(axis=0) for c in range(12)])
    cr1 = bread @ sums.T @ sums @ bread * 12 / 11 * (N - 1) / (N - 5)
    found = ok(regression.ols(Y, PREDICTORS, robust="cluster", clusters=clusters))
    assert list(_table(found, "se").values()) == pytest.approx(np.sqrt(np.diag(cr1)).tolist(), rel=1e-9)
    assert found["df2"] == 11
    assert codes(found) == ["few_clusters"]


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(0.01, 100), st.floats(-1e6, 1e6))
def test_regressions__predictor_rescaled__coefficient_follows(seed: int, factor: float, shift: float) -> None:
    order = np.random.default_rng(seed).permutation(N)
    moved = {"a": (factor * X[:, 0] + shift)[order], "b": X[order, 1]}
    plain = {"a": X[:, 0], "b": X[:, 1]}
    pairs = (
        (regression.ols(Y, plain), regression.ols(Y[order], moved)),
        (logistic.logit(YES, plain), logistic.logit(YES[order], moved)),
        (logistic.ordinal_logit(ORDERED, plain), logistic.ordinal_logit([ORDERED[i] for i in order], moved)),
    )
    for one, other in pairs:
        a, b = ok(one), ok(other)
        assert _table(b)["a"] * factor == pytest.approx(_table(a)["a"], rel=1e-6)
        for field in ("statistic", "p"):
            for name in ("a", "b"):
                assert _table(b, field)[name] == pytest.approx(_table(a, field)[name], rel=1e-5)


def test_logit__rows_duplicated__same_estimates_smaller_errors() -> None:
    one = ok(logistic.logit(YES, PREDICTORS))
    four = {name: np.tile(np.asarray(v, dtype=object), 4) for name, v in PREDICTORS.items()}
    other = ok(logistic.logit(np.tile(YES, 4), four))
    assert _table(other) == pytest.approx(_table(one), rel=1e-8)
    halved = {name: 2 * se for name, se in _table(other, "se").items()}
    assert halved == pytest.approx(_table(one, "se"), rel=1e-8)


def test_logit__score_equations_hold() -> None:
    result, m = ok(logistic.logit(YES, PREDICTORS)), _matrix()
    b = np.array(list(_table(result).values()))
    p = 1 / (1 + np.exp(-m @ b))
    assert np.abs(m.T @ (YES - p)).max() < 1e-9
    covariance = np.linalg.inv((m.T * (p * (1 - p))) @ m)
    assert list(_table(result, "se").values()) == pytest.approx(np.sqrt(np.diag(covariance)).tolist())
    # HC3 of a generalised linear model: scores over 1 − h, between two breads.
    leverage = np.einsum("ij,jk,ik->i", m, covariance, m) * p * (1 - p)
    scores = m * ((YES - p) / (1 - leverage))[:, None]
    hc3 = covariance @ scores.T @ scores @ covariance
    found = ok(logistic.logit(YES, PREDICTORS, robust="hc3"))
    assert list(_table(found, "se").values()) == pytest.approx(np.sqrt(np.diag(hc3)).tolist(), rel=1e-8)


def test_ordinal_logit__two_categories__is_the_logit() -> None:
    logit, ordinal = ok(logistic.logit(YES, PREDICTORS)), ok(logistic.ordinal_logit(YES.tolist(), PREDICTORS))
    slopes = {name: b for name, b in _table(logit).items() if name != "(intercept)"}
    assert _table(ordinal) == pytest.approx(slopes, rel=1e-9)
    assert ordinal["thresholds"] == pytest.approx([-_table(logit)["(intercept)"]])
    assert ordinal.number("log_likelihood") == pytest.approx(logit.number("log_likelihood"))


@pytest.mark.parametrize("robust", ["none", "hc3", "cluster"])
def test_ordinal_logit__order_turned__signs_turn(robust: str) -> None:
    clusters = np.arange(N) % 40
    one = ok(logistic.ordinal_logit(ORDERED, PREDICTORS, robust=robust, clusters=clusters))
    turned = [3 - category for category in ORDERED]
    other = ok(logistic.ordinal_logit(turned, PREDICTORS, robust=robust, clusters=clusters))
    assert _table(other) == pytest.approx({name: -b for name, b in _table(one).items()}, rel=1e-7)
    assert _table(other, "se") == pytest.approx(_table(one, "se"), rel=1e-7)
    assert other["thresholds"] == pytest.approx([-t for t in one["thresholds"]][::-1], rel=1e-7)  # type: ignore[operator, union-attr]


def test_ordinal_logit__levels__order_and_pick_text() -> None:
    words = [["low", "middle", "high", "top"][category] for category in ORDERED]
    by_code = ok(logistic.ordinal_logit(ORDERED, PREDICTORS))
    by_word = ok(logistic.ordinal_logit(words, PREDICTORS, levels=["low", "middle", "high", "top"]))
    assert _table(by_word) == pytest.approx(_table(by_code))
    picked = ok(logistic.ordinal_logit(words, PREDICTORS, levels=["low", "middle", "high"]))
    assert (picked.n, picked.n_missing) == (sum(category < 3 for category in ORDERED), 0)


@pytest.mark.parametrize(
    ("outcome", "x"),
    [
        ([0, 0, 0, 0, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8]),  # complete
        ([0, 0, 0, 1, 0, 1, 1, 1], [1, 2, 3, 4, 4, 6, 7, 8]),  # quasi-complete: overlap at one point
        ([0, 1, 0, 1, 0, 1, 1, 1], ["x", "x", "x", "x", "x", "y", "y", "y"]),  # a level without a no
    ],
)
def test_logit__separation__is_named(outcome: list[int], x: list[object]) -> None:
    noise = [0.3, -0.2, 0.5, 0.1, -0.4, 0.2, -0.1, 0.0]
    for found in (
        logistic.logit(outcome, {"x": x, "noise": noise}),
        logistic.ordinal_logit(outcome, {"x": x, "noise": noise}),
    ):
        assert reason(found) == "separation"
    assert "x" in logistic.logit(outcome, {"x": x}).sentence.en


def test_logit__rare_but_not_separated__is_computed() -> None:
    x = np.arange(400.0)
    y = (x > 380).astype(float)
    y[:2] = 1
    result = ok(logistic.logit(y, {"x": x}))
    assert result["events"] == 21


@pytest.mark.parametrize("fit", [regression.ols, logistic.logit, logistic.ordinal_logit])
def test_regressions__bad_predictors__say_why(fit: object) -> None:
    y = [0, 1, 0, 1, 1, 0]
    for columns, code in (
        ({"x": [1, 2, 3, 4, 5, 6], "y": [2, 4, 6, 8, 10, 12]}, "collinear"),
        ({"x": [1, 1, 1, 1, 1, 1]}, "constant_predictor"),
        ({"x": ["k"] * 6}, "constant_predictor"),
        ({"x": [1, None, None, None, None, 2]}, "too_few_rows"),
        ({"x": [None] * 6}, "no_rows"),
    ):
        assert reason(fit(y, columns)) == code, code  # type: ignore[operator]


def test_regressions__bad_outcome__says_why() -> None:
    x = {"x": [3, 1, 2, 5, 4]}
    assert reason(regression.ols([2, 2, 2, 2, 2], x)) == "constant_outcome"
    assert reason(regression.ols([6, 2, 4, 10, 8], x)) == "perfect_fit"
    assert reason(logistic.logit([1, 1, 1, 1, 1], x)) == "constant_outcome"
    assert reason(logistic.logit([1, 2, 1, 2, 2], x)) == "not_binary"
    assert reason(logistic.ordinal_logit([4, 4, 4, 4, 4], x)) == "constant_outcome"


def test_ols__one_row_of_its_level__hc3_says_so() -> None:
    x = {"g": ["a", "a", "a", "b", "b", "c"]}
    assert reason(regression.ols([1, 2, 4, 3, 5, 9], x, robust="hc3")) == "full_leverage"
    assert (
        reason(regression.ols([1, 2, 4, 3, 5, 9], x, robust="cluster", clusters=np.zeros(6, int)))
        == "one_cluster"
    )


def test_regressions__robust_without_clusters__value_error() -> None:
    for fit in (regression.ols, logistic.logit, logistic.ordinal_logit):
        with pytest.raises(ValueError, match="clusters"):
            fit([0, 1, 0, 1, 0], {"x": [1, 2, 3, 4, 6]}, robust="cluster")


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(2, 5), st.sampled_from(["lmg", "johnson"]))
def test_relative_importance__shares__sum_to_r2_in_any_order(seed: int, k: int, method: str) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(40, k)) + rng.normal(size=(40, 1))
    y = x @ rng.normal(size=k) + rng.normal(size=40)
    columns = {f"x{i}": x[:, i] for i in range(k)}
    one = ok(importance.relative_importance(y, columns, method=method))
    other = ok(
        importance.relative_importance(
            y * 3 - 7, {name: -2 * columns[name] + 5 for name in reversed(columns)}, method=method
        )
    )
    assert sum(one["shares"].values()) == pytest.approx(one.number("r2"))  # type: ignore[union-attr]
    assert other["shares"] == pytest.approx(one["shares"], rel=1e-8, abs=1e-12)
    assert ok(regression.ols(y, columns)).number("r2") == pytest.approx(one.number("r2"))


def test_relative_importance__uncorrelated__squared_correlations() -> None:
    x = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]] * 5, dtype=float)
    y = x @ [3.0, 2.0, 1.0] + np.tile([0, 1, 1, 0], 5) + np.arange(20) / 100
    columns = {f"x{i}": x[:, i] for i in range(3)}
    for method in ("lmg", "johnson"):
        result = ok(importance.relative_importance(y, columns, method=method))
        for i, (_, share) in enumerate(result["shares"].items()):  # type: ignore[union-attr]
            assert share == pytest.approx(np.corrcoef(x[:, i], y)[0, 1] ** 2)
        assert result["ranking"] == ["x0", "x1", "x2"]


def test_relative_importance__many_predictors__johnson_instead() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(60, 16))
    columns = {f"x{i}": x[:, i] for i in range(16)}
    result = ok(importance.relative_importance(rng.normal(size=60), columns))
    assert codes(result) == ["johnson_instead"]


def test_relative_importance__degenerate__says_why() -> None:
    relative = importance.relative_importance
    y = [1, 2, 4, 3, 6, 5]
    assert reason(relative(y, {"a": [1, 2, 3, 5, 4, 4], "b": [2, 4, 6, 10, 8, 8]})) == "collinear"
    assert reason(relative(y, {"a": [1, 1, 1, 1, 1, 1]})) == "constant_predictor"
    assert reason(relative([2] * 6, {"a": y})) == "constant_outcome"
    assert reason(relative([1, 2], {"a": [2, 1]})) == "too_few_rows"


def test_model__text_predictor__levels_of_the_complete_rows_only() -> None:
    columns = {
        "g": predictors.column_from(["a", "b", "c", "a", "b", "b"]),
        "x": predictors.column_from([1, 2, None, 4, 6, 5]),
    }
    found = predictors.model(predictors.column_from([1, 2, 3, 4, 5, 7]), columns)
    assert found.names == ("g=b", "x")
    assert (found.n, found.n_missing) == (5, 1)
