"""The staff shell: rooms by role, language, signing out, words without JavaScript."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.layout import formats
from tests.conftest import Bank

SignIn = Callable[..., FlaskClient]
STYLES = Path(__file__).parents[3] / "survey" / "static" / "staff"


def rooms_of(page: str) -> list[str]:
    rail = page.split('class="rail"', 1)[1].split("</nav>", 1)[0]
    return re.findall(r'href="([^"]+)"', rail)


def test_rail__researcher__lists_the_rooms_that_open(sign_in: SignIn, bank: Bank) -> None:
    client = sign_in("researcher")
    rooms = rooms_of(client.get("/dashboards/").text)
    assert rooms == ["/dashboards/", "/console/", "/interviews/"]
    assert all(client.get(room).status_code == 200 for room in rooms)


def test_rail__manager__lists_the_dashboards_alone(sign_in: SignIn, bank: Bank) -> None:
    assert rooms_of(sign_in("manager").get("/dashboards/").text) == ["/dashboards/"]


def test_language__switch__keeps_what_was_asked(sign_in: SignIn, bank: Bank) -> None:
    client = sign_in("researcher")
    page = client.get("/dashboards/?wave=2026Q4").text
    assert 'href="/dashboards/?wave=2026Q4&amp;lang=en"' in page
    english = client.get("/dashboards/?wave=2026Q4&lang=en").text
    assert '<html lang="en">' in english
    assert '<html lang="en">' in client.get("/dashboards/").text


def test_shell__signing_out__is_a_posted_form_with_a_token(sign_in: SignIn, bank: Bank) -> None:
    page = sign_in("manager").get("/dashboards/").text
    form = page.split('action="/logout"', 1)[1].split("</form>", 1)[0]
    assert 'name="csrf_token"' in form


def test_error_page__unknown_address__in_the_house_style(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_pages__no_inline_style_or_script(sign_in: SignIn, bank: Bank) -> None:
    """Our CSP would drop them; a page must not depend on what is dropped."""
    for page in (sign_in("researcher").get("/dashboards/").text,):
        assert " style=" not in page
        assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", page)
        assert not re.findall(r"\son[a-z]+=", page)


def test_styles__colours__stand_in_the_tokens_alone() -> None:
    for sheet in STYLES.glob("*.css"):
        named = re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", sheet.read_text("utf-8"))
        assert not named or sheet.name == "tokens.css", (sheet.name, named)


@pytest.mark.parametrize(
    ("value", "digits", "written"), [(0.0, 1, "0.0"), (-0.04, 1, "0.0"), (75.66, 1, "75.7"), (None, 1, "")]
)
def test_decimal__fixed_digits__no_negative_zero(value: float | None, digits: int, written: str) -> None:
    assert formats.decimal(value, digits) == written


def test_moment__utc__shown_in_the_organisations_zone(app: Flask) -> None:
    with app.app_context():
        assert formats.moment(datetime(2026, 11, 23, 17, 5, tzinfo=UTC)) == "2026-11-24 01:05"
        assert formats.day(datetime(2026, 11, 23, 17, 5, tzinfo=UTC)) == "2026-11-24"
        assert formats.moment(None) == ""


def test_whole__thousands__stay_on_one_line() -> None:
    assert formats.whole(1234567) == "1\u202f234\u202f567"
    assert formats.percent(0.5) == "50.0%"
