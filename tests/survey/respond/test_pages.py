"""What a page shows: both languages whole, large print, texts escaped, every word there."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from questionnaires.definition import Questionnaire
from survey.audit import Writer
from survey.console.publishing import add_collector, open_wave, publish
from survey.kiosk import words as kiosk_words
from survey.privacy import words as privacy_words
from survey.respond import words as respond_words
from survey.services import Services
from tests.conftest import Bank
from tests.survey.posting import hidden, page_kind

ROOT = Path(__file__).parents[3]
CHINESE = re.compile("[\u4e00-\u9fff]+")
HOSTILE = '"><script>alert(1)</script>{{ 77 * 77 }}'


def visible(page: str) -> str:
    body = page.split("<body>")[1]
    return re.sub(r"<script.*?</script>|<[^>]+>", " ", body, flags=re.DOTALL)


def test_page__english__no_chinese_left_but_the_link_to_it(client: FlaskClient, bank: Bank) -> None:
    page = client.get(f"/s/{bank.tokens['E11']}?lang=en").text
    assert '<html lang="en">' in page
    assert set(CHINESE.findall(visible(page))) == {"中文"}


def test_page__chinese__no_english_left_but_the_link_to_it(client: FlaskClient, bank: Bank) -> None:
    page = client.get(f"/s/{bank.tokens['E11']}").text
    assert '<html lang="zh-CN">' in page
    assert set(re.findall(r"[A-Za-z]{3,}", visible(page))) == {
        "English",
        "privacy",
        "demo",
        "bank",
        "example",
    }


def test_page__language_it_is_not_there_in__the_house_language(client: FlaskClient, bank: Bank) -> None:
    assert '<html lang="zh-CN">' in client.get(f"/s/{bank.tokens['E11']}?lang=fr").text


@pytest.mark.parametrize("module", [respond_words, privacy_words, kiosk_words])
def test_words__both_languages_say_the_same_places(module: object) -> None:
    for name, words in vars(module).items():
        if isinstance(words, respond_words.Words):
            chinese, english = words.in_language("zh"), words.in_language("en")
            for key, said in chinese.items():
                assert set(re.findall(r"\{\w+\}", said)) == set(re.findall(r"\{\w+\}", english[key])), (
                    name,
                    key,
                )


def test_words__every_one_a_template_names_exists() -> None:
    known = {
        key
        for module in (respond_words, privacy_words, kiosk_words)
        for words in vars(module).values()
        if isinstance(words, respond_words.Words)
        for key in words.in_language("zh")
    }
    for folder in ("respond", "privacy", "kiosk"):
        for template in (ROOT / "templates" / folder).glob("*.html"):
            named = set(re.findall(r"\bw\.(\w+)", template.read_text("utf-8")))
            assert named <= known, template


@pytest.fixture
def hostile(services: Services, writer: Writer) -> str:
    """A questionnaire whose every text tries to break out of the page."""
    said = {"zh": HOSTILE, "en": HOSTILE}
    options = [{"code": 1, "text": said}, {"code": 2, "text": said}]
    questions = [
        {"type": "information", "name": "i", "text": said, "help": said},
        {"type": "single", "name": "s", "text": said, "help": said, "options": options, "required": True},
        {"type": "multiple", "name": "m", "text": said, "options": options, "min": 2},
        {
            "type": "matrix",
            "name": "x",
            "text": said,
            "options": options,
            "items": [{"name": "x1", "text": said}],
        },
        {"type": "nps", "name": "n", "text": said, "low": said, "high": said},
        {"type": "text", "name": "t", "text": said, "max_length": 5},
    ]
    document = {
        "slug": "hostile",
        "title": said,
        "languages": ["zh", "en"],
        "pages": [{"name": "p", "title": said, "questions": questions}],
    }
    with services.database.write() as session:
        publish(session, Questionnaire.model_validate(document), writer)
        return add_collector(session, open_wave(session, "hostile", "w", writer), "web", writer).token


def test_texts__hostile__shown_and_never_run(client: FlaskClient, hostile: str) -> None:
    page = client.get(f"/s/{hostile}").text
    answer = client.post(f"/s/{hostile}", data=hidden(page) | {"t": HOSTILE, "m": "1"})
    assert answer.status_code == 422
    for text in (page, answer.text):
        assert "<script>alert" not in text
        assert "5929" not in text
        assert "&#34;&gt;&lt;script&gt;" in text


def test_questionnaire_without_consent__nothing_asked_nothing_stored(
    client: FlaskClient, hostile: str
) -> None:
    page = client.get(f"/s/{hostile}").text
    assert "data-consent" not in page
    assert page_kind(client.post(f"/s/{hostile}", data=hidden(page) | {"s": "1"})) == "thanks"
