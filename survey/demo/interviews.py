"""Interview notes of the demo bank, a code book, and the passages two coders marked. All invented.

The texts in content/interviews carry marks ⟦code｜passage⟧, which are taken out when a document is read and
give the places of the passages. Two coders have read the documents and agree mostly: now and then one
passes a passage over, or the second takes it longer or shorter, or codes it with a neighbouring code.
Which, is drawn from the document's name, so it is always the same.
"""

import functools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

CODERS = ("coder_a", "coder_b")

_MARK = re.compile(r"⟦([^｜⟧]+)｜([^⟧]+)⟧")
_CLAUSE_END = re.compile(r"[，。？！；]")
_NEIGHBOURS = {
    "审批慢": "信息传递滞后",
    "信息传递滞后": "部门推诿",
    "部门推诿": "信息传递滞后",
    "手续繁琐": "信息传递滞后",
    "态度": "专业能力",
    "专业能力": "培训",
    "主动联系": "了解需求",
    "了解需求": "数据分散",
    "数据分散": "了解需求",
    "收费": "风险说明",
    "老年人使用": "易用性",
    "易用性": "老年人使用",
    "回访闭环": "主动联系",
}
_FIRST_PASSES_OVER, _SECOND_PASSES_OVER = 0.05, 0.10
_RECODES, _SHORTENS, _LENGTHENS = 0.08, 0.15, 0.25


@dataclass(frozen=True, slots=True)
class Code:
    """A code of the book; its path names its parents, as in 流程与效率/审批慢."""

    path: str
    definition: str


@dataclass(frozen=True, slots=True)
class Document:
    """Notes of an interview or focus group, with speaker turns a line each."""

    name: str
    title: str
    kind: str  # interview or focus_group
    group: str  # management, account_manager, service_staff, retail, hnw, sme, corporate
    text: str


@dataclass(frozen=True, slots=True)
class Coding:
    """A passage a coder marked: places in code points, end exclusive, and the passage itself."""

    document: str
    coder: str
    code: str  # the path
    start: int
    end: int
    quote: str


@functools.cache
def codebook() -> tuple[Code, ...]:
    """The code book, each code after its parent."""
    text = resources.files(__package__).joinpath("content", "codebook.txt").read_text(encoding="utf-8")
    rows = (line.split(" | ") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(Code(path, definition) for path, definition in rows)


def documents() -> tuple[Document, ...]:
    """The twelve documents, without marks."""
    return tuple(document for document, _ in _marked_documents())


def codings() -> tuple[Coding, ...]:
    """The passages of both coders, by document, coder and place."""
    return tuple(coding for document, marks in _marked_documents() for coding in _codings(document, marks))


_Mark = tuple[str, int, int]  # the name of a code, start, end


@functools.cache
def _marked_documents() -> tuple[tuple[Document, tuple[_Mark, ...]], ...]:
    folder = resources.files(__package__).joinpath("content", "interviews")
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return tuple(_read(file.name.removesuffix(".txt"), file.read_text(encoding="utf-8")) for file in files)


def _read(name: str, content: str) -> tuple[Document, tuple[_Mark, ...]]:
    head, _, body = content.partition("\n\n")
    facts = dict(line.split(": ", 1) for line in head.splitlines())
    pieces, marks, place, length = [], [], 0, 0
    for match in _MARK.finditer(body):
        before = body[place : match.start()]
        start = length + len(before)
        marks.append((match[1], start, start + len(match[2])))
        pieces += [before, match[2]]
        place, length = match.end(), start + len(match[2])
    text = "".join([*pieces, body[place:]]).rstrip("\n") + "\n"
    return Document(name, facts["title"], facts["kind"], facts["group"], text), tuple(marks)


def _codings(document: Document, marks: tuple[_Mark, ...]) -> Iterator[Coding]:
    paths = {code.path.rpartition("/")[2]: code.path for code in codebook()}
    for coder, read in zip(CODERS, _readings(document, marks), strict=True):
        for name, start, end in read:
            yield Coding(document.name, coder, paths[name], start, end, document.text[start:end])


def _readings(document: Document, marks: tuple[_Mark, ...]) -> tuple[list[_Mark], list[_Mark]]:
    """What each of the two coders marked."""
    chance = random.Random(document.name)  # noqa: S311 (invented coders: repeatable, not secret)
    first: list[_Mark] = []
    second: list[_Mark] = []
    for name, start, end in marks:
        passed_over = chance.random()
        if passed_over >= _FIRST_PASSES_OVER:
            first.append((name, start, end))
        if passed_over < 1 - _SECOND_PASSES_OVER:
            recoded = _NEIGHBOURS.get(name, name) if chance.random() < _RECODES else name
            second.append((recoded, *_bounds(chance, document.text, start, end)))
    return first, second


def _bounds(chance: random.Random, text: str, start: int, end: int) -> tuple[int, int]:
    """The same passage, or without its last clause, or with the next clause of its sentence."""
    drawn = chance.random()
    ends = [match.start() for match in _CLAUSE_END.finditer(text, start, end)]
    if drawn < _SHORTENS and ends:
        return start, ends[-1]
    following = _CLAUSE_END.search(text, end + 1)
    if drawn > 1 - _LENGTHENS and following and text[end] in "，；":
        return start, following.start()
    return start, end
