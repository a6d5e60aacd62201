"""Factor models: closed forms, what rearranging the data may change, the syntax of measurement models."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import cfa, factorability, factors, omega, reliability, split_half
from analysis.inputs import Fault
from analysis.measurement import MeasurementModel
from analysis.moments import Moments
from analysis.result import NotComputable, Result
from analysis.scales import score_items

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=12, deadline=None)
Columns = dict[str, np.ndarray]


def _ok(outcome: object) -> Result:
    assert isinstance(outcome, Result), outcome
    return outcome


def _data(seed: int, n: int = 240, strength: float = 0.75) -> Columns:
    """Two factors that correlate 0.4, four items each."""
    random = np.random.default_rng(seed)
    f = random.normal(size=(n, 2)) @ np.linalg.cholesky([[1, 0.4], [0.4, 1]]).T
    loadings = random.uniform(strength - 0.15, strength + 0.15, 8)
    noise = random.normal(size=(n, 8)) * np.sqrt(1 - loadings**2)
    x = f[:, [0] * 4 + [1] * 4] * loadings + noise
    return {name: x[:, i] for i, name in enumerate("abcdefgh")}


def _one(data: Columns) -> Columns:
    return {name: data[name] for name in "abcd"}


def _reordered(data: Columns, seed: int) -> Columns:
    names = list(data)
    np.random.default_rng(seed).shuffle(names)
    return {name: data[name] for name in names}


def _rescaled(data: Columns) -> Columns:
    return {name: 10 ** (i - 2.0) * values + i for i, (name, values) in enumerate(data.items())}


MODEL = "F =~ a + b + c + d\nG =~ e + f + g + h"


def _close(one: Result, other: Result, names: tuple[str, ...], tolerance: float = 1e-5) -> None:
    for name in names:
        a, b = one[name], other[name]
        if isinstance(a, dict) and isinstance(b, dict):
            assert set(a) == set(b)
            for key, value in a.items():
                assert value == pytest.approx(b[key], abs=tolerance), (name, key)
        else:
            assert a == pytest.approx(b, abs=tolerance, rel=1e-6), name


@FEW
@given(SEEDS)
def test_covariance_statistics__from_moments_and_parts__same_as_from_rows(seed: int) -> None:
    data = _data(seed)
    half = {name: values[:100] for name, values in data.items()}
    rest = {name: values[100:] for name, values in data.items()}
    merged = Moments.of(half).merge(Moments.of(rest))
    for compute in (factorability.kmo, split_half.guttman_lambdas, factorability.bartlett_sphericity):
        whole, parts = _ok(compute(data)), _ok(compute(merged))
        for name, value in whole.fields.items():
            if isinstance(value, float):
                assert value == pytest.approx(parts[name], rel=1e-9), name
    _close(_ok(cfa.cfa(data, MODEL)), _ok(cfa.cfa(merged, MODEL)), ("chi2", "cfi", "srmr"), 1e-6)


@FEW
@given(SEEDS)
def test_kmo__items_reordered_and_rescaled__unchanged(seed: int) -> None:
    data = _data(seed)
    changed = _reordered(_rescaled(data), seed)
    _close(_ok(factorability.kmo(data)), _ok(factorability.kmo(changed)), ("overall", "items"), 1e-9)
    one, other = (_ok(factorability.bartlett_sphericity(d)) for d in (data, changed))
    assert one.number("statistic") == pytest.approx(other.number("statistic"), rel=1e-9)


@FEW
@given(SEEDS)
def test_lambdas__items_reordered__only_the_split_changes(seed: int) -> None:
    data = _one(_data(seed))
    one, other = (_ok(split_half.guttman_lambdas(d)) for d in (data, _reordered(data, seed)))
    _close(one, other, ("lambda1", "lambda2", "lambda3", "lambda5", "lambda6"), 1e-10)
    alpha = _ok(reliability.cronbach_alpha(data)).number("alpha")
    assert one.number("lambda3") == pytest.approx(alpha, abs=1e-12)
    assert one.number("lambda2") >= one.number("lambda3") - 1e-12


@FEW
@given(SEEDS)
def test_split_half__items_of_each_half_swapped__unchanged(seed: int) -> None:
    a, b, c, d = (_data(seed)[name] for name in "abcd")
    one = _ok(split_half.split_half({"a": a, "b": b, "c": c, "d": d}))
    other = _ok(split_half.split_half({"c": c, "d": d, "a": a, "b": b}))
    halves = _ok(split_half.split_half({"d": d, "a": a, "b": b, "c": c}))
    _close(one, other, ("r", "spearman_brown", "guttman"), 1e-12)
    _close(one, halves, ("r", "spearman_brown", "guttman"), 1e-12)
    assert one.number("r") == pytest.approx(np.corrcoef(a + c, b + d)[0, 1], abs=1e-12)


@FEW
@given(SEEDS)
def test_omega__reordered_shifted_doubled__unchanged(seed: int) -> None:
    data = _one(_data(seed))
    one = _ok(omega.mcdonald_omega(data))
    doubled = {name: np.tile(values, 2) for name, values in data.items()}
    moved = {name: 3 * values + 7 for name, values in data.items()}
    for changed in (_reordered(data, seed), doubled, moved):
        _close(one, _ok(omega.mcdonald_omega(changed)), ("omega_total",), 1e-6)


@FEW
@given(SEEDS)
def test_omega__reversed_twice__unchanged(seed: int) -> None:
    data = _one(_data(seed))
    turned = {**data, "b": 6 - data["b"]}
    one = _ok(omega.mcdonald_omega(data))
    other = _ok(omega.mcdonald_omega(turned, reverse=["b"], scale=(1, 5)))
    _close(one, other, ("omega_total",), 1e-7)


def test_omega__tau_equivalent_population__is_alpha() -> None:
    """With equal loadings in the covariances ω is α: here the covariances are exactly so."""
    random = np.random.default_rng(3)
    x = random.normal(size=(60, 4))
    x = (x - x.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(x, rowvar=False))).T
    x = x @ np.linalg.cholesky(np.full((4, 4), 0.5) + np.eye(4)).T
    data = {name: x[:, i] for i, name in enumerate("abcd")}
    alpha = _ok(reliability.cronbach_alpha(data)).number("alpha")
    assert _ok(omega.mcdonald_omega(data)).number("omega_total") == pytest.approx(alpha, abs=1e-8)


@FEW
@given(SEEDS)
def test_one_factor__three_items__closed_form(seed: int) -> None:
    """λ₁² = r₁₂r₁₃/r₂₃: three items determine a factor exactly."""
    data = {name: values for name, values in _data(seed, n=400).items() if name in "abc"}
    scored = score_items(Moments.of(data))
    r = scored.correlations()
    expected = np.sqrt(
        [r[0, 1] * r[0, 2] / r[1, 2], r[0, 1] * r[1, 2] / r[0, 2], r[0, 2] * r[1, 2] / r[0, 1]]
    )
    assert omega.one_factor(scored).loadings == pytest.approx(expected, abs=1e-6)
    result = _ok(cfa.cfa(data, "F =~ a + b + c"))
    assert list(result["loadings"]["F"].values()) == pytest.approx(expected, abs=1e-6)  # type: ignore[index, call-overload]
    assert (result["df"], "p" in result.fields, result["rmsea"]) == (0, False, 0)
    assert [w.code for w in result.warnings] == ["saturated"]
    communalities = list(_ok(factors.efa(data, 1))["communalities"].values())  # type: ignore[union-attr]
    assert communalities == pytest.approx(expected**2, abs=1e-5)


@FEW
@given(SEEDS)
def test_composite_reliability__of_items__is_that_of_their_loadings(seed: int) -> None:
    of_items = _ok(omega.composite_reliability(_one(_data(seed))))
    again = _ok(omega.composite_reliability(loadings=of_items["loadings"]))  # type: ignore[arg-type]
    _close(of_items, again, ("cr", "ave"), 1e-12)


@FEW
@given(SEEDS, st.sampled_from(["minres", "ml"]), st.sampled_from(["varimax", "promax", "oblimin", "none"]))
def test_efa__items_reordered_and_rescaled__loadings_follow(
    seed: int, extraction: str, rotation: str
) -> None:
    data = _data(seed)
    one = _ok(factors.efa(data, 2, extraction=extraction, rotation=rotation))
    other = _ok(factors.efa(_reordered(_rescaled(data), seed), 2, extraction=extraction, rotation=rotation))
    _close(one, other, ("loadings", "communalities", "ss_loadings"), 1e-5)


@FEW
@given(SEEDS)
def test_efa__an_item_turned__its_loadings_turn(seed: int) -> None:
    data = _data(seed)
    one = _ok(factors.efa(data, 2, rotation="oblimin"))
    other = _ok(factors.efa(data, 2, rotation="oblimin", reverse=["c"], scale=(1, 5)))
    for name in data:
        sign = -1 if name == "c" else 1
        assert other["loadings"][name] == pytest.approx(  # type: ignore[index, call-overload]
            [sign * value for value in one["loadings"][name]],  # type: ignore[index, call-overload, union-attr]
            abs=1e-6,
        )


@FEW
@given(SEEDS, st.sampled_from(["minres", "ml", "pa"]))
def test_efa__rotations__reproduce_the_same_correlations(seed: int, extraction: str) -> None:
    data, products = _data(seed), []
    for rotation in ("none", "varimax", "promax", "oblimin"):
        result = _ok(factors.efa(data, 2, extraction=extraction, rotation=rotation))
        pattern = np.array(list(result["loadings"].values()))  # type: ignore[union-attr]
        phi = np.array(result.fields.get("phi", np.eye(2)))
        products.append(pattern @ phi @ pattern.T)
        assert np.diag(products[-1]) == pytest.approx(list(result["communalities"].values()), abs=1e-9)  # type: ignore[union-attr]
    for product in products[1:]:
        assert product == pytest.approx(products[0], abs=1e-9)


def test_efa__minres__residuals_are_least() -> None:
    """No other uniquenesses leave smaller residual correlations: steps to all sides make them larger."""
    data = _data(5)
    r = score_items(Moments.of(data)).correlations()
    result = _ok(factors.efa(data, 2, rotation="none"))
    pattern = np.array(list(result["loadings"].values()))  # type: ignore[union-attr]

    def residual(loadings: np.ndarray) -> float:
        off = r - loadings @ loadings.T
        return float((off[~np.eye(8, dtype=bool)] ** 2).sum())

    random = np.random.default_rng(1)
    for _ in range(50):
        assert residual(pattern + random.normal(0, 1e-3, pattern.shape)) >= residual(pattern) - 1e-12


@pytest.mark.parametrize(("count", "code"), [(0, "too_many_factors"), (6, "too_many_factors")])
def test_efa__factors_that_items_do_not_determine__not_computable(count: int, code: str) -> None:
    outcome = factors.efa(_data(1), count)
    assert isinstance(outcome, NotComputable)
    assert outcome.reason == code


def test_efa__item_that_is_the_sum_of_others__is_named() -> None:
    data = _data(1)
    outcome = factors.efa({**data, "sum": data["a"] + data["b"]}, 2)
    assert isinstance(outcome, NotComputable)
    assert outcome.reason == "singular"
    assert outcome.message.en.startswith("a, b, sum are")


def test_omega__two_clear_groups__general_factor_weaker_than_total() -> None:
    result = _ok(omega.mcdonald_omega(_data(2, n=1000), factors=2))
    assert 0.3 < result.number("omega_hierarchical") < result.number("omega_total") < 1
    assert "two_factors" in [warning.code for warning in result.warnings]


def test_omega__item_against_the_others__turned_and_named() -> None:
    data = _data(2, n=1000)
    plain = _ok(omega.mcdonald_omega(data, factors=2))
    turned = _ok(omega.mcdonald_omega({**data, "c": -data["c"]}, factors=2))
    _close(plain, turned, ("omega_total", "omega_hierarchical"), 1e-6)
    warning = next(w for w in turned.warnings if w.code == "turned_for_omega")
    assert warning.message.en.startswith("c load negatively")


def test_parallel_analysis__two_factors__two_found_whatever_the_seed() -> None:
    for seed in range(5):
        result = _ok(factorability.parallel_analysis(_data(4), seed=seed))
        assert (result["factors"], result["components"]) == (2, 2)
    eigenvalues, simulated = result["eigenvalues"], result["simulated"]
    assert sum(eigenvalues) == pytest.approx(8)  # type: ignore[arg-type]
    assert sum(simulated) == pytest.approx(8)  # type: ignore[arg-type]


def test_parallel_analysis__simulated__as_samples_of_normal_rows_give() -> None:
    """Drawn from the Wishart distribution; rows drawn one by one give the same means."""
    data = {name: values[:60] for name, values in _data(6).items()}
    drawn = np.array(_ok(factorability.parallel_analysis(data, iterations=2000))["simulated"])
    random = np.random.default_rng(2)
    rows = [np.corrcoef(random.normal(size=(60, 8)), rowvar=False) for _ in range(2000)]
    assert drawn == pytest.approx(np.linalg.eigvalsh(rows)[:, ::-1].mean(axis=0), abs=0.02)


@FEW
@given(SEEDS)
def test_cfa__items_reordered_and_rescaled__same_fit(seed: int) -> None:
    data = _data(seed)
    one = _ok(cfa.cfa(data, MODEL))
    other = _ok(cfa.cfa(_rescaled(data), "G =~ h + f + e + g; F =~ c + d + b + a"))
    _close(one, other, ("chi2", "df", "p", "cfi", "tli", "rmsea", "rmsea_ci", "srmr", "cr", "ave"), 1e-5)
    for factor in "FG":
        _close_maps(one["loadings"][factor], other["loadings"][factor])  # type: ignore[index, call-overload]


def _close_maps(one: object, other: object) -> None:
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    for name, value in one.items():
        assert value == pytest.approx(other[name], abs=1e-5)


@FEW
@given(SEEDS)
def test_cfa__unit_from_the_first_item__same_as_unit_variance(seed: int) -> None:
    data = _rescaled(_data(seed))
    one = _ok(cfa.cfa(data, MODEL))
    other = _ok(cfa.cfa(data, "F =~ 1*a + b + c + d\nG =~ NA*e + f + g + h\nG ~~ 1*G"))
    _close(one, other, ("chi2", "df", "srmr", "cr", "ave"), 1e-5)


def test_cfa__chi2__is_n_times_the_discrepancy() -> None:
    """n(log|Σ| − log|S| + tr(SΣ⁻¹) − p) of what the result says of Σ."""
    data = _data(9, n=500)
    result = _ok(cfa.cfa(data, MODEL))
    r = score_items(Moments.of(data)).correlations()
    pattern = np.zeros((8, 2))
    for j, factor in enumerate("FG"):
        for i, name in enumerate(data):
            pattern[i, j] = result["loadings"][factor].get(name, 0)  # type: ignore[index, call-overload, union-attr]
    phi = np.eye(2)
    phi[0, 1] = phi[1, 0] = result["correlations"][0]["r"]  # type: ignore[index, call-overload]
    sigma = pattern @ phi @ pattern.T
    np.fill_diagonal(sigma, 1)
    discrepancy = (
        np.linalg.slogdet(sigma)[1] - np.linalg.slogdet(r)[1] + np.trace(r @ np.linalg.inv(sigma)) - 8
    )
    assert result.number("chi2") == pytest.approx(500 * discrepancy, rel=1e-6)


def test_cfa__factor_of_factors__fits_as_three_correlated_ones() -> None:
    random = np.random.default_rng(1)
    general = random.normal(size=(600, 1))
    f = 0.7 * general + 0.7 * random.normal(size=(600, 3))
    x = np.repeat(f, 3, axis=1) * 0.8 + 0.6 * random.normal(size=(600, 9))
    data = {f"x{i}": x[:, i] for i in range(9)}
    first = "A =~ x0 + x1 + x2\nB =~ x3 + x4 + x5\nC =~ x6 + x7 + x8"
    one, other = _ok(cfa.cfa(data, first)), _ok(cfa.cfa(data, f"{first}\nG =~ A + B + C"))
    assert one.number("chi2") == pytest.approx(other.number("chi2"), abs=1e-5)
    loadings = other["loadings"]["G"]  # type: ignore[index, call-overload]
    r = {frozenset((row["a"], row["b"])): row["r"] for row in one["correlations"]}  # type: ignore[index, call-overload, union-attr]
    assert loadings["A"] * loadings["B"] == pytest.approx(r[frozenset("AB")], abs=1e-5)  # type: ignore[index, call-overload, operator]


def test_cfa__equal_loadings_and_residual_covariance__count_in_df() -> None:
    data = _data(3)
    free = _ok(cfa.cfa(data, MODEL))
    equal = _ok(cfa.cfa(data, "F =~ NA*a + k*a + k*b + k*c + k*d; F ~~ 1*F; G =~ e + f + g + h"))
    residual = _ok(cfa.cfa(data, f"{MODEL}\na ~~ e"))
    orthogonal = _ok(cfa.cfa(data, f"{MODEL}\nF ~~ 0*G"))
    assert [r["df"] for r in (free, equal, residual, orthogonal)] == [19, 22, 18, 20]
    assert equal.number("chi2") > free.number("chi2") > residual.number("chi2")
    assert orthogonal["correlations"] == [{"a": "F", "b": "G", "r": 0.0}]


@pytest.mark.parametrize(
    ("model", "code"),
    [("F =~ a + b", "not_identified"), ("F =~ a + b; G =~ c + d; F ~~ 0*G", "not_identified")],
)
def test_cfa__too_many_parameters__not_identified(model: str, code: str) -> None:
    outcome = cfa.cfa(_data(1), model)
    assert isinstance(outcome, NotComputable)
    assert outcome.reason == code


def test_cfa__reversed_item__only_its_loading_turns() -> None:
    data = _data(8)
    one, other = _ok(cfa.cfa(data, MODEL)), _ok(cfa.cfa({**data, "b": -data["b"]}, MODEL))
    _close(one, other, ("chi2", "ave"), 1e-6)
    assert one["htmt"][0]["value"] == pytest.approx(other["htmt"][0]["value"])  # type: ignore[index, call-overload]
    assert other["loadings"]["F"]["b"] == pytest.approx(-one["loadings"]["F"]["b"], abs=1e-6)  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    "source",
    [
        "F =~ a + b\n  + c # the rest\n! a comment\nG=~d;G=~e + f",
        "F =~ a\nF =~ b + c\n\nG =~ d + e\n + f",
        "F =~ a + b +\n c; G =~ start(0.5)*d + e + f",
    ],
)
def test_measurement_model__written_otherwise__means_the_same(source: str) -> None:
    assert MeasurementModel.parse(source) == MeasurementModel.parse("F =~ a + b + c\nG =~ d + e + f")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "a + b",
        "F =~ ",
        "F =~ a +",
        "F =~ a + + b",
        "F ~ a",
        "F =~ a; a ~ 1",
        "F =~ a + b; k := 1",
        "F =~ c(1,1)*a + b",
        "F =~ a + b; a ~~ z",
        "F =~ G; G =~ F",
        "2F =~ a",
        "F =~ a b",
    ],
)
def test_measurement_model__not_understood__refused(source: str) -> None:
    with pytest.raises(Fault) as caught:
        MeasurementModel.parse(source)
    assert caught.value.message.zh
