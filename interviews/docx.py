"""The words of a .docx file: its body's paragraphs, a line each, by the standard library alone.

Tracked deletions, field codes, phonetic guides and the copy of a drawing for old programs are left
out. A file with a document type is refused unread: entity bombs and references to other files live there.
"""

import io
import zipfile
import zlib
from typing import Final
from xml.parsers import expat

from interviews.texts import TextRefused, canonical

BODY: Final = "word/document.xml"
MOST_BYTES: Final = 64 * 1024 * 1024
_NAMESPACES: Final = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
# The copy of a drawing for old programs, the old place of moved words, and phonetic guides.
_SKIPPED: Final = (
    "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback",
    "moveFrom",
    "rt",
)
_CHARACTERS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
)


def read(data: bytes) -> str:
    """The canonical text of a .docx file."""
    return canonical(_words(_body(data)))


def _body(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if archive.getinfo(BODY).file_size > MOST_BYTES:
                raise _too_large()
            with archive.open(BODY) as member:
                body = member.read(MOST_BYTES + 1)  # the size in the directory may be a lie
    except _BROKEN as error:
        raise TextRefused(
            "不是完好的 .docx 文件。请用文字处理软件打开后另存一次。",
            "not a sound .docx file. Open it in a word processor and save it again.",
        ) from error
    if len(body) > MOST_BYTES:
        raise _too_large()
    return body


def _too_large() -> TextRefused:
    most = MOST_BYTES // 1024 // 1024
    return TextRefused(
        f".docx 解压后超过 {most} MB，未读取。请拆分文件。",
        f"the .docx is larger than {most} MB when unpacked and was not read. Split the file.",
    )


def _words(body: bytes) -> str:
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise TextRefused(
            f".docx 的正文已损坏（第 {error.lineno} 行）。请用文字处理软件打开后另存一次。",
            f"the body of the .docx is damaged (line {error.lineno}). "
            "Open it in a word processor and save it again.",
        ) from error
    return "".join(reader.parts)


class _Reader:
    """Collects the words while the parser walks through the body."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._skipping = 0
        self._runs = 0  # a tab in a run is a character, elsewhere it defines a tab stop
        self._in_words = False

    def doctype(self, *_: object) -> None:
        raise TextRefused(
            ".docx 含有文档类型声明（DTD），未读取。请用文字处理软件打开后另存一次。",
            "the .docx holds a document type (DTD) and was not read. "
            "Open it in a word processor and save it again.",
        )

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        element = _word_element(name)
        self._skipping += element in _SKIPPED
        self._runs += element == "r"
        self._in_words = element == "t"
        if self._runs and not self._skipping:
            self.parts.append(_CHARACTERS.get(element, ""))

    def end(self, name: str) -> None:
        element = _word_element(name)
        self._in_words = False
        if element == "p" and not self._skipping:
            self.parts.append("\n")
        self._runs -= element == "r"
        self._skipping -= element in _SKIPPED

    def characters(self, words: str) -> None:
        if self._in_words and not self._skipping:
            self.parts.append(words)


def _word_element(name: str) -> str:
    """The bare name of a word processing element (transitional or strict); others keep theirs whole."""
    namespace, _, local = name.rpartition(" ")
    return local if namespace in _NAMESPACES else name
