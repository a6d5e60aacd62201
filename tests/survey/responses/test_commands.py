"""`huisheng responses` and `huisheng analyse` as scripts meet them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.survey.responses.conftest import GOOD

File = Callable[..., Path]
Huisheng = Callable[..., Result]

PLAN = """
analyses:
  - {id: svc, test: cronbach_alpha, items: [q1, q2, q3], reverse: [q3], scale: [1, 5]}
  - {id: nps, test: nps, outcome: nps}
"""

pytestmark = pytest.mark.usefixtures("short")


def test_import_count_export__one_after_the_other(huisheng: Huisheng, file: File, tmp_path: Path) -> None:
    done = huisheng("responses", "import", str(file(GOOD)), "--questionnaire", "short")
    assert (done.exit_code, done.stdout) == (0, "")
    assert huisheng("responses", "count").stdout == "3\n"
    counted = json.loads(huisheng("responses", "count", "--questionnaire", "short", "--json").stdout)
    assert counted["complete"] == 3
    assert set(counted) == {"complete", "partial", "flagged", "withdrawn", "ids_sha256"}
    out = tmp_path / "out.csv"
    options = ("--format", "data-csv", "--out", str(out), "--where", "segment=retail")
    done = huisheng("responses", "export", "--questionnaire", "short", *options)
    assert (done.exit_code, done.stdout) == (0, "")
    header, *rows = out.read_text("utf-8").splitlines()
    assert header.startswith("id,version,wave,collector,branch,channel,locale,status,started_at,")
    assert [row.split(",")[0] for row in rows] == ["a1", "a3"]


def test_import__bad_rows__exit_1_with_each_named_and_nothing_stored(huisheng: Huisheng, file: File) -> None:
    bad = file(GOOD.replace("a1,retail,5", "a1,retail,6").replace("a3,retail", "a3,nobody"))
    done = huisheng("responses", "import", str(bad), "--questionnaire", "short")
    assert done.exit_code == 1
    assert "第 2 行 q1" in done.stderr
    assert "第 4 行 segment" in done.stderr
    assert huisheng("responses", "count").stdout == "0\n"


def test_import__errors_file__takes_the_rest(huisheng: Huisheng, file: File, tmp_path: Path) -> None:
    errors = tmp_path / "errors.csv"
    bad = file(GOOD.replace("a1,retail,5", "a1,retail,6"))
    done = huisheng("responses", "import", str(bad), "--questionnaire", "short", "--errors", str(errors))
    assert done.exit_code == 0
    assert huisheng("responses", "count").stdout == "2\n"
    assert "a1,retail,6" in errors.read_text("utf-8-sig")


def test_export__unknown_questionnaire__exit_1_and_no_file(huisheng: Huisheng, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = huisheng("responses", "export", "--questionnaire", "nope", "--format", "csv", "--out", str(out))
    assert done.exit_code == 1
    assert "nope" in done.stderr
    assert not out.exists()


def test_export__unknown_format__exit_2(huisheng: Huisheng, tmp_path: Path) -> None:
    done = huisheng(
        "responses", "export", "--questionnaire", "short", "--format", "pdf", "--out", str(tmp_path / "o")
    )
    assert done.exit_code == 2


def test_analyse__questionnaire_and_its_export__give_the_same_numbers(
    huisheng: Huisheng, file: File, tmp_path: Path
) -> None:
    more = GOOD + "".join(f"b{n},retail,{n % 5 + 1},{n % 4 + 1},{5 - n % 3},,{n % 11},\n" for n in range(40))
    huisheng("responses", "import", str(file(more.replace(",na,", ",,"))), "--questionnaire", "short")
    plan = file(PLAN, "plan.yaml")
    stored = json.loads(huisheng("analyse", "questionnaire:short", "--plan", str(plan)).stdout)
    out = tmp_path / "out.csv"
    huisheng("responses", "export", "--questionnaire", "short", "--format", "data-csv", "--out", str(out))
    exported = json.loads(huisheng("analyse", str(out), "--plan", str(plan)).stdout)
    assert stored["results"] == exported["results"]
    assert stored["data"]["rows"] == 43
    assert stored["results"]["svc"]["status"] == "ok"


def test_analyse__out__writes_the_file_and_nothing_on_stdout(
    huisheng: Huisheng, file: File, tmp_path: Path
) -> None:
    huisheng("responses", "import", str(file(GOOD)), "--questionnaire", "short")
    out = tmp_path / "results.json"
    done = huisheng("analyse", "questionnaire:short", "--plan", str(file(PLAN, "p.yaml")), "--out", str(out))
    assert (done.exit_code, done.stdout) == (0, "")
    assert set(json.loads(out.read_text("utf-8"))) == {"data", "results"}


@pytest.mark.parametrize(
    ("plan", "named"),
    [
        ("analyses: [{id: mean_of_none, test: mean, outcome: nobody}]", "mean_of_none"),
        ("analyses: [{id: x1, test: no_such_test}]", "x1"),
        ("nothing: 1", "nothing"),
    ],
)
def test_analyse__refused_plan__exit_1_with_its_id(
    huisheng: Huisheng, file: File, tmp_path: Path, plan: str, named: str
) -> None:
    out = tmp_path / "results.json"
    path = file(plan, "plan.yaml")
    done = huisheng("analyse", "questionnaire:short", "--plan", str(path), "--out", str(out))
    assert done.exit_code == 1
    assert named in done.stderr
    assert not out.exists()


@pytest.mark.parametrize("data", ["questionnaire:nope", "no_such_file.csv"])
def test_analyse__no_such_data__exit_1(huisheng: Huisheng, file: File, data: str) -> None:
    done = huisheng("analyse", data, "--plan", str(file(PLAN, "plan.yaml")))
    assert done.exit_code == 1
    assert data.removeprefix("questionnaire:") in done.stderr
