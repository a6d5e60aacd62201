"""The canonical text of a document, and the encodings it comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.texts import ENCODINGS, TextRefused, canonical, decode, encoding_name

CHINESE = "主持人：您等了多久？\n受访者A：排队等了四十分钟，业务办得慢。\n"
HARD = "😀😀😀😀😀😀 𠮷野家 caf\u00e9 cafe\u0301 结束"
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(
    str.strip
)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (CHINESE.encode(), "UTF-8"),
        (b"\xef\xbb\xbf" + CHINESE.encode(), "UTF-8"),
        (CHINESE.encode("gb18030"), "GB18030"),
        (CHINESE.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + CHINESE.encode("utf-16-be"), "UTF-16"),
    ],
)
def test_decode__encoding_not_named__found_and_reported(data: bytes, encoding: str) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.encoding, decoded.is_doubtful) == (CHINESE, encoding, False)


def test_decode__hard_characters_in_gb18030__kept() -> None:
    assert decode(HARD.encode("gb18030"), "gb18030").text == HARD


@pytest.mark.parametrize(
    "data",
    [
        "開戶手續太慢，櫃員態度不好，等候時間過長，希望改善服務品質。".encode("big5"),
        "お客様のご意見をお聞かせください。口座開設の手続き".encode("shift_jis"),
    ],
)
def test_decode__other_encoding_that_gb18030_can_read__doubtful(data: bytes) -> None:
    assert decode(data).is_doubtful


def test_decode__neither_utf_8_nor_gb18030__refused_with_the_byte() -> None:
    with pytest.raises(TextRefused, match="byte 5 "):
        decode(b"abcd\xff\xff")


def test_decode__named_encoding_that_does_not_fit__refused() -> None:
    with pytest.raises(TextRefused, match="not UTF-8: byte 1 "):
        decode(CHINESE.encode("gb18030"), "UTF-8")


@pytest.mark.parametrize(
    ("named", "name"), [("gbk", "GB18030"), ("GB2312", "GB18030"), ("utf8", "UTF-8"), ("big5", "Big5")]
)
def test_encoding_name__usual_spellings__are_known(named: str, name: str) -> None:
    assert encoding_name(named) == name


def test_encoding_name__unknown__refused_with_the_known_ones() -> None:
    with pytest.raises(TextRefused, match="GB18030"):
        encoding_name("latin-1")


@pytest.mark.parametrize("name", ENCODINGS)
def test_decode__every_encoding_that_may_be_named__reads_what_it_wrote(name: str) -> None:
    text = "開戶手續 abc\n"
    assert decode(text.encode(ENCODINGS[name]), name).text == text


def test_canonical__line_ends_and_mark__changed_and_nothing_else() -> None:
    assert canonical(f"\ufeff{HARD}\r\n二\r三\n") == f"{HARD}\n二\n三\n"


@pytest.mark.parametrize("text", ["", " \n\t", "a\0b", "a\ud83d"])
def test_canonical__not_a_text__refused(text: str) -> None:
    with pytest.raises(TextRefused):
        canonical(text)


@given(words)
def test_canonical__twice__is_the_same(text: str) -> None:
    once = canonical(f"x{text}")
    assert "\r" not in once
    assert canonical(once) == once


@given(words, st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_decode__named__gives_back_the_text(text: str, encoding: str) -> None:
    text = f"x{text}".replace("\r", "")
    assert decode(text.encode(encoding), encoding).text == text
