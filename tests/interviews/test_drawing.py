"""How a coded text is drawn."""

from interviews.drawing import STRIPES, colour_rules, draw
from interviews.spans import Span

TEXT = "😀第一行\n第二行\n"


def test_draw__marks__know_line_stripe_and_units() -> None:
    drawing = draw(TEXT, [(7, 3, Span(1, 4)), (8, 4, Span(2, 7))])
    first, second = drawing.marks[7], drawing.marks[8]
    assert (first.line, first.stripe, first.start_unit, first.end_unit) == (1, 1, 2, 5)
    assert (second.line, second.stripe, second.start_unit, second.end_unit) == (1, 2, 3, 8)
    assert [[[mark.id for mark in run.keys] for run in line.runs] for line in drawing.lines] == [
        [[], [7], [7, 8], [8]],
        [[8], []],
    ]


def test_draw__more_spans_than_stripes__share_the_last() -> None:
    drawing = draw(TEXT, [(number, 1, Span(0, 2)) for number in range(STRIPES + 2)])
    assert [mark.stripe for mark in drawing.marks.values()] == [1, 2, 3, 4, 4, 4]


def test_colour_rules__a_swatch_and_every_stripe_of_a_code() -> None:
    rules = colour_rules([(17, "#0072b2")]).splitlines()
    assert rules[0] == ".swatch-17{background:#0072b2}"
    assert len(rules) == 1 + STRIPES
