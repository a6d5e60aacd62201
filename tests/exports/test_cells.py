from dataclasses import replace
from datetime import datetime

import pytest

import exports
from exports.cells import CodeCells, LabelCells, NotInCodebook
from exports.codebook import METADATA_COLUMNS
from tests.exports.sample import BOOK, SMALL, VERSION, row
from tests.questionnaires import building

NEWER = "9b1c" * 16


def answers(cells: list[object]) -> list[object]:
    return cells[len(METADATA_COLUMNS) :]


def test_code_cells__answered__codes_and_marks() -> None:
    cells = CodeCells(BOOK)(
        row(csat=5, segment="sme", s1="na", used=["kiosk", "web"], nps=0, suggestion="好")
    )
    assert answers(cells) == [5, "sme", "na", None, 0, 1, 1, 0, 0, "好"]


def test_code_cells__nothing_answered__empty() -> None:
    assert answers(CodeCells(BOOK)(row())) == [None] * 10


def test_code_cells__time__in_the_zone_of_the_codebook() -> None:
    cells = CodeCells(BOOK)(row())
    submitted = cells[METADATA_COLUMNS.index("submitted_at")]
    assert isinstance(submitted, datetime)
    assert submitted.isoformat() == "2026-01-31T23:59:59+08:00"


def test_code_cells__time_without_a_zone__refused() -> None:
    naive = replace(row(), received_at=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="times"):
        CodeCells(BOOK)(naive)


@pytest.mark.parametrize(
    "bad",
    [row(csat=9), row(unknown=1), row(used=["x"]), row(nps="ten"), row(version=NEWER)],
    ids=["code", "question", "choice", "integer", "version"],
)
def test_code_cells__not_in_the_codebook__stops_with_the_response(bad: exports.Row) -> None:
    with pytest.raises(NotInCodebook, match="response r1"):
        CodeCells(BOOK)(bad)


def test_label_cells__wording_changed__each_row_by_its_own_version() -> None:
    renamed = [{"code": 5, "text": {"zh": "很满意", "en": "Very satisfied"}}]
    changed = building.questionnaire({**building.single("csat"), "options": renamed})
    book = exports.build([(VERSION, SMALL), (NEWER, changed)])
    label = LabelCells(book, "zh")
    at = len(METADATA_COLUMNS)
    assert label(row(csat=5))[at] == "option 5"
    assert label(row(version=NEWER, csat=5))[at] == "很满意"
    assert LabelCells(book, "en")(row(version=NEWER, csat=5))[at] == "Very satisfied"
