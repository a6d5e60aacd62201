import re

import pytest

from questionnaires import instruments
from questionnaires.checking import check
from questionnaires.definition import Matrix, Nps, OpenText, Questionnaire
from questionnaires.files import dump_json, dump_yaml, loads
from questionnaires.question_types.notices import NOTICE_FIELDS
from questionnaires.validation import Validator

SATISFACTION = ("products", "counter", "digital", "manager", "complaints")


@pytest.fixture(params=instruments.names())
def instrument(request: pytest.FixtureRequest) -> Questionnaire:
    return instruments.load(request.param)


@pytest.fixture
def bank() -> Questionnaire:
    return instruments.load("bank-satisfaction")


def test_names__shipped__are_slugs() -> None:
    assert instruments.names() == ("bank-satisfaction", "kiosk-minute")
    assert [instruments.load(name).slug for name in instruments.names()] == list(instruments.names())
    with pytest.raises(LookupError, match="kiosk-minute"):
        instruments.load("../bank")


def test_check__shipped__no_finding(instrument: Questionnaire) -> None:
    assert check(instrument) == ()


def test_files__shipped__go_through_yaml_and_json_unchanged(instrument: Questionnaire) -> None:
    assert loads(dump_yaml(instrument), ".yaml", "x") == instrument
    assert loads(dump_json(instrument), ".json", "x") == instrument


def test_consent__shipped__says_all_that_article_17_asks_and_how_long(instrument: Questionnaire) -> None:
    consent = instrument.consent
    assert consent is not None
    assert all(len(getattr(consent, name).get(tag)) > 10 for name in NOTICE_FIELDS for tag in ("zh", "en"))
    assert f"{consent.retention_months} 个月" in consent.retention.get("zh")
    assert f"{consent.retention_months} months" in consent.retention.get("en")


def test_texts__shipped__tell_the_customer_not_to_write_numbers(instrument: Questionnaire) -> None:
    for question in instrument.questions():
        if isinstance(question, OpenText):
            assert question.help is not None
            assert "请不要写" in question.help.get("zh")
            assert "do not write" in question.help.get("en")


def test_words__shipped__chinese_is_spaced_polite_and_free_of_english(instrument: Questionnaire) -> None:
    for line in dump_yaml(instrument).decode().splitlines():
        found = re.match(r"\s*zh: (.*)", line)
        if not found:
            continue
        words = found[1].replace("privacy@demo-bank.example", "").replace("邮箱 ", "邮箱")
        assert not re.search(r"[A-Za-z]|你|[\u4e00-\u9fff][0-9]|[0-9][\u4e00-\u9fff]", words), words


def test_options__shipped_scales__positive_first_with_codes_that_do_not_follow_the_position(
    instrument: Questionnaire,
) -> None:
    scales = [
        field.scale_codes() for field in instrument.fields() if field.kind == "code" and field.scale_codes()
    ]
    assert scales
    assert set(scales) == {(5, 4, 3, 2, 1)}


def test_bank_satisfaction__names_that_others_rely_on__are_there(bank: Questionnaire) -> None:
    names = {field.name for field in bank.fields()}
    rows = {f"{stem}{n}" for stem in ("prod", "cnt", "dig", "mgr", "cmp") for n in (1, 2, 3, 4)}
    assert names == rows | {"loy1", "loy2", "loy3"} | {
        *("segment", "age_band", "occupation", "region", "income_band", "care_perceived", "care_expected"),
        *("csat", "nps", "channels_used", "suggestion", "complaint"),
    }
    assert {field.name for field in bank.fields() if field.required} == {"segment", "csat", "nps"}
    assert {field.name for field in bank.fields() if field.reversed} == {"dig4"}
    assert [scale.name for scale in bank.scales] == [*SATISFACTION, "loyalty"]
    assert {measure.kind for measure in bank.measures} == {"csat", "nps", "loyalty"}
    assert bank.facets == ("segment", "age_band", "occupation", "region", "income_band")


def test_bank_satisfaction__codes_that_others_rely_on__are_there(bank: Questionnaire) -> None:
    def codes(name: str) -> set[int | str]:
        return {option.code for option in bank.field(name).options}

    assert codes("segment") == {"hnw", "sme", "retail", "corporate"}
    assert codes("age_band") == {"18_29", "30_44", "45_59", "60_plus"}
    assert codes("region") == {"east", "north", "south", "central", "northwest", "southwest"}
    assert codes("channels_used") == {"counter", "kiosk", "mobile", "web", "hotline", "manager"}
    assert codes("csat") == codes("prod1") == codes("dig4") == {5, 4, 3, 2, 1, "na"}
    assert codes("loy1") == codes("care_perceived") == codes("care_expected") == {5, 4, 3, 2, 1}


def test_bank_satisfaction__reversed_item__is_answered_by_agreement(bank: Questionnaire) -> None:
    digital = bank.question("digital")
    assert isinstance(digital, Matrix)
    assert digital.options[0].text.get("zh") == "非常同意"


def test_bank_satisfaction__three_answers__are_enough(bank: Questionnaire) -> None:
    checked = Validator(bank).check({"segment": "retail", "csat": "4", "nps": "0"})
    assert (checked.answers, checked.errors) == ({"csat": 4, "nps": 0, "segment": "retail"}, ())


def test_kiosk_minute__one_page__two_ratings_and_a_text() -> None:
    kiosk = instruments.load("kiosk-minute")
    assert len(kiosk.pages) == 1
    assert [field.name for field in kiosk.fields()] == ["csat", "nps", "suggestion"]
    assert any(isinstance(question, Nps) for question in kiosk.questions())
