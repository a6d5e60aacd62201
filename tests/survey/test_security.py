"""Every page has its policy and its headers; sessions end on the server."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.security import ROLES, UnlistedRoute, allow, check_policies, policy_of
from survey.services import Services
from tests.conftest import PASSWORD, csrf_token

SignIn = Callable[..., FlaskClient]
ROOMS = {
    "/admin/": {"admin"},
    "/admin/audit/": {"admin", "auditor"},
    "/console/": {"admin", "researcher"},
    "/console/paper/": {"clerk"},
    "/dashboards/": {"researcher", "manager"},
    "/interviews/": {"researcher"},
    "/cases/": {"handler"},
}


def test_routes__each_states_a_policy(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert policy_of(app, rule.endpoint) is not None, rule


def test_start__unlisted_route__refused_by_name(app: Flask) -> None:
    app._got_first_request = False  # the fixture's application is still being put together, for this test
    app.add_url_rule("/forgotten/", "forgotten", lambda: "everybody sees this")
    with pytest.raises(UnlistedRoute, match="/forgotten/"):
        check_policies(app)


def test_allow__unknown_role__refused() -> None:
    with pytest.raises(ValueError, match="boss"):
        allow("boss")


@pytest.mark.parametrize("role", ROLES)
def test_rooms__open_to_their_roles_alone(bank: object, sign_in: SignIn, role: str) -> None:
    client = sign_in(role, "E1" if role in ("manager", "handler", "clerk") else None)
    for address, roles in ROOMS.items():
        assert client.get(address).status_code == (200 if role in roles else 403), (role, address)


@pytest.mark.parametrize("address", ROOMS)
def test_rooms__nobody_signed_in__to_the_sign_in_page(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=/")


@pytest.mark.parametrize("address", ["/login", "/healthz", "/no-such-page", "/static/none.css", "/s/no-such"])
def test_headers__on_every_answer(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_sign_in__wrong_password__same_words_as_unknown_name(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in("manager")
    pages = []
    for username in ("manager-all", "nobody"):
        token = csrf_token(client.get("/login").text)
        data = {"username": username, "password": "not the password", "csrf_token": token}
        page = client.post("/login", data=data)
        assert page.status_code == 200
        pages.append(page.text.replace(username, "").split("<main", 1)[1].split('name="csrf_token"')[0])
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:0"]
)
def test_sign_in__next_outside_the_site__ignored(
    app: Flask, sign_in: SignIn, client: FlaskClient, target: str
) -> None:
    sign_in("manager")
    token = csrf_token(client.get("/login").text)
    data = {"username": "manager-all", "password": PASSWORD, "csrf_token": token, "next": target}
    answer = client.post("/login", query_string={"next": target}, data=data)
    # What is left of a crooked target must be a path of this site (a backslash comes out as %5C).
    assert re.fullmatch(r"/(?![/\\]).*", answer.headers.get("Location", "/"))


def test_sign_out__copied_cookie__opens_nothing(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("manager")
    copied = client.get_cookie("session")
    assert copied is not None
    page = client.get("/dashboards/")
    client.post("/logout", data={"csrf_token": csrf_token(page.text)})
    thief = app.test_client()
    thief.set_cookie("session", copied.value)
    assert thief.get("/dashboards/").status_code == 302


@pytest.mark.parametrize("token", [None, "forged"])
def test_csrf__missing_or_forged_token__400(client: FlaskClient, token: str | None) -> None:
    data = {"username": "x", "password": "y"} | ({"csrf_token": token} if token else {})
    assert client.post("/login", data=data).status_code == 400


def test_respondent_pages__set_no_cookie(client: FlaskClient, bank: object) -> None:
    for token in bank.tokens.values():  # type: ignore[attr-defined]
        answer = client.get(f"/s/{token}")
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_healthz__database_answers(client: FlaskClient, services: Services) -> None:
    assert client.get("/healthz").status_code == 200


def test_password__changed__other_browsers_are_signed_out(app: Flask, sign_in: SignIn) -> None:
    here = sign_in("manager")
    elsewhere = app.test_client()
    data = {
        "username": "manager-all",
        "password": PASSWORD,
        "csrf_token": csrf_token(elsewhere.get("/login").text),
    }
    elsewhere.post("/login", data=data)
    assert elsewhere.get("/dashboards/").status_code == 200
    page = here.get("/change")
    assert "新密码" in page.text
    new = "another long password"
    change = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    assert here.post("/change", data=change | {"csrf_token": csrf_token(page.text)}).status_code == 302
    assert here.get("/dashboards/").status_code == 200
    assert elsewhere.get("/dashboards/").status_code == 302


@pytest.mark.parametrize("address", ["/cases/{}/", "/interviews/{}/", "/console/waves/{}/"])
def test_addresses__number_beyond_the_database__not_found(sign_in: SignIn, address: str) -> None:
    role = "handler" if address.startswith("/cases") else "researcher"
    assert sign_in(role).get(address.format(10**30)).status_code == 404


@pytest.mark.parametrize("address", ["/s/%00", "/r/%00", "/login?next=%00"])
def test_addresses__nul_in_them__not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404
