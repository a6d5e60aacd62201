from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from questionnaires.checking import check
from questionnaires.definition import Questionnaire
from questionnaires.question_types import TYPES
from tests.questionnaires.building import (
    FIVE_POINTS,
    consent,
    document,
    information,
    matrix,
    multiple,
    nps,
    open_text,
    points,
    questionnaire,
    scale,
    single,
    text,
)
from tests.questionnaires.strategies import questionnaires

SOUND = document(
    consent(),
    information(),
    single(),
    matrix(),
    multiple(min=1, max=2),
    nps(),
    open_text(),
    scales=[scale()],
    measures=[{"kind": "csat", "question": "csat"}, {"kind": "nps", "question": "nps"}],
    facets=["csat"],
)


def found(*questions: dict[str, Any], **more: object) -> set[tuple[str, str, str]]:
    findings = check(questionnaire(*questions, **more))
    return {(finding.severity, finding.where, finding.code) for finding in findings}


def test_check__sound_questionnaire_of_every_type__no_finding() -> None:
    sound = Questionnaire.model_validate(SOUND)
    assert {question.type for question in sound.questions()} == set(TYPES)
    assert check(sound) == ()


@pytest.mark.parametrize(
    ("question", "where", "code"),
    [
        (single("1st"), "1st", "bad_name"),
        (single("a b"), "a b", "bad_name"),
        (single("长" * 22), "长" * 22, "bad_name"),
        (matrix(items=("x y",)), "service/items/x y", "bad_name"),
        (matrix(items=("s1", "s1")), "service/items/s1", "duplicate_name"),
        (matrix(items=("service2", "csat")), "csat", "duplicate_name"),
        (matrix(items=()), "service", "no_items"),
        (single("q", options=[]), "q/options", "no_options"),
        (single("q", options=[FIVE_POINTS[-1]]), "q/options", "no_options"),
        (single("q", options=points(1, 2, 1)), "q/options/1", "duplicate_option_code"),
        (single("q", options=points(1, "1")), "q/options/1", "duplicate_option_code"),
        (single("q", options=points("a b")), "q/options/a b", "bad_option_code"),
        (single("q", options=points("a/b")), "q/options/a/b", "bad_option_code"),
        (single("q", options=points("")), "q/options/", "bad_option_code"),
        (multiple(min=3, max=2), "used", "contradictory_limits"),
        (multiple(min=4), "used", "contradictory_limits"),
        (multiple(max=0), "used", "contradictory_limits"),
        (multiple(min=-1), "used", "contradictory_limits"),
        (consent(retention={"zh": " "}), "consent/retention", "empty_notice"),
    ],
)
def test_check__faulty_question__is_an_error_with_its_place(
    question: dict[str, Any], where: str, code: str
) -> None:
    assert ("error", where, code) in found(question, single())


def test_check__same_name_twice__is_an_error() -> None:
    assert ("error", "csat", "duplicate_name") in found(single(), single())


@pytest.mark.parametrize(
    ("more", "where", "code"),
    [
        ({"slug": "a b"}, "slug", "bad_slug"),
        ({"languages": []}, "languages", "no_language"),
        ({"languages": ["zh", "en", "zh"]}, "languages", "duplicate_language"),
        ({"scales": [scale(items=("s1", "gone"))]}, "scales/service/items", "dangling_reference"),
        ({"scales": [scale(items=("s1", "service"))]}, "scales/service/items", "dangling_reference"),
        ({"scales": [scale(items=("s1", "s1"))]}, "scales/service/items", "duplicate_item"),
        ({"scales": [scale(items=("s1", "used"))]}, "scales/service/items", "item_not_numeric"),
        ({"scales": [scale(items=("s1", "suggestion"))]}, "scales/service/items", "item_not_numeric"),
        ({"scales": [scale(items=("s1", "nps"))]}, "scales/service/items", "mixed_ranges"),
        ({"scales": [scale(range=[1, 7])]}, "scales/service/items", "mixed_ranges"),
        ({"scales": [scale(range=[5, 1])]}, "scales/service/range", "contradictory_limits"),
        ({"scales": [scale(reversed=["csat"])]}, "scales/service/reversed", "dangling_reference"),
        ({"scales": [scale(items=())]}, "scales/service", "no_items"),
        ({"scales": [scale(dimension_of="gone")]}, "scales/service/dimension_of", "dangling_reference"),
        ({"scales": [scale(dimension_of="service")]}, "scales/service/dimension_of", "cycle"),
        (
            {"scales": [scale(), scale("a", (), dimension_of="b"), scale("b", (), dimension_of="a")]},
            "scales/a/dimension_of",
            "cycle",
        ),
        ({"scales": [scale(), scale()]}, "scales/service", "duplicate_name"),
        ({"measures": [{"kind": "csat"}]}, "measures/csat", "measure_target"),
        (
            {"measures": [{"kind": "csat", "question": "csat", "scale": "service"}]},
            "measures/csat",
            "measure_target",
        ),
        ({"measures": [{"kind": "csat", "question": "gone"}]}, "measures/csat", "dangling_reference"),
        ({"measures": [{"kind": "loyalty", "scale": "gone"}]}, "measures/loyalty", "dangling_reference"),
        ({"measures": [{"kind": "nps", "question": "csat"}]}, "measures/nps", "measure_misfit"),
        ({"measures": [{"kind": "nps", "scale": "service"}]}, "measures/nps", "measure_misfit"),
        ({"measures": [{"kind": "csat", "question": "used"}]}, "measures/csat", "measure_misfit"),
        (
            {"measures": [{"kind": "nps", "question": "nps"}, {"kind": "nps", "question": "nps"}]},
            "measures/nps",
            "duplicate_measure",
        ),
        ({"facets": ["gone"]}, "facets/gone", "dangling_reference"),
        ({"facets": ["used"]}, "facets/used", "facet_not_single"),
        ({"facets": ["csat", "csat"]}, "facets/csat", "duplicate_name"),
        (
            {"pages": [*SOUND["pages"], {"name": "p", "title": text("p"), "questions": []}]},
            "pages/p",
            "empty_page",
        ),
        ({"pages": SOUND["pages"] * 2}, "pages/first", "duplicate_name"),
        ({"pages": []}, "pages", "nothing_to_answer"),
    ],
)
def test_check__faulty_whole__is_an_error_with_its_place(more: dict[str, Any], where: str, code: str) -> None:
    findings = check(Questionnaire.model_validate({**SOUND, **more}))
    assert ("error", where, code) in {(one.severity, one.where, one.code) for one in findings}


def test_check__item_reversed_in_its_matrix_but_in_no_scale__is_an_error() -> None:
    question = matrix()
    question["items"][1]["reversed"] = True
    assert found(question) == {("error", "service/items/s2", "reversed_outside_scale")}
    assert found(question, scales=[scale()]) == set()


def test_check__two_consents__is_an_error() -> None:
    assert ("error", "more", "second_consent") in found(consent(), consent("more"), single())


def test_check__missing_translation__is_a_warning_at_its_place() -> None:
    question = single("q", text={"zh": "只有中文"}, options=[{"code": 0, "text": {"zh": "零", "en": " "}}])
    assert found(question) == {
        ("warning", "q/text", "missing_translation"),
        ("warning", "q/options/0/text", "missing_translation"),
    }


def test_check__language_that_is_never_shown__is_a_warning() -> None:
    assert found(single(text={**text("x"), "fr": "y"})) == {("warning", "csat/text", "unlisted_language")}


def test_check__fault_in_a_shared_list__told_once_at_the_list() -> None:
    shared = [*points(1, 1), {"code": 2, "text": {"zh": "二"}}]
    questions = [single("a", options="shared"), single("b", options="shared")]
    assert found(*questions, lists={"shared": shared}) == {
        ("error", "lists/shared/1", "duplicate_option_code"),
        ("warning", "lists/shared/2", "missing_translation"),
    }


def test_check__findings__errors_come_first() -> None:
    findings = check(questionnaire(single(text={"zh": "x"}), facets=["gone"]))
    assert [finding.severity for finding in findings] == ["error", "warning"]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(questionnaires())
def test_check__any_questionnaire_that_can_be_read__answers_in_both_languages(
    some: Questionnaire,
) -> None:
    for finding in check(some):
        assert finding.message["zh"]
        assert finding.message["en"]
        assert finding.sentence("zh").startswith(finding.where or "文件")


def test_check__three_hundred_questions__well_below_two_seconds() -> None:
    names = [f"q{number}" for number in range(300)]
    big = questionnaire(*(single(name) for name in names), scales=[scale("all", tuple(names))])
    assert check(big) == ()
