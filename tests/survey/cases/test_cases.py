"""Complaints become cases by a sweep; handlers of their branch answer them, the receipt shows the answer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.audit import AuditEvent
from survey.cases.deadlines import due
from survey.cases.models import Case
from survey.cases.opening import open_cases
from survey.cases.reading import answer_for
from survey.comments.models import Comment
from survey.comments.sweeping import read_new_comments
from survey.console.models import Collector
from survey.db import now
from survey.respond.models import Response
from survey.respond.submitting import Submission
from survey.services import Services
from tests.conftest import Bank, csrf_token

SignIn = Callable[..., FlaskClient]
COMPLAINT = "排队两小时没人管，电话 13800138000"


@pytest.fixture
def complaints(services: Services, bank: Bank) -> Bank:
    """A complaint in each of two branches, and a response without one."""
    rows = {
        "E11": {"segment": "retail", "csat": 1, "nps": 0, "complaint": COMPLAINT},
        "W11": {"segment": "sme", "csat": 2, "nps": 3, "complaint": "手续费<b>太高</b>"},
    }
    with services.database.write() as session:
        places = {c.branch.code: c for c in session.scalars(select(Collector)) if c.branch}
        sent = [(Submission(f"c-{code}", row, bank.notice), places[code]) for code, row in rows.items()]
        praise = Submission("p", {"segment": "sme", "csat": 5, "nps": 9, "suggestion": "都好"}, bank.notice)
        services.submitter.submit_many(session, [*sent, (praise, places["E11"])], actor="test")
    read_new_comments(services)
    open_cases(services)
    return bank


def all_cases(services: Services) -> list[Case]:
    with services.database.read() as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def posted(client: FlaskClient, case_id: int, what: str, **fields: str) -> object:
    token = csrf_token(client.get(f"/cases/{case_id}/").text)
    return client.post(f"/cases/{case_id}/{what}", data={"csrf_token": token, **fields})


def test_due__fifteen_days__end_on_the_clock_of_the_bank() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    received = datetime(2026, 11, 1, 17, 0, tzinfo=UTC)  # 2 November, 1 o'clock, in Shanghai
    assert due(received, zone) == datetime(2026, 11, 17, 23, 59, 59, tzinfo=zone)


@pytest.mark.usefixtures("complaints")
def test_sweep__complaints__open_one_case_each_and_none_twice(services: Services) -> None:
    cases = all_cases(services)
    assert [case.state for case in cases] == ["open", "open"]
    assert open_cases(services) == 0
    assert len(all_cases(services)) == 2
    with services.database.read() as session:
        events = session.scalars(select(AuditEvent).filter_by(action="case.opened")).all()
        assert [event.object_id for event in events] == [str(case.id) for case in cases]
        assert services.auditor.verify(session).is_whole


@pytest.mark.usefixtures("complaints")
def test_sweep__withdrawn_response__ends_its_case(services: Services) -> None:
    first = all_cases(services)[0]
    with services.database.write() as session:
        session.get_one(Response, first.response_id).status = "withdrawn"
    assert open_cases(services) == 1
    assert [case.state for case in all_cases(services)] == ["closed", "open"]


@pytest.mark.usefixtures("complaints")
def test_list__handler_of_a_branch__sees_its_subtree_masked(sign_in: SignIn, services: Services) -> None:
    page = sign_in("handler", "E1").get("/cases/").text
    assert "排队两小时没人管" in page
    assert "13800138000" not in page
    assert "手续费" not in page
    whole = sign_in("handler").get("/cases/").text
    assert "手续费&lt;b&gt;" in whole


@pytest.mark.usefixtures("complaints")
def test_case__other_branch__is_not_found(sign_in: SignIn, services: Services) -> None:
    east, west = all_cases(services)
    client = sign_in("handler", "E1")
    assert client.get(f"/cases/{east.id}/").status_code == 200
    assert client.get(f"/cases/{west.id}/").status_code == 404
    token = csrf_token(client.get(f"/cases/{east.id}/").text)
    for what in ("answer", "close"):
        data = {"csrf_token": token, "answer": "x"}
        assert client.post(f"/cases/{west.id}/{what}", data=data).status_code == 404
    assert "手续费" not in client.get("/cases/?branch=W11").text


@pytest.mark.usefixtures("complaints")
@pytest.mark.parametrize("role", ["admin", "researcher", "manager", "clerk", "auditor"])
def test_cases__other_roles__are_forbidden(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    assert {client.get(page).status_code for page in ("/cases/", "/cases/1/")} == {403}


@pytest.mark.usefixtures("complaints")
def test_case__answered_then_closed__and_the_receipt_shows_the_answer(
    sign_in: SignIn, services: Services
) -> None:
    case = all_cases(services)[0]
    client = sign_in("handler", "E1")
    assert posted(client, case.id, "close").status_code == 302
    assert all_cases(services)[0].state == "open"  # not without an answer
    assert posted(client, case.id, "answer", answer="  ").status_code == 422
    assert posted(client, case.id, "answer", answer="已增开两个窗口。").status_code == 302
    with services.database.read() as session:
        shown = answer_for(session, case.response_id)
        assert answer_for(session, case.response_id + 1) is None
    assert shown is not None
    assert shown.text == "已增开两个窗口。"
    assert posted(client, case.id, "close").status_code == 302
    closed = all_cases(services)[0]
    assert (closed.state, closed.answered_by) == ("closed", "handler-e1")
    page = client.get(f"/cases/{case.id}/").text
    assert "<textarea" not in page
    with services.database.read() as session:
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.action.in_(["case.answered", "case.closed"]))
        )
        assert all("窗口" not in str(event.detail) for event in events)


@pytest.mark.usefixtures("complaints")
def test_case__without_token__is_refused(sign_in: SignIn, services: Services) -> None:
    case = all_cases(services)[0]
    client = sign_in("handler")
    for what in ("answer", "close"):
        assert client.post(f"/cases/{case.id}/{what}", data={"answer": "x"}).status_code == 400


@pytest.mark.usefixtures("complaints")
def test_list__overdue__stands_first_and_can_be_asked_for(sign_in: SignIn, services: Services) -> None:
    with services.database.write() as session:
        late = session.get_one(Case, all_cases(services)[1].id)
        late.due_at = now() - timedelta(minutes=1)
    client = sign_in("handler")
    page = client.get("/cases/").text.split("<table", 1)[1]
    assert page.index("手续费") < page.index("排队两小时")
    assert "已超期" in page
    only = client.get("/cases/?state=overdue").text
    assert "手续费" in only
    assert "排队两小时" not in only
    assert client.get("/cases/?state=closed&page=99").status_code == 200


def test_case__erased_response__shows_that_the_words_are_gone(
    sign_in: SignIn, services: Services, complaints: Bank
) -> None:
    case = all_cases(services)[0]
    with services.database.write() as session:
        for comment in session.scalars(select(Comment).filter_by(response_id=case.response_id)):
            session.delete(comment)
        session.get_one(Response, case.response_id).status = "erased"
        session.get_one(Case, case.id).answer = "关于您说的排队"
    open_cases(services)
    page = sign_in("handler").get(f"/cases/{case.id}/").text
    assert "内容已删除" in page
    assert "排队" not in page
