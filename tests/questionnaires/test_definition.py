import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from questionnaires.definition import Consent, LocalText, Measure, Option, Questionnaire
from questionnaires.question_types import TYPES
from questionnaires.versions import notice_hash, version_hash
from tests.questionnaires.building import (
    consent,
    information,
    matrix,
    multiple,
    nps,
    open_text,
    questionnaire,
    scale,
    single,
    text,
)

ROOT = Path(__file__).parents[2]
WHOLE = questionnaire(
    consent(),
    information(),
    single(),
    matrix(),
    multiple(),
    nps(),
    open_text(),
    scales=[scale(reversed=["s2"])],
)


def test_fields__whole_questionnaire__one_for_each_stored_answer_in_order() -> None:
    assert [(field.name, field.question, field.kind) for field in WHOLE.fields()] == [
        ("csat", "csat", "code"),
        ("s1", "service", "code"),
        ("s2", "service", "code"),
        ("used", "used", "codes"),
        ("nps", "nps", "integer"),
        ("suggestion", "suggestion", "text"),
    ]


def test_fields__reversed_by_a_scale__says_so() -> None:
    assert {field.name for field in WHOLE.fields() if field.reversed} == {"s2"}


def test_field__known_parts__are_found_and_unknown_are_key_errors() -> None:
    field = WHOLE.field("s1")
    assert field.range() == (1, 5)
    assert field.missing_codes() == {"na"}
    assert field.option(5).text.get("zh") == "option 5"
    assert WHOLE.field("nps").range() == (0, 10)
    assert WHOLE.field("used").range() is None
    for ask in (WHOLE.field, WHOLE.question, WHOLE.scale, field.option):
        with pytest.raises(KeyError):
            ask("nobody")


def test_consent__present_and_absent__found_or_none() -> None:
    assert isinstance(WHOLE.consent, Consent)
    assert questionnaire(single()).consent is None


def test_model_copy__changed_definition__has_its_own_fields_and_hash() -> None:
    before = version_hash(WHOLE), WHOLE.fields()
    changed = WHOLE.model_copy(update={"scales": ()})
    assert not any(field.reversed for field in changed.fields())
    assert version_hash(changed) != before[0]
    assert (version_hash(WHOLE), WHOLE.fields()) == before


def test_questionnaire__once_read__cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        WHOLE.slug = "other"  # type: ignore[misc]  # that is the point


def test_version_hash__same_content_in_other_order_of_keys__is_the_same() -> None:
    turned = dict(reversed(WHOLE.document().items()))
    assert version_hash(Questionnaire.model_validate(turned)) == version_hash(WHOLE)


def test_version_hash__defaults_written_out__is_the_same() -> None:
    assert version_hash(questionnaire(single(required=False, tags=[]))) == version_hash(
        questionnaire(single())
    )


def test_version_hash__one_word_changed__is_another() -> None:
    assert version_hash(questionnaire(single(text={"zh": "一"}))) != version_hash(
        questionnaire(single(text={"zh": "二"}))
    )


def test_notice_hash__depends_on_the_wording_alone() -> None:
    plain = notice_hash(questionnaire(consent(), single()))
    assert plain == notice_hash(
        questionnaire(single(), nps(), consent("other_name", text=text("consent"), retention_months=12))
    )
    assert plain != notice_hash(questionnaire(consent(purpose={"zh": "别的用途"}), single()))
    assert plain != notice_hash(questionnaire(consent(help={"zh": "说明"}), single()))
    assert notice_hash(questionnaire(single())) is None


def test_local_text__asked_for_a_language_it_lacks__gives_the_first() -> None:
    words = LocalText(zh="满意", en="Satisfied")
    assert (words.get("en"), words.get("fr"), words["zh"]) == ("Satisfied", "满意", "满意")
    assert "en" in words
    assert list(words.languages()) == ["zh", "en"]
    assert LocalText({}).get("zh") == ""
    assert hash(words) == hash(LocalText(en="Satisfied", zh="满意"))


def test_option__code__is_kept_as_declared() -> None:
    assert (Option(code=1, text=LocalText(zh="a")).code, Option(code="1", text=LocalText(zh="a")).code) == (
        1,
        "1",
    )
    for wrong in (True, 1.0, None, 2**31):
        with pytest.raises(ValidationError):
            Option(code=wrong, text=LocalText(zh="a"))


def test_registry__names__are_those_written_in_files() -> None:
    assert list(TYPES) == ["consent", "information", "single", "multiple", "matrix", "nps", "text"]


def test_registry__question_without_answers__has_no_rule() -> None:
    with pytest.raises(LookupError, match="welcome"):
        WHOLE.question("welcome").rule(WHOLE.field("csat"))


def test_measure__target__is_question_or_scale() -> None:
    assert Measure(kind="loyalty", scale="loyalty").question is None


def test_import__validation__loads_nothing_heavy() -> None:
    code = (
        "import sys, questionnaires.validation, questionnaires.instruments, questionnaires.scoring\n"
        "heavy = {'numpy', 'scipy', 'polars', 'plotly', 'jieba', 'flask', 'sqlalchemy'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
