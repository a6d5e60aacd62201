"""Single figures with their origin; the closed forms of terms; what the functions refuse."""

import math

import numpy as np
import pytest
from scipy import special

from analysis import (
    association,
    descriptives,
    design,
    differences,
    loyalty,
    multiplicity,
    noncentral,
    reliability,
)
from analysis.crosstab import Crosstab
from analysis.moments import Moments
from analysis.result import NotComputable, Result
from analysis.samples import Counts


def _ok(outcome: object) -> Result:
    assert isinstance(outcome, Result), outcome
    return outcome


def test_nps__n_485__plus_minus_seven() -> None:
    # terms: "n=485 → ±7.2 points"; banksim, high net worth, R: ci_wald [0.66, 15.01].
    result = _ok(loyalty.nps_from_counts(Counts.from_mapping({10: 178, 7: 167, 0: 140}, n_missing=24)))
    low, high = result.interval("ci_wald")
    assert (high - low) / 2 == pytest.approx(7.17, abs=0.01)
    assert result.number("nps") == pytest.approx(7.83505154639175)
    assert (result.n, result.n_missing, result.warnings) == (485, 24, ())


def test_nps__zero__is_an_answer() -> None:
    result = _ok(loyalty.nps([0, 0, None, 10]))
    assert (result.n, result.n_missing, result["detractors"]) == (3, 1, 2)


def test_nps__few_answers__warned() -> None:
    assert [warning.code for warning in _ok(loyalty.nps([10, 0])).warnings] == ["small_sample"]


@pytest.mark.parametrize("successes", [0, 7, 10])
def test_wilson__solves_the_score_equation(successes: int) -> None:
    # The limits are where (p̂ − p)/√(p(1−p)/n) is ±z: the definition of the score interval.
    z = descriptives.z_quantile(0.95)
    for limit in descriptives.wilson(successes, 10):
        if 0 < limit < 1:
            assert abs((successes / 10 - limit) / math.sqrt(limit * (1 - limit) / 10)) == pytest.approx(z)


def test_two_waves__85_and_90_percent__z_of_terms() -> None:
    # terms: 85 % → 90 % with 200 answers a wave is not significant (z = 1.51), with 400 it is (2.14).
    for n, z in ((200, 1.51), (400, 2.14)):
        table = Crosstab.from_mapping(
            {
                ("1", "yes"): int(0.85 * n),
                ("1", "no"): n - int(0.85 * n),
                ("2", "yes"): int(0.9 * n),
                ("2", "no"): n - int(0.9 * n),
            }
        )
        assert math.sqrt(_ok(association.chi_square_from_counts(table)).number("statistic")) == pytest.approx(
            z, abs=0.01
        )


def test_csat__score_and_rate__both_said() -> None:
    result = _ok(loyalty.csat([5, 4, 4, 3, 1] * 10))
    assert result.number("rate") == 0.6
    assert result.number("mean") == 3.4
    assert result.number("score") == pytest.approx(60.0)


@pytest.mark.parametrize("top", [0, 5])
def test_csat__impossible_top__value_error(top: int) -> None:
    with pytest.raises(ValueError, match="top"):
        loyalty.csat([1, 2], top=top)


def test_cronbach_alpha__reversal__by_the_scale_not_by_what_was_seen() -> None:
    items = {"a": [1, 2, 3, 4], "b": [4, 3, 2, 2]}  # 5 and 1 were never chosen for b
    result = _ok(reliability.cronbach_alpha(items, reverse=["b"], scale=(1, 5)))
    assert result["items"][1]["mean"] == pytest.approx(6 - 2.75)  # type: ignore[index, call-overload]


def test_cronbach_alpha__forgotten_reversal__is_named_and_not_mended() -> None:
    rng = np.random.default_rng(2)
    factor = rng.normal(size=300)
    items = {name: factor + rng.normal(size=300) for name in ("a", "b", "c")} | {
        "d": -factor + rng.normal(size=300)
    }
    result = _ok(reliability.cronbach_alpha(items))
    warning = next(w for w in result.warnings if w.code == "negative_item_rest")
    assert "d" in warning.message.en
    assert "a" not in warning.message.en.split(" correlate")[0]
    turned = _ok(reliability.cronbach_alpha(items, reverse=["d"], scale=(-9, 9)))
    assert turned.number("alpha") > result.number("alpha")
    assert turned.warnings == ()


def test_cronbach_alpha__two_items__no_alpha_if_deleted() -> None:
    result = _ok(reliability.cronbach_alpha({"a": [1, 2, 3, 5], "b": [2, 2, 3, 4]}))
    assert set(result["items"][0]) == {"name", "mean", "sd", "item_rest_r"}  # type: ignore[arg-type, index, call-overload]


def test_cronbach_alpha__value_off_the_scale__warned() -> None:
    result = _ok(reliability.cronbach_alpha({"a": [1, 2, 3, 9], "b": [2, 2, 3, 4]}, scale=(1, 5)))
    assert [warning.code for warning in result.warnings] == ["outside_scale"]


@pytest.mark.parametrize(
    ("arguments", "named"), [({"reverse": ["z"], "scale": (1, 5)}, "reverse"), ({"reverse": ["a"]}, "scale")]
)
def test_cronbach_alpha__impossible_reversal__value_error(arguments: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        reliability.cronbach_alpha({"a": [1, 2], "b": [2, 1]}, **arguments)  # type: ignore[arg-type]


def test_from_counts__a_million_answers__same_as_ten_repeated() -> None:
    few = {"a": Counts.from_mapping({1: 3, 3: 2, 5: 5}), "b": Counts.from_mapping({2: 4, 4: 6})}
    many = {name: Counts(counts.values, counts.counts * 100_000) for name, counts in few.items()}
    one, large = _ok(differences.anova_from_counts(few)), _ok(differences.anova_from_counts(many))
    assert large.number("eta_squared") == pytest.approx(one.number("eta_squared"), rel=1e-12)
    assert large.n == 2_000_000


@pytest.mark.parametrize("t", [-40.0, -3.0, 0.0, 0.5, 2.0, 30.0])
@pytest.mark.parametrize("df", [1.0, 5.5, 30.0, 2756.0])
def test_t_cdf__where_scipy_holds__equal(t: float, df: float) -> None:
    for nc in (t - 2, t, t + 3):
        assert noncentral.t_cdf(t, df, nc) == pytest.approx(float(special.nctdtr(df, nc, t)), abs=1e-9)


@pytest.mark.parametrize(("t", "df"), [(1999.0, 2.0), (1e8, 3.0), (-1e5, 50.0), (0.0, 1.0), (1e3, 1e6)])
def test_t_interval__however_extreme__holds_its_tails(t: float, df: float) -> None:
    low, high = noncentral.t_interval(t, df, 0.95)
    assert noncentral.t_cdf(t, df, low) == pytest.approx(0.975, abs=1e-6)
    assert noncentral.t_cdf(t, df, high) == pytest.approx(0.025, abs=1e-6)


def test_adjusted__known_values__as_r() -> None:
    # R: p.adjust(c(.01, .04, .03, .005), m)
    p = [0.01, 0.04, 0.03, 0.005]
    assert multiplicity.adjusted(p, "holm") == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert multiplicity.adjusted(p, "bh") == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert multiplicity.adjusted(p, "bonferroni") == pytest.approx([0.04, 0.16, 0.12, 0.02])
    assert multiplicity.adjusted([], "holm").tolist() == []
    with pytest.raises(ValueError, match="method"):
        multiplicity.adjusted(p, "sidak")
    with pytest.raises(ValueError, match="p:"):
        multiplicity.adjusted([1.2], "holm")


def test_mean__constant__has_no_design_effect() -> None:
    result = _ok(design.mean([3.0, 3.0, 3.0]))
    assert (result["estimate"], result["se"], result["ci"]) == (3.0, 0.0, [3.0, 3.0])
    assert "deff" not in result.fields
    assert [warning.code for warning in result.warnings] == ["constant"]


def test_mean__clusters_alike_within__error_grows() -> None:
    # Two values per branch, always equal: the second tells nothing, deff is about 2.
    values = np.repeat(np.random.default_rng(3).normal(size=200), 2)
    result = _ok(design.mean(values, design=design.Design(clusters=np.repeat(np.arange(200), 2))))
    assert result.number("deff") == pytest.approx(2, abs=0.02)


def test_frequencies__shares__sum_to_one() -> None:
    result = _ok(descriptives.frequencies({"a": 3, "b": 0, "c": 1}, n_missing=2))
    levels = result["levels"]
    assert isinstance(levels, list)
    assert sum(level["share"] for level in levels) == 1  # type: ignore[call-overload, index, misc]
    assert (result.n, result.n_missing) == (4, 2)


def test_fisher_advice__small_expected_counts__warned() -> None:
    result = _ok(association.chi_square(["a", "a", "b", "b", "b"], [1, 2, 2, 2, 2]))
    assert [warning.code for warning in result.warnings] == ["small_expected"]


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_statistic__confidence_outside__value_error(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        loyalty.nps([1, 2], confidence=confidence)


def test_moments__different_variables__do_not_merge() -> None:
    with pytest.raises(ValueError, match="other"):
        Moments.of({"a": [1, 2]}).merge(Moments.of({"b": [1, 2]}))


def test_counts__broken_table__value_error() -> None:
    for table in ({1: -1}, {1: 1.5}):
        with pytest.raises(ValueError, match="counts"):
            Counts.from_mapping(table)  # type: ignore[arg-type]


def test_sentence__either_outcome__in_both_languages() -> None:
    for outcome in (loyalty.nps([9, 10]), loyalty.nps([])):
        assert outcome.sentence.zh
        assert outcome.sentence.en
    assert isinstance(loyalty.nps([]), NotComputable)
