from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.definition import Questionnaire
from questionnaires.scoring import Score, Scorer, reversed_value
from tests.questionnaires.building import FIVE_POINTS, matrix, nps, questionnaire, scale, single

ITEMS = ("s1", "s2", "s3", "s4")


def form(**more: object) -> Questionnaire:
    question = matrix(items=ITEMS)
    question["items"][3]["reversed"] = True
    return questionnaire(question, scales=[scale(items=ITEMS, **more)])


def scored(answers: dict[str, object], **more: object) -> Score:
    some = form(**more)
    return Scorer(some, some.scale("service")).score(answers)


def test_score__reversed_item__is_turned_by_the_limits_of_the_scale() -> None:
    # Observed answers reach 4 only; by observed limits the reversed 1 would become 4, by the scale's it is 5.
    assert scored({"s1": 4, "s2": 4, "s3": 3, "s4": 1}) == Score(4.0, 4, 4)


def test_score__item_reversed_in_matrix_and_scale__is_turned_once() -> None:
    assert scored({"s1": 1, "s2": 1, "s3": 1, "s4": 5}, reversed=["s4"]).value == 1.0


def test_score__not_applicable_and_blank__are_left_out_never_zero() -> None:
    assert scored({"s1": 5, "s2": "na", "s3": 3}) == Score(4.0, 2, 4)


@pytest.mark.parametrize(
    ("minimum", "answered", "computed"),
    [
        (0.5, 2, True),
        (0.5, 1, False),
        (0.75, 3, True),
        (0.75, 2, False),
        (1, 3, False),
        (0, 1, True),
        (0, 0, False),
    ],
)
def test_score__share_of_answered_items__decides(minimum: float, answered: int, computed: bool) -> None:
    answers: dict[str, object] = dict.fromkeys(ITEMS[:answered], 3)
    score = scored(answers, minimum_answered=minimum)
    assert (score.value is not None, score.answered) == (computed, answered)


def test_score__sum_with_a_gap__is_the_mean_times_the_number_of_items() -> None:
    assert scored({"s1": 5, "s2": 4, "s3": 3}, scoring="sum") == Score(16.0, 3, 4)


def test_score__missing_code_that_is_a_number_within_the_scale__is_left_out() -> None:
    options = [*FIVE_POINTS[:4], {**FIVE_POINTS[4], "missing": True}, {**FIVE_POINTS[4], "code": 0}]
    some = questionnaire(single(options=options), scales=[scale("s", ("csat",), range=[0, 5])])
    assert Scorer(some, some.scale("s")).score({"csat": 1}).value is None
    assert Scorer(some, some.scale("s")).score({"csat": 0}).value == 0.0


def test_score__scale_of_dimensions__has_their_items_and_reversals() -> None:
    parts = [
        scale("all", ()),
        scale("a", ("s1", "s2"), dimension_of="all", reversed=["s2"]),
        scale("b", ("s3", "s4"), dimension_of="all"),
    ]
    some = questionnaire(matrix(items=ITEMS), scales=parts)
    assert some.scale_items(some.scale("all")) == ITEMS
    assert some.reversed_items(some.scale("all")) == {"s2"}
    assert Scorer(some, some.scale("all")).values({"s1": 1, "s2": 1, "s3": "na"}) == (1, 5, None, None)


def test_score__nps_zero__counts() -> None:
    some = questionnaire(nps(), scales=[scale("s", ("nps",), range=[0, 10])])
    assert Scorer(some, some.scale("s")).score({"nps": 0}) == Score(0.0, 1, 1)


@given(st.integers(-5, 5), st.integers(0, 10), st.data())
def test_reversed_value__twice__is_the_value(low: int, span: int, data: st.DataObject) -> None:
    limits = (low, low + span)
    value = data.draw(st.integers(*limits))
    assert low <= reversed_value(value, limits) <= low + span
    assert reversed_value(reversed_value(value, limits), limits) == value


def test_reversed_value__outside_the_limits__value_error() -> None:
    with pytest.raises(ValueError, match="value: 6"):
        reversed_value(6, (1, 5))


@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(ITEMS, st.sampled_from([1, 2, 3, 4, 5, "na", "x", None, True]))
    )
)
def test_score__any_answers__within_the_scale_or_none(answers: dict[str, Any]) -> None:
    value = scored(answers).value
    assert value is None or 1 <= value <= 5
