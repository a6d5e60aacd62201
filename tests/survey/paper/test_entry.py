"""Keying in paper forms: the clerk's own branches, the same check, one response a sheet."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from questionnaires.definition import LocalText, Option
from survey.accounts.people import find_branch
from survey.audit import AuditEvent, Writer
from survey.console.models import Wave
from survey.console.publishing import add_collector, find_wave
from survey.db import now
from survey.paper.keys import keys_of
from survey.respond.models import Response
from survey.services import Services
from tests.conftest import Bank
from tests.survey.posting import REQUIRED, hidden

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def trays(services: Services, writer: Writer, bank: Bank) -> dict[str, int]:
    """A paper collector in each of two sub-branches of different branches."""
    with services.database.write() as session:
        wave = find_wave(session, bank.wave)
        return {
            code: add_collector(session, wave, "paper", writer, branch=find_branch(session, code)).id
            for code in ("E11", "W11")
        }


@pytest.fixture
def clerk(sign_in: SignIn, trays: dict[str, int]) -> FlaskClient:
    return sign_in("clerk", "E1")


def responses(services: Services) -> list[Response]:
    with services.database.read() as session:
        return list(session.scalars(select(Response).order_by(Response.id)))


def test_overview__own_branches_alone(clerk: FlaskClient, trays: dict[str, int], bank: Bank) -> None:
    page = clerk.get("/console/paper/").text
    assert "青枫东支行" in page
    assert "望川南支行" not in page
    assert f"/console/paper/{trays['E11']}" in page


def test_overview__no_paper__says_what_to_do(sign_in: SignIn, bank: Bank) -> None:
    assert "没有纸质投放" in sign_in("clerk", "E1").get("/console/paper/").text


def test_entry__another_branch__404(clerk: FlaskClient, trays: dict[str, int]) -> None:
    for method in (clerk.get, clerk.post):
        form = hidden(clerk.get(f"/console/paper/{trays['E11']}").text)
        assert method(f"/console/paper/{trays['W11']}", data=form).status_code == 404


def test_entry__web_collector__is_no_tray(clerk: FlaskClient, bank: Bank, services: Services) -> None:
    assert clerk.get("/console/paper/1").status_code == 404


def test_save__then_the_next_blank_form(
    clerk: FlaskClient, services: Services, trays: dict[str, int]
) -> None:
    address = f"/console/paper/{trays['E11']}"
    form = hidden(clerk.get(address).text) | REQUIRED | {"suggestion": "字迹不清"}
    saved = clerk.post(address, data=form)
    assert saved.status_code == 303
    page = clerk.get(saved.headers["Location"]).text
    assert "已录入 1 份" in page
    assert "上一份的回执码" in page
    assert "字迹不清" not in page
    assert hidden(page)[":form"] != form[":form"]
    (response,) = responses(services)
    assert (response.channel, response.started_at) == ("paper", None)
    with services.database.read() as session:
        event = session.scalars(select(AuditEvent).filter_by(action="response.received")).one()
        assert event.actor == "clerk-e1"


def test_save__same_page_twice__one_response_other_content_kept(
    clerk: FlaskClient, services: Services, trays: dict[str, int]
) -> None:
    address = f"/console/paper/{trays['E11']}"
    form = hidden(clerk.get(address).text) | REQUIRED
    for _ in range(2):
        assert clerk.post(address, data=form).status_code == 303
    changed = clerk.post(address, data=form | {"nps": "0"})
    assert changed.status_code == 409
    assert len(responses(services)) == 1
    again = clerk.post(f"{address}?again=1", data=hidden(changed.text))
    assert clerk.post(address, data=form | {"nps": "0"} | hidden(again.text)).status_code == 303
    assert [response.answers["nps"] for response in responses(services)] == [9, 0]


def test_save__invalid__comes_back_kept(
    clerk: FlaskClient, services: Services, trays: dict[str, int]
) -> None:
    address = f"/console/paper/{trays['E11']}"
    typed = {"suggestion": "<i>慢</i>", "channels_used": ["web"]}
    answer = clerk.post(address, data=hidden(clerk.get(address).text) | typed)
    assert answer.status_code == 422
    assert "&lt;i&gt;慢&lt;/i&gt;</textarea>" in answer.text
    assert 'href="#in-consent"' in answer.text
    assert responses(services) == []


def test_save__after_the_wave_closed__taken(
    clerk: FlaskClient, services: Services, trays: dict[str, int]
) -> None:
    with services.database.write() as session:
        session.execute(update(Wave).values(closes_at=now() - timedelta(days=1)))
    address = f"/console/paper/{trays['E11']}"
    assert clerk.post(address, data=hidden(clerk.get(address).text) | REQUIRED).status_code == 303


def test_save__no_csrf_token__400(clerk: FlaskClient, services: Services, trays: dict[str, int]) -> None:
    address = f"/console/paper/{trays['E11']}"
    form = hidden(clerk.get(address).text) | REQUIRED
    assert clerk.post(address, data=form | {"csrf_token": ""}).status_code == 400
    assert responses(services) == []


def option(code: int | str, *, missing: bool = False) -> Option:
    return Option(code=code, text=LocalText({"zh": str(code)}), missing=missing)


def test_keys__codes_that_are_digits_are_their_own_keys() -> None:
    scale = [option(5), option(1), option("na", missing=True)]
    assert keys_of(scale) == {5: "5", 1: "1", "na": "0"}
    assert keys_of([option("a"), option(2), option("b")]) == {"a": "1", 2: "2", "b": "3"}
    assert keys_of([option(0), option("na", missing=True)]) == {0: "0", "na": "1"}


def test_keys__more_than_ten__the_rest_by_mouse() -> None:
    many = keys_of([option(f"o{number}") for number in range(12)])
    assert list(many.values()) == list("1234567890")
