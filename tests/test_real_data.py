"""Real people's answers go in by import and come out with the reliability that R gives.

bfi: 2,800 people, 25 items (psychTools; read beside the checkout when it lies there, never shipped).
banksim: ours, shipped in tests/data/oracle. The expected values are R's, with their origin in the files.
"""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.analysis.comparing import differences
from tests.server import ROOT, Server

OPEN_PACK = ROOT.parent / "shared" / "oracle"
OURS = ROOT / "tests" / "data" / "oracle"


def likert_questionnaire(slug: str, items: list[str], top: int) -> dict[str, Any]:
    """A questionnaire whose only question is one matrix of agreement."""
    points = [
        {"code": code, "text": {"zh": f"第 {code} 级", "en": f"point {code}"}} for code in range(1, top + 1)
    ]
    rows = [{"name": item, "text": {"zh": f"题项 {item}", "en": f"item {item}"}} for item in items]
    text = {"zh": "您同意吗？", "en": "Do you agree?"}
    matrix = {"type": "matrix", "name": "statements", "text": text, "items": rows, "options": points}
    page = {"name": "all", "title": {"zh": "题项", "en": "Items"}, "questions": [matrix]}
    return {"slug": slug, "title": text, "languages": ["zh", "en"], "pages": [page]}


def keep_columns(source: Path, target: Path, columns: list[str]) -> int:
    """Write some columns of a data file, with an id for each row; how many rows there are."""
    with (
        source.open(encoding="utf-8", newline="") as file,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out)
        writer.writerow(["id", *columns])
        rows = [
            [f"{source.stem}-{number}", *(row[name] for name in columns)]
            for number, row in enumerate(csv.DictReader(file))
        ]
        writer.writerows(rows)
    return len(rows)


def imported(tmp_path: Path, data: Path, items: list[str], top: int) -> tuple[Server, int]:
    """A home into which the items of a data file went through the command line."""
    server = Server(tmp_path / "home")
    definition = tmp_path / f"{data.stem}.json"
    definition.write_text(json.dumps(likert_questionnaire(data.stem, items, top)), "utf-8")
    rows = keep_columns(data, tmp_path / data.name, items)
    server.run("questionnaire", "publish", str(definition))
    server.run("responses", "import", str(tmp_path / data.name), "--questionnaire", data.stem)
    assert (
        json.loads(server.run("responses", "count", "--questionnaire", data.stem, "--json"))["complete"]
        == rows
    )
    return server, rows


def analysed(server: Server, tmp_path: Path, slug: str, analyses: list[dict[str, Any]]) -> dict[str, Any]:
    plan = tmp_path / "plan.yaml"
    plan.write_text(yaml.safe_dump({"analyses": analyses}), "utf-8")
    document: dict[str, Any] = json.loads(server.run("analyse", f"questionnaire:{slug}", "--plan", str(plan)))
    return document


def expected_entries(
    pack: Path, name: str, tests: set[str], items: set[str]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The entries of a plan that need these items alone, and what R gives for them."""
    plan = yaml.safe_load((pack / f"{name}.plan.yaml").read_text("utf-8"))["analyses"]
    chosen = [
        entry
        for entry in plan
        if entry["test"] in tests and set(entry["items"]) <= items and "where" not in entry
    ]
    expected = json.loads((pack / f"{name}.expected.json").read_text("utf-8"))["results"]
    return chosen, {entry["id"]: expected[entry["id"]] for entry in chosen}


def test_banksim__imported_as_a_questionnaire__alpha_as_r_gives_it(tmp_path: Path) -> None:
    items = [f"{scale}{number}" for scale in ("svc", "dig") for number in range(1, 5)]
    server, _ = imported(tmp_path, OURS / "banksim.csv", items, top=5)
    plan, expected = expected_entries(OURS, "banksim", {"cronbach_alpha"}, set(items))
    assert len(plan) == 2
    results = analysed(server, tmp_path, "banksim", plan)["results"]
    assert [line for name in expected for line in differences(expected[name], results[name])] == []


@pytest.mark.skipif(not OPEN_PACK.is_dir(), reason="the open oracle pack does not lie beside the checkout")
def test_bfi__imported_as_a_questionnaire__five_scales_as_r_gives_them(tmp_path: Path) -> None:
    items = [f"{scale}{number}" for scale in "ACENO" for number in range(1, 6)]
    server, rows = imported(tmp_path, OPEN_PACK / "bfi.csv", items, top=6)
    assert rows == 2800
    plan, expected = expected_entries(OPEN_PACK, "bfi", {"cronbach_alpha"}, set(items))
    results = analysed(server, tmp_path, "bfi", plan)["results"]
    assert {entry["id"] for entry in plan} >= {"agree", "consc", "two_items"}
    assert [line for name in expected for line in differences(expected[name], results[name])] == []
    assert "A1" in json.dumps(results["agree_unreversed"]["warnings"]), "the negatively keyed item is named"


@pytest.mark.skipif(not OPEN_PACK.is_dir(), reason="the open oracle pack does not lie beside the checkout")
@pytest.mark.parametrize(
    ("scale", "negative"), [("A", {"A1"}), ("C", {"C4", "C5"}), ("E", {"E1", "E2"}), ("O", {"O2", "O5"})]
)
def test_bfi__key_left_out__the_negatively_keyed_items_are_named(
    tmp_path: Path, scale: str, negative: set[str]
) -> None:
    items = [f"{scale}{number}" for number in range(1, 6)]
    server, _ = imported(tmp_path, OPEN_PACK / "bfi.csv", items, top=6)
    results = analysed(server, tmp_path, "bfi", [{"id": "a", "test": "cronbach_alpha", "items": items}])
    warnings = {warning["code"]: warning["message"] for warning in results["results"]["a"]["warnings"]}
    said = warnings["opposed_to_first_component"]
    assert {item for item in items if item in said} == negative
