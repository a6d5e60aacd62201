"""One form and one POST: what is stored, what comes back, and that nothing typed is ever lost."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError

import app as composition
from questionnaires import instruments
from survey import migrations
from survey.audit import AuditEvent, Writer
from survey.config import Settings
from survey.console.models import Version, Wave
from survey.console.publishing import publish
from survey.db import now
from survey.respond.forms import SEAL, Seal, Seals
from survey.respond.models import Conflict, Consent, Response
from survey.services import EXTENSION, Services
from tests.conftest import Bank
from tests.survey.posting import REQUIRED, hidden, page_kind, receipt_of, send


@pytest.fixture
def token(bank: Bank) -> str:
    return bank.tokens["E11"]


def stored(services: Services) -> list[Response]:
    with services.database.read() as session:
        return list(session.scalars(select(Response).order_by(Response.id)))


def count(services: Services, model: type) -> int:
    with services.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_form__as_others_rely_on_it(client: FlaskClient, bank: Bank, token: str) -> None:
    page = client.get(f"/s/{token}").text
    assert f'data-version="{bank.version}"' in page
    assert f'data-consent="{bank.notice}"' in page
    definition = instruments.load("bank-satisfaction")
    controls = set(re.findall(r'<(?:input|textarea)[^>]*? name="([^"]+)"', page))
    assert controls == {field.name for field in definition.fields()} | {"consent", SEAL}
    for field in definition.fields():
        values = set(re.findall(rf'name="{field.name}" value="([^"]*)"', page))
        if field.kind in ("code", "codes"):
            assert values == {str(option.code) for option in field.options}
        elif field.kind == "integer":
            assert values == {str(number) for number in range(11)}
    assert page.count("<form") == 1
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page)


def test_submit__required_answers__stored_with_consent_and_audit(
    client: FlaskClient, services: Services, bank: Bank, token: str
) -> None:
    answers = REQUIRED | {
        "channels_used": ["web", "counter"],
        "prod1": "na",
        "suggestion": " 排队\r\n太久 😀 ",
    }
    answer = send(client, token, answers, "?lang=en")
    assert answer.status_code == 200
    assert page_kind(answer) == "thanks"
    receipt = receipt_of(answer)
    assert answer.text.count(receipt) >= 2
    assert f'href="/r/{receipt}?lang=en"' in answer.text
    (response,) = stored(services)
    assert response.answers == {
        "csat": 5,
        "nps": 9,
        "channels_used": ["counter", "web"],
        "prod1": "na",
        "suggestion": "排队\n太久 😀",
        "segment": "retail",
    }
    assert response.locale == "en"
    assert response.channel == "web"
    assert response.started_at is not None
    assert timedelta() <= response.submitted_at - response.started_at < timedelta(minutes=1)
    with services.database.read() as session:
        consent = session.get(Consent, response.id)
        assert consent is not None
        assert (consent.notice_hash, consent.language) == (bank.notice, "en")
        event = session.scalars(select(AuditEvent).filter_by(action="response.received")).one()
        assert event.actor == "respondent"
        assert "排队" not in str(event.detail)


def test_submit__same_page_twice__same_receipt_stored_once(
    client: FlaskClient, services: Services, token: str
) -> None:
    form = hidden(client.get(f"/s/{token}").text) | REQUIRED
    first, second = (client.post(f"/s/{token}", data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert receipt_of(first) == receipt_of(second)
    assert len(stored(services)) == 1
    assert count(services, Conflict) == 0


def test_form__opened_again__another_submission(client: FlaskClient, services: Services, token: str) -> None:
    assert receipt_of(send(client, token, REQUIRED)) != receipt_of(send(client, token, REQUIRED))
    assert len(stored(services)) == 2


def test_submit__same_page_other_answers__kept_and_told(
    client: FlaskClient, services: Services, token: str
) -> None:
    form = hidden(client.get(f"/s/{token}").text) | REQUIRED
    receipt = receipt_of(client.post(f"/s/{token}", data=form))
    changed = form | {"nps": "0", "suggestion": '两行\n"引号" <b>'}
    answer = client.post(f"/s/{token}", data=changed)
    assert answer.status_code == 409
    assert page_kind(answer) == "conflict"
    assert receipt in answer.text
    client.post(f"/s/{token}", data=changed)
    assert [response.answers["nps"] for response in stored(services)] == [9]
    with services.database.read() as session:
        (kept,) = session.scalars(select(Conflict))
        assert kept.answers["nps"] == 0
    again = client.post(
        f"/s/{token}?again=1", data={name: unescape(value) for name, value in hidden(answer.text).items()}
    )
    assert page_kind(again) == "survey"
    assert "&lt;b&gt;" in again.text
    third = client.post(f"/s/{token}", data=changed | hidden(again.text))
    assert receipt_of(third) != receipt
    assert len(stored(services)) == 2


@pytest.mark.parametrize(
    ("lang", "message"),
    [("zh", "请选择 0 到 10 之间的整数。"), ("en", "Please choose a whole number from 0 to 10.")],
)
def test_submit__invalid__comes_back_with_everything_kept(
    client: FlaskClient, services: Services, token: str, lang: str, message: str
) -> None:
    typed = {"nps": "11", "suggestion": "<b>慢</b>", "channels_used": ["web", "mobile"], "csat": "4"}
    answer = send(client, token, typed, f"?lang={lang}")
    assert answer.status_code == 422
    page = answer.text
    assert '<input type="radio" name="csat" value="4" required checked>' in page
    assert "&lt;b&gt;慢&lt;/b&gt;</textarea>" in page
    assert len(re.findall(r'name="channels_used" value="(?:web|mobile)"[^>]* checked', page)) == 2
    assert f'id="nps-error">{message}' in page
    summary = page.split('class="summary"')[1].split("</div>")[0]
    assert re.findall(r'href="#in-(\w+)"', summary) == ["consent", "nps", "segment"]
    for name in ("consent", "nps", "segment"):
        assert page.count(f'id="in-{name}"') == 1
    assert re.findall(r'id="in-(\w+)"[^>]* autofocus', page) == ["consent"]
    assert stored(services) == []
    mended = client.post(f"/s/{token}?lang={lang}", data=hidden(page) | REQUIRED)
    assert page_kind(mended) == "thanks"


def test_submit__language_switched__answers_kept_and_same_submission(
    client: FlaskClient, services: Services, token: str
) -> None:
    form = hidden(client.get(f"/s/{token}").text)
    answer = client.post(f"/s/{token}?lang=en&large=1&switch=1", data=form | {"nps": "3", "suggestion": "快"})
    assert answer.status_code == 200
    assert '<html lang="en" class="large">' in answer.text
    assert re.search(r'name="nps" value="3"[^>]* checked', answer.text)
    assert "快</textarea>" in answer.text
    assert hidden(answer.text) == form
    assert 'action="?lang=en&amp;large=1&amp;send=1"' in answer.text
    assert stored(services) == []


@pytest.mark.parametrize("seal", [None, "", "forged", "a.b.c"])
def test_submit__seal_lost_or_forged__form_comes_back_with_a_new_one(
    client: FlaskClient, services: Services, token: str, seal: str | None
) -> None:
    form = REQUIRED | {"suggestion": "保留"} | ({SEAL: seal} if seal is not None else {})
    answer = client.post(f"/s/{token}", data=form)
    assert answer.status_code == 400
    assert "保留</textarea>" in answer.text
    assert stored(services) == []
    assert page_kind(client.post(f"/s/{token}", data=form | hidden(answer.text))) == "thanks"


def test_submit__controls_that_are_no_question__left_out(
    client: FlaskClient, services: Services, token: str
) -> None:
    assert page_kind(send(client, token, REQUIRED | {"from_an_extension": "x"})) == "thanks"
    assert "from_an_extension" not in stored(services)[0].answers


def test_submit__page_of_an_earlier_version__stored_under_that_version(
    client: FlaskClient, services: Services, writer: Writer, bank: Bank, token: str
) -> None:
    form = hidden(client.get(f"/s/{token}").text) | REQUIRED
    definition = instruments.load(bank.slug)
    title = definition.title.model_copy(update={"root": {"zh": "改过的", "en": "Changed"}})
    with services.database.write() as session:
        newer = publish(session, definition.model_copy(update={"title": title}), writer)
        session.execute(update(Wave).values(version_id=newer.id))
    assert f'data-version="{newer.hash}"' in client.get(f"/s/{token}").text
    assert page_kind(client.post(f"/s/{token}", data=form)) == "thanks"
    with services.database.read() as session:
        version = session.get(Version, stored(services)[0].version_id)
        assert version is not None
        assert version.hash == bank.version


def test_submit__seal_of_another_questionnaire__not_taken(
    client: FlaskClient, services: Services, token: str
) -> None:
    seals = Seals(bytes.fromhex((services.settings.home / "keys" / "forms.key").read_text()))
    seal = seals.write(Seal.fresh("0" * 64))
    assert client.post(f"/s/{token}", data=REQUIRED | {SEAL: seal}).status_code == 400


def set_period(services: Services, **period: object) -> None:
    with services.database.write() as session:
        session.execute(update(Wave).values(**period))


def test_wave__closed__friendly_page_with_its_day(
    client: FlaskClient, services: Services, token: str
) -> None:
    form = hidden(client.get(f"/s/{token}").text) | REQUIRED
    sent = form | hidden(client.get(f"/s/{token}").text)
    receipt = receipt_of(client.post(f"/s/{token}", data=sent))
    set_period(services, closes_at=now() - timedelta(hours=1))
    answer = client.get(f"/s/{token}")
    assert answer.status_code == 410
    assert page_kind(answer) == "closed"
    assert f"{(now() - timedelta(hours=1)).astimezone(services.settings.zone):%Y-%m-%d %H:%M}" in answer.text
    late = client.post(f"/s/{token}", data=form)
    assert (late.status_code, page_kind(late)) == (410, "closed")
    repeated = client.post(f"/s/{token}", data=sent)
    assert receipt_of(repeated) == receipt
    assert len(stored(services)) == 1


def test_wave__not_open_yet__friendly_page(client: FlaskClient, services: Services, token: str) -> None:
    set_period(services, opens_at=now() + timedelta(days=3))
    answer = client.get(f"/s/{token}?lang=en")
    assert page_kind(answer) == "not-open"
    assert "has not opened yet" in answer.text


@pytest.mark.parametrize("address", ["/s/no-such-token", "/s/%00", "/s/" + "x" * 5000])
def test_unknown_token__friendly_404(client: FlaskClient, address: str) -> None:
    for answer in (client.get(address), client.post(address, data=REQUIRED)):
        assert answer.status_code == 404
        assert page_kind(answer) == "not-found"
        assert "没有找到这份问卷" in answer.text


def test_submit__oversized__413_in_plain_words(client: FlaskClient, services: Services, token: str) -> None:
    answer = client.post(f"/s/{token}", data={"suggestion": "x" * 2_000_000})
    assert answer.status_code == 413
    assert page_kind(answer) == "problem"
    assert stored(services) == []


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data; boundary=x", "application/json", "text/plain"]
)
def test_submit__malformed__400_and_nothing_stored(
    client: FlaskClient, services: Services, token: str, content_type: str
) -> None:
    answer = client.post(f"/s/{token}", data=b"\xff\x00--y\r\n{", content_type=content_type)
    assert answer.status_code == 400
    assert stored(services) == []


def test_submit__store_fails__no_receipt_and_nothing_lost(
    client: FlaskClient, services: Services, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = hidden(client.get(f"/s/{token}").text) | REQUIRED | {"suggestion": "别丢"}

    def full(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("survey.respond.submitting.Submitter.store", full)
        answer = client.post(f"/s/{token}", data=form)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert page_kind(answer) == "survey"
    assert "data-receipt" not in answer.text
    assert "别丢</textarea>" in answer.text
    assert page_kind(client.post(f"/s/{token}", data=form)) == "thanks"


def test_submit__database_gone__503_in_plain_words(
    client: FlaskClient, services: Services, token: str
) -> None:
    form = hidden(client.get(f"/s/{token}").text) | REQUIRED
    with services.database.write() as session:
        session.execute(text("ALTER TABLE collector RENAME TO elsewhere"))
    answer = client.post(f"/s/{token}", data=form)
    assert (answer.status_code, page_kind(answer)) == (503, "problem")


def test_log__no_token_receipt_or_answer(
    client: FlaskClient, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    answer = send(client, token, REQUIRED | {"suggestion": "秘密的话"})
    client.get(f"/r/{receipt_of(answer)}")
    said = " ".join(str(vars(record)) for record in caplog.records)
    assert "/s/<token>" in said
    for secret in (token, receipt_of(answer), "秘密的话"):
        assert secret not in said


def test_head_and_options__as_browsers_ask(client: FlaskClient, token: str) -> None:
    head = client.head(f"/s/{token}")
    assert (head.status_code, head.data) == (200, b"")
    assert "POST" in client.options(f"/s/{token}").headers["Allow"]


def test_pages__no_cookie_and_not_stored(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], token: str
) -> None:
    staff = sign_in("researcher")
    for visitor in (client, staff):
        form = visitor.get(f"/s/{token}")
        thanks = send(visitor, token, REQUIRED)
        for answer in (form, thanks):
            assert "Set-Cookie" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")
        # The blank form may be kept for going back to it; a page with answers or a receipt may not.
        assert form.headers["Cache-Control"] == "private, no-cache"
        assert thanks.headers["Cache-Control"] == "no-store"


def test_kiosk_collector__is_no_link(client: FlaskClient, services: Services, bank: Bank, token: str) -> None:
    with services.database.write() as session:
        session.execute(text("UPDATE collector SET channel = 'kiosk'"))
    assert client.get(f"/s/{token}").status_code == 404


@pytest.fixture
def limited(settings: Settings) -> Flask:
    application = composition.create_app(Settings(home=settings.home))
    migrations.upgrade(application.extensions[EXTENSION].database)
    return application


def test_submit__faster_than_anybody_reads__comes_back_with_everything(
    limited: Flask, services: Services, token: str
) -> None:
    client = limited.test_client()
    form = hidden(client.get(f"/s/{token}").text) | REQUIRED | {"suggestion": "保留"}
    answer = client.post(f"/s/{token}", data=form)
    assert answer.status_code == 429
    assert "保留</textarea>" in answer.text
    assert hidden(answer.text) == {SEAL: form[SEAL]}
    assert stored(services) == []
    seals = Seals(bytes.fromhex((services.settings.home / "keys" / "forms.key").read_text()))
    seal = seals.read(form[SEAL])
    assert seal is not None
    later = Seal(seal.submission_id, seal.started_at - timedelta(seconds=3), seal.version)
    assert page_kind(client.post(f"/s/{token}", data=form | {SEAL: seals.write(later)})) == "thanks"


def test_seal__kept_for_a_year__still_ours() -> None:
    seals = Seals(b"k" * 32)
    seal = Seal(str(uuid.uuid4()), now() - timedelta(days=365), "v" * 64)
    read = seals.read(seals.write(seal))
    assert read is not None
    assert (read.submission_id, read.version) == (seal.submission_id, seal.version)
    assert Seals(b"other" * 8).read(seals.write(seal)) is None
