"""The kiosk in Chromium: a receipt for what is on the disk alone, delivered once, nothing left behind."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from survey.kiosk.enrolling import new_enrolment_code, revoke
from survey.kiosk.models import Device
from survey.respond.receipts import Receipts
from tests.browser.serving import Bank, open_context, serve_bank, sideways, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

STAND = {"width": 1080, "height": 1920}
SECRET = "我的意见只给银行看"
SUBMISSIONS = "**/api/v1/submissions"

EVERYTHING_STORED = """async () => {
    const database = await new Promise((resolve) => {
        const request = indexedDB.open("huisheng");
        request.onsuccess = () => resolve(request.result);
    });
    const all = {};
    for (const name of database.objectStoreNames) {
        all[name] = await new Promise((resolve) => {
            const request = database.transaction(name).objectStore(name).getAll();
            request.onsuccess = () => resolve(request.result);
        });
    }
    const [local, session] = [{ ...localStorage }, { ...sessionStorage }];
    return { ...all, local, session, caches: await caches.keys() };
}"""
# Notes how every writing transaction is opened, and can make the store refuse.
SPY = """
window.opened = [];
const open = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, options) {
    if (mode === "readwrite") {
        window.opened.push(options?.durability);
        if (window.full) throw new DOMException("full", "QuotaExceededError");
    }
    return open.call(this, stores, mode, options);
};
"""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    served = serve_bank(tmp_path_factory.mktemp("kiosk") / "home")
    yield served
    served.server.stop()


@pytest.fixture
def stand(browser: "Browser", bank: Bank) -> Iterator["Page"]:
    """An enrolled kiosk at its start screen."""
    context = open_context(browser, viewport=STAND)
    page = context.new_page()
    page.add_init_script(SPY)
    enrol(page, bank)
    yield page
    context.close()


def enrol(page: "Page", bank: Bank) -> None:
    if not page.url.startswith(bank.server.url):
        page.goto(f"{bank.server.url}/k/")
    page.fill("[name=enrolment_code]", bank.enrolment_code())
    page.get_by_role("button", name="注册这台设备").click()
    page.get_by_role("button", name="开始填写").wait_for()


def fill_in(page: "Page") -> None:
    page.get_by_role("button", name="开始填写").click()
    page.check("[name=consent]")
    page.get_by_role("button", name="下一页").click()
    page.check("[name=csat][value='2']")
    page.check("[name=nps][value='0']")
    page.check("[name=channels_used][value=web]")
    page.check("[name=channels_used][value=kiosk]")
    for _ in range(4):
        page.get_by_role("button", name="下一页").click()
    page.fill("[name=suggestion]", SECRET)
    page.get_by_role("button", name="下一页").click()
    page.check("[name=segment][value=retail]")


def submit(page: "Page") -> str:
    """Send it; the receipt code that is shown."""
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_selector("#receipt-code:not(:empty)")
    return page.inner_text("#receipt-code")


def stored(page: "Page") -> dict[str, list[dict[str, object]]]:
    kept: dict[str, list[dict[str, object]]] = page.evaluate(EVERYTHING_STORED)
    return kept


def wait_until_delivered(page: "Page") -> None:
    for _ in range(100):
        if not stored(page)["outbox"]:
            return
        page.wait_for_timeout(150)
    raise AssertionError("the outbox is not empty")


def delivered(bank: Bank, code: str) -> dict[str, object] | None:
    """The answers behind a receipt code, if they have arrived."""
    found = [response for response in bank.responses() if response.receipt_hash == Receipts.digest(code)]
    assert len(found) <= 1
    return found[0].answers if found else None


def test_answer__receipt_shown_delivered_and_wiped(stand: "Page", bank: Bank) -> None:
    fill_in(stand)
    code = submit(stand)
    wait_until_delivered(stand)
    assert delivered(bank, code) == {
        "csat": 2,
        "nps": 0,
        "channels_used": ["kiosk", "web"],
        "suggestion": SECRET,
        "segment": "retail",
    }
    assert stand.evaluate("opened.length > 0 && opened.every(each => each === 'strict')")
    stand.get_by_role("button", name="完成").click()
    stand.get_by_role("button", name="开始填写").wait_for()
    left = json.dumps(stored(stand), ensure_ascii=False) + stand.content()
    assert SECRET not in left
    assert code not in left
    assert stand.evaluate("history.length") <= 2
    stand.reload()
    stand.get_by_role("button", name="开始填写").click()
    assert stand.locator("#survey-form :checked").count() == 0
    assert stand.locator("#survey-form textarea").first.input_value() == ""


def test_answer__no_network__receipt_now_delivered_later(stand: "Page", bank: Bank) -> None:
    stand.context.set_offline(True)
    fill_in(stand)
    code = submit(stand)
    stand.get_by_role("button", name="完成").click()
    stand.wait_for_selector("#queue:has-text('待发送 1 份')")
    assert delivered(bank, code) is None
    stand.context.set_offline(False)
    wait_until_delivered(stand)
    assert delivered(bank, code) is not None


def test_answer__acknowledgement_lost__delivered_again_and_stored_once(stand: "Page", bank: Bank) -> None:
    lost: list[str] = []

    def lose_first(route: "Route") -> None:
        if lost:
            route.continue_()
            return
        reply = route.fetch()
        lost.append(reply.text())
        route.abort()

    stand.route(SUBMISSIONS, lose_first)
    before = len(bank.responses())
    fill_in(stand)
    code = submit(stand)
    wait_until_delivered(stand)
    assert json.loads(lost[0])[0]["status"] == 201
    assert delivered(bank, code) is not None
    assert len(bank.responses()) == before + 1


def test_answer__reply_of_somebody_else__copy_is_kept(stand: "Page", bank: Bank) -> None:
    """A captive portal answers 200 to everything."""
    asked: list[str] = []

    def portal(route: "Route") -> None:
        asked.append(route.request.url)
        route.fulfill(status=200, content_type="text/html", body="<h1>Welcome to the free WLAN</h1>")

    stand.route(SUBMISSIONS, portal)
    fill_in(stand)
    submit(stand)
    stand.wait_for_timeout(1500)
    assert asked
    assert len(stored(stand)["outbox"]) == 1
    stand.unroute(SUBMISSIONS)
    wait_until_delivered(stand)


def test_answer__disk_full__no_receipt_and_nothing_lost(stand: "Page", bank: Bank) -> None:
    fill_in(stand)
    stand.evaluate("window.full = true")
    stand.get_by_role("button", name="提交", exact=True).click()
    stand.wait_for_selector("#survey-notice:visible")
    assert stand.inner_text("#receipt-code") == ""
    assert stand.input_value("[name=suggestion]") == SECRET
    stand.evaluate("window.full = false")
    assert submit(stand)
    wait_until_delivered(stand)


def test_device__revoked_with_answers_waiting__kept_until_enrolled_again(stand: "Page", bank: Bank) -> None:
    device_id = str(stored(stand)["device"][0]["id"])
    with bank.services.database.write() as session:
        revoke(session, device_id, bank.writer)
    fill_in(stand)
    code = submit(stand)
    stand.wait_for_timeout(1000)
    stand.get_by_role("button", name="完成").click()
    stand.wait_for_selector("#enrolment-error:visible")
    assert "停用" in stand.inner_text("#enrolment-error")
    assert len(stored(stand)["outbox"]) == 1
    with bank.services.database.write() as session:
        collector = session.scalars(select(Device).filter_by(id=device_id)).one().collector
        again = new_enrolment_code(session, collector, bank.writer)
    stand.fill("[name=enrolment_code]", again)
    stand.get_by_role("button", name="注册这台设备").click()
    wait_until_delivered(stand)
    assert delivered(bank, code) is not None


def test_idle__warned_then_wiped_within_two_minutes(browser: "Browser", bank: Bank) -> None:
    context = open_context(browser, viewport=STAND)
    page = context.new_page()
    page.clock.install()
    enrol(page, bank)
    page.get_by_role("button", name="开始填写").click()
    page.check("[name=consent]")
    page.get_by_role("button", name="下一页").click()
    page.check("[name=csat][value='1']")
    page.clock.run_for(61_000)
    assert page.is_visible("dialog#idle")
    assert violations(page) == []
    page.get_by_role("button", name="继续填写").click()
    assert page.is_checked("[name=csat][value='1']")
    page.clock.run_for(61_000)
    page.clock.run_for(21_000)
    page.get_by_role("button", name="开始填写").wait_for()
    assert page.locator("#survey-form").inner_html() == ""
    assert stored(page)["outbox"] == []
    context.close()


def test_enrolment__wrong_code__says_what_to_do(browser: "Browser", bank: Bank) -> None:
    context = open_context(browser, viewport=STAND)
    page = context.new_page()
    page.goto(f"{bank.server.url}/k/")
    assert page.locator("input:visible").count() == 1
    for typed, said in (("", "请输入注册码"), ("NOSUCHCODE", "重新生成")):
        page.fill("[name=enrolment_code]", typed)
        page.get_by_role("button", name="注册这台设备").click()
        page.wait_for_selector(f"#enrolment-error:has-text('{said}')")
    context.close()


def test_screens__axe_and_width__nothing_to_mend(stand: "Page") -> None:
    found = violations(stand)
    stand.get_by_role("button", name="大字版").click()
    found += violations(stand)
    fill_in(stand)
    assert not sideways(stand)
    found += violations(stand)
    submit(stand)
    found += violations(stand)
    assert not sideways(stand)
    assert found == []
