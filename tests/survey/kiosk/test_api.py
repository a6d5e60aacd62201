"""The delivery protocol as devices rely on it: acknowledged, stored once, whatever comes twice or broken."""

import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from questionnaires import instruments
from questionnaires.canonical import canonical_json, sha256_hex
from survey.accounts.people import find_branch
from survey.audit import Writer
from survey.console.models import Collector, Version, Wave
from survey.console.publishing import add_collector, find_wave, publish
from survey.db import now
from survey.kiosk.enrolling import new_enrolment_code, revoke
from survey.kiosk.models import Device, EnrolmentCode
from survey.respond.models import Conflict, Response
from survey.responses.commands import responses as responses_commands
from survey.services import Services
from tests.conftest import Bank

ADDRESS = "/api/v1/submissions"
ANSWERS: dict[str, object] = {"segment": "retail", "csat": 4, "nps": 9, "channels_used": ["web", "counter"]}


@dataclass(frozen=True, slots=True)
class Kiosk:
    """An enrolled device."""

    client: FlaskClient
    enrolled: dict[str, Any]

    def submission(self, answers: dict[str, object] = ANSWERS, **other: object) -> dict[str, object]:
        return {
            "id": str(uuid.uuid4()),
            "version": self.enrolled["version"],
            "collector": self.enrolled["collector"],
            "consent": self.enrolled["consent"],
            "started_at": "2026-11-23T14:05:00+08:00",
            "submitted_at": "2026-11-23T06:06:00Z",
            "locale": "zh_CN",
            "answers": answers,
            "sha256": sha256_hex(canonical_json(answers)),
        } | other

    def deliver(self, document: object) -> TestResponse:
        return self.client.post(ADDRESS, json=document, headers=self.token)

    @property
    def token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.enrolled['device_token']}"}


def enrolment_code(services: Services, writer: Writer, bank: Bank, **other: object) -> str:
    with services.database.write() as session:
        branch = find_branch(session, "E11")
        collector = add_collector(session, find_wave(session, bank.wave), "kiosk", writer, branch=branch)
        return new_enrolment_code(session, collector, writer, **other)  # type: ignore[arg-type]


def enrol(client: FlaskClient, code: str) -> TestResponse:
    return client.post("/api/v1/devices", json={"enrolment_code": code, "name": "大堂 1 号"})


@pytest.fixture
def kiosk(client: FlaskClient, services: Services, writer: Writer, bank: Bank) -> Kiosk:
    return Kiosk(client, enrol(client, enrolment_code(services, writer, bank)).get_json())


def responses(services: Services) -> list[Response]:
    with services.database.read() as session:
        return list(session.scalars(select(Response).order_by(Response.id)))


def test_enrol__code_used_once(client: FlaskClient, services: Services, writer: Writer, bank: Bank) -> None:
    code = enrolment_code(services, writer, bank)
    answer = enrol(client, f" {code.lower()} ")
    assert answer.status_code == 201
    made = answer.get_json()
    assert (made["branch"], made["version"], made["consent"]) == ("E11", bank.version, bank.notice)
    with services.database.read() as session:
        device = session.scalars(select(Device)).one()
        assert (device.id, device.name) == (made["device_id"], "大堂 1 号")
        assert made["device_token"] not in str(vars(device))
        assert device.collector.token == made["collector"]
    assert enrol(client, code).status_code == 404
    assert enrol(client, "NOSUCHCODE").status_code == 404


def test_enrol__code_expired__404(
    client: FlaskClient, services: Services, writer: Writer, bank: Bank
) -> None:
    code = enrolment_code(services, writer, bank)
    with services.database.write() as session:
        session.execute(update(EnrolmentCode).values(expires_at=now() - timedelta(seconds=1)))
    assert enrol(client, code).status_code == 404


@pytest.mark.parametrize("body", [{}, [], {"enrolment_code": 7}, {"enrolment_code": "A", "name": "x" * 81}])
def test_enrol__not_as_described__422(client: FlaskClient, body: object) -> None:
    assert client.post("/api/v1/devices", json=body).status_code == 422


def test_deliver__new_then_again__201_then_200_and_stored_once(services: Services, kiosk: Kiosk) -> None:
    sent = kiosk.submission()
    first, second = kiosk.deliver(sent), kiosk.deliver(sent)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.get_json()["duplicate"] is True
    for answer in (first, second):
        assert {key: answer.get_json()[key] for key in ("id", "sha256")} == {
            key: sent[key] for key in ("id", "sha256")
        }
        assert "Set-Cookie" not in answer.headers
    (response,) = responses(services)
    assert response.answers == {**ANSWERS, "channels_used": ["counter", "web"]}
    assert (response.channel, response.locale, response.submission_id) == ("kiosk", "zh", sent["id"])
    assert response.started_at is not None
    assert (response.submitted_at - response.started_at) == timedelta(minutes=1)
    assert kiosk.client.get(f"/r/{first.get_json()['receipt']}").status_code == 200


def test_deliver__values_of_the_form_as_text__taken(services: Services, kiosk: Kiosk) -> None:
    answers: dict[str, object] = {"segment": ["retail"], "csat": "4", "nps": "9", "channels_used": ["web"]}
    assert kiosk.deliver(kiosk.submission(answers)).status_code == 201
    assert responses(services)[0].answers["csat"] == 4


def test_deliver__same_id_other_content__409_and_kept(services: Services, kiosk: Kiosk) -> None:
    sent = kiosk.submission()
    kiosk.deliver(sent)
    other = kiosk.submission({**ANSWERS, "nps": 0}, id=sent["id"])
    for _ in range(2):
        answer = kiosk.deliver(other)
        assert answer.status_code == 409
        assert answer.get_json()["sha256"] == other["sha256"]
    with services.database.read() as session:
        assert [kept.answers["nps"] for kept in session.scalars(select(Conflict))] == [0]
    assert responses(services)[0].answers["nps"] == 9


def test_deliver__twenty_at_once__one_row(app: Flask, services: Services, kiosk: Kiosk) -> None:
    sent = kiosk.submission()
    statuses: list[int] = []
    each = [replace(kiosk, client=app.test_client()) for _ in range(20)]
    threads = [
        threading.Thread(target=lambda one=one: statuses.append(one.deliver(sent).status_code))
        for one in each
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 19 + [201]
    assert len(responses(services)) == 1


WRONG: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "no id": lambda sent: sent | {"id": None},
    "no uuid": lambda sent: sent | {"id": "7"},
    "unknown version": lambda sent: sent | {"version": "0" * 64},
    "other collector": lambda sent: sent | {"collector": "elsewhere"},
    "NUL": lambda sent: sent | {"version": "\0"},
    "surrogate": lambda sent: sent | {"collector": "\ud800"},
    "no consent": lambda sent: sent | {"consent": None},
    "other consent": lambda sent: sent | {"consent": "0" * 64},
    "consent no text": lambda sent: sent | {"consent": True},
    "no zone": lambda sent: sent | {"submitted_at": "2026-11-23T06:06:00"},
    "no time": lambda sent: sent | {"started_at": 17},
    "before time": lambda sent: sent | {"started_at": "0001-01-01T00:00:00+14:00"},
    "locale": lambda sent: sent | {"locale": "中文"},
    "digest": lambda sent: sent | {"sha256": "0" * 64},
    "no digest": lambda sent: {name: value for name, value in sent.items() if name != "sha256"},
    "answers no object": lambda sent: sent | {"answers": [1]},
    "changed on the way": lambda sent: sent | {"answers": ANSWERS | {"nps": 1}},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_deliver__wrong__422_with_errors_and_nothing_stored(
    services: Services, kiosk: Kiosk, wrong: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    answer = kiosk.deliver(wrong(kiosk.submission()))
    assert answer.status_code == 422
    (error,) = answer.get_json()["errors"]
    assert set(error) == {"name", "code", "message"}
    assert set(error["message"]) == {"zh", "en"}
    assert responses(services) == []


def test_deliver__bad_answers__each_field_named(services: Services, kiosk: Kiosk) -> None:
    bad = {"csat": 9, "nps": True, "channels_used": {"web": 1}, "nobody_asked": 1, "suggestion": "x" * 1001}
    errors = kiosk.deliver(kiosk.submission(bad)).get_json()["errors"]
    assert {error["name"]: error["code"] for error in errors} == {
        "csat": "not_an_option",
        "nps": "wrong_shape",
        "channels_used": "wrong_shape",
        "nobody_asked": "unknown_question",
        "suggestion": "too_long",
        "segment": "required",
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"nps": NaN}',
        b"1" * 10_000,
        b'{"a": 1e999}',
    ],
)
def test_deliver__malformed_or_deep__4xx(kiosk: Kiosk, body: bytes) -> None:
    answer = kiosk.client.post(ADDRESS, data=body, headers=kiosk.token)
    assert 400 <= answer.status_code < 500
    assert answer.is_json


def test_deliver__answers_nested_deeply__422(kiosk: Kiosk) -> None:
    sent = json.dumps(kiosk.submission() | {"answers": {"csat": 0}})
    deep = sent.replace('"csat": 0', '"csat": ' + "[" * 400 + "]" * 400)
    assert kiosk.client.post(ADDRESS, data=deep, headers=kiosk.token).status_code == 422


def test_deliver__oversized__413(kiosk: Kiosk) -> None:
    assert kiosk.client.post(ADDRESS, data=b"x" * 2_000_000, headers=kiosk.token).status_code == 413


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer nobody", "Basic Zm9v", "bearer "])
def test_deliver__no_or_unknown_token__401(client: FlaskClient, bank: Bank, header: str | None) -> None:
    answer = client.post(ADDRESS, json={}, headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_deliver__device_revoked__401(services: Services, kiosk: Kiosk, writer: Writer) -> None:
    with services.database.write() as session:
        revoke(session, kiosk.enrolled["device_id"], writer)
    assert kiosk.deliver(kiosk.submission()).status_code == 401
    assert kiosk.client.get("/k/questionnaire", headers=kiosk.token).status_code == 401


def test_deliver__old_version_after_the_wave_closed__taken(
    services: Services, kiosk: Kiosk, writer: Writer, bank: Bank
) -> None:
    sent = kiosk.submission()
    definition = instruments.load(bank.slug)
    title = definition.title.model_copy(update={"root": {"zh": "改过的"}})
    with services.database.write() as session:
        newer = publish(session, definition.model_copy(update={"title": title}), writer)
        session.execute(update(Wave).values(version_id=newer.id, closes_at=now() - timedelta(days=3)))
    assert kiosk.deliver(sent).status_code == 201
    with services.database.read() as session:
        version = session.get(Version, responses(services)[0].version_id)
        assert version is not None
        assert version.hash == sent["version"]


def test_deliver__list__acknowledged_in_order(services: Services, kiosk: Kiosk) -> None:
    first, second = kiosk.submission(), kiosk.submission()
    other = kiosk.submission({**ANSWERS, "nps": 0}, id=first["id"])
    bad = kiosk.submission({"csat": 9})
    answer = kiosk.deliver([first, bad, first, "no object", other, second])
    assert answer.status_code == 200
    taken = answer.get_json()
    assert [each["status"] for each in taken] == [201, 422, 200, 422, 409, 201]
    assert [each["id"] for each in taken] == [
        first["id"],
        bad["id"],
        first["id"],
        None,
        first["id"],
        second["id"],
    ]
    assert [each["sha256"] for each in taken][4:] == [other["sha256"], second["sha256"]]
    assert taken[2]["duplicate"] is True
    assert len(responses(services)) == 2


def test_deliver__list_too_long__422_and_nothing_stored(services: Services, kiosk: Kiosk) -> None:
    assert kiosk.deliver([kiosk.submission() for _ in range(51)]).status_code == 422
    assert responses(services) == []
    assert len(kiosk.deliver([kiosk.submission() for _ in range(50)]).get_json()) == 50
    assert kiosk.deliver([]).get_json() == []


def test_deliver__store_fails__503_then_taken(
    services: Services, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = kiosk.submission()

    def full(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("survey.respond.submitting.Submitter.store", full)
        answer = kiosk.deliver(sent)
        listed = kiosk.deliver([sent])
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "receipt" not in answer.get_json()
    assert [each["status"] for each in listed.get_json()] == [503]
    assert listed.headers["Retry-After"]
    assert kiosk.deliver(sent).status_code == 201


def test_deliver__database_gone__503(services: Services, kiosk: Kiosk) -> None:
    sent = kiosk.submission()
    with services.database.write() as session:
        session.execute(text("ALTER TABLE device RENAME TO elsewhere"))
    answer = kiosk.deliver(sent)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_deliver__another_wave_of_the_same_questionnaire__version_known(
    services: Services, kiosk: Kiosk
) -> None:
    with services.database.read() as session:
        assert session.scalar(select(func.count(Collector.id))) == 3
    assert kiosk.deliver(kiosk.submission(locale=None, started_at=None, submitted_at=None)).status_code == 201
    assert responses(services)[0].locale == "zh"


def test_device__heard_of__remembered_to_the_minute(services: Services, kiosk: Kiosk) -> None:
    kiosk.deliver(kiosk.submission())
    with services.database.read() as session:
        first = session.scalars(select(Device.last_seen_at)).one()
    assert first is not None
    kiosk.deliver(kiosk.submission())
    with services.database.read() as session:
        assert session.scalars(select(Device.last_seen_at)).one() == first


def test_openapi__describes_every_route_and_what_comes_back(app: Flask, kiosk: Kiosk) -> None:
    document = kiosk.client.get("/api/v1/openapi.json").get_json()
    described = {(path, method.upper()) for path, ways in document["paths"].items() for method in ways}
    routes = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "api.openapi"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes == described
    schemas = document["components"]["schemas"]
    assert set(kiosk.enrolled) == set(schemas["Device"]["properties"])
    sent = kiosk.submission()
    assert set(sent) == set(schemas["Submission"]["properties"])
    for answer in (kiosk.deliver(sent), kiosk.deliver(sent), kiosk.deliver(sent | {"answers": {}})):
        assert str(answer.status_code) in document["paths"][ADDRESS]["post"]["responses"]
        assert set(answer.get_json()) <= set(schemas["Acknowledgement"]["properties"])
        assert set(schemas["Acknowledgement"]["required"]) <= set(answer.get_json())


def test_deliver__clock_at_the_end_of_the_calendar__taken_and_still_exported(
    services: Services, kiosk: Kiosk, tmp_path: Path, runner: FlaskCliRunner
) -> None:
    end = {"started_at": "9999-12-31T23:59:59Z", "submitted_at": "9999-12-31T23:59:59Z"}
    assert kiosk.deliver(kiosk.submission() | end).status_code == 201
    out = tmp_path / "out.csv"
    place = ["--questionnaire", "bank-satisfaction", "--format", "data-csv", "--out", str(out)]
    exported = runner.invoke(responses_commands, ["export", *place])
    assert exported.exit_code == 0, exported.output
    assert len(out.read_text("utf-8").splitlines()) == 2


def test_deliver__scheme_in_lower_case__known(kiosk: Kiosk) -> None:
    token = kiosk.token["Authorization"].replace("Bearer", "bearer")
    sent = kiosk.client.post(ADDRESS, json=kiosk.submission(), headers={"Authorization": token})
    assert sent.status_code == 201


def test_deliver__one_of_a_list_cannot_be_stored__the_rest_is_not_tried(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[object] = []

    def locked(*_: object, **__: object) -> None:
        tries.append(1)
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr("survey.respond.submitting.Submitter.store", locked)
    answer = kiosk.deliver([kiosk.submission() for _ in range(50)])
    assert {each["status"] for each in answer.get_json()} == {503}
    assert len(tries) == 1
