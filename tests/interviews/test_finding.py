"""Quotes that somebody typed, found in the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.finding import find_quote
from interviews.spans import Span

TEXT = "受访者A：排队太久。\n\n受访者B：排队太久，😀 真的。\n"


def test_find_quote__once__that_place() -> None:
    (span,) = find_quote(TEXT, "😀 真的")
    assert span.of(TEXT) == "😀 真的"


def test_find_quote__twice__both_places() -> None:
    assert [span.of(TEXT) for span in find_quote(TEXT, "排队太久")] == ["排队太久"] * 2


def test_find_quote__overlapping_places__all() -> None:
    assert find_quote("哈哈哈", "哈哈") == (Span(0, 2), Span(1, 3))


@pytest.mark.parametrize("typed", ["太久。\r\n\r\n受访者B", "太久。 受访者B", "太久。\n受访者B"])
def test_find_quote__other_blanks__found_as_the_text_has_them(typed: str) -> None:
    (span,) = find_quote(TEXT, typed)
    assert span.of(TEXT) == "太久。\n\n受访者B"


@pytest.mark.parametrize("typed", ["", " \n", "没有这句", "."])
def test_find_quote__not_there__nothing(typed: str) -> None:
    assert find_quote(TEXT, typed) == ()


@given(st.text(min_size=1, alphabet="ab (*.\\汉😀").filter(str.strip), st.text(alphabet="ab (*汉"))
def test_find_quote__what_was_cut_out__is_found_again(quote: str, around: str) -> None:
    text = around + quote + around
    assert Span(len(around), len(around) + len(quote)) in find_quote(text, quote)
