"""The PLS index: what follows from its definition, and what rearranging the data may change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import index_models
from analysis.moments import Moments
from analysis.result import NotComputable, Outcome, Result

FEW = settings(max_examples=10, deadline=None)
BLOCKS = {"quality": ("a", "b", "c"), "value": ("d", "e"), "satisfaction": ("f", "g", "h")}
PATHS = (("quality", "value"), ("quality", "satisfaction"), ("value", "satisfaction"))
SCHEMES = st.sampled_from(["path", "factorial"])


def _ok(outcome: Outcome) -> Result:
    assert isinstance(outcome, Result), outcome
    return outcome


def _data(seed: int, n: int = 150) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    quality = random.normal(size=n)
    value = 0.6 * quality + 0.8 * random.normal(size=n)
    satisfaction = 0.5 * quality + 0.4 * value + 0.7 * random.normal(size=n)
    parents = [quality] * 3 + [value] * 2 + [satisfaction] * 3
    answers = (np.clip(np.round(5.5 + 1.6 * (p + 0.6 * random.normal(size=n))), 1, 10) for p in parents)
    return dict(zip("abcdefgh", answers, strict=True))


def _run(data: dict[str, np.ndarray], scheme: str = "path", **more: object) -> Result:
    blocks = more.pop("blocks", BLOCKS)
    return _ok(index_models.pls_index(data, blocks, PATHS, scale=(1, 10), scheme=scheme, **more))  # type: ignore[arg-type]


@FEW
@given(st.integers(0, 9999), SCHEMES)
def test_pls_index__scores__satisfy_the_definition(seed: int, scheme: str) -> None:
    data = _data(seed)
    result = _run(data, scheme)
    scores = {}
    for block, items in BLOCKS.items():
        weights = result["weights"][block]  # type: ignore[index, call-overload]
        z = {i: (data[i] - data[i].mean()) / data[i].std(ddof=1) for i in items}
        scores[block] = sum(weights[i] * z[i] for i in items)  # type: ignore[index, call-overload]
        assert np.var(scores[block], ddof=1) == pytest.approx(1)
        for item in items:
            expected = np.corrcoef(z[item], scores[block])[0, 1]
            assert result["loadings"][block][item] == pytest.approx(expected)  # type: ignore[index, call-overload]
        raw = {i: weights[i] / data[i].std(ddof=1) for i in items}  # type: ignore[index, call-overload]
        mean = sum(raw[i] * data[i].mean() for i in items) / sum(raw.values())
        assert result["index"][block] == pytest.approx(100 * (mean - 1) / 9)  # type: ignore[index, call-overload]
    sources = np.column_stack([scores["quality"], scores["value"]])
    beta = np.linalg.lstsq(sources, scores["satisfaction"], rcond=None)[0]
    found = {(row["from"], row["to"]): row["estimate"] for row in result["paths"]}  # type: ignore[index, call-overload, union-attr]
    assert [found["quality", "satisfaction"], found["value", "satisfaction"]] == pytest.approx(beta)
    explained = 1 - np.var(scores["satisfaction"] - sources @ beta) / np.var(scores["satisfaction"])
    assert result["r2"]["satisfaction"] == pytest.approx(explained)  # type: ignore[index, call-overload]
    assert set(result["r2"]) == {"value", "satisfaction"}  # type: ignore[arg-type]


@FEW
@given(st.integers(0, 9999), SCHEMES)
def test_pls_index__rows_and_items_reordered_or_moments__unchanged(seed: int, scheme: str) -> None:
    data = _data(seed)
    order = np.random.default_rng(seed).permutation(150)
    shuffled = {name: data[name][order] for name in reversed(data)}
    blocks = {name: tuple(reversed(items)) for name, items in reversed(BLOCKS.items())}
    one = _run(data, scheme)
    for other in (_run(shuffled, scheme, blocks=blocks), _run(Moments.of(data), scheme)):  # type: ignore[arg-type]
        for block in BLOCKS:
            assert one["index"][block] == pytest.approx(other["index"][block], abs=1e-8)  # type: ignore[index, call-overload]
            assert one["reliability"][block] == pytest.approx(other["reliability"][block], abs=1e-8)  # type: ignore[index, call-overload]


def test_pls_index__answers_all_at_one_step_higher__index_rises_by_a_ninth() -> None:
    data = {name: np.minimum(values, 9) for name, values in _data(1).items()}
    one, two = _run(data), _run({name: values + 1 for name, values in data.items()})
    for block in BLOCKS:
        step = two["index"][block] - one["index"][block]  # type: ignore[index, call-overload, operator]
        assert step == pytest.approx(100 / 9)


def test_pls_index__bootstrap__intervals_hold_the_estimates_and_repeat() -> None:
    data = _data(2)
    result = _run(data, bootstrap=60, seed=5)
    for block, (low, high) in result["index_ci"].items():  # type: ignore[union-attr]
        assert low < result["index"][block] < high  # type: ignore[index, call-overload]
    for row in result["paths"]:  # type: ignore[union-attr]
        assert row["ci"][0] < row["estimate"] < row["ci"][1]
    assert result["index_ci"] == _run(data, bootstrap=60, seed=5)["index_ci"]


def test_pls_index__item_against_its_block__negative_weight_named() -> None:
    data = _data(3)
    result = _run({**data, "b": 11 - data["b"]})
    warning = next(w for w in result.warnings if w.code == "negative_weight")
    assert "b (quality)" in warning.message.en


def test_pls_index__block_without_path__not_computable() -> None:
    blocks = {**BLOCKS, "loyalty": ("h",)}
    outcome = index_models.pls_index(_data(1), blocks, PATHS, scale=(1, 10))
    assert isinstance(outcome, NotComputable)
    assert outcome.reason == "isolated_block"


@pytest.mark.parametrize("paths", [(("quality", "price"),), (("quality", "quality"),)])
def test_pls_index__path_to_nowhere__value_error(paths: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(ValueError, match="paths"):
        index_models.pls_index(_data(1), BLOCKS, paths, scale=(1, 10))
