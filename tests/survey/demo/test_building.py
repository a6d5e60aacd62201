"""The demo bank is built like a real one, and its people find data in their branches."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey.accounts.models import Branch, User
from survey.accounts.scope import scope_of
from survey.comments.models import Comment
from survey.console.models import Wave
from survey.demo.building import Demo, build, renewed_code
from survey.respond.models import Consent, Response
from survey.services import Services

RESPONSES = 450


@pytest.fixture
def demo(app: Flask, services: Services) -> Demo:
    with app.app_context():
        return build(services, RESPONSES, 7, date(2026, 11, 23))


def test_demo__bank_waves_responses_and_consents(services: Services, demo: Demo) -> None:
    with services.database.read() as session:
        assert session.scalar(select(func.count(Branch.id))) == 320
        assert session.scalar(select(func.count(Wave.id))) == 9
        assert session.scalar(select(func.count(Response.id))) == RESPONSES
        assert session.scalar(select(func.count(Consent.response_id))) == RESPONSES
        assert session.scalar(select(func.count(Comment.id))) > RESPONSES / 20
        assert set(session.scalars(select(Response.channel).distinct())) == {"web", "qr", "kiosk", "paper"}
        assert services.auditor.verify(session).is_whole


def test_demo__only_the_last_wave_is_open(services: Services, demo: Demo) -> None:
    with services.database.read() as session:
        waves = session.scalars(select(Wave).order_by(Wave.opens_at)).all()
    assert [wave.closes_at is None for wave in waves] == [False] * 8 + [True]
    assert waves[-1].name == demo.wave


def test_demo__two_managers_of_different_branches_each_with_data(services: Services, demo: Demo) -> None:
    managers = [login for login in demo.logins if login.role == "manager"]
    assert len({login.branch for login in managers}) == 2
    with services.database.read() as session:
        for login in managers:
            user = session.scalars(select(User).filter_by(username=login.username)).one()
            rows = scope_of(user).within(select(func.count(Response.id)), Response.branch_id)
            assert session.scalar(rows)


def test_demo__links_lead_to_collectors_that_the_first_manager_sees(client: FlaskClient, demo: Demo) -> None:
    assert client.get(demo.survey_url.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_demo__passwords_are_of_this_demo_alone(demo: Demo) -> None:
    passwords = [login.password for login in demo.logins]
    assert len(set(passwords)) == len(passwords)
    assert all(len(password) >= 10 for password in passwords)


def test_demo__served_again__a_fresh_kiosk_code(app: Flask, services: Services, demo: Demo) -> None:
    with app.app_context():
        again = renewed_code(services, demo)
    assert again.enrolment_code != demo.enrolment_code
    assert again.logins == demo.logins
