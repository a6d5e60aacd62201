from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires.definition import Questionnaire
from questionnaires.validation import Checked, Validator, check_answers
from tests.questionnaires.building import (
    consent,
    information,
    matrix,
    multiple,
    nps,
    open_text,
    points,
    questionnaire,
    single,
)
from tests.questionnaires.strategies import JSON, questionnaires

FORM = questionnaire(
    consent(),
    information(),
    single(required=True),
    single("kind", options=points("sme", "hnw", "2")),
    matrix(),
    multiple(min=2, max=2),
    nps(),
    open_text(max_length=10),
)


def answers(**raw: object) -> dict[str, Any]:
    checked = check_answers(FORM, {"csat": 5, **raw})
    assert checked.errors == ()
    del checked.answers["csat"]
    return checked.answers


def errors(**raw: object) -> list[tuple[str, str]]:
    checked = check_answers(FORM, {"csat": 5, **raw})
    assert not {error.name for error in checked.errors} & set(checked.answers)
    assert all(error.message["zh"] and error.message["en"] for error in checked.errors)
    return [(error.name, error.code) for error in checked.errors]


@pytest.mark.parametrize("blank", ["", " ", "\u3000\n", None, [], [""], ["", None, " "]])
@pytest.mark.parametrize("name", ["kind", "s1", "used", "nps", "suggestion"])
def test_check_answers__blank__is_unanswered(name: str, blank: object) -> None:
    assert answers(**{name: blank}) == {}


@pytest.mark.parametrize("raw", [4, "4", " 4 ", ["4"], ["", "4"], 4.0, "４"])
def test_check_answers__integer_code__in_any_spelling_becomes_the_integer(raw: object) -> None:
    (value,) = answers(s1=raw).values()
    assert (value, type(value)) == (4, int)


@pytest.mark.parametrize("raw", ["2", 2, [2], 2.0])
def test_check_answers__text_code_that_looks_like_a_number__stays_the_text(raw: object) -> None:
    assert answers(kind=raw) == {"kind": "2"}


@pytest.mark.parametrize("raw", [0, "0", "０", [0], 0.0])
def test_check_answers__nps_zero__is_an_answer(raw: object) -> None:
    assert answers(nps=raw) == {"nps": 0}


@pytest.mark.parametrize("raw", [-1, 11, "11", "5.5", "ten", "--1", "1e1", "07"])
def test_check_answers__nps_outside_its_range__is_an_error(raw: object) -> None:
    assert errors(nps=raw) == [("nps", "out_of_range")]


def test_check_answers__not_applicable__is_kept_as_its_code() -> None:
    assert answers(s1="na") == {"s1": "na"}


@pytest.mark.parametrize("raw", [True, False, 4.5, float("nan"), float("inf"), {"a": 1}, [[4, [3]]], 10**30])
@pytest.mark.parametrize("name", ["s1", "used", "nps", "suggestion"])
def test_check_answers__value_of_another_form__is_an_error(name: str, raw: object) -> None:
    assert errors(**{name: raw}) == [(name, "wrong_shape")]


@pytest.mark.parametrize("raw", [6, "6", "满意", "NA", -4, "5 4"])
def test_check_answers__code_that_is_no_option__is_an_error(raw: object) -> None:
    assert errors(s1=raw) == [("s1", "not_an_option")]


def test_check_answers__two_values_for_one_choice__is_an_error() -> None:
    assert errors(s1=["4", "5"]) == [("s1", "one_only")]


@pytest.mark.parametrize(
    "raw", ["web counter", ["web", "counter"], ["web", "", "counter", "web"], " counter  web "]
)
def test_check_answers__several_codes__come_out_in_option_order_without_repeats(raw: object) -> None:
    assert answers(used=raw) == {"used": ["counter", "web"]}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (["web"], "too_few"),
        ("web counter kiosk", "too_many"),
        ("web none", "exclusive"),
        ("web bus", "not_an_option"),
        (["web counter"], "not_an_option"),
    ],
)
def test_check_answers__several_codes_against_the_rules__is_an_error(raw: object, code: str) -> None:
    assert errors(used=raw) == [("used", code)]


def test_check_answers__exclusive_option_alone__needs_no_minimum() -> None:
    assert answers(used=["none"]) == {"used": ["none"]}


def test_check_answers__text__line_ends_and_unseen_characters_are_put_right() -> None:
    assert answers(suggestion=" 好\r\n很\x00好\ud83d\r ") == {"suggestion": "好\n很好\ufffd"}
    assert answers(suggestion=12) == {"suggestion": "12"}


def test_check_answers__text__length_is_counted_in_characters() -> None:
    assert answers(suggestion="😀" * 10) == {"suggestion": "😀" * 10}
    assert errors(suggestion="长" * 11) == [("suggestion", "too_long")]


def test_check_answers__required_and_blank__is_an_error_but_not_applicable_is_an_answer() -> None:
    assert [error.code for error in check_answers(FORM, {}).errors] == ["required"]
    assert check_answers(FORM, {"csat": "na"}) == Checked({"csat": "na"}, ())


def test_check_answers__required_matrix__asks_for_every_row() -> None:
    checked = check_answers(questionnaire(matrix(required=True)), {"s1": 3})
    assert [(error.name, error.code) for error in checked.errors] == [("s2", "required")]


@pytest.mark.parametrize("name", ["nobody", "consent", "welcome", "service", "x" * 500])
def test_check_answers__name_that_stores_no_answer__is_an_error(name: str) -> None:
    assert errors(**{name: "1"}) == [(name[:64], "unknown_question")]


@pytest.mark.parametrize("raw", [None, [], "csat", 5])
def test_check_answers__no_mapping__is_an_error(raw: Any) -> None:
    assert [error.code for error in check_answers(FORM, raw).errors] == ["wrong_shape"]


def test_check_answers__same_definition_in_another_object__same_result() -> None:
    again = Questionnaire.model_validate(FORM.document())
    assert check_answers(again, {"csat": "3"}) == check_answers(FORM, {"csat": "3"})


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(questionnaires(), st.data())
def test_check__any_json__never_raises_and_its_answers_pass_again(
    form: Questionnaire, data: st.DataObject
) -> None:
    names = [field.name for field in form.fields()]
    values = JSON | st.sampled_from([o.code for f in form.fields() for o in f.options] or [0])
    raw = data.draw(
        st.dictionaries(st.sampled_from([*names, "nobody", ""]), values | st.lists(values, max_size=3))
    )
    validator = Validator(form)
    first = validator.check(raw)
    second = validator.check(first.answers)
    assert second.answers == first.answers
    assert {error.code for error in second.errors} <= {"required"}
    assert list(first.answers) == [name for name in names if name in first.answers]
    for value in first.answers.values():
        assert type(value) in (int, str, list)


@given(st.dictionaries(st.text(max_size=8), JSON) | JSON)
def test_check__anything_at_all__never_raises(raw: Any) -> None:
    assert isinstance(check_answers(FORM, raw), Checked)
