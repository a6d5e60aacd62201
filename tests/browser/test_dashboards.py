"""A manager's story in a real browser: sign in, read, see a fresh answer counted, get nothing of others.

The console must stay silent: a blocked style or script would be named there.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from questionnaires import instruments
from survey import migrations
from survey.accounts.people import find_branch, import_branches
from survey.audit import Writer
from survey.comments.sweeping import read_new_comments
from survey.config import Settings
from survey.console.models import Collector
from survey.console.publishing import add_collector, open_wave, publish
from survey.respond.submitting import Submission
from survey.services import Services, build
from tests.conftest import BRANCHES, PASSWORD
from tests.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 900}


@dataclass(slots=True)
class Bank:
    """A served bank; `answer` stores a response as another customer's would be."""

    services: Services
    server: Server
    notice: str
    collectors: dict[str, Collector] = field(default_factory=dict)

    def answer(self, branch: str, **given: object) -> None:
        answers = {"segment": "retail", "csat": 4, "nps": 8} | given
        submission = Submission(str(uuid.uuid4()), answers, consent=self.notice)
        self.services.submitter.submit(submission, self.collectors[branch])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    home = tmp_path_factory.mktemp("dashboards") / "home"
    services = build(Settings(home=home, rate_limits=False))
    migrations.upgrade(services.database)
    server = Server(home)
    bank = _open(services, server)
    for number in range(30):
        bank.answer("E11", csat=1 + number % 5, nps=number % 11, complaint="手续费太高，排队太久")
        bank.answer("W11", csat=5, nps=10)
    read_new_comments(services)
    server.start()
    server.run(
        "user", "add", "east", "--role", "manager", "--branch", "E1", "--password-stdin", stdin=PASSWORD
    )
    yield bank
    server.stop()
    services.database.close()


def _open(services: Services, server: Server) -> Bank:
    writer = Writer(services.auditor, "test")
    with services.database.write() as session:
        import_branches(session, BRANCHES, writer)
        version = publish(session, instruments.load("bank-satisfaction"), writer)
        bank = Bank(services, server, version.notice_hash or "")
        wave = open_wave(session, version.questionnaire.slug, "2026Q4", writer)
        for code in ("E11", "W11"):
            bank.collectors[code] = add_collector(
                session, wave, "web", writer, branch=find_branch(session, code)
            )
    return bank


@pytest.fixture
def signed_in(browser: "Browser", served: Bank) -> "Iterator[Callable[..., Page]]":
    """A page of the manager of E1, signed in through the form; nothing may stand on its console."""
    said: list[str] = []
    contexts = []

    def page(size: dict[str, int], scheme: str = "light") -> "Page":
        context = browser.new_context(viewport=size, color_scheme=scheme, locale="zh-CN")
        contexts.append(context)
        opened = context.new_page()
        opened.on("console", lambda message: said.append(message.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.goto(f"{served.server.url}/login?next=/dashboards/")
        opened.fill("[name=username]", "east")
        opened.fill("[name=password]", PASSWORD)
        opened.press("[name=password]", "Enter")
        opened.wait_for_url("**/dashboards/")
        return opened

    yield page
    for context in contexts:
        context.close()
    assert said == []


def drawn(page: "Page") -> None:
    """Wait until every chart of the page is drawn."""
    page.wait_for_function(
        "document.querySelectorAll('.chart-plot .main-svg').length > 0"
        " && !document.querySelector('.chart-plot.is-waiting')"
    )


def sideways(page: "Page") -> int:
    """By how many pixels the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return width


def violations(page: "Page") -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


def test_manager__fresh_answer__counted_after_refresh(signed_in: "Callable[..., Page]", served: Bank) -> None:
    page = signed_in(DESK)
    drawn(page)
    document = page.request.get(f"{served.server.url}/dashboards/?format=json").json()
    served.answer("E11")
    page.reload()
    drawn(page)
    assert f"共 {document['total']['responses'] + 1} 份答卷" in page.inner_text("main")


def test_manager__another_branch__not_found(signed_in: "Callable[..., Page]", served: Bank) -> None:
    page = signed_in(DESK)
    answer = page.request.get(f"{served.server.url}/dashboards/branches/W11")
    assert answer.status == 404
    assert "望川" not in answer.text()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_overview__each_size_light_and_language__accessible_and_no_wider_than_the_window(
    signed_in: "Callable[..., Page]", size: dict[str, int], scheme: str, language: str, served: Bank
) -> None:
    page = signed_in(size, scheme)
    for path in ("/dashboards/", "/dashboards/branches/E11", "/dashboards/keywords?term=手续费"):
        page.goto(f"{served.server.url}{path}{'&' if '?' in path else '?'}lang={language}")
        if "keywords" not in path:
            drawn(page)
        assert sideways(page) <= 0
        assert violations(page) == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_login__each_size__accessible(browser: "Browser", served: Bank, size: dict[str, int]) -> None:
    context = browser.new_context(viewport=size)
    page = context.new_page()
    for path in ("/login", "/login?lang=en", "/nowhere"):
        page.goto(served.server.url + path)
        assert sideways(page) <= 0
        assert violations(page) == []
    context.close()


def test_charts__script_not_there__table_stays_and_a_retry_is_offered(
    browser: "Browser", signed_in: "Callable[..., Page]", served: Bank
) -> None:
    page = signed_in(DESK)
    state = page.context.storage_state()
    cut_off = browser.new_context(storage_state=state).new_page()
    cut_off.route("**/assets/plotly-*", lambda route: route.abort())
    cut_off.goto(f"{served.server.url}/dashboards/")
    cut_off.get_by_role("button", name="重新加载图表").first.wait_for()
    assert cut_off.locator(".chart table").first.is_visible()
    assert cut_off.locator("[data-download]").first.is_hidden()
    cut_off.context.close()


def test_charts__drawn_under_the_policy__carry_interval_n_and_version(
    signed_in: "Callable[..., Page]",
) -> None:
    page = signed_in(DESK)
    drawn(page)
    traces = page.evaluate("document.querySelector('.chart-plot').data")
    (points,) = [trace for trace in traces if trace.get("mode") == "lines+markers"]
    low, high, n, note = points["customdata"][0]
    assert 0 <= low < points["y"][0] < high <= 100
    assert n >= 30
    assert "问卷版本 1" in note
    assert page.locator(".chart").count() == page.locator(".chart table").count()


def test_chart__picture__is_downloaded(signed_in: "Callable[..., Page]", tmp_path: Path) -> None:
    page = signed_in(DESK)
    drawn(page)
    with page.expect_download() as download:
        page.locator("[data-download=png]").first.click()
    path = tmp_path / "chart.png"
    download.value.save_as(path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert download.value.suggested_filename.startswith("满意率")


def test_table__sorted_by_keyboard__and_says_so(signed_in: "Callable[..., Page]") -> None:
    page = signed_in(DESK)
    table = page.locator("#keywords-title ~ .table-frame table")
    head = table.locator("th", has_text="关键词")
    before = table.locator("tbody th").all_inner_texts()
    head.locator("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    after = table.locator("tbody th").all_inner_texts()
    assert sorted(before) == sorted(after)


def test_filter__chosen_in_the_form__stays_in_the_address(signed_in: "Callable[..., Page]") -> None:
    page = signed_in(PHONE)
    page.select_option("[name=branch]", "E11")
    page.select_option("[name=wave]", "2026Q4")
    page.get_by_role("button", name="应用筛选").click()
    page.wait_for_url("**/dashboards/branches/E11?*wave=2026Q4*")
    assert page.locator("[name=wave]").input_value() == "2026Q4"
    assert json.loads(page.locator("#rate-figure").text_content() or "")["data"]
