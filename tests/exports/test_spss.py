import csv
import io
import os
import shutil
import subprocess
from pathlib import Path

import pyreadstat
import pytest

import exports
from exports.codebook import Codebook
from exports.stat_names import SPSS_NAMES, STATA_NAMES, stat_names
from tests.conftest import missing
from tests.exports.sample import BOOK, HAN_AND_EMOJI, row, write
from tests.questionnaires import building

LONG = "您对我们网点柜面服务人员的态度、效率与专业程度的总体评价如何，请按最近一次办理业务时的感受回答" * 3
WIDE = {
    **building.single("income"),
    "options": [*building.points("under_50k", "over_50k"), building.NOT_APPLICABLE],
}
ROWS = (
    row(1, csat=5, segment="hnw", s1="na", used=["kiosk", "web"], nps=0, suggestion=HAN_AND_EMOJI),
    row(2, csat="na", used=["none"], nps=10, suggestion="=1+1"),
    row(3),
)


def long_labels() -> Codebook:
    asked = {**building.single("csat"), "text": {"zh": LONG}}
    asked["options"] = [{"code": 5, "text": {"zh": LONG}}, {"code": 1, "text": {"zh": "it's bad"}}]
    return exports.build([("v", building.questionnaire(asked, title={"zh": "满意度调查" * 9}))])


def pspp(folder: Path, commands: str, syntax: str = "out.sps") -> list[list[str]]:
    """What PSPP says, as rows of cells: the exported syntax is run first, then the commands."""
    program = shutil.which("pspp")
    if program is None:
        missing("PSPP (Debian package pspp)")
    (folder / "run.sps").write_text(f"{(folder / syntax).read_text('utf-8')}{commands}\n", "utf-8")
    done = subprocess.run(
        [str(program), "-O", "format=csv", "-o", "-", "run.sps"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        check=False,
    )
    said = f"{done.stdout}{done.stderr}"
    assert done.returncode == 0, said
    assert "error" not in said
    assert "warning" not in said
    return list(csv.reader(io.StringIO(done.stdout)))


def test_sav__read_back__codes_labels_missing_levels_and_sets(tmp_path: Path) -> None:
    out, written = write(tmp_path, "sav", *ROWS)
    data, metadata = pyreadstat.read_sav(out, output_format="dict", user_missing=True)
    assert written.files == (out, tmp_path / "out.sps")
    assert data["id"] == ["r1", "r2", "r3"]
    assert data["csat"] == [5, -1, None]
    assert data["suggestion"] == [HAN_AND_EMOJI, "=1+1", ""]
    assert metadata.variable_value_labels["csat"][-1] == "na"
    assert metadata.missing_ranges["csat"] == [{"lo": -1, "hi": -1}]
    assert metadata.variable_measure["csat"] == "ordinal"
    assert metadata.variable_measure["nps"] == "scale"
    assert metadata.variable_measure["segment"] == "nominal"
    assert metadata.mr_sets["used"] == {
        "type": "D",
        "is_dichotomy": True,
        "counted_value": 1,
        "label": "used",
        "variable_list": ["used_counter", "used_kiosk", "used_web", "used_none"],
    }
    assert "csat: -1 = na" in metadata.notes
    assert data["submitted_at"][0].isoformat() == "2026-01-31T23:59:59"
    assert metadata.column_names_to_labels["submitted_at"] == "提交时间 (Asia/Shanghai)"
    assert written.shortened == ()


def test_sav__long_labels__cut_listed_and_whole_in_the_syntax(tmp_path: Path) -> None:
    out, written = write(tmp_path, "sav", row(1, "v", csat=5), book=long_labels())
    _, metadata = pyreadstat.read_sav(out, output_format="dict")
    assert metadata.column_names_to_labels["csat"] == LONG[:85]
    assert metadata.variable_value_labels["csat"] == {5: LONG[:40], 1: "it's bad"}
    assert metadata.file_label == ("满意度调查" * 9)[:21]
    assert {(cut.where, cut.what): cut.full for cut in written.shortened} == {
        ("out.sav", "file label"): "满意度调查" * 9,
        ("csat", "variable label"): LONG,
        ("csat = 5", "value label"): LONG,
    }
    syntax = (tmp_path / "out.sps").read_text("utf-8")
    assert all(len(line.encode()) < 256 for line in syntax.splitlines())
    assert LONG in syntax.replace("' +\n    '", "")


def test_sav__text_beyond_spss__cut_and_listed(tmp_path: Path) -> None:
    out, written = write(tmp_path, "sav", row(1, suggestion="好" * 12_000))
    data, _ = pyreadstat.read_sav(out, output_format="dict")
    assert data["suggestion"] == ["好" * (32_767 // 3)]
    (cut,) = written.shortened
    assert (cut.where, cut.what, cut.length, cut.full) == ("r1: suggestion", "cell", 36_000, "")


def test_sav__more_than_three_missing_codes__a_range_or_listed(tmp_path: Path) -> None:
    def asked(name: str, *codes: int) -> dict[str, object]:
        gaps = [{**option, "missing": True} for option in building.points(*codes)]
        return {**building.single(name), "options": [*building.points(5, 95), *gaps]}

    made = building.questionnaire(asked("a", 96, 97, 98, 99), asked("b", 94, 96, 97, 98))
    out, written = write(tmp_path, "sav", row(1, "v", a=97), book=exports.build([("v", made)]))
    _, metadata = pyreadstat.read_sav(out, output_format="dict", user_missing=True)
    assert metadata.missing_ranges["a"] == [{"lo": 96, "hi": 99}]
    assert [each["lo"] for each in metadata.missing_ranges["b"]] == [94, 96, 97]
    assert [(cut.where, cut.what) for cut in written.shortened] == [("b = 98", "missing value")]


def test_sav__chinese_codes__label_of_an_unused_wide_one_listed(tmp_path: Path) -> None:
    asked = {**building.single("a"), "options": building.points("甲", "乙丙丁戊己庚")}
    book = exports.build([("v", building.questionnaire(asked))])
    out, written = write(tmp_path, "sav", row(1, "v", a="甲"), book=book)
    data, metadata = pyreadstat.read_sav(out, output_format="dict")
    assert data["a"] == ["甲"]
    assert metadata.variable_value_labels["a"] == {"甲": "option 甲"}
    assert [cut.where for cut in written.shortened] == ["a = 乙丙丁戊己庚"]


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (
            ["used/a-b", "used/a_b", "1st", "ALL", "x" * 70],
            ["used_a_b", "used_a_b_2", "v1st", "ALL_2", "x" * 64],
        ),
        (["Q1", "q1", "满意度"], ["Q1", "q1_2", "满意度"]),
        (["a/b", "a_b"], ["a_b_2", "a_b"]),
    ],
)
def test_stat_names__not_allowed_or_taken__changed_and_unique(columns: list[str], names: list[str]) -> None:
    assert stat_names(columns, SPSS_NAMES) == names


def test_stat_names__stata_word__changed() -> None:
    assert stat_names(["if", "str12", "x"], STATA_NAMES) == ["if_2", "str12_2", "x"]


def test_pspp__dictionary__names_labels_missing_and_levels(tmp_path: Path) -> None:
    write(tmp_path, "sav", *ROWS)
    rows = pspp(tmp_path, "DISPLAY DICTIONARY.")
    described = {line[0]: line for line in rows if len(line) > 8}
    assert described["csat"][2:4] == ["csat", "Ordinal"]
    assert described["used_web"][2] == "used — option web"
    assert described["submitted_at"][2] == "提交时间 (Asia/Shanghai)"
    assert described["csat"][-1] == "-1"
    assert described["segment"][-1].strip('" ') == ""
    labels = {tuple(line[:3]) for line in rows if len(line) == 3}
    assert ("csat", "-1[a]", "na") in labels
    assert [column.name.replace("/", "_") in described for column in BOOK.columns()] == [True] * 10


def test_pspp__multiple_response_set__as_in_the_codebook(tmp_path: Path) -> None:
    write(tmp_path, "sav", *ROWS)
    # the .sps defines it too; here only the .sav may be the source
    (tmp_path / "bare.sps").write_text("GET FILE='out.sav'.\n", "utf-8")
    rows = pspp(tmp_path, "MRSETS /DISPLAY NAME=[$used].", "bare.sps")
    line = next(line for line in rows if line[:1] == ["$used"])
    assert line[1:4] == ["used", "Dichotomies", "1"]
    assert line[4].split() == ["used_counter", "used_kiosk", "used_web", "used_none"]


def test_pspp__frequencies__not_answered_and_not_applicable_are_missing(tmp_path: Path) -> None:
    made = building.questionnaire(building.single("csat"), WIDE)
    rows = (row(1, "v", csat=5, income="under_50k"), row(2, "v", csat="na", income="na"), row(3, "v"))
    write(tmp_path, "sav", *rows, book=exports.build([("v", made)]))
    said = pspp(tmp_path, "FREQUENCIES csat income.")
    flat = [[cell.strip() for cell in line] for line in said]
    assert ["Valid", "option 5", "1", "33.3%", "100.0%", "100.0%"] in flat
    assert ["Valid", "option under_50k", "1", "33.3%", "100.0%", "100.0%"] in flat
    assert sum(line[:1] == ["Missing"] for line in flat) == 2


def test_pspp__full_texts__custom_attributes(tmp_path: Path) -> None:
    write(tmp_path, "sav", row(1, "v", csat=5), book=long_labels())
    rows = pspp(tmp_path, "DISPLAY ATTRIBUTES.")
    cells = {cell for line in rows for cell in line}
    assert LONG in cells
    assert f"5 = {LONG}" in cells


def test_sav__named_as_the_syntax_beside_it__refused(tmp_path: Path) -> None:
    with pytest.raises(exports.ExportRefused, match=r"ends in \.sav"):
        exports.write("sav", ROWS, BOOK, tmp_path / "out.sps")
    assert list(tmp_path.iterdir()) == []
