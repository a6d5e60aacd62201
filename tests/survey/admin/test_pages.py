"""The administrator's pages and the audit page: who may open them, and what they do."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from survey.accounts.models import Branch, StaffSession, User
from survey.admin.words import ACTION_WORDS
from survey.audit import AuditEvent, Writer
from survey.console.models import Collector
from survey.kiosk.enrolling import device_of, enrol, new_enrolment_code
from survey.kiosk.models import Device
from survey.services import Services
from tests.conftest import PASSWORD, Bank, csrf_token

SignIn = Callable[..., FlaskClient]
PAGES = ("/admin/", "/admin/people/1/", "/admin/branches/", "/admin/devices/", "/admin/audit/")
FORMS = (
    "/admin/people",
    "/admin/people/1/",
    "/admin/people/1/password",
    "/admin/people/1/active",
    "/admin/branches/",
    "/admin/devices/x/revoke",
    "/admin/audit/verify",
)


def sent(client: FlaskClient, page: str, to: str | None = None, **fields: object) -> object:
    """Send a form with the token of a page."""
    token = csrf_token(client.get(page).text)
    return client.post(to or page, data={"csrf_token": token, **fields})


def person(services: Services, username: str) -> User:
    with services.database.read() as session:
        return session.scalars(select(User).filter_by(username=username)).one()


@pytest.mark.usefixtures("bank")
def test_pages__admin__opens_all_in_both_languages(sign_in: SignIn) -> None:
    client = sign_in("admin")
    for page in PAGES:
        for language in ("zh", "en"):
            assert client.get(f"{page}?lang={language}").status_code == 200, page


@pytest.mark.parametrize("role", ["researcher", "manager", "handler", "clerk"])
def test_pages__other_roles__are_forbidden(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    assert {client.get(page).status_code for page in PAGES} == {403}


def test_pages__auditor__opens_the_audit_trail_alone(sign_in: SignIn) -> None:
    client = sign_in("auditor")
    assert client.get("/admin/audit/").status_code == 200
    others = (*PAGES[:-1], "/console/", "/dashboards/", "/cases/", "/interviews/")
    assert {client.get(page).status_code for page in others} == {403}


def test_pages__admin__opens_admin_and_console_only(sign_in: SignIn) -> None:
    client = sign_in("admin")
    assert client.get("/console/").status_code == 200
    assert {client.get(page).status_code for page in ("/dashboards/", "/cases/", "/interviews/")} == {403}


@pytest.mark.parametrize("address", FORMS)
def test_forms__without_token__are_refused(sign_in: SignIn, address: str) -> None:
    client = sign_in("admin")
    assert client.post(address, data={}).status_code == 400
    assert client.post(address, data={"csrf_token": "forged"}).status_code == 400


@pytest.mark.usefixtures("bank")
def test_person__added__can_sign_in(sign_in: SignIn, client: FlaskClient, services: Services) -> None:
    fields = {"username": "新同事", "role": "manager", "branch": "E1", "password": PASSWORD}
    assert sent(sign_in("admin"), "/admin/", "/admin/people", **fields).status_code == 302
    added = person(services, "新同事")
    assert (added.branch.code if added.branch else None, [role.name for role in added.roles]) == (
        "E1",
        ["manager"],
    )
    signed_in = sent(client, "/login", username="新同事", password=PASSWORD)
    assert signed_in.status_code == 302


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize(
    "wrong",
    [
        {"username": ""},
        {"password": "short"},
        {"role": "king"},
        {"branch": "NOWHERE"},
        {"username": "admin-all"},
    ],
)
def test_person__bad_input__comes_back(sign_in: SignIn, wrong: dict[str, str]) -> None:
    fields = {"username": "someone", "role": "manager", "branch": "", "password": PASSWORD, **wrong}
    answer = sent(sign_in("admin"), "/admin/", "/admin/people", **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_password__reset__ends_the_old_sessions_and_password(
    sign_in: SignIn, client: FlaskClient, services: Services
) -> None:
    victim = sign_in("researcher")
    assert victim.get("/console/").status_code == 200
    admin = sign_in("admin")
    user = person(services, "researcher-all")
    page = f"/admin/people/{user.id}/"
    answer = sent(admin, page, f"{page}password")
    new = answer.text.split("的新密码：", 1)[1].split("。", 1)[0]
    assert "Set-Cookie" not in answer.headers or new not in str(answer.headers)
    assert victim.get("/console/").status_code == 302
    with services.database.read() as session:
        assert session.scalars(select(StaffSession).filter_by(user_id=user.id)).first() is None
        event = session.scalars(select(AuditEvent).filter_by(action="user.password_reset")).one()
    assert new not in str(event.detail)
    assert sent(client, "/login", username=user.username, password=PASSWORD).status_code == 200
    assert sent(client, "/login", username=user.username, password=new).status_code == 302


def test_account__closed__signs_out_and_keeps_out(
    sign_in: SignIn, client: FlaskClient, services: Services
) -> None:
    handler = sign_in("handler")
    admin = sign_in("admin")
    page = f"/admin/people/{person(services, 'handler-all').id}/"
    assert sent(admin, page, f"{page}active", active="0").status_code == 302
    assert handler.get("/cases/").status_code == 302
    assert sent(client, "/login", username="handler-all", password=PASSWORD).status_code == 200
    assert sent(admin, page, f"{page}active", active="1").status_code == 302
    assert sent(client, "/login", username="handler-all", password=PASSWORD).status_code == 302


def test_role__changed__holds_from_the_next_click(sign_in: SignIn, services: Services) -> None:
    client = sign_in("researcher")
    page = f"/admin/people/{person(services, 'researcher-all').id}/"
    assert sent(sign_in("admin"), page, role="handler", branch="").status_code == 302
    assert client.get("/console/").status_code == 403
    assert client.get("/cases/").status_code == 200


def test_last_admin__cannot_be_closed_or_given_another_role(sign_in: SignIn, services: Services) -> None:
    admin = sign_in("admin")
    page = f"/admin/people/{person(services, 'admin-all').id}/"
    sent(admin, page, f"{page}active", active="0")
    assert person(services, "admin-all").active
    assert sent(admin, page, role="manager", branch="").status_code == 422
    assert admin.get("/admin/").status_code == 200


def test_branches__imported__stand_in_their_tree(sign_in: SignIn, services: Services) -> None:
    admin = sign_in("admin")
    table = "code,name,parent_code,region\nB,乙支行,A,east\nA,甲分行,HQ,east\nHQ,总行,,east\n"
    answer = sent(admin, "/admin/branches/", file=(BytesIO(table.encode("utf-8-sig")), "b.csv"))
    assert answer.status_code == 302
    page = admin.get("/admin/branches/").text
    assert page.index("总行") < page.index("甲分行") < page.index("乙支行")
    with services.database.read() as session:
        assert {branch.kind for branch in session.scalars(select(Branch))} == {
            "head_office",
            "branch",
            "sub_branch",
        }


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", "code,name\n甲".encode("gb18030"), b"code,name,parent_code,region\nA,,,\n"],
)
def test_branches__bad_table__is_refused_in_words(sign_in: SignIn, content: bytes) -> None:
    answer = sent(sign_in("admin"), "/admin/branches/", file=(BytesIO(content), "b.csv"))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.usefixtures("bank")
def test_device__revoked__is_heard_no_more(sign_in: SignIn, services: Services, writer: Writer) -> None:
    with services.database.write() as session:
        collector = session.scalars(select(Collector)).first()
        assert collector is not None
        enrolled = enrol(session, new_enrolment_code(session, collector, writer), "一楼大厅", writer)
    assert enrolled is not None
    admin = sign_in("admin")
    assert "一楼大厅" in admin.get("/admin/devices/").text
    assert sent(admin, "/admin/devices/", f"/admin/devices/{enrolled.device.id}/revoke").status_code == 302
    assert sent(admin, "/admin/devices/", "/admin/devices/nobody/revoke").status_code == 404
    with services.database.read() as session:
        assert device_of(session, enrolled.token) is None
        assert session.get_one(Device, enrolled.device.id).revoked_at is not None


def test_audit__filters_and_pages__show_what_they_say(
    sign_in: SignIn, services: Services, writer: Writer
) -> None:
    auditor = sign_in("auditor")
    with services.database.write() as session:
        for number in range(250):
            writer.note(session, "wave.opened", "wave", number)
    first = auditor.get("/admin/audit/?action=wave.opened&actor=test").text
    assert "第 1 页，共 3 页" in first
    assert "wave 249" in first
    assert "wave 100<" not in first
    last = auditor.get("/admin/audit/?action=wave.opened&page=3").text
    assert "wave 0<" in last
    assert "session.begun" not in last.split("<table", 1)[1]
    assert "wave 7<" in auditor.get("/admin/audit/?object_type=wave&object_id=7").text
    assert "没有符合条件的记录" in auditor.get("/admin/audit/?last=2000-01-01").text
    assert auditor.get("/admin/audit/?first=nonsense&page=-3").status_code == 200


def test_audit__verify__finds_a_changed_event(sign_in: SignIn, services: Services, bank: Bank) -> None:
    auditor = sign_in("auditor")
    assert sent(auditor, "/admin/audit/", "/admin/audit/verify").status_code == 302
    assert "审计记录完整" in auditor.get("/admin/audit/").text
    with services.database.write() as session:
        session.execute(text("DROP TRIGGER audit_event_no_update"))
        session.execute(text("UPDATE audit_event SET actor = 'nobody' WHERE id = 1"))
    sent(auditor, "/admin/audit/", "/admin/audit/verify")
    assert "审计记录被改动" in auditor.get("/admin/audit/").text


def test_audit__every_action_of_the_demo_and_the_tests__has_words(services: Services, bank: Bank) -> None:
    with services.database.read() as session:
        assert set(session.scalars(select(AuditEvent.action).distinct())) <= set(ACTION_WORDS)
