"""The canonical text of a document: what offsets are counted in, decoded without silent guessing.

Canonical means: no byte order mark, line ends are LF, and nothing else is changed. Composed and
decomposed letters stay as they came, because a quote must be findable in the researcher's own file.

Refused
└── TextRefused  bytes that cannot be read as text, or a text that cannot be a document
"""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from questionnaires.canonical import sha256_hex
from survey.messages import Refused

UTF_8: Final = "UTF-8"
GB18030: Final = "GB18030"
# What people may name, and the codec for it. GB2312 and GBK are subsets of GB18030.
ENCODINGS: Final[Mapping[str, str]] = {
    UTF_8: "utf-8",
    GB18030: "gb18030",
    "Big5": "big5hkscs",
    "UTF-16": "utf-16",
    "UTF-16LE": "utf-16-le",
    "UTF-16BE": "utf-16-be",
}
_ALIASES: Final = {"utf8": UTF_8, "gbk": GB18030, "gb2312": GB18030, "cp936": GB18030, "utf16": "UTF-16"}
_MARKS: Final = ((codecs.BOM_UTF8, UTF_8), (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))
_BOM: Final = "\ufeff"
# Among the Chinese characters of simplified text, 99 in 100 are of GB 2312's first level; of Big5 bytes or
# traditional text read as GB18030, two thirds at most (measured on the demo's comments).
_COMMON_SHARE: Final = 0.8
_LAST_COMMON_ROW: Final = 0xD7


class TextRefused(Refused):
    """Bytes or a text that cannot become a document."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A canonical text and how it was read; doubtful when the detected encoding may be a wrong guess."""

    text: str
    encoding: str
    is_doubtful: bool = False

    @property
    def sha256(self) -> str:
        return text_hash(self.text)


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Read bytes as canonical text, in the named encoding or the one detected (UTF-8, else GB18030)."""
    if encoding is not None:
        name = encoding_name(encoding)
        return Decoded(canonical(_strictly(data, name)), name)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Decoded(canonical(_strictly(data, name)), name)
    return _detected(data)


def encoding_name(name: str) -> str:
    """The encoding that somebody named, spelled as we spell it; refused when it is not one of ours."""
    spelled = {known.casefold(): known for known in ENCODINGS} | _ALIASES
    known = spelled.get(name.strip().casefold())
    if known is None:
        names = ", ".join(ENCODINGS)
        raise TextRefused(
            f"字符编码 “{name}” 不可用。可用的有 {names}。",
            f"encoding '{name}' is not available. Use one of {names}.",
        )
    return known


def canonical(text: str) -> str:
    """The text without byte order mark and with LF line ends; refused when it cannot be a document."""
    text = text.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise TextRefused("文本是空的。请换一份有内容的。", "the text is empty. Choose one with content.")
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise TextRefused(
            "这不是文本：含有空字符或残缺字符。请另存为纯文本（UTF-8）。",
            "this is not text: it holds null or broken characters. Save it as plain text (UTF-8).",
        )
    return text


def text_hash(text: str) -> str:
    """SHA-256 of a canonical text, in UTF-8."""
    return sha256_hex(text.encode())


def _detected(data: bytes) -> Decoded:
    try:
        return Decoded(canonical(data.decode("utf-8")), UTF_8)
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        names = ", ".join(ENCODINGS)
        raise TextRefused(
            f"既不是 UTF-8，也不是 GB18030（第 {error.start + 1} 个字节无法读取）。"
            f"请指明字符编码（{names}），或另存为 UTF-8。",
            f"neither UTF-8 nor GB18030 (byte {error.start + 1} cannot be read). "
            f"Name the encoding ({names}), or save it as UTF-8.",
        ) from error
    return Decoded(canonical(text), GB18030, is_doubtful=not _looks_simplified(text))


def _strictly(data: bytes, name: str) -> str:
    try:
        return data.decode(ENCODINGS[name])
    except UnicodeDecodeError as error:
        raise TextRefused(
            f"不是 {name}：第 {error.start + 1} 个字节无法读取。请指明别的字符编码。",
            f"not {name}: byte {error.start + 1} cannot be read. Name another encoding.",
        ) from error


def _looks_simplified(text: str) -> bool:
    characters = [character for character in text if "\u4e00" <= character <= "\u9fff"]
    common = sum(_is_common(character) for character in characters)
    return common >= _COMMON_SHARE * max(1, len(characters))


def _is_common(character: str) -> bool:
    """Whether GB 2312 has the character on its first level."""
    try:
        return character.encode("gb2312")[0] <= _LAST_COMMON_ROW
    except UnicodeEncodeError:
        return False
