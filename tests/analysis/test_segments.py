"""Segments: what was put in is found, rules are counted right, the order of rows does not matter."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import kmeans as clusters
from analysis import latent_classes, rules
from analysis.patterns import Patterns
from analysis.result import NotComputable, Outcome, Result

FEW = settings(max_examples=8, deadline=None)
BASKETS = st.lists(st.tuples(*[st.integers(0, 1)] * 5), min_size=3, max_size=40)


def _ok(outcome: Outcome) -> Result:
    assert isinstance(outcome, Result), outcome
    return outcome


def _blobs(seed: int, n: int = 90) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    middle = np.array([[0, 0], [6, 0], [0, 6]])
    x = middle[np.repeat([0, 1, 2], [n // 2, n // 3, n - n // 2 - n // 3])] + random.normal(size=(n, 2))
    return {"x": x[:, 0], "y": x[:, 1]}


def test_kmeans__three_clear_groups__found_largest_first() -> None:
    result = _ok(clusters.kmeans(_blobs(1), 3))
    assert result["sizes"] == [45, 30, 15]
    assert [round(center["x"]) for center in result["centers"]] == [0, 6, 0]  # type: ignore[union-attr]
    assert result.number("silhouette") > 0.6
    assert result.number("stability") > 0.95


@FEW
@given(st.integers(0, 9999))
def test_kmeans__rows_and_items_shuffled_and_another_seed__same_clusters(seed: int) -> None:
    data = _blobs(seed)
    order = np.random.default_rng(seed).permutation(len(data["x"]))
    other = {"y": data["y"][order], "x": data["x"][order]}
    one, two = _ok(clusters.kmeans(data, 3, seed=1)), _ok(clusters.kmeans(other, 3, seed=seed))
    assert one["sizes"] == two["sizes"]
    assert one.number("within_ss") == pytest.approx(two.number("within_ss"), rel=1e-9)
    assert one.number("silhouette") == pytest.approx(two.number("silhouette"), rel=1e-9)


@FEW
@given(st.integers(0, 9999))
def test_kmeans__standardised__units_do_not_matter(seed: int) -> None:
    data = _blobs(seed)
    one = _ok(clusters.kmeans(data, 3, standardize=True))
    moved = {"x": 1000 * data["x"] - 5, "y": data["y"] / 7}
    two = _ok(clusters.kmeans(moved, 3, standardize=True))
    assert one["sizes"] == two["sizes"]
    assert one.number("within_ss") == pytest.approx(two.number("within_ss"), rel=1e-9)
    for a, b in zip(one["centers"], two["centers"], strict=True):  # type: ignore[arg-type]
        assert b["x"] == pytest.approx(1000 * a["x"] - 5, abs=1e-6)


def test_kmeans__rows_repeated__twice_the_sizes_and_squares() -> None:
    random = np.random.default_rng(2)
    data = {name: random.integers(1, 6, 120).astype(float) for name in "abc"}
    one = _ok(clusters.kmeans(data, 3))
    two = _ok(clusters.kmeans({name: np.tile(values, 2) for name, values in data.items()}, 3))
    assert two["sizes"] == [2 * size for size in one["sizes"]]  # type: ignore[union-attr]
    assert two.number("within_ss") == pytest.approx(2 * one.number("within_ss"), rel=1e-9)


def test_kmeans__one_dimension__no_partition_is_better() -> None:
    """In one dimension clusters are intervals: all of them are tried."""
    x = np.sort(np.random.default_rng(3).normal(size=40))

    def within(cuts: tuple[int, ...]) -> float:
        return sum(float(((p - p.mean()) ** 2).sum()) for p in np.split(x, cuts))

    least = min(within(cuts) for cuts in combinations(range(1, 40), 2))
    assert _ok(clusters.kmeans({"x": x}, 3)).number("within_ss") == pytest.approx(least, rel=1e-10)


def test_kmeans__silhouette__by_definition() -> None:
    data = _blobs(4, n=30)
    result = _ok(clusters.kmeans(data, 3))
    points = np.column_stack(list(data.values()))
    centers = np.array([list(center.values()) for center in result["centers"]])  # type: ignore[union-attr]
    found = ((points[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
    distance = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))
    scores = []
    for i, own in enumerate(found):
        inner = distance[i, found == own].sum() / ((found == own).sum() - 1)
        outer = min(distance[i, found == c].mean() for c in range(3) if c != own)
        scores.append((outer - inner) / max(inner, outer))
    assert result.number("silhouette") == pytest.approx(np.mean(scores), rel=1e-10)


def _classes(seed: int, n: int = 400) -> dict[str, list[str]]:
    random = np.random.default_rng(seed)
    member = random.random(n) < 0.35
    chance = np.where(member[:, None], 0.85, 0.2)
    return {
        f"own{i}": ["yes" if hit else "no" for hit in column]
        for i, column in enumerate((random.random((n, 5)) < chance).T)
    }


def test_lca__two_classes_put_in__found_largest_first() -> None:
    result = _ok(latent_classes.lca(_classes(1, n=2000), 2))
    large, small = result["classes"]  # type: ignore[misc]
    assert large["share"] == pytest.approx(0.65, abs=0.05)  # type: ignore[index, call-overload]
    assert small["probabilities"]["own0"]["yes"] == pytest.approx(0.85, abs=0.06)  # type: ignore[index, call-overload]
    assert (result["parameters"], result["df"]) == (11, 20)
    assert 0.5 < result.number("entropy") < 1


@FEW
@given(st.integers(0, 9999))
def test_lca__rows_and_items_shuffled_and_another_seed__same_classes(seed: int) -> None:
    data = _classes(seed)
    order = np.random.default_rng(seed).permutation(400)
    other = {name: [values[i] for i in order] for name, values in reversed(data.items())}
    one, two = _ok(latent_classes.lca(data, 2)), _ok(latent_classes.lca(other, 2, seed=seed))
    assert one.number("log_likelihood") == pytest.approx(two.number("log_likelihood"), abs=1e-6)
    for a, b in zip(one["classes"], two["classes"], strict=True):  # type: ignore[arg-type]
        assert a["share"] == pytest.approx(b["share"], abs=2e-3)
        assert a["probabilities"]["own3"]["yes"] == pytest.approx(b["probabilities"]["own3"]["yes"], abs=2e-3)


def test_lca__one_class__is_independence() -> None:
    data = _classes(2)
    result = _ok(latent_classes.lca(data, 1))
    share = {name: values.count("yes") / 400 for name, values in data.items()}
    expected = sum(400 * (p * np.log(p) + (1 - p) * np.log(1 - p)) for p in share.values())
    assert result.number("log_likelihood") == pytest.approx(expected)
    assert result["classes"][0]["probabilities"]["own1"]["yes"] == pytest.approx(share["own1"])  # type: ignore[index, call-overload]
    assert "entropy" not in result.fields


def test_lca__more_parameters_than_patterns__warned() -> None:
    data = {name: values for name, values in _classes(3).items() if name in ("own0", "own1", "own2")}
    result = _ok(latent_classes.lca(data, 3))
    assert "not_identified" in [warning.code for warning in result.warnings]


@given(BASKETS)
def test_association_rules__all_of_them__counted_by_brute_force(baskets: list[tuple[int, ...]]) -> None:
    data = np.array(baskets)
    items = dict(zip("abcde", data.T.astype(float), strict=True))
    result = _ok(rules.association_rules(items, min_support=0.2, min_confidence=0.5))
    expected = {}
    for size in range(2, 6):
        for chosen in combinations(range(5), size):
            support = data[:, chosen].all(axis=1).mean()
            for then in chosen if support >= 0.2 - 1e-12 else ():
                left = [i for i in chosen if i != then]
                confidence = support / data[:, left].all(axis=1).mean()
                if confidence >= 0.5 - 1e-12:
                    key = ("".join("abcde"[i] for i in left), "abcde"[then])
                    expected[key] = (support, confidence, confidence / data[:, then].mean())
    found = {
        ("".join(rule["if"]), rule["then"]): (rule["support"], rule["confidence"], rule["lift"])
        for rule in result["rules"]  # type: ignore[union-attr]
    }
    assert found.keys() == expected.keys()
    for key, values in found.items():
        assert values == pytest.approx(expected[key])
    assert (result.warnings == ()) == bool(found)


@given(BASKETS, st.integers(2, 3))
def test_association_rules__rows_repeated__same_rules(baskets: list[tuple[int, ...]], times: int) -> None:
    def mined(rows: list[tuple[int, ...]]) -> object:
        items = dict(zip("abcde", np.array(rows).T.astype(float), strict=True))
        return _ok(rules.association_rules(items, min_support=0.1, min_confidence=0.6))["rules"]

    assert mined(baskets) == mined(baskets * times)


@given(st.lists(st.tuples(st.sampled_from([1.0, 2.5, np.nan]), st.integers(0, 3)), min_size=1, max_size=50))
def test_patterns__expanded__are_the_complete_rows(rows: list[tuple[float, int]]) -> None:
    columns = [np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=float)]
    complete = sorted(row for row in rows if row[0] == row[0])
    if complete:
        patterns = Patterns.of(columns)
        expanded = np.repeat(patterns.rows, patterns.weights.astype(int), axis=0)
        assert [tuple(row) for row in expanded.tolist()] == complete
        assert patterns.n_missing == len(rows) - len(complete)


def test_patterns__more_values_than_a_key_holds__still_told_apart() -> None:
    random = np.random.default_rng(1)
    data = random.normal(size=(3000, 8))
    patterns = Patterns.of([*data.T, *data.T])
    assert len(patterns.rows) == 3000
    assert np.array_equal(patterns.rows[:, :8], data[np.lexsort(data.T[::-1])])


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (clusters.kmeans({"x": [1, 1, 2]}, 3), "too_many_clusters"),
        (clusters.kmeans({"x": [1, 2], "y": [3, 3]}, 2, standardize=True), "constant_item"),
        (latent_classes.lca({"x": [1, 2, 1], "y": [1, 1, 1]}, 2), "constant_item"),
        (latent_classes.lca({"x": [1, 2], "y": [1, 2]}, 3), "too_many_clusters"),
        (rules.association_rules({"x": [0, 2], "y": [1, 1]}, min_support=0, min_confidence=0), "not_binary"),
        (rules.association_rules({"x": [0, 1]}, min_support=0, min_confidence=0), "too_few_items"),
    ],
)
def test_segments__data_that_hold_none__says_why(outcome: Outcome, reason: str) -> None:
    assert isinstance(outcome, NotComputable)
    assert outcome.reason == reason
