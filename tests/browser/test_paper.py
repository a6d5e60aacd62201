"""A clerk keys in a paper form by digits alone."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from survey.accounts.people import find_branch
from survey.console.publishing import add_collector, find_wave
from tests.browser.serving import Bank, open_context, serve_bank, sideways, violations
from tests.conftest import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    served = serve_bank(tmp_path_factory.mktemp("paper") / "home")
    with served.services.database.write() as session:
        branch = find_branch(session, "E11")
        add_collector(session, find_wave(session, served.wave), "paper", served.writer, branch=branch)
    served.server.run(
        "user", "add", "clerk", "--role", "clerk", "--branch", "E1", "--password-stdin", stdin=PASSWORD
    )
    yield served
    served.server.stop()


def test_clerk__keys_in_by_digits__saved_and_the_next_form_ready(browser: "Browser", bank: Bank) -> None:
    context = open_context(browser, viewport={"width": 1366, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{bank.server.url}/console/paper/")
    page.fill("[name=username]", "clerk")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="开始录入").click()
    page.wait_for_selector("form.entry :focus")
    found = violations(page)
    for key in ("1", "4", "1", "0", "1", "3", "Enter", "5", "0", "2", "Backspace", "4", "Enter"):
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".line .error")
    assert page.evaluate("document.activeElement.name") == "segment"
    found += violations(page)
    page.keyboard.press("3")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=已录入 1 份")
    assert page.evaluate("document.activeElement.name") == "consent"
    (response,) = bank.responses()
    assert response.answers == {
        "csat": 4,
        "nps": 10,
        "channels_used": ["counter", "mobile"],
        "prod1": 5,
        "prod2": "na",
        "prod3": 4,
        "segment": "sme",
    }
    page.set_viewport_size({"width": 390, "height": 844})
    assert not sideways(page)
    assert found == []
    assert [said for said in complaints if "422" not in said] == []
    context.close()
