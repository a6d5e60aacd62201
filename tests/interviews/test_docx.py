"""Words out of .docx files, and the ones that are refused."""

import contextlib
import io
import zipfile

import pytest

from interviews import docx
from interviews.texts import TextRefused

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def archive(body: str | bytes, name: str = "word/document.xml") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as writing:
        writing.writestr(name, body)
    return file.getvalue()


def document(inner: str, before: str = "") -> bytes:
    root = f'<w:document xmlns:w="{W}" xmlns:mc="{MC}"><w:body>{inner}</w:body></w:document>'
    return archive(f'<?xml version="1.0" encoding="UTF-8"?>{before}{root}')


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r>{run}</w:r>" for run in runs) + "</w:p>"


def test_read__paragraphs__a_line_each() -> None:
    data = document(
        paragraph('<w:t xml:space="preserve">主持人：您好 </w:t>', "<w:t>😀 𠮷</w:t>")
        + "<w:p/>"
        + paragraph("<w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t>")
    )
    assert docx.read(data) == "主持人：您好 😀 𠮷\n\n一\t二\n三\n"


def test_read__what_is_not_text__left_out() -> None:
    data = document(
        '<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="1"/></w:tabs></w:pPr><w:r><w:t>留下</w:t></w:r>'
        "<w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:ruby><w:rt><w:r><w:t>pinyin</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>字</w:t></w:r></w:rubyBase></w:ruby></w:r>"
        "<mc:AlternateContent><mc:Choice><w:r><w:t>框</w:t></w:r></mc:Choice>"
        "<mc:Fallback><w:r><w:t>框</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"
    )
    assert docx.read(data) == "留下字框\n"


def test_read__table__a_line_for_each_paragraph_of_a_cell() -> None:
    cell = "<w:tc>{}</w:tc>"
    row = cell.format(paragraph("<w:t>问</w:t>")) + cell.format(paragraph("<w:t>答</w:t>"))
    assert docx.read(document(f"<w:tbl><w:tr>{row}</w:tr></w:tbl>")) == "问\n答\n"


def test_read__document_type__refused() -> None:
    bomb = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(TextRefused, match="DTD"):
        docx.read(document(paragraph("<w:t>&b;</w:t>"), before=bomb))


def test_read__bomb__refused_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx, "MOST_BYTES", 1024 * 1024)
    with pytest.raises(TextRefused, match="larger than 1 MB"):
        docx.read(archive(b"<" + b"a" * 2_000_000))


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 not an archive", archive("<x/>", name="word/other.xml"), archive("<w:document")],
)
def test_read__not_a_docx__refused(data: bytes) -> None:
    with pytest.raises(TextRefused):
        docx.read(data)


@pytest.mark.parametrize("place", range(0, 400, 13))
def test_read__damaged_byte__read_or_refused_in_our_words(place: int) -> None:
    data = bytearray(document(paragraph("<w:t>主持人：您好</w:t>")))
    data[place % len(data)] ^= 0xFF
    with contextlib.suppress(TextRefused):
        docx.read(bytes(data))
