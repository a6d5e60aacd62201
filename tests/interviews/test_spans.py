"""Offsets in code points and UTF-16 units, merged spans, runs and lanes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.spans import (
    Run,
    Span,
    SplitsCharacter,
    Utf16,
    covered,
    lanes,
    line_of,
    line_starts,
    lines,
    merge,
    split,
)

HARD = "😀😀😀😀😀😀 𠮷野家\ncaf\u00e9 cafe\u0301\n\n结束"
texts = st.text(st.one_of(st.sampled_from("😀𠮷é\u0301\n 汉"), st.characters(exclude_categories=["Cs"])))


@st.composite
def spans_in(draw: st.DrawFn, length: int) -> list[Span]:
    edges = st.tuples(st.integers(0, length), st.integers(0, length)).filter(lambda two: two[0] != two[1])
    return [Span(min(pair), max(pair)) for pair in draw(st.lists(edges, max_size=12))] if length else []


@st.composite
def text_with_spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(texts)
    return text, draw(spans_in(len(text)))


def units_of(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(texts, st.data())
def test_utf16__there_and_back__is_the_same_place(text: str, data: st.DataObject) -> None:
    point = data.draw(st.integers(0, len(text)))
    units = Utf16(text)
    unit = units.units(point)
    assert unit == units_of(text[:point])
    assert units.points(unit) == point
    assert units.length == units_of(text)


@given(texts)
def test_utf16__every_unit__is_a_place_or_splits_a_character(text: str) -> None:
    units = Utf16(text)
    places = {units.units(point) for point in range(len(text) + 1)}
    for unit in range(units.length + 1):
        if unit in places:
            assert units.units(units.points(unit)) == unit
        else:
            with pytest.raises(SplitsCharacter):
                units.points(unit)


@pytest.mark.parametrize("offset", [-1, 5])
def test_utf16__outside_the_text__refused(offset: int) -> None:
    with pytest.raises(SplitsCharacter):
        Utf16("a😀b").units(offset)
    with pytest.raises(SplitsCharacter):
        Utf16("a😀b").points(offset)


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 3), (-1, 2)])
def test_span__empty_or_backwards__refused_by_name(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"start {start}"):
        Span(start, end)


@given(text_with_spans())
def test_merge__covers_the_same_characters_in_separate_stretches(drawn: tuple[str, list[Span]]) -> None:
    text, spans = drawn
    merged = merge(spans)
    wanted = {place for span in spans for place in range(span.start, span.end)}
    assert [place for span in merged for place in range(span.start, span.end)] == sorted(wanted)
    assert all(one.end < other.start for one, other in pairwise(merged))
    assert covered(spans) == len(wanted)
    assert covered(spans + spans) == len(wanted)
    assert len(wanted) <= len(text)


@given(text_with_spans())
def test_split__runs_are_the_text_and_name_exactly_the_spans_over_them(drawn: tuple[str, list[Span]]) -> None:
    text, spans = drawn
    runs = split(len(text), [(span, number) for number, span in enumerate(spans)])
    assert "".join(text[run.start : run.end] for run in runs) == text
    for run in runs:
        over = {n for n, span in enumerate(spans) if span.start <= run.start and run.end <= span.end}
        touched = {n for n, span in enumerate(spans) if span.start < run.end and run.start < span.end}
        assert set(run.keys) == over == touched


def test_split__overlap__becomes_three_runs_without_nesting() -> None:
    runs = split(10, [(Span(2, 6), "a"), (Span(4, 8), "b")])
    assert runs == (
        Run(0, 2, ()),
        Run(2, 4, ("a",)),
        Run(4, 6, ("a", "b")),
        Run(6, 8, ("b",)),
        Run(8, 10, ()),
    )


def test_split__span_after_the_end__refused() -> None:
    with pytest.raises(ValueError, match="end 11"):
        split(10, [(Span(2, 11), "a")])


@given(text_with_spans())
def test_lines__runs_one_after_another__are_the_text(drawn: tuple[str, list[Span]]) -> None:
    text, spans = drawn
    drawn_lines = lines(text, [(span, None) for span in spans])
    assert "".join(text[run.start : run.end] for line in drawn_lines for run in line.runs) == text
    assert [line.number for line in drawn_lines] == list(range(1, len(drawn_lines) + 1))
    for line in drawn_lines:
        words = text[line.start : line.end]
        assert "\n" not in words[:-1]
        assert words.endswith("\n") or line.end == len(text)


def test_lines__empty_ones__count() -> None:
    assert [HARD[line.start : line.end] for line in lines(HARD, ())] == HARD.splitlines(keepends=True)
    starts = line_starts(HARD)
    assert [line_of(starts, HARD.index(word)) for word in ("😀", "𠮷", "caf", "结")] == [1, 1, 2, 4]


@given(text_with_spans())
def test_lanes__spans_that_overlap__never_share_one(drawn: tuple[str, list[Span]]) -> None:
    text, spans = drawn
    numbers = lanes(spans)
    for one, lane in zip(spans, numbers, strict=True):
        alike = [
            span for span, other in zip(spans, numbers, strict=True) if other == lane and span is not one
        ]
        assert not any(span.start < one.end and one.start < span.end for span in alike)
    depths = [sum(span.start <= place < span.end for span in spans) for place in range(len(text))]
    assert len(set(numbers)) <= max(depths, default=0)
