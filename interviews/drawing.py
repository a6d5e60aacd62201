"""How a coded document is drawn: lines of runs, each run with a stripe for every segment over it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from interviews.spans import Line, Span, Utf16, lanes, line_of, line_starts, lines

STRIPES: Final = 4  # stripes under a line of text; deeper overlaps share the last one


@dataclass(frozen=True, slots=True)
class Mark:
    """A segment as it is drawn: its code, its stripe (from 1), its line, and its place in UTF-16 units."""

    id: int
    code_id: int
    span: Span
    stripe: int
    line: int
    start_unit: int
    end_unit: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A text cut into lines and runs, and its marks by segment."""

    text: str
    lines: tuple[Line[Mark], ...]
    marks: dict[int, Mark]


def draw(text: str, placed: Sequence[tuple[int, int, Span]]) -> Drawing:
    """Draw a text with its segments, each given as its id, its code's id and its span."""
    starts = line_starts(text)
    units = Utf16(text)
    stripes = (min(lane + 1, STRIPES) for lane in lanes([span for _, _, span in placed]))
    marks = {
        segment_id: Mark(
            segment_id,
            code_id,
            span,
            stripe,
            line_of(starts, span.start),
            units.units(span.start),
            units.units(span.end),
        )
        for (segment_id, code_id, span), stripe in zip(placed, stripes, strict=True)
    }
    return Drawing(text, lines(text, ((mark.span, mark) for mark in marks.values())), marks)


def colour_rules(colours: Iterable[tuple[int, str]]) -> str:
    """The style sheet of a code book: a swatch and the stripes of each code, given as id and colour."""
    rules = []
    for code_id, colour in colours:
        rules.append(f".swatch-{code_id}{{background:{colour}}}")
        rules += [f".s{stripe}-{code_id}{{--stripe{stripe}:{colour}}}" for stripe in range(1, STRIPES + 1)]
    return "\n".join(rules) + "\n"
