"""Every value that R gives for the plans of the oracle.

banksim, coders, monthly and service are shipped and run everywhere; the other data sets may not be shipped
and run where the oracle lies beside the checkout.
"""

import json
from pathlib import Path

import pytest

from analysis import plan, reading
from tests.analysis.comparing import differences

HERE = Path(__file__).parents[1] / "data" / "oracle"
BESIDE = Path(__file__).parents[2].parent / "shared" / "oracle"


def _cases() -> list[tuple[Path, str]]:
    """(directory, data set) of each plan, the shipped ones first."""
    shipped = sorted(path.name.removesuffix(".plan.yaml") for path in HERE.glob("*.plan.yaml"))
    beside = sorted(path.name.removesuffix(".plan.yaml") for path in BESIDE.glob("*.plan.yaml"))
    return [(HERE, name) for name in shipped] + [(BESIDE, name) for name in beside if name not in shipped]


@pytest.mark.parametrize(
    ("folder", "name"), _cases(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_plan__of_the_oracle__gives_what_r_gives(folder: Path, name: str) -> None:
    text = (folder / f"{name}.plan.yaml").read_text(encoding="utf-8")
    table = reading.read(folder / f"{name}.csv")
    written = json.dumps(plan.run(table, text), allow_nan=False)
    document = json.loads(written)
    expected = json.loads((folder / f"{name}.expected.json").read_text(encoding="utf-8"))
    assert document["data"]["rows"] == expected["data"]["rows"]
    wrong = [
        f"{id_}{line}"
        for id_, wanted in expected["results"].items()
        for line in differences(wanted, document["results"][id_])
    ]
    assert wrong == []


def test_differences__value_beyond_tolerance__is_named() -> None:
    expected = {"test": "mean", "estimate": 1.0, "ci": [0.5, 1.5]}
    assert differences(expected, {"test": "mean", "estimate": 1.0, "ci": [0.5, 1.5], "n": 3}) == []
    assert differences(expected, {"test": "mean", "estimate": 1.0, "ci": [0.5, 1.5001]}) == [
        ".ci[1]: expected 1.5, got 1.5001"
    ]
    assert differences(expected, {"test": "mean", "estimate": 1.0}) == [".ci: missing"]
