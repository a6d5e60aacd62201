"""Every value that R gives for the plans of the oracle.

banksim, coders, monthly and service are shipped and run everywhere; the other data sets may not be shipped
and run where the oracle lies beside the checkout.
"""

import json
from pathlib import Path

import pytest
import yaml

from analysis import plan, reading
from analysis.registry import statistics
from tests.analysis.comparing import differences

HERE = Path(__file__).parents[1] / "data" / "oracle"
BESIDE = Path(__file__).parents[2].parent / "shared" / "oracle"

# Tests of the vocabulary that are not built yet. Building one without taking it off this list fails below.
NOT_BUILT = frozenset(
    [
        "change_point",
        "ipa",
        "logit",
        "mann_kendall",
        "ols",
        "ordinal_logit",
        "p_chart",
        "rake",
        "rao_scott",
        "relative_importance",
        "servqual_gap",
    ]
)


def _cases() -> list[tuple[Path, str]]:
    """(directory, data set) of each plan, the shipped ones first."""
    shipped = sorted(path.name.removesuffix(".plan.yaml") for path in HERE.glob("*.plan.yaml"))
    beside = sorted(path.name.removesuffix(".plan.yaml") for path in BESIDE.glob("*.plan.yaml"))
    return [(HERE, name) for name in shipped] + [(BESIDE, name) for name in beside if name not in shipped]


def _built(plan_text: str) -> list[dict[str, object]]:
    """The analyses of a plan that are built, as they stand in it."""
    entries = yaml.load(plan_text, Loader=yaml.BaseLoader)["analyses"]
    built = {entry["id"] for entry in entries if entry["test"] not in NOT_BUILT}
    return [e for e in entries if e["id"] in built and set(e.get("ids", ())) <= built]


@pytest.mark.parametrize(
    ("folder", "name"), _cases(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_plan__of_the_oracle__gives_what_r_gives(folder: Path, name: str) -> None:
    entries = _built((folder / f"{name}.plan.yaml").read_text(encoding="utf-8"))
    if not entries:
        pytest.skip("no test of this plan is built yet")
    table = reading.read(folder / f"{name}.csv")
    written = json.dumps(plan.run(table, json.dumps({"analyses": entries})), allow_nan=False)
    document = json.loads(written)
    expected = json.loads((folder / f"{name}.expected.json").read_text(encoding="utf-8"))
    assert document["data"]["rows"] == expected["data"]["rows"]
    wrong = [
        f"{entry['id']}{line}"
        for entry in entries
        for line in differences(expected["results"][entry["id"]], document["results"][entry["id"]])
    ]
    assert wrong == []


def test_not_built__names_a_test_that_is_built__is_taken_off_the_list() -> None:
    assert NOT_BUILT & set(statistics()) == set()


def test_differences__value_beyond_tolerance__is_named() -> None:
    expected = {"test": "mean", "estimate": 1.0, "ci": [0.5, 1.5]}
    assert differences(expected, {"test": "mean", "estimate": 1.0, "ci": [0.5, 1.5], "n": 3}) == []
    assert differences(expected, {"test": "mean", "estimate": 1.0, "ci": [0.5, 1.5001]}) == [
        ".ci[1]: expected 1.5, got 1.5001"
    ]
    assert differences(expected, {"test": "mean", "estimate": 1.0}) == [".ci: missing"]
