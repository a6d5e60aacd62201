"""One story on SQLite and on PostgreSQL: publish, answer at once from many sides, read, count, export."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

import app as composition
from questionnaires import instruments
from survey import migrations
from survey.accounts.people import add_user, find_branch, import_branches
from survey.audit import Writer
from survey.comments.models import Comment
from survey.comments.sweeping import read_new_comments
from survey.config import Settings
from survey.console.models import Collector
from survey.console.publishing import add_collector, open_wave, publish
from survey.respond.models import Conflict, Response
from survey.respond.submitting import Stored, Submission
from survey.services import EXTENSION, Services
from tests.conftest import BRANCHES, PASSWORD, csrf_token

ANSWERS = {"segment": "retail", "csat": 4, "nps": 9, "suggestion": "希望手机银行转账更快，电话 13800138000"}


@pytest.fixture
def application(settings: Settings, any_database_url: str) -> Iterator[Flask]:
    application = composition.create_app(replace(settings, database_url=any_database_url))
    services: Services = application.extensions[EXTENSION]
    migrations.upgrade(services.database)
    yield application
    services.database.close()


def opened(application: Flask) -> tuple[Services, Collector, str]:
    services: Services = application.extensions[EXTENSION]
    writer = Writer(services.auditor, "test")
    with application.app_context(), services.database.write() as session:
        import_branches(session, BRANCHES, writer)
        add_user(session, "m", "manager", PASSWORD, writer, branch=find_branch(session, "E1"))
        version = publish(session, instruments.load("bank-satisfaction"), writer)
        wave = open_wave(session, version.questionnaire.slug, "one", writer)
        collector = add_collector(session, wave, "web", writer, branch=find_branch(session, "E11"))
        return services, collector, version.notice_hash or ""


def at_once(threads: int, run: Callable[[], object]) -> None:
    started = [threading.Thread(target=run) for _ in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()


def test_submit__twenty_at_once_with_one_id__one_row_and_one_receipt(application: Flask) -> None:
    services, collector, notice = opened(application)
    same = Submission(id=str(uuid.uuid4()), answers=ANSWERS, consent=notice)
    stored: list[Stored] = []
    at_once(20, lambda: stored.append(services.submitter.submit(same, collector)))
    assert len(stored) == 20
    assert len({one.receipt for one in stored}) == 1
    assert sorted(one.outcome for one in stored).count("new") == 1
    with services.database.read() as session:
        assert session.scalar(select(func.count(Response.id))) == 1
        assert session.scalar(select(func.count(Conflict.id))) == 0


def test_submit__same_id_other_answers__kept_as_a_conflict(application: Flask) -> None:
    services, collector, notice = opened(application)
    first = Submission(id=str(uuid.uuid4()), answers=ANSWERS, consent=notice)
    services.submitter.submit(first, collector)
    other = replace(first, answers=ANSWERS | {"nps": 0})
    assert services.submitter.submit(other, collector).outcome == "conflict"
    assert services.submitter.submit(other, collector).outcome == "conflict"
    with services.database.read() as session:
        assert session.scalars(select(Response.answers)).one()["nps"] == 9
        assert session.scalars(select(Conflict.answers)).one()["nps"] == 0


def test_story__answers_are_read_shown_and_exported(application: Flask, tmp_path: Path) -> None:
    services, collector, notice = opened(application)
    for number in range(12):
        answers = ANSWERS | {"nps": number % 11}
        services.submitter.submit(Submission(str(uuid.uuid4()), answers, notice), collector)
    assert read_new_comments(services) == 12
    with services.database.read() as session:
        assert all("13800138000" not in text for text in session.scalars(select(Comment.text)))
        assert services.auditor.verify(session).is_whole
    client = application.test_client()
    token = csrf_token(client.get("/login").text)
    client.post("/login", data={"username": "m", "password": PASSWORD, "csrf_token": token})
    page = client.get("/dashboards/")
    assert page.status_code == 200
    assert "NPS" in page.text
    runner = application.test_cli_runner()
    out = tmp_path / "out.json"
    place = ("--questionnaire", "bank-satisfaction", "--format", "json", "--out", str(out))
    done = runner.invoke(composition.cli, ["responses", "export", *place])
    assert done.exit_code == 0, done.output
    assert len(json.loads(out.read_text("utf-8"))) == 12
