"""Chinese text on the command line (lines in, JSON lines out), and the terms of stored comments."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import click

import analysis
from survey.cli import here, tell, with_services
from survey.comments.sweeping import refresh_comments
from survey.messages import Refused

FILE = click.argument("file", type=click.File("rb"), default="-")
DICTIONARY = click.option(
    "--dictionary", type=click.File("rb"), help="more words, in jieba's format: word [frequency] [tag]"
)


@click.group()
def text() -> None:
    """Chinese text: words, masking, keywords, sentiment (a line of text in, a line of JSON out)."""


@text.command()
@FILE
@click.option("--raw", is_flag=True, help="exactly jieba: no normalisation, no shipped dictionary")
@DICTIONARY
def segment(file: BinaryIO, raw: bool, dictionary: BinaryIO | None) -> None:
    """Cut each line into words."""
    engine = _engine(dictionary, raw)
    _answer(file, lambda line: analysis.text.lines.segment_line(line, raw, engine))


@text.command()
@FILE
def mask(file: BinaryIO) -> None:
    """Cover personal data in each line."""
    _answer(file, analysis.text.lines.mask_line)


@text.command()
@FILE
def sentiment(file: BinaryIO) -> None:
    """Negative, neutral or positive, with a score from -1 to 1, for each line."""
    _answer(file, analysis.text.lines.sentiment_line)


@text.command()
@FILE
@DICTIONARY
def keywords(file: BinaryIO, dictionary: BinaryIO | None) -> None:
    """One table of keywords over all lines."""
    table = analysis.text.lines.keywords(lines_of(file), _engine(dictionary, raw=False))
    _print(table)


@text.command()
@with_services
def refresh() -> None:
    """Read stored comments again that were read with older words, and those not yet read."""
    done = refresh_comments(here())
    tell(f"已重新处理 {done} 份答卷的文字意见。", f"read the comments of {done} responses again.")


def lines_of(file: BinaryIO) -> Iterator[str]:
    """The lines of a file. They end at \\n only; one that is not UTF-8 is refused with its number."""
    for number, line in enumerate(file, start=1):  # a binary file splits at \n and nowhere else
        try:
            yield line.removesuffix(b"\n").decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused(
                f"第 {number} 行不是 UTF-8 编码（第 {error.start + 1} 个字节）。请另存为 UTF-8 后再试。",
                f"line {number} is not UTF-8 (byte {error.start + 1}). Save the file as UTF-8 and try again.",
            ) from error


def _answer(file: BinaryIO, work: Callable[[str], dict[str, object]]) -> None:
    for line in lines_of(file):
        _print(work(line))


def _print(document: dict[str, object]) -> None:
    line = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(line.encode("utf-8") + b"\n")  # UTF-8 whatever the terminal's encoding is


def _engine(dictionary: BinaryIO | None, raw: bool) -> Any:
    """What cuts: None is the default of the text module."""
    if dictionary is None:
        return None
    try:
        return analysis.text.lines.segmenter(dictionary.read(), raw)
    except analysis.text.dictionary.DictionaryRefused as refused:
        raise Refused(refused.message["zh"], refused.message["en"]) from refused
