import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.neutral import (
    CELL_LIMIT,
    cut_cell,
    cut_utf8,
    file_name,
    is_formula,
    is_fragile_number,
    neutral,
    sheet_name,
    utf16_length,
)
from tests.exports.sample import CARD, HAN_AND_EMOJI, MOBILE, PAYLOADS


def test_payloads__counted__at_least_forty() -> None:
    assert len(set(PAYLOADS)) >= 40


@pytest.mark.parametrize("payload", PAYLOADS)
def test_neutral__formula__behind_an_apostrophe(payload: str) -> None:
    assert neutral(payload) == f"'{payload}"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_sheet_name__formula__does_not_begin_as_one(payload: str) -> None:
    name = sheet_name(payload)
    assert not is_formula(name)
    assert not set(name) & set("[]:*?/\\\t\r\n\0")
    assert 0 < utf16_length(name) <= 31
    assert not name.startswith("'")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_file_name__formula__does_not_begin_as_one(payload: str) -> None:
    name = file_name(payload, ".csv")
    assert not is_formula(name)
    assert not set(name) & set('<>:"/\\|?*\t\r\n\0')
    assert name.endswith(".csv")


@pytest.mark.parametrize(
    "text", ["", "很好", "a=b", "3 - 1", "18_29", "5", "-", HAN_AND_EMOJI, "1,234", "12.5"]
)
def test_neutral__harmless_text__unchanged_or_formula(text: str) -> None:
    assert neutral(text) == (f"'{text}" if text == "-" else text)


@pytest.mark.parametrize(
    "text",
    [CARD, MOBILE, "007", "１３８００１３８０００", "12E4567", " 13800138000 ", "3.1415926535897932384"],
)
def test_neutral__digits_a_spreadsheet_would_change__stay_text(text: str) -> None:
    assert is_fragile_number(text)
    assert neutral(text) == f"'{text}"


@given(st.text())
def test_neutral__any_text__never_a_formula_and_whole(text: str) -> None:
    dressed = neutral(text)
    assert not is_formula(dressed)
    assert dressed.removeprefix("'" if dressed != text else "") == text


def test_cut_cell__at_the_limit__whole_characters() -> None:
    assert cut_cell("x" * CELL_LIMIT) == "x" * CELL_LIMIT
    assert cut_cell("x" * (CELL_LIMIT + 1)) == "x" * CELL_LIMIT
    # an emoji is two units: the odd limit leaves room for half of one
    assert utf16_length(cut_cell("😀" * CELL_LIMIT)) == CELL_LIMIT - 1


@given(st.text(), st.integers(0, 30))
def test_cut_utf8__any_text__longest_beginning_that_fits(text: str, limit: int) -> None:
    kept = cut_utf8(text, limit)
    assert text.startswith(kept)
    assert len(kept.encode()) <= limit
    assert kept == text or len(text[: len(kept) + 1].encode()) > limit


def test_sheet_name__taken_and_long__numbered_within_the_limit() -> None:
    first = sheet_name("客户满意度调查" * 6)
    second = sheet_name("客户满意度调查" * 6, [first])
    assert second != first
    assert utf16_length(second) <= 31
    assert sheet_name("History") == "_History"
    assert sheet_name("'") == "Sheet"
    assert sheet_name("CODES", ["codes"]) == "CODES (2)"


@pytest.mark.parametrize("name", ["CON", "nul.2026", "../../etc/passwd", "C:\\x", "a\u202egnp", "  . "])
def test_file_name__dangerous_name__plain(name: str) -> None:
    made = file_name(name, ".csv")
    assert made.split(".")[0].casefold() not in ("con", "nul")
    assert "/" not in made
    assert "\\" not in made
    assert "\u202e" not in made
    assert len(made) > len(".csv")
