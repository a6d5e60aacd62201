"""Dictionaries in jieba's user format: `word [frequency] [tag]` a line, UTF-8.

Errors:  DictionaryRefused(ValueError)   a dictionary that cannot be read; names the line
"""

import functools
import re
from dataclasses import dataclass
from importlib import resources

_LINE = re.compile(r"^(.+?)( [0-9]+)?( [a-z]+)?$")  # jieba/__init__.py, re_userdict


class DictionaryRefused(ValueError):
    """A user dictionary cannot be read; `message` says where and why in Chinese and English."""

    def __init__(self, line: int, zh: str, en: str) -> None:
        super().__init__(f"line {line}: {en}")
        self.line = line
        self.message = {"zh": f"用户词典第 {line} 行：{zh}", "en": f"user dictionary, line {line}: {en}"}


@dataclass(frozen=True, slots=True)
class Word:
    """A dictionary word; without a frequency jieba's own suggestion is used, frequency 0 takes a word out."""

    text: str
    frequency: int | None = None
    tag: str = ""


def read_dictionary(data: bytes) -> tuple[Word, ...]:
    """The words of a dictionary file, in its order."""
    words = []
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            text = line.strip().decode("utf-8").lstrip("\ufeff")
        except UnicodeDecodeError as error:
            raise DictionaryRefused(
                number,
                "不是 UTF-8 编码，请另存为 UTF-8 后再用",
                "not UTF-8; save the file as UTF-8 and try again",
            ) from error
        if text:
            words.append(_word_of(number, text))
    return tuple(words)


def _word_of(number: int, line: str) -> Word:
    match = _LINE.match(line)
    if match is None:
        raise DictionaryRefused(
            number,
            "格式应为“词 词频 词性”，后两项可省略",
            "expected `word frequency tag`, the last two may be left out",
        )
    text, frequency, tag = match.groups()
    return Word(text, int(frequency) if frequency else None, (tag or "").strip())


@functools.cache
def bank_words() -> tuple[Word, ...]:
    """The bank's terms that are shipped, with frequency and part of speech."""
    return read_dictionary(resources.files(__package__).joinpath("data", "bank_dictionary.txt").read_bytes())
