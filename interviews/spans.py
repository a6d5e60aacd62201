"""Spans of a text: where they are, how they overlap, and how overlapping ones are drawn without nesting.

Offsets count Unicode code points and the end is exclusive. Browsers count UTF-16 units, in which an
emoji is two; `Utf16` converts, and it is used once, where a page and the server meet.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final, Generic, TypeVar

Key = TypeVar("Key")
LAST_OF_BASIC_PLANE: Final = "\uffff"


class SplitsCharacter(ValueError):
    """An offset in UTF-16 that lies outside the text or inside one character."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text, never empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span: start {self.start} must be at least 0 and less than end {self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The words of the span."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Run(Generic[Key]):
    """A stretch of text under the same spans throughout."""

    start: int
    end: int
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Line(Generic[Key]):
    """One line of a text with its line end, cut into runs; lines count from 1."""

    number: int
    start: int
    end: int
    runs: tuple[Run[Key], ...]


class Utf16:
    """Converts offsets of one text between code points and UTF-16 units."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        # Where each character of two units stands, counted in code points and in units.
        self._wide = [place for place, character in enumerate(text) if character > LAST_OF_BASIC_PLANE]
        self._wide_units = [place + number for number, place in enumerate(self._wide)]

    @property
    def length(self) -> int:
        """The length of the text in units."""
        return self._length + len(self._wide)

    def units(self, point: int) -> int:
        """An offset in code points, in units."""
        if not 0 <= point <= self._length:
            raise SplitsCharacter(f"point {point}: the text has {self._length} code points")
        return point + bisect_left(self._wide, point)

    def points(self, unit: int) -> int:
        """An offset in units, in code points; refused between the two halves of a character."""
        if not 0 <= unit <= self.length:
            raise SplitsCharacter(f"unit {unit}: the text has {self.length} units")
        before = bisect_left(self._wide_units, unit)
        if before and self._wide_units[before - 1] == unit - 1:
            raise SplitsCharacter(f"unit {unit} lies inside one character")
        return unit - before


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The stretches that any of the spans covers: in order, apart from each other."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def covered(spans: Iterable[Span]) -> int:
    """How many code points the spans cover; what two of them share counts once."""
    return sum(len(span) for span in merge(spans))


def split(length: int, marked: Iterable[tuple[Span, Key]], cuts: Iterable[int] = ()) -> tuple[Run[Key], ...]:
    """Cut 0…length into runs at every edge of a span and at `cuts`; each run lists the spans over it."""
    ordered = sorted(marked, key=lambda one: one[0])
    edges = {0, length, *cuts}
    for span, _ in ordered:
        if span.end > length:
            raise ValueError(f"span: end {span.end} lies after the text's end {length}")
        edges.update((span.start, span.end))
    runs: list[Run[Key]] = []
    open_spans: list[tuple[Span, Key]] = []
    waiting = iter(ordered)
    following = next(waiting, None)
    for start, end in pairwise(sorted(edges)):
        open_spans = [one for one in open_spans if one[0].end > start]
        while following is not None and following[0].start == start:
            open_spans.append(following)
            following = next(waiting, None)
        runs.append(Run(start, end, tuple(key for _, key in open_spans)))
    return tuple(runs)


def lines(text: str, marked: Iterable[tuple[Span, Key]]) -> tuple[Line[Key], ...]:
    """The lines of a text, each cut into runs. All runs one after another are exactly the text."""
    starts = line_starts(text)
    runs = split(len(text), marked, starts)
    first_runs = [bisect_left(runs, start, key=lambda run: run.start) for start in (*starts, len(text))]
    return tuple(
        Line(number, runs[first].start, runs[after - 1].end, runs[first:after])
        for number, (first, after) in enumerate(pairwise(first_runs), start=1)
        if first < after
    )


def line_starts(text: str) -> tuple[int, ...]:
    """Where each line begins; a line end at the end of the text begins no further line."""
    ends = accumulate((len(line) + 1 for line in text.split("\n")), initial=0)
    return tuple(start for start in ends if start < len(text))


def line_of(starts: Sequence[int], place: int) -> int:
    """The number of the line that holds a place, given where the lines start."""
    return bisect_right(starts, place)


def lanes(spans: Sequence[Span]) -> tuple[int, ...]:
    """A lane for each span, from 0, so that spans that overlap never share one."""
    order = sorted(range(len(spans)), key=lambda index: spans[index])
    ends: list[int] = []  # where the last span of each lane ends
    lane_of = [0] * len(spans)
    for index in order:
        free = next((lane for lane, end in enumerate(ends) if end <= spans[index].start), len(ends))
        ends[free : free + 1] = [spans[index].end]
        lane_of[index] = free
    return tuple(lane_of)
