import re
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

import exports
from exports import xlsx
from exports.neutral import CELL_LIMIT, is_formula, utf16_length
from tests.exports.sample import CARD, HAN_AND_EMOJI, ID_CARD, MOBILE, PAYLOADS, row, write
from tests.questionnaires import building


def sheet(path: Path, at: int) -> list[list[object]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(at).to_python()


def parts(path: Path, pattern: str) -> str:
    with ZipFile(path) as archive:
        return "".join(
            archive.read(name).decode() for name in archive.namelist() if re.fullmatch(pattern, name)
        )


@pytest.mark.parametrize(
    ("language", "names"),
    [("zh", ["代码", "文字", "编码本"]), ("en", ["Codes", "Labels", "Codebook"])],
)
def test_xlsx__sheets__codes_labels_codebook(tmp_path: Path, language: str, names: list[str]) -> None:
    out, _ = write(tmp_path, "xlsx", row(csat=5, nps=10), language=language)
    assert CalamineWorkbook.from_path(out).sheet_names == names
    header, codes = sheet(out, 0)
    assert header[:2] == ["id", "version"]
    assert dict(zip(header, codes, strict=True))["csat"] == 5
    texts, labels = sheet(out, 1)
    label = {"zh": "option 5", "en": "option 5 in English"}[language]
    assert dict(zip(texts, labels, strict=True))[{"zh": "csat", "en": "csat in English"}[language]] == label


def test_xlsx__time__clock_time_of_the_zone_that_the_codebook_names(tmp_path: Path) -> None:
    out, _ = write(tmp_path, "xlsx", row())
    header, cells = sheet(out, 0)
    assert dict(zip(header, cells, strict=True))["submitted_at"] == datetime(2026, 1, 31, 23, 59, 59)  # noqa: DTZ001
    assert any("Asia/Shanghai" in str(line[0]) for line in sheet(out, 2))


def test_xlsx__payloads_everywhere__text_cells_and_no_formula(tmp_path: Path) -> None:
    texts = [payload for payload in PAYLOADS if "\0" not in payload and "\r" not in payload]
    options = [{"code": f"c{at}", "text": {"zh": text}} for at, text in enumerate(texts)]
    title = {"zh": "=1+1", "en": "=1+1"}
    made = building.questionnaire(
        {**building.single("=a"), "text": title, "options": options}, building.open_text("t"), title=title
    )
    book = exports.build([("=v", made)])
    rows = [row(at, "=v", **{"=a": f"c{at % len(texts)}", "t": text}) for at, text in enumerate(PAYLOADS)]
    out, _ = write(tmp_path, "xlsx", *rows, book=book)
    sheets = parts(out, r"xl/worksheets/sheet\d\.xml")
    assert "<f>" not in sheets
    assert "<hyperlink" not in sheets
    assert not [name for name in CalamineWorkbook.from_path(out).sheet_names if is_formula(name)]
    assert 'quotePrefix="1"' in parts(out, r"xl/styles\.xml")
    read = [line[-1] for line in sheet(out, 0)[1:]]
    assert read == list(PAYLOADS)


@pytest.mark.parametrize("text", [ID_CARD, CARD, MOBILE, HAN_AND_EMOJI, "007", "https://example.invalid"])
def test_xlsx__text__read_back_as_the_same_text(tmp_path: Path, text: str) -> None:
    out, _ = write(tmp_path, "xlsx", row(suggestion=text))
    for at in (0, 1):
        assert sheet(out, at)[1][-1] == text


def test_xlsx__text_beyond_a_cell__cut_and_listed_in_the_workbook(tmp_path: Path) -> None:
    out, written = write(tmp_path, "xlsx", row(suggestion="😀" * 20_000))
    assert utf16_length(str(sheet(out, 0)[1][-1])) == CELL_LIMIT - 1
    assert [cut.where for cut in written.shortened] == ["r1: suggestion"]
    assert CalamineWorkbook.from_path(out).sheet_names[-1] == "被缩短的内容"
    assert sheet(out, 3)[1] == ["r1: suggestion", CELL_LIMIT - 1, 40_000, "UTF-16 units"]


def test_xlsx__more_rows_than_a_sheet_holds__refused_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    with pytest.raises(exports.ExportRefused) as refused:
        write(tmp_path, "xlsx", row(1), row(2), row(3))
    assert "data-csv" in refused.value.message["zh"]
    assert list(tmp_path.iterdir()) == []


def test_xlsx__question_text_beyond_a_cell__cut_and_listed(tmp_path: Path) -> None:
    asked = {**building.multiple("a"), "text": {"zh": "长" * 20_000}}
    asked["options"] = [{"code": 1, "text": {"zh": "长" * 20_000}}]
    out, written = write(tmp_path, "xlsx", book=exports.build([("v", building.questionnaire(asked))]))
    assert [cut.where for cut in written.shortened] == ["文字: a/1", "编码本 18: 4"]
    assert len(str(sheet(out, 1)[0][-1])) == CELL_LIMIT
