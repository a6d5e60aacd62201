"""The receipt page: see, download, withdraw, erase, by whoever holds the code and by nobody else."""

import json
import re

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select

import app as composition
from survey.audit import AuditEvent, Writer
from survey.cases.answering import answer
from survey.cases.models import Case
from survey.cases.opening import open_cases
from survey.comments.models import Comment
from survey.comments.sweeping import read_new_comments
from survey.config import Settings
from survey.db import Base
from survey.respond.models import Conflict, Consent, Response
from survey.responses.counting import count
from survey.services import Services
from tests.conftest import Bank
from tests.survey.posting import REQUIRED, hidden, page_kind, receipt_of, send

SECRET = "请把排队的事告诉张经理，电话 13800138000"


@pytest.fixture
def receipt(client: FlaskClient, services: Services, bank: Bank) -> str:
    """The code of a response with a comment that was read, and a contradicting answer."""
    token = bank.tokens["E11"]
    answers = REQUIRED | {"suggestion": SECRET, "prod1": "na", "channels_used": ["web", "mobile"]}
    form = hidden(client.get(f"/s/{token}").text) | answers
    code = receipt_of(client.post(f"/s/{token}", data=form))
    client.post(f"/s/{token}", data=form | {"nps": "0", "complaint": SECRET})
    read_new_comments(services)
    return code


def status(services: Services) -> str:
    with services.database.read() as session:
        return session.scalars(select(Response.status)).one()


def test_show__answers_in_words(client: FlaskClient, receipt: str) -> None:
    page = client.get(f"/r/{receipt}").text
    for words in (
        "非常满意",
        "普通个人客户",
        "手机银行；网上银行",
        "不了解/不适用",
        SECRET,
        "产品的种类和选择",
    ):
        assert words in page
    assert "Very satisfied" in client.get(f"/r/{receipt}?lang=en").text


def test_show__code_typed_otherwise__the_same_response(client: FlaskClient, receipt: str) -> None:
    assert client.get(f"/r/{receipt.lower().replace('-', '')}").status_code == 200
    found = client.post("/r/", data={"code": f" {receipt.lower()} "})
    assert found.status_code == 303
    assert client.get(found.headers["Location"]).status_code == 200


@pytest.mark.parametrize("path", ["", "/withdraw", "/erase", "/answers.json"])
def test_unknown_code__friendly_404(client: FlaskClient, bank: Bank, path: str) -> None:
    answer = client.get(f"/r/AAAA-BBBB-CCCC{path}")
    assert (answer.status_code, page_kind(answer)) == (404, "not-found")
    assert "没有找到这个回执码" in answer.text


def test_entry__nothing_typed__says_so(client: FlaskClient) -> None:
    answer = client.post("/r/?lang=en", data={"code": " "})
    assert answer.status_code == 422
    assert "Please enter your receipt code." in answer.text


def test_download__everything_that_is_kept(client: FlaskClient, receipt: str, bank: Bank) -> None:
    answer = client.get(f"/r/{receipt}/answers.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    kept = json.loads(answer.data)
    assert kept["answers"]["suggestion"] == SECRET
    assert kept["version"] == bank.version
    assert kept["consent"]["notice"]["text"]
    assert [other["nps"] for other in kept["other_answers_under_the_same_code"]] == [0]


@pytest.mark.parametrize("step", ["withdraw", "erase"])
def test_confirm__asks_and_changes_nothing(
    client: FlaskClient, services: Services, receipt: str, step: str
) -> None:
    assert page_kind(client.get(f"/r/{receipt}/{step}")) == "confirm"
    assert status(services) == "complete"


def test_withdraw__out_of_the_counts_and_still_readable(
    client: FlaskClient, services: Services, receipt: str
) -> None:
    answer = client.post(f"/r/{receipt}/withdraw")
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert 'data-status="withdrawn"' in page
    assert SECRET in page
    client.post(f"/r/{receipt}/withdraw")
    with services.database.read() as session:
        counted = count(session)
        assert (counted.complete, counted.withdrawn) == (0, 1)
        events = session.scalars(select(AuditEvent).filter_by(action="response.withdrawn")).all()
        assert [event.actor for event in events] == ["respondent"]


def test_erase__nothing_left_but_a_tombstone(
    client: FlaskClient, services: Services, receipt: str, bank: Bank
) -> None:
    with services.database.read() as session:
        assert session.scalars(select(Comment)).all()
    client.post(f"/r/{receipt}/erase")
    page = client.get(f"/r/{receipt}").text
    assert 'data-status="erased"' in page
    assert SECRET not in page
    with services.database.read() as session:
        for model in (Comment, Conflict, Consent):
            assert session.scalars(select(model)).all() == []
        response = session.scalars(select(Response)).one()
        assert (response.status, response.answers, response.started_at) == ("erased", {}, None)
        for table in Base.metadata.sorted_tables:
            if table.name != "version":  # the question texts
                assert "13800138000" not in str(session.execute(select(table)).all()), table.name
        assert services.auditor.verify(session).is_whole
        assert session.scalars(select(AuditEvent).filter_by(action="response.erased")).one()


def test_erase__then_sent_again__stays_erased(client: FlaskClient, services: Services, bank: Bank) -> None:
    token = bank.tokens["E11"]
    form = hidden(client.get(f"/s/{token}").text) | REQUIRED
    code = receipt_of(client.post(f"/s/{token}", data=form))
    client.post(f"/r/{code}/erase")
    assert receipt_of(client.post(f"/s/{token}", data=form)) == code
    assert status(services) == "erased"
    assert client.post(f"/r/{code}/withdraw").status_code == 303
    assert status(services) == "erased"


def test_receipts__guessed_too_often__429_in_plain_words(settings: Settings, bank: Bank) -> None:
    client = composition.create_app(Settings(home=settings.home)).test_client()
    answers = [client.get(f"/r/GUESS{number}") for number in range(31)]
    assert [answer.status_code for answer in answers] == [404] * 30 + [429]
    assert page_kind(answers[-1]) == "problem"
    assert answers[-1].headers["Retry-After"]
    assert client.post("/r/GUESS/erase").status_code == 429
    # The survey itself is not held up: a whole branch may share one address.
    assert client.get(f"/s/{bank.tokens['E11']}").status_code == 200


def test_commands__show_withdraw_erase(
    runner: FlaskCliRunner, services: Services, receipt: str, client: FlaskClient
) -> None:
    cli = composition.cli
    shown = runner.invoke(cli, ["privacy", "show", receipt])
    assert shown.exit_code == 0
    assert json.loads(shown.stdout)["answers"]["csat"] == 5
    assert runner.invoke(cli, ["privacy", "withdraw", receipt]).exit_code == 0
    assert status(services) == "withdrawn"
    assert runner.invoke(cli, ["privacy", "erase", receipt]).exit_code == 0
    assert status(services) == "erased"
    again = runner.invoke(cli, ["privacy", "erase", receipt])
    assert again.exit_code == 0
    assert re.search("没有改动", again.stderr)
    unknown = runner.invoke(cli, ["privacy", "show", "NONE"])
    assert unknown.exit_code == 1
    assert "没有这个回执码" in unknown.stderr


def test_receipt_link__from_the_thanks_page(client: FlaskClient, bank: Bank) -> None:
    thanks = send(client, bank.tokens["E11"], REQUIRED, "?lang=en&large=1")
    (link,) = re.findall(r'href="(/r/[^"]+)"', thanks.text)
    page = client.get(link.replace("&amp;", "&"))
    assert '<html lang="en" class="large">' in page.text


def test_reply__to_a_complaint__shown_by_the_code_and_its_case_outlives_the_words(
    client: FlaskClient, services: Services, writer: Writer, bank: Bank
) -> None:
    code = receipt_of(send(client, bank.tokens["E11"], REQUIRED | {"complaint": SECRET}))
    read_new_comments(services)
    open_cases(services)
    with services.database.write() as session:
        answer(session, session.scalars(select(Case)).one(), "已增设窗口，谢谢您的意见。", writer)
    assert "已增设窗口" in client.get(f"/r/{code}").text
    assert json.loads(client.get(f"/r/{code}/answers.json").data)["our_answer"]["text"].startswith("已增设")
    client.post(f"/r/{code}/erase")
    assert client.get(f"/r/{code}").status_code == 200
    open_cases(services)
    with services.database.read() as session:
        assert session.scalars(select(Comment)).all() == []
        assert session.scalars(select(Case)).one().state == "closed"
