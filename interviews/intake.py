"""What a file becomes before it is a document: its canonical text, by the kind its name says."""

from pathlib import PurePath
from typing import Final

from interviews import docx
from interviews.texts import UTF_8, Decoded, TextRefused, decode

PLAIN: Final = ".txt"
WORD: Final = ".docx"


def read_file(name: str, data: bytes, encoding: str | None = None) -> Decoded:
    """The text of a .txt or .docx file; refused with the file's name, and for other kinds."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in (PLAIN, WORD):
        raise TextRefused(
            f"{name}：目前可以导入 {PLAIN} 和 {WORD}，不能导入 {suffix or '没有后缀的文件'}。"
            f"请另存为 {PLAIN} 或 {WORD}。",
            f"{name}: {PLAIN} and {WORD} can be imported now, {suffix or 'a file without a suffix'} cannot. "
            f"Save it as {PLAIN} or {WORD}.",
        )
    if suffix == WORD and encoding is not None:
        raise TextRefused(
            f"{name}：{WORD} 自带字符编码，不需要指明。请去掉字符编码选项。",
            f"{name}: a {WORD} knows its encoding. Leave the encoding out.",
        )
    try:
        return Decoded(docx.read(data), UTF_8) if suffix == WORD else decode(data, encoding)
    except TextRefused as refused:
        raise TextRefused(f"{name}：{refused.message.zh}", f"{name}: {refused.message.en}") from refused
