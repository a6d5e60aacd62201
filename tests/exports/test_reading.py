from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from xlsxwriter import Workbook

from exports import RawRow, ResponseMapping, ResponsesRefused, mapping_from_document, read_responses, tables
from questionnaires.definition import Questionnaire
from questionnaires.validation import check_answers
from tests.exports.sample import SMALL, row, write
from tests.questionnaires import building

HEADER = "id,csat,segment,s1,s2,used,nps,suggestion"


def csv_file(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "in.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def read(path: Path, questionnaire: Questionnaire = SMALL, **more: object) -> list[RawRow]:
    return list(read_responses(path, questionnaire, **more).rows)  # type: ignore[arg-type]


def refusal(path: Path, **more: object) -> ResponsesRefused:
    with pytest.raises(ResponsesRefused) as caught:
        read(path, **more)  # type: ignore[arg-type]
    assert all({"zh", "en"} == refused.what.keys() for refused in caught.value.refusals)
    return caught.value


def test_csv__codes_and_a_list__raw_answers(tmp_path: Path) -> None:
    path = csv_file(tmp_path, HEADER, "7,5,hnw,na,,counter web,0, 好 ", "", "8,,,,,,,")
    first, second = read(path)
    assert (first.number, first.id) == (2, "7")
    assert first.answers == {
        "csat": 5,
        "segment": "hnw",
        "s1": "na",
        "used": ["counter", "web"],
        "nps": "0",
        "suggestion": " 好 ",
    }
    assert (second.number, second.id, second.answers) == (4, "8", {})
    assert check_answers(SMALL, first.answers).answers["nps"] == 0


def test_csv__marks__chosen_codes(tmp_path: Path) -> None:
    header = "csat,segment,s1,s2,used/counter,used/kiosk,nps,suggestion"
    path = csv_file(tmp_path, header, ",,,,1,0,,", ",,,,0,,,", ",,,,,,,x", ",,,,2,1.0,,")
    rows = read(path)
    assert [one.answers.get("used") for one in rows] == [["counter"], None, None, ["kiosk"]]
    assert [len(one.refusals) for one in rows] == [0, 0, 0, 1]
    (bad,) = rows[3].refusals
    assert (bad.row, bad.column) == (5, "used/counter")
    assert rows[0].id is None


def test_csv__numbers_written_as_decimals__their_codes(tmp_path: Path) -> None:
    (one,) = read(csv_file(tmp_path, HEADER, "1.0,5.0,,4.00,,,10.0,5.0"))
    assert (one.answers["csat"], one.answers["s1"], one.answers["nps"]) == (5, 4, "10")
    assert one.answers["suggestion"] == "5.0"
    assert one.id == "1.0"


def test_csv__byte_order_mark_and_quoted_line_breaks__read(tmp_path: Path) -> None:
    path = csv_file(tmp_path, HEADER, '1,5,,,,,,"a\nb"', "2,4,,,,,,", encoding="utf-8-sig")
    assert [(one.number, one.id) for one in read(path)] == [(2, "1"), (3, "2")]
    assert read(path)[0].answers["suggestion"] == "a\nb"


def test_csv__chinese_excel_encoding__refused_with_the_line_unless_given(tmp_path: Path) -> None:
    path = csv_file(tmp_path, HEADER, "1,5,,,,,,plain", "2,5,,,,,,很好", encoding="gb18030")
    refused = refusal(path).refusals[0]
    assert refused.row == 3
    assert "gb18030" in refused.what["zh"]
    assert read(path, encoding="gb18030")[1].answers["suggestion"] == "很好"
    assert "klingon" in refusal(path, encoding="klingon").refusals[0].what["en"]


@pytest.mark.parametrize(
    ("lines", "row", "word"),
    [
        (["csat;nps", "5;3"], 1, "comma"),
        ([HEADER, '1,5,,,,,,"open'], 2, "quote"),
        ([HEADER, '1,5,,,,,,"a"b'], 2, "quote"),
        ([HEADER, "1,5,,,,,," + "x" * 200_000], 2, "too long"),
        ([""], 1, "header"),
        (["a,b", "1,2"], 1, "No column is a question"),
        (["csat,csat,segment,s1,s2,used,nps,suggestion"], 1, "more than one column"),
        (["csat,segment,s1,s2,used,used/web,nps,suggestion"], 1, "more than one column"),
        (["id,Csat,nps"], 1, "Is csat meant"),
        (["id,csat,used/plane"], 1, "used/plane"),
    ],
)
def test_csv__damaged__refused_where_and_why(tmp_path: Path, lines: list[str], row: int, word: str) -> None:
    refused = refusal(csv_file(tmp_path, *lines)).refusals[0]
    assert refused.row == row
    assert word in refused.what["en"]


@pytest.mark.parametrize("line", ["1,5", "1,5,,,,,,a,b"])
def test_csv__cells_do_not_match_the_header__row_refused_others_read(tmp_path: Path, line: str) -> None:
    bad, good = read(csv_file(tmp_path, HEADER, line, "2,4,,,,,,"))
    assert bad.refusals[0].row == 2
    assert (bad.answers, good.answers, good.refusals) == ({}, {"csat": 4}, ())
    assert ",".join(map(str, bad.cells)) == line


def test_columns__extra_beside_all_questions__not_read_and_named(tmp_path: Path) -> None:
    opened = read_responses(csv_file(tmp_path, f"{HEADER},age", "1,5,,,,,,,44"), SMALL)
    assert opened.unread == ("age",)
    assert [one.answers for one in opened.rows] == [{"csat": 5}]


def test_columns__extra_while_a_question_has_none__refused(tmp_path: Path) -> None:
    refused = refusal(csv_file(tmp_path, "id,csat,age", "1,5,44")).refusals[0]
    assert refused.column == "age"


def test_columns__without_a_name__row_refused_if_filled(tmp_path: Path) -> None:
    empty, filled = read(csv_file(tmp_path, "id,csat,,", "1,5,,", "2,4,x,"))
    assert empty.refusals == ()
    assert "column 3" in filled.refusals[0].what["en"]


def test_mapping__columns_and_values__questions_and_codes(tmp_path: Path) -> None:
    mapping = mapping_from_document(
        {
            "columns": {"编号": "id", "满意吗": "csat", "渠道们": "used", "门店": "branch", "备注": None},
            "values": {"csat": {"很好": 5, "差": 1}, "used": {"柜台": "counter"}},
        }
    )
    path = csv_file(
        tmp_path, "编号,满意吗,渠道们,门店,备注", "a1,很好,柜台 web,E11,x", "a2,差,柜台,,", "a3,怪,,,"
    )
    rows = read(path, mapping=mapping)
    assert [one.answers for one in rows] == [
        {"csat": 5, "used": ["counter", "web"]},
        {"csat": 1, "used": ["counter"]},
        {"csat": "怪"},
    ]
    assert rows[0].metadata == {"branch": "E11"}
    assert check_answers(SMALL, rows[2].answers).errors[0].name == "csat"


def test_mapping__column_that_the_file_lacks__refused(tmp_path: Path) -> None:
    mapping = ResponseMapping(columns={"Q9": "csat"})
    assert refusal(csv_file(tmp_path, HEADER), mapping=mapping).refusals[0].column == "Q9"


@pytest.mark.parametrize(
    "document",
    [
        "x",
        {"column": {}},
        {"columns": []},
        {"columns": {"a": 1}},
        {"values": {"a": []}},
        {"values": {"a": {"b": []}}},
    ],
)
def test_mapping__not_a_mapping__refused(document: object) -> None:
    with pytest.raises(ResponsesRefused, match="mapping file"):
        mapping_from_document(document)


def test_mapping__empty_document__no_mapping() -> None:
    assert mapping_from_document(None) == ResponseMapping()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T23:59:59+08:00", datetime(2026, 1, 31, 15, 59, 59, tzinfo=UTC)),
        ("2026-01-31T15:59:59Z", datetime(2026, 1, 31, 15, 59, 59, tzinfo=UTC)),
        ("2026-02-01 00:00", datetime(2026, 1, 31, 16, tzinfo=UTC)),
        ("2026/2/1 9:30", datetime(2026, 2, 1, 1, 30, tzinfo=UTC)),
        ("2026/2/1", datetime(2026, 1, 31, 16, tzinfo=UTC)),
    ],
)
def test_times__with_offset_or_in_the_zone__utc(tmp_path: Path, text: str, moment: datetime) -> None:
    (one,) = read(csv_file(tmp_path, "id,csat,submitted_at", f"1,5,{text}"))
    assert one.times == {"submitted_at": moment}


def test_times__no_time__row_refused(tmp_path: Path) -> None:
    (one,) = read(csv_file(tmp_path, "id,csat,submitted_at", "1,5,yesterday"))
    assert one.refusals[0].column == "submitted_at"


@pytest.mark.parametrize("bad", ["x" * 201, "a\x07b"])
def test_id__too_long_or_unprintable__row_refused(tmp_path: Path, bad: str) -> None:
    (one,) = read(csv_file(tmp_path, "id,csat", f"{bad},5"))
    assert one.refusals[0].column == "id"


def test_question_named_as_a_metadata_column__read_from_either_name(tmp_path: Path) -> None:
    asked = building.questionnaire(building.single("branch"))
    (plain,) = read(csv_file(tmp_path, "id,branch", "1,5"), asked)
    assert (plain.answers, plain.metadata) == ({"branch": 5}, {})
    (exported,) = read(csv_file(tmp_path, "id,branch,q_branch", "1,E11,5"), asked)
    assert (exported.answers, exported.metadata) == ({"branch": 5}, {"branch": "E11"})


def xlsx_file(folder: Path, *rows: list[object]) -> Path:
    path = folder / "in.xlsx"
    with Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return path


def test_xlsx__number_cells__codes_and_texts_without_decimals(tmp_path: Path) -> None:
    path = xlsx_file(
        tmp_path, ["id", "csat", "nps", "suggestion"], [7, 5, 0, 13800138000], ["", "", "", ""], [8]
    )
    first, second = read(path)
    assert first.answers == {"csat": 5, "nps": "0", "suggestion": "13800138000"}
    assert (first.id, second.number, second.id) == ("7", 4, "8")


def test_xlsx__number_of_eighteen_digits__refused_because_already_rounded(tmp_path: Path) -> None:
    (one,) = read(
        xlsx_file(tmp_path, ["id", "csat", "suggestion"], [110101199003078888, 5, 110101199003078888])
    )
    assert sorted(refused.column or "" for refused in one.refusals) == ["id", "suggestion"]


@pytest.mark.parametrize("name", ["in.xlsx", "in.parquet", "in.sav", "in.json"])
def test_file__not_what_its_suffix_says__refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"not at all")
    assert refusal(tmp_path / name)


def test_file__unknown_suffix__refused_with_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "in.doc").write_bytes(b"x")
    assert ".sav" in refusal(tmp_path / "in.doc").refusals[0].what["zh"]


def test_xlsx__cell_far_out__refused_before_memory_fills(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, ["id", "csat"])
    sheet = "xl/worksheets/sheet1.xml"
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts[sheet] = parts[sheet].replace(b"</sheetData>", far)
    with ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert "too big" in refusal(path).refusals[0].what["en"]


def test_file__too_big__refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_BYTES", 10)
    assert "too big" in refusal(csv_file(tmp_path, HEADER, "1,,,,,,,")).refusals[0].what["en"]


def test_xlsx__unpacks_to_too_much__refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = xlsx_file(tmp_path, ["id", "csat"], ["x" * 30_000, 5])
    monkeypatch.setattr(tables, "MOST_BYTES", path.stat().st_size)
    assert "too big" in refusal(path).refusals[0].what["en"]


@pytest.mark.parametrize("text", ['{"id": 1}', '[{"id": "1"}]', "[1]", '[{"answers": []}]', "[" * 100_000])
def test_json__other_shape__refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "in.json").write_text(text)
    assert refusal(tmp_path / "in.json")


def test_sav__of_our_own__codes_sets_and_times(tmp_path: Path) -> None:
    answers = {
        "csat": "na",
        "segment": "sme",
        "s1": 3,
        "used": ["counter", "web"],
        "nps": 0,
        "suggestion": "好",
    }
    out, _ = write(tmp_path, "sav", row(1, **answers), row(2))
    first, second = read(out)
    assert check_answers(SMALL, first.answers).answers == answers
    assert (first.id, first.metadata["wave"]) == ("r1", "2026 第一季度")
    assert first.times["submitted_at"] == datetime(2026, 1, 31, 15, 59, 59, tzinfo=UTC)
    assert second.answers == {}
