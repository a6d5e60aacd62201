"""The manager's pages as they are served: rights, small groups, and one cut for page, JSON and CSV."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from survey.accounts.models import Branch
from survey.comments.sweeping import read_new_comments
from survey.services import Services
from tests.conftest import Bank
from tests.survey.dashboards.conftest import Answer

SignIn = Callable[..., FlaskClient]


def csv_rows(client: FlaskClient, table: str, **filters: str) -> list[list[str]]:
    answer = client.get("/dashboards/", query_string={"format": "csv", "table": table, **filters})
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@contextmanager
def statements(services: Services) -> Iterator[list[str]]:
    seen: list[str] = []
    listen = ("before_cursor_execute", lambda *given: seen.append(given[2]))
    event.listen(services.database.read_engine, *listen)
    yield seen
    event.remove(services.database.read_engine, *listen)


def test_page__fresh_answer__is_counted_after_a_refresh(sign_in: SignIn, answer: Answer) -> None:
    answer("E11", 11)
    client = sign_in("manager", "E1")
    assert "共 11 份答卷" in client.get("/dashboards/").text
    answer("E11")
    page = client.get("/dashboards/")
    assert "共 12 份答卷" in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("code", ["W1", "W11", "HQ", "nowhere"])
def test_page__another_branch__not_found(sign_in: SignIn, answer: Answer, code: str) -> None:
    answer("W11", 12, complaint="手续费太高")
    client = sign_in("manager", "E1")
    assert client.get(f"/dashboards/branches/{code}").status_code == 404
    assert (
        client.get("/dashboards/keywords", query_string={"term": "手续费", "branch": code}).status_code == 404
    )
    assert client.get("/dashboards/", query_string={"branch": code}, follow_redirects=True).status_code == 404
    assert client.get("/dashboards/branches/E11").status_code == 200


@pytest.mark.parametrize("role", ["admin", "handler", "clerk", "auditor"])
def test_page__other_roles__forbidden(sign_in: SignIn, bank: Bank, role: str) -> None:
    assert sign_in(role).get("/dashboards/").status_code == 403


def test_page__manager__sees_nothing_of_another_branch(
    sign_in: SignIn, answer: Answer, services: Services
) -> None:
    answer("W11", 30, complaint="外汇结算算错")
    answer("E11", 12)
    read_new_comments(services)
    client = sign_in("manager", "E1")
    for address in ("/dashboards/", "/dashboards/?format=json", "/dashboards/?format=csv&table=units"):
        text = client.get(address).text
        assert "望川" not in text
        assert "W1" not in text
        assert "结算" not in text


def test_page_json_csv__same_filters__same_numbers(sign_in: SignIn, answer: Answer) -> None:
    answer("E11", 12, segment="hnw", csat=5, nps=10)
    answer("E11", 8, segment="hnw", csat=2, nps=3)
    answer("W11", 40)
    client = sign_in("researcher")
    asked = {"segment": "hnw", "wave": "2026Q4"}
    page = client.get("/dashboards/", query_string=asked).text
    document = client.get("/dashboards/", query_string=asked | {"format": "json"}).get_json()
    waves = csv_rows(client, "waves", **asked)
    assert document["filters"] == asked | {"questionnaire": "bank-satisfaction"}
    assert document["total"]["rate"]["rate"] == 0.6
    assert document["waves"][0]["responses"] == 20
    assert waves[1][:4] == ["2026Q4", "1", "20", "60.0"]
    assert "共 20 份答卷" in page
    assert '60.0<span class="unit">%</span>' in page
    assert document["total"]["nps"]["nps"] == pytest.approx(20)
    assert float(waves[1][11]) == pytest.approx(20)


def test_page__group_of_nine__no_surface_shows_its_figures(sign_in: SignIn, answer: Answer) -> None:
    answer("E11", 9, csat=1, nps=0)
    answer("W11", 40, csat=5, nps=10)
    client = sign_in("researcher")
    document = client.get("/dashboards/?format=json").get_json()
    small, large = document["units"]
    assert small["rate"]["reason"]["code"] == "too_few_to_show"
    assert large["rate"]["reason"]["code"] == "too_few_to_show"  # or the total would tell
    assert csv_rows(client, "units")[1][3:] == ["样本不足", "", "", ""] * 3
    own = client.get("/dashboards/branches/E1")
    assert own.text.count("样本不足") >= 3
    assert (
        client.get("/dashboards/branches/E1?format=json").get_json()["total"]["score"]["status"]
        == "not_computable"
    )


def test_page__unknown_filter_value__refused_in_words(sign_in: SignIn, bank: Bank) -> None:
    answer = sign_in("researcher").get("/dashboards/?wave=1999")
    assert answer.status_code == 400
    assert "1999" in answer.text


def test_page__nothing_published__says_what_will_be_here(sign_in: SignIn) -> None:
    answer = sign_in("researcher").get("/dashboards/")
    assert answer.status_code == 200
    assert "还没有发布的问卷" in answer.text


def test_page__no_answers_yet__says_so(sign_in: SignIn, bank: Bank) -> None:
    assert "还没有答卷" in sign_in("researcher").get("/dashboards/").text


def test_page__branch_named_in_the_form__goes_to_its_address(sign_in: SignIn, bank: Bank) -> None:
    answer = sign_in("manager", "E1").get("/dashboards/?branch=E11&wave=2026Q4&channel=")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/dashboards/branches/E11?wave=2026Q4"


def test_page__name_with_markup__stays_text_in_page_and_chart(
    sign_in: SignIn, answer: Answer, services: Services
) -> None:
    answer("E11", 12)
    answer("W11", 12)
    with services.database.write() as session:
        name = "<img src=x onerror=alert(1)></script>"
        session.execute(update(Branch).where(Branch.code == "E1").values(name=name))
    page = sign_in("researcher").get("/dashboards/").text
    assert "<img" not in page
    assert "\\u003cimg" not in page  # plotly would read a tag in a label: it gets &lt;


def test_keyword__enough_people__masked_quotes_in_pages(
    sign_in: SignIn, answer: Answer, services: Services
) -> None:
    answer("E11", 25, complaint="手续费太高，请回电 13812345678")
    read_new_comments(services)
    client = sign_in("manager", "E1")
    page = client.get("/dashboards/keywords?term=手续费").text
    assert page.count("<blockquote>") == 20
    assert "13812345678" not in page
    assert "第 1 页，共 2 页" in page
    assert client.get("/dashboards/keywords?term=手续费&page=2").text.count("<blockquote>") == 5


def test_keyword__too_few_people__no_quote(sign_in: SignIn, answer: Answer, services: Services) -> None:
    answer("E11", 9, complaint="手续费太高")
    read_new_comments(services)
    page = sign_in("manager", "E1").get("/dashboards/keywords?term=手续费").text
    assert "<blockquote>" not in page
    assert "手续费太高" not in page
    assert "样本不足" in page


def test_page__statements__do_not_grow_with_answers(
    sign_in: SignIn, answer: Answer, services: Services, app: Flask
) -> None:
    client = sign_in("researcher")
    answer("E11", 12)
    with statements(services) as few:
        client.get("/dashboards/")
    answer("W11", 60, wave="2026Q3", complaint="排队太久")
    read_new_comments(services)
    with statements(services) as many:
        client.get("/dashboards/")
    assert len(many) <= len(few) + 1  # the keyword table, once there are comments enough
    assert len(many) <= 18
