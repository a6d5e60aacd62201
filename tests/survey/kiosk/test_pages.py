"""The shell of the kiosk and the form it fetches."""

import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import update

from survey.console.models import Wave
from survey.db import now
from survey.services import Services
from tests.conftest import Bank
from tests.survey.kiosk.test_api import Kiosk, kiosk

__all__ = ["kiosk"]


def test_shell__one_field_until_enrolled(client: FlaskClient) -> None:
    page = client.get("/k/").text
    enrolment = page.split('data-screen="enrol"')[1].split("</section>")[0]
    assert re.findall(r'<input[^>]* name="([^"]+)"', page) == ["enrolment_code"]
    assert 'autocomplete="off"' in enrolment
    assert "https:" not in page.replace("https 地址", "")


def test_scripts__served_from_here(client: FlaskClient) -> None:
    for name in ("kiosk.js", "respond.js", "outbox.js", "delivery.js", "receipts.js", "kiosk.css"):
        answer = client.get(f"/assets/{name}")
        assert answer.status_code == 200, name
    assert client.get("/assets/nothing.js").status_code == 404
    for imported in re.findall(r'from "\./([^"]+)"', client.get("/assets/kiosk.js").text):
        assert client.get(f"/assets/{imported}").mimetype == "text/javascript"


def test_questionnaire__as_the_device_shows_it(kiosk: Kiosk, bank: Bank) -> None:
    shown = kiosk.client.get("/k/questionnaire?lang=en", headers=kiosk.token).get_json()
    assert shown["languages"] == ["zh", "en"]
    assert shown["language"] == "en"
    assert f'data-version="{bank.version}" data-consent="{bank.notice}"' in shown["html"]
    assert f'data-collector="{kiosk.enrolled["collector"]}"' in shown["html"]
    assert 'type="hidden"' not in shown["html"]
    assert '<form autocomplete="off"' in shown["html"]


def test_questionnaire__wave_closed__410(kiosk: Kiosk, services: Services) -> None:
    with services.database.write() as session:
        session.execute(update(Wave).values(closes_at=now() - timedelta(seconds=1)))
    assert kiosk.client.get("/k/questionnaire", headers=kiosk.token).status_code == 410


def test_questionnaire__no_token__401(client: FlaskClient, bank: Bank) -> None:
    assert client.get("/k/questionnaire").status_code == 401
