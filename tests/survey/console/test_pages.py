"""The researcher's pages: who may open them, and what they do."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from questionnaires import instruments
from questionnaires.files import dump_yaml
from survey.audit import AuditEvent
from survey.console.models import Collector, Version, Wave
from survey.services import Services
from tests.conftest import Bank, csrf_token

SignIn = Callable[..., FlaskClient]

QUESTIONNAIRE = "/console/questionnaires/bank-satisfaction"
PAGES = (
    "/console/",
    "/console/questionnaires/new",
    f"{QUESTIONNAIRE}/",
    f"{QUESTIONNAIRE}/versions/1/",
    f"{QUESTIONNAIRE}/waves/new",
    f"{QUESTIONNAIRE}/export",
    f"{QUESTIONNAIRE}/import",
    "/console/waves/1/",
    "/console/collectors/1/qr.svg",
    "/console/analysis/bank-satisfaction",
)


def sent(client: FlaskClient, page: str, to: str | None = None, **fields: object) -> object:
    """Send the form of a page."""
    token = csrf_token(client.get(page).text)
    return client.post(to or page, data={"csrf_token": token, **fields})


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize("role", ["admin", "researcher"])
def test_pages__researcher_and_admin__open_in_both_languages(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    for page in PAGES:
        for language in ("zh", "en"):
            assert client.get(f"{page}?lang={language}").status_code == 200, page


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize("role", ["manager", "handler", "clerk", "auditor"])
def test_pages__other_roles__are_forbidden(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    assert {client.get(page).status_code for page in PAGES} == {403}


def test_pages__nobody_signed_in__go_to_the_login(client: FlaskClient) -> None:
    for page in PAGES:
        answer = client.get(page)
        assert answer.status_code == 302
        assert "/login" in answer.location


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize(
    "page",
    [
        "/console/questionnaires/nope/",
        "/console/questionnaires/nope/export",
        "/console/questionnaires/nope/import",
        "/console/questionnaires/nope/waves/new",
        f"{QUESTIONNAIRE}/versions/9/",
        "/console/waves/99/",
        "/console/collectors/99/qr.svg",
        "/console/analysis/nope",
    ],
)
def test_pages__unknown_object__is_not_found(sign_in: SignIn, page: str) -> None:
    assert sign_in("researcher").get(page).status_code == 404


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize(
    "address",
    [
        "/console/questionnaires/new",
        f"{QUESTIONNAIRE}/waves/new",
        f"{QUESTIONNAIRE}/export",
        f"{QUESTIONNAIRE}/import",
        "/console/waves/1/collectors",
        "/console/collectors/1/enrolment-code",
    ],
)
def test_forms__without_token__are_refused(sign_in: SignIn, address: str) -> None:
    client = sign_in("researcher")
    assert client.post(address, data={}).status_code == 400
    assert client.post(address, data={"csrf_token": "forged"}).status_code == 400


def test_publish__sound_file__is_checked_then_published(sign_in: SignIn, services: Services) -> None:
    client = sign_in("researcher")
    page = "/console/questionnaires/new"
    content = dump_yaml(instruments.load("kiosk-minute"))
    token = csrf_token(client.get(page).text)
    file = (BytesIO(content), "minute.yaml")
    checked = client.post(page, data={"csrf_token": token, "file": file, "check": "1"})
    assert checked.status_code == 200
    assert 'name="publish"' in checked.text
    answer = client.post(
        page, data={"csrf_token": token, "text": content.decode().replace("\n", "\r\n"), "publish": "1"}
    )
    assert answer.location == "/console/questionnaires/kiosk-minute/"
    with services.database.read() as session:
        assert session.scalars(select(Version)).one().questionnaire.slug == "kiosk-minute"
        assert session.scalars(select(AuditEvent).filter_by(action="version.published")).one().actor


def test_publish__file_with_errors__lists_where_what_and_what_to_do(
    sign_in: SignIn, services: Services
) -> None:
    client = sign_in("researcher")
    text = dump_yaml(instruments.load("kiosk-minute")).decode().replace("name: nps", "name: csat")
    answer = sent(client, "/console/questionnaires/new", text=text, publish="1")
    assert answer.status_code == 422
    assert "csat" in answer.text
    assert "name: csat" in answer.text  # the text stays to be mended
    assert 'name="publish"' not in answer.text
    with services.database.read() as session:
        assert session.scalars(select(Version)).first() is None


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"a: [", b"slug: x"])
def test_publish__unreadable__is_refused_politely(sign_in: SignIn, content: bytes) -> None:
    client = sign_in("researcher")
    token = csrf_token(client.get("/console/questionnaires/new").text)
    data = {"csrf_token": token, "file": (BytesIO(content), "bad.yaml"), "check": "1"}
    assert client.post("/console/questionnaires/new", data=data).status_code == 422


@pytest.mark.usefixtures("bank")
def test_wave__closing_day__is_open_to_its_end(sign_in: SignIn, services: Services) -> None:
    client = sign_in("researcher")
    fields = {"name": "第二波", "opens": "2026-12-01", "closes": "2026-12-31"}
    answer = sent(client, f"{QUESTIONNAIRE}/waves/new", **fields)
    assert answer.status_code == 302
    with services.database.read() as session:
        wave = session.scalars(select(Wave).filter_by(name="第二波")).one()
    assert wave.opens_at == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert wave.closes_at == datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize(
    "fields",
    [{"name": ""}, {"name": "2026Q4"}, {"name": "x", "opens": "2026-12-02", "closes": "2026-12-01"}],
)
def test_wave__bad_input__comes_back_with_what_was_typed(sign_in: SignIn, fields: dict[str, str]) -> None:
    answer = sent(sign_in("researcher"), f"{QUESTIONNAIRE}/waves/new", **fields)
    assert answer.status_code == 422
    assert f'value="{fields["name"]}"' in answer.text


@pytest.mark.usefixtures("bank")
def test_collector__added__has_a_link_and_a_qr_code(sign_in: SignIn, services: Services) -> None:
    client = sign_in("researcher")
    answer = sent(client, "/console/waves/1/", "/console/waves/1/collectors", channel="qr", branch="E11")
    assert answer.location == "/console/waves/1/"
    with services.database.read() as session:
        added = session.scalars(select(Collector).order_by(Collector.id.desc())).first()
    assert added is not None
    assert (added.channel, added.branch.code if added.branch else None) == ("qr", "E11")
    assert f"/s/{added.token}" in client.get("/console/waves/1/").text
    picture = client.get(f"/console/collectors/{added.id}/qr.svg")
    assert picture.mimetype == "image/svg+xml"
    assert b"<svg" in picture.data


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize("branch", ["NOWHERE", "x" * 41])
def test_collector__unknown_branch__is_named(sign_in: SignIn, branch: str) -> None:
    client = sign_in("researcher")
    answer = sent(client, "/console/waves/1/", "/console/waves/1/collectors", channel="web", branch=branch)
    assert answer.status_code == 422


@pytest.mark.usefixtures("bank")
def test_kiosk__enrolment_code__is_shown_once(sign_in: SignIn) -> None:
    client = sign_in("researcher")
    sent(client, "/console/waves/1/", "/console/waves/1/collectors", channel="kiosk", branch="E11")
    page = client.get("/console/waves/1/").text
    code = re.search(r"注册码：([A-Z0-9]{10})", page)
    assert code is not None
    assert code[1] not in client.get("/console/waves/1/").text
    assert sent(client, "/console/waves/1/", "/console/collectors/3/enrolment-code").status_code == 302
    assert "注册码：" in client.get("/console/waves/1/").text
    # a web collector is no kiosk
    assert sent(client, "/console/waves/1/", "/console/collectors/1/enrolment-code").status_code == 404


def test_scope__researcher_of_a_branch__does_not_see_other_branches(sign_in: SignIn, bank: Bank) -> None:
    client = sign_in("researcher", "E1")
    page = client.get("/console/waves/1/").text
    assert bank.tokens["E11"] in page
    assert bank.tokens["W11"] not in page
    assert client.get("/console/collectors/1/qr.svg").status_code == 200
    assert client.get("/console/collectors/2/qr.svg").status_code == 404
    assert client.get("/console/analysis/bank-satisfaction?branch=W11").status_code == 404
    answer = sent(client, "/console/waves/1/", "/console/waves/1/collectors", channel="web", branch="W11")
    assert answer.status_code == 422
