"""Raking and Rao-Scott."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import association, raking, rao_scott
from analysis.design import Design
from analysis.result import Result
from analysis.tables import column_of
from tests.analysis.outcomes import close, codes, ok, reason

ROWS = st.lists(
    st.tuples(st.sampled_from(["f", "m"]), st.sampled_from(["18", "30", "60"])), min_size=12, max_size=60
)
MARGINS = {"sex": {"f": 0.52, "m": 0.48}, "age": {"18": 0.3, "30": 0.5, "60": 0.2}}
ANSWERS = st.lists(
    st.tuples(st.sampled_from("ab"), st.one_of(st.none(), st.integers(1, 3))), min_size=6, max_size=60
)


def _columns(rows: list[tuple[str, str]]) -> dict[str, list[str]]:
    full = [*rows, *((sex, age) for sex in "fm" for age in ("18", "30", "60"))]  # no empty cell
    return {"sex": [sex for sex, _ in full], "age": [age for _, age in full]}


@settings(deadline=None)
@given(ROWS)
def test_rake__any_sample__margins_are_met(rows: list[tuple[str, str]]) -> None:
    columns = _columns(rows)
    result = ok(raking.rake(columns, MARGINS))
    for name, margin in MARGINS.items():
        assert result["reached"][name] == pytest.approx(margin, abs=1e-10)  # type: ignore[call-overload, index]
    assert result["converged"] is True
    found = raking.raked({name: column_of(values) for name, values in columns.items()}, MARGINS)
    assert found.weights.mean() == pytest.approx(1)
    # Raking keeps the odds ratios of the start: within a pair of ages the sexes keep theirs.
    by_cell = {(s, a): w for s, a, w in zip(columns["sex"], columns["age"], found.weights, strict=True)}
    assert by_cell["f", "18"] * by_cell["m", "30"] == pytest.approx(by_cell["f", "30"] * by_cell["m", "18"])


@settings(deadline=None)
@given(ROWS, st.integers(1, 50), st.randoms(use_true_random=False))
def test_rake__shares_and_start_rescaled_rows_shuffled__same(
    rows: list[tuple[str, str]], factor: int, random: object
) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    scaled = {name: {level: factor * share for level, share in m.items()} for name, m in MARGINS.items()}
    one = raking.rake(_columns(rows), MARGINS)
    other = raking.rake(_columns(shuffled), scaled, weights=np.full(len(rows) + 6, float(factor)))
    close(one, other, ["deff_kish"], rel=1e-8)
    assert ok(one)["weights"] == pytest.approx(ok(other)["weights"], rel=1e-8)


def test_rake__trimmed__no_weight_above_the_cap() -> None:
    columns = {"sex": ["f"] * 5 + ["m"] * 95, "age": ["18", "30", "60", "30"] * 25}
    result = ok(raking.rake(columns, MARGINS, trim=3))
    assert result["weights"]["max"] <= 3 + 1e-9  # type: ignore[call-overload, index, operator]
    assert result["trimmed"] == 5
    assert codes(result) == ["trimmed"]
    assert result.number("deff_kish") < ok(raking.rake(columns, MARGINS)).number("deff_kish")


def test_rake__margins_against_empty_cells__said_not_to_converge() -> None:
    # All women are 18, all men older: no weights give 52 % women and 30 % of 18.
    result = ok(raking.rake({"sex": ["f", "f", "m", "m"], "age": ["18", "18", "30", "60"]}, MARGINS))
    assert result["converged"] is False
    assert codes(result) == ["not_converged"]


@pytest.mark.parametrize(
    ("sex", "weights", "code"),
    [
        (["f", "m", "x"], None, "no_margin"),
        (["f", "f", "f"], None, "empty_margin"),
        ([None, None, None], None, "no_rows"),
        (["f", "m", "m"], [1, -1, 1], "negative_weight"),
        (["f", "m", "m"], [0, 0, 0], "no_weight"),
        (["f", "m", "m"], [None, None, None], "no_rows"),
        (["f", "m", "m"], [0, 1, 1], "empty_margin"),
    ],
)
def test_rake__cannot_be_met__says_why(sex: list[str], weights: list[float] | None, code: str) -> None:
    assert reason(raking.rake({"sex": sex}, {"sex": MARGINS["sex"]}, weights=weights)) == code


def test_rake__bad_shares__value_error() -> None:
    for shares in ({"f": -1.0, "m": 2.0}, {"f": 0.0, "m": 0.0}):
        with pytest.raises(ValueError, match="margins"):
            raking.rake({"sex": ["f", "m"]}, {"sex": shares})


@settings(deadline=None)
@given(ANSWERS)
def test_rao_scott__no_design__is_pearson_but_for_n(pairs: list[tuple[str, int | None]]) -> None:
    rows, columns = [a for a, _ in pairs], [b for _, b in pairs]
    simple, pearson = rao_scott.rao_scott(rows, columns), association.chi_square(rows, columns)
    if isinstance(pearson, Result) and all(x for row in pearson["observed"].values() for x in row.values()):  # type: ignore[union-attr]
        simple = ok(simple)
        n, df = simple.n or 0, pearson.number("df")
        if simple.n_missing:
            return  # then the rows with an answer are a domain, and their number is itself random
        assert simple.number("df1") == pytest.approx(df)
        assert simple.number("f") == pytest.approx(pearson.number("statistic") * (n - 1) / n / df, abs=1e-9)
        assert simple.number("df2") == pytest.approx(df * (n - 1))


@settings(deadline=None)
@given(ANSWERS, st.integers(1, 9))
def test_rao_scott__weights_times_constant_and_transposed__same(
    pairs: list[tuple[str, int | None]], factor: int
) -> None:
    rows, columns = [a for a, _ in pairs], [b for _, b in pairs]
    weights, clusters = 1.0 + np.arange(len(pairs)) % 4, np.arange(len(pairs)) % 5
    one = rao_scott.rao_scott(rows, columns, design=Design(weights, clusters))
    other = rao_scott.rao_scott(columns, rows, design=Design(factor * weights, clusters))
    close(one, other, ["f", "df1", "df2", "p", "deff"], rel=1e-6)


def test_rao_scott__clusters_alike_within__design_effect_is_seen() -> None:
    rng = np.random.default_rng(5)
    rows, columns = rng.integers(0, 2, 150), rng.integers(0, 3, 150)
    twice = np.repeat(rows, 2).tolist(), np.repeat(columns, 2).tolist()
    result = ok(rao_scott.rao_scott(*twice, design=Design(clusters=np.repeat(np.arange(150), 2))))
    assert result.number("deff") == pytest.approx(2, abs=0.05)
    alone = ok(rao_scott.rao_scott(rows.tolist(), columns.tolist()))
    assert result.number("f") == pytest.approx(alone.number("f"), rel=0.01)


@pytest.mark.parametrize(
    ("design", "code"),
    [
        (Design(weights=np.array([1.0, -1, 1, 1])), "negative_weight"),
        (Design(weights=np.zeros(4)), "no_rows"),
        (Design(clusters=np.zeros(4, np.int64)), "one_cluster"),
        (Design(clusters=np.arange(4), strata=np.array([0, 0, 0, 1])), "lonely_cluster"),
    ],
)
def test_rao_scott__unusable_design__says_why(design: Design, code: str) -> None:
    assert reason(rao_scott.rao_scott(["a", "a", "b", "b"], [1, 2, 1, 1], design=design)) == code


def test_rao_scott__one_category_or_no_variation__says_why() -> None:
    assert reason(rao_scott.rao_scott(["a", "a"], [1, 2])) == "one_category"
    same = Design(clusters=np.repeat([0, 1], 4))
    assert reason(rao_scott.rao_scott(list("aabb") * 2, [1, 2, 1, 2] * 2, design=same)) == "no_variance"
