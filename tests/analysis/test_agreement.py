"""Agreement of raters: published examples, and what rearranging the ratings may change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import agreement, icc, krippendorff
from analysis.result import NotComputable, Outcome, Result

FEW = settings(max_examples=40, deadline=None)
CODE = st.one_of(st.none(), st.integers(1, 4))
UNITS = st.lists(st.tuples(CODE, CODE, CODE), min_size=2, max_size=30)
LEVELS = st.sampled_from(["nominal", "ordinal", "interval", "ratio"])


def _ok(outcome: Outcome) -> Result:
    assert isinstance(outcome, Result), outcome
    return outcome


def _raters(units: list[tuple[int | None, ...]]) -> dict[str, list[int | None]]:
    return {name: [unit[i] for unit in units] for i, name in enumerate("xyz")}


def _same(one: Outcome, other: Outcome, *names: str) -> None:
    """Both computed with equal numbers, or both not computable for the same reason."""
    if isinstance(one, NotComputable) or isinstance(other, NotComputable):
        assert isinstance(one, NotComputable)
        assert isinstance(other, NotComputable)
        assert one.reason == other.reason
        return
    for name in names:
        assert one[name] == pytest.approx(other[name], rel=1e-9, abs=1e-10), name


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_krippendorff__his_example__his_values(level: str, alpha: float) -> None:
    # Krippendorff, Computing Krippendorff's alpha-reliability (2011), example C and D: 4 observers, 12 units.
    raters = {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    }
    result = _ok(krippendorff.krippendorff_alpha(raters, level=level))
    assert result.number("alpha") == pytest.approx(alpha, abs=5e-4)
    assert (result.n, result.n_missing, result["values"]) == (11, 1, 40)


def test_icc__shrout_and_fleiss__their_table() -> None:
    # Shrout & Fleiss 1979, tables 2 and 4: six targets, four judges.
    raters = {
        "a": [9, 6, 8, 7, 10, 6],
        "b": [2, 1, 4, 1, 5, 2],
        "c": [5, 3, 6, 2, 6, 4],
        "d": [8, 2, 8, 6, 9, 7],
    }
    result = _ok(icc.icc(raters))
    expected = {"icc1": 0.17, "icc2": 0.29, "icc3": 0.71, "icc1k": 0.44, "icc2k": 0.62, "icc3k": 0.91}
    found = {name: result[name]["icc"] for name in expected}  # type: ignore[index, call-overload]
    assert found == pytest.approx(expected, abs=5e-3)
    assert result["icc3"]["f"] == pytest.approx(11.02, abs=0.02)  # type: ignore[index, call-overload]


def test_fleiss_kappa__ten_units_of_fourteen_raters__textbook_value() -> None:
    # The example of Fleiss 1971 as it is given in textbooks: κ = 0.210.
    table = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    units = [[c + 1 for c, often in enumerate(row) for _ in range(often)] for row in table]
    raters = {f"r{i}": [unit[i] for unit in units] for i in range(14)}
    assert _ok(agreement.fleiss_kappa(raters)).number("kappa") == pytest.approx(0.210, abs=5e-4)


def test_cohen_kappa__two_by_two__textbook_value() -> None:
    # 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: po = 0.7, pe = 0.5, κ = 0.4.
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    result = _ok(agreement.cohen_kappa(first, second))
    assert (result.number("observed"), result.number("expected")) == (pytest.approx(0.7), pytest.approx(0.5))
    assert result.number("kappa") == pytest.approx(0.4)


@FEW
@given(UNITS, LEVELS, st.randoms(use_true_random=False))
def test_krippendorff__units_and_raters_shuffled__unchanged(
    units: list[tuple[int | None, ...]], level: str, random: object
) -> None:
    shuffled = [(c, a, b) for a, b, c in units]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one = krippendorff.krippendorff_alpha(_raters(units), level=level)
    _same(one, krippendorff.krippendorff_alpha(_raters(shuffled), level=level), "alpha", "values")


@FEW
@given(UNITS)
def test_krippendorff__monotone_codes__same_at_ordinal_level(units: list[tuple[int | None, ...]]) -> None:
    squared = [tuple(None if v is None else v**2 for v in unit) for unit in units]
    shifted = [tuple(None if v is None else 3 * v + 7 for v in unit) for unit in units]
    for level, changed in (("ordinal", squared), ("nominal", squared), ("interval", shifted)):
        one = krippendorff.krippendorff_alpha(_raters(units), level=level)
        _same(one, krippendorff.krippendorff_alpha(_raters(changed), level=level), "alpha")


@FEW
@given(UNITS)
def test_krippendorff__unit_with_one_value__changes_nothing_but_the_gaps(
    units: list[tuple[int | None, ...]],
) -> None:
    one = krippendorff.krippendorff_alpha(_raters(units), level="interval")
    other = krippendorff.krippendorff_alpha(_raters([*units, (4, None, None)]), level="interval")
    if isinstance(one, Result):
        _same(one, other, "alpha")


@FEW
@given(UNITS, st.sampled_from(["none", "linear", "quadratic"]))
def test_cohen_kappa__raters_swapped__unchanged(units: list[tuple[int | None, ...]], weighting: str) -> None:
    x, y, _ = _raters(units).values()
    one = agreement.cohen_kappa(x, y, weighting=weighting)
    _same(one, agreement.cohen_kappa(y, x, weighting=weighting), "kappa", "se", "z", "p", "ci")


@FEW
@given(UNITS, st.integers(2, 4))
def test_kappas__units_repeated__same_kappa(units: list[tuple[int | None, ...]], times: int) -> None:
    raters, repeated = _raters(units), _raters(units * times)
    _same(agreement.fleiss_kappa(raters), agreement.fleiss_kappa(repeated), "kappa")
    one = agreement.cohen_kappa(raters["x"], raters["y"])
    _same(one, agreement.cohen_kappa(repeated["x"], repeated["y"]), "kappa")


@FEW
@given(UNITS)
def test_kappas__codes_as_words__unchanged(units: list[tuple[int | None, ...]]) -> None:
    words = {1: "none", 2: "some", 3: "much", 4: "all"}
    named = [tuple(None if v is None else words[v] for v in unit) for unit in units]
    raters, spoken = _raters(units), {n: [u[i] for u in named] for i, n in enumerate("xyz")}
    _same(agreement.fleiss_kappa(raters), agreement.fleiss_kappa(spoken), "kappa", "z")
    one = agreement.cohen_kappa(raters["x"], raters["y"], weighting="linear", levels=[1, 2, 3, 4])
    order = ["none", "some", "much", "all"]
    other = agreement.cohen_kappa(spoken["x"], spoken["y"], weighting="linear", levels=order)
    _same(one, other, "kappa", "se", "z")


@FEW
@given(UNITS)
def test_cohen_kappa__two_categories__quadratic_weights_change_nothing(
    units: list[tuple[int | None, ...]],
) -> None:
    x, y, _ = _raters([tuple(None if v is None else v % 2 for v in unit) for unit in units]).values()
    _same(agreement.cohen_kappa(x, y), agreement.cohen_kappa(x, y, weighting="quadratic"), "kappa", "se")


@FEW
@given(st.integers(0, 9999), st.integers(2, 5), st.floats(0.1, 50), st.floats(-1e3, 1e3))
def test_icc__rescaled_and_reordered__unchanged(seed: int, k: int, factor: float, shift: float) -> None:
    random = np.random.default_rng(seed)
    x = random.normal(size=(20, 1)) + random.normal(size=(20, k)) + random.normal(size=k)
    one = _ok(icc.icc({str(i): x[:, i] for i in range(k)}))
    other = _ok(icc.icc({str(i): factor * x[::-1, i] + shift for i in reversed(range(k))}))
    for name in ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k"):
        for part, value in one[name].items():  # type: ignore[union-attr]
            assert other[name][part] == pytest.approx(value, rel=1e-6, abs=1e-9)  # type: ignore[index, call-overload]


def test_icc__raters_that_differ_by_a_constant__consistent_but_not_in_agreement() -> None:
    result = _ok(icc.icc({"a": [1, 2, 3, 5], "b": [3, 4, 5, 7]}))
    assert result["icc3"] == {"icc": 1.0}
    assert result["icc2"]["icc"] < 1  # type: ignore[index, call-overload]
    assert [warning.code for warning in result.warnings] == ["no_error_variance"]


def test_krippendorff__texts_at_ratio_level__positions_are_said() -> None:
    raters = {"a": ["x", "y", "z", "x"], "b": ["x", "y", "y", "x"]}
    result = _ok(krippendorff.krippendorff_alpha(raters, level="ratio"))
    assert [warning.code for warning in result.warnings] == ["positions_for_numbers"]


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (agreement.cohen_kappa([1, 1, 1], [1, 1, 1]), "one_category"),
        (agreement.cohen_kappa([1, None], [None, 2]), "no_rows"),
        (agreement.fleiss_kappa({"a": [1, 2]}), "too_few_raters"),
        (agreement.fleiss_kappa({"a": [3, 3], "b": [3, 3]}), "one_category"),
        (krippendorff.krippendorff_alpha({"a": [1, None], "b": [None, 2]}, level="nominal"), "no_pairs"),
        (krippendorff.krippendorff_alpha({"a": [-1, 2], "b": [1, 2]}, level="ratio"), "negative_ratio"),
        (icc.icc({"a": [1, 2, 3]}), "too_few_raters"),
        (icc.icc({"a": [1, 2], "b": [2, 1]}), "no_variance"),
    ],
)
def test_agreement__nothing_to_agree_on__says_why(outcome: Outcome, reason: str) -> None:
    assert isinstance(outcome, NotComputable)
    assert outcome.reason == reason
