"""A customer with a phone: answers, errs and mends, goes back, sends twice; with and without the script."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.serving import Bank, open_context, serve_bank, sideways, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WORDS = {
    "zh": {"next": "下一页", "submit": "提交", "missing": "请回答这一题。", "progress": "第 2 页，共 7 页"},
    "en": {
        "next": "Next",
        "submit": "Submit",
        "missing": "Please answer this question.",
        "progress": "Page 2 of 7",
    },
}
OVERALL, SERVICES, CHANNELS, LOYALTY, TEXTS, YOU = range(1, 7)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    served = serve_bank(tmp_path_factory.mktemp("respond") / "home")
    yield served
    served.server.stop()


class Customer:
    """Somebody at a page; goes on through the sections where there is a script."""

    def __init__(self, page: "Page", bank: Bank, lang: str, *, script: bool) -> None:
        self.page, self.bank, self.script, self.words = page, bank, script, WORDS[lang]
        self.complaints: list[str] = []
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{bank.survey}?lang={lang}")

    def go_on(self, times: int = 1) -> None:
        for _ in range(times if self.script else 0):
            self.page.get_by_role("button", name=self.words["next"], exact=True).click()

    def tick(self, name: str, value: str) -> None:
        self.page.check(f"input[name={name}][value='{value}']")

    def submit(self) -> None:
        self.page.get_by_role("button", name=self.words["submit"], exact=True).click()

    def answer_all_but_segment(self) -> None:
        self.tick("consent", "yes")
        self.go_on()
        self.tick("csat", "4")
        self.tick("nps", "10")
        self.go_on(SERVICES - OVERALL)
        self.tick("prod1", "na")
        self.go_on(TEXTS - SERVICES)
        self.page.fill("textarea[name=suggestion]", "排队太久 😀\n请改进")
        self.go_on(YOU - TEXTS)

    def receipt(self) -> str:
        self.page.wait_for_selector("main[data-page=thanks]")
        return self.page.get_attribute("main", "data-receipt") or ""

    def focused(self) -> str:
        name: str = self.page.evaluate("document.activeElement.name ?? ''")
        return name


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_survey__error_mended_and_sent_twice__one_response(
    browser: "Browser", bank: Bank, lang: str, script: bool
) -> None:
    before = len(bank.responses())
    context = open_context(browser, java_script_enabled=script)
    customer = Customer(context.new_page(), bank, lang, script=script)
    customer.answer_all_but_segment()
    customer.submit()
    page = customer.page
    assert page.text_content("#segment-error") == customer.words["missing"]
    assert page.locator("[name=segment]").first.evaluate("box => box === document.activeElement")
    assert page.input_value("textarea[name=suggestion]") == "排队太久 😀\n请改进"
    assert page.is_checked("[name=nps][value='10']")
    assert len(bank.responses()) == before

    customer.tick("segment", "sme")
    customer.submit()
    receipt = customer.receipt()
    page.reload()
    assert customer.receipt() == receipt
    responses = bank.responses()
    assert len(responses) == before + 1
    stored = responses[-1]
    assert stored.answers == {
        "csat": 4,
        "nps": 10,
        "prod1": "na",
        "suggestion": "排队太久 😀\n请改进",
        "segment": "sme",
    }
    assert stored.locale == lang
    assert [said for said in customer.complaints if "422" not in said] == []
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_survey__gone_back_to_and_sent_again__same_receipt(
    browser: "Browser", bank: Bank, script: bool
) -> None:
    before = len(bank.responses())
    context = open_context(browser, java_script_enabled=script)
    customer = Customer(context.new_page(), bank, "zh", script=script)
    customer.answer_all_but_segment()
    customer.tick("segment", "sme")
    customer.submit()
    receipt = customer.receipt()
    for nps, kind in (("10", "thanks"), ("0", "conflict")):
        customer.page.go_back()
        customer.page.wait_for_selector("main[data-page=survey]")
        assert customer.page.is_checked("[name=nps][value='10']")
        customer.page.locator(f"[name=nps][value='{nps}']").evaluate("box => { box.checked = true }")
        customer.submit()
        customer.page.wait_for_selector(f"main[data-page={kind}]")
        assert customer.page.get_attribute("main", "data-receipt") == receipt
    assert len(bank.responses()) == before + 1
    context.close()


def test_survey__double_click__one_response(browser: "Browser", bank: Bank) -> None:
    before = len(bank.responses())
    context = open_context(browser)
    customer = Customer(context.new_page(), bank, "zh", script=True)
    customer.answer_all_but_segment()
    customer.tick("segment", "retail")
    customer.page.get_by_role("button", name="提交", exact=True).dblclick()
    assert customer.receipt()
    assert len(bank.responses()) == before + 1
    context.close()


def test_sections__checked_before_going_on_and_walked_by_the_back_button(
    browser: "Browser", bank: Bank
) -> None:
    context = open_context(browser)
    customer = Customer(context.new_page(), bank, "zh", script=True)
    page = customer.page
    customer.go_on()
    assert page.is_visible("#consent-error")
    assert customer.focused() == "consent"
    customer.tick("consent", "yes")
    assert not page.is_visible("#consent-error")
    customer.go_on()
    assert page.inner_text(".progress").strip() == customer.words["progress"]
    assert page.evaluate("document.activeElement.textContent") == "总体感受"
    customer.tick("csat", "2")
    customer.tick("nps", "0")
    page.keyboard.press("Enter")  # as good as the button
    assert page.is_visible("text=产品与网点")
    page.go_back()
    assert page.is_visible("text=总体感受")
    assert page.is_checked("[name=csat][value='2']")
    page.go_forward()
    page.get_by_role("button", name="上一页").click()
    assert page.is_visible("text=总体感受")
    assert page.is_checked("[name=nps][value='0']")
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_language__switched_in_the_middle__answers_kept(browser: "Browser", bank: Bank, script: bool) -> None:
    context = open_context(browser, java_script_enabled=script)
    customer = Customer(context.new_page(), bank, "zh", script=script)
    page = customer.page
    seal = page.input_value("[name=':form']")
    customer.tick("consent", "yes")
    customer.go_on()
    customer.tick("nps", "7")
    if script:
        page.get_by_role("link", name="English").click()
    else:
        page.get_by_role("button", name="English").click()
    page.wait_for_selector("html[lang=en]")
    assert page.is_checked("[name=nps][value='7']")
    assert page.is_checked("[name=consent]")
    assert page.input_value("[name=':form']") == seal
    if script:
        assert page.inner_text(".progress").strip() == WORDS["en"]["progress"]
        page.get_by_role("link", name="Larger text").click()
    else:
        page.get_by_role("button", name="Larger text").click()
    page.wait_for_selector("html.large[lang=en]")
    assert page.is_checked("[name=nps][value='7']")
    context.close()


def test_page__few_requests_to_this_host_alone(browser: "Browser", bank: Bank) -> None:
    context = open_context(browser)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(bank.survey, wait_until="networkidle")
    outside = [url for url in asked if not url.startswith((bank.server.url, "data:"))]
    assert outside == []
    assert len([url for url in asked if not url.startswith("data:")]) <= 4
    context.close()


SMALL = {"width": 320, "height": 700}
DESK = {"width": 1366, "height": 900}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("look", ["", "&large=1"], ids=["normal", "large"])
def test_page__narrow_or_enlarged__nothing_cut(browser: "Browser", bank: Bank, lang: str, look: str) -> None:
    context = open_context(browser, viewport=SMALL, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{bank.survey}?lang={lang}{look}")
    assert not sideways(page)
    context.close()
    context = open_context(browser)
    page = context.new_page()
    page.goto(f"{bank.survey}?lang={lang}{look}")
    page.evaluate("document.documentElement.style.fontSize = '36px'")  # text at 200 %
    page.evaluate("for (const part of document.querySelectorAll('section')) part.hidden = false")
    assert not sideways(page)
    context.close()


@pytest.mark.parametrize(
    ("look", "target", "text"), [("", 44, 17), ("&large=1", 60, 18)], ids=["normal", "large"]
)
def test_page__targets_and_text__large_enough(
    browser: "Browser", bank: Bank, look: str, target: int, text: int
) -> None:
    context = open_context(browser, java_script_enabled=False)
    context_page = context.new_page()
    context_page.goto(f"{bank.survey}?lang=zh{look}")
    for selector in (".options label", ".send button", ".tools a"):
        heights = context_page.eval_on_selector_all(
            selector, "all => all.map(each => each.getBoundingClientRect().height)"
        )
        assert min(heights) >= target, selector
    assert context_page.locator(".nps label").count() == 11
    boxes = context_page.eval_on_selector_all(
        ".nps label", "all => all.map(each => each.getBoundingClientRect().width)"
    )
    assert min(boxes) >= target
    size = context_page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert size >= text
    context.close()


def test_matrix__cards_on_a_phone_a_table_on_a_desk(browser: "Browser", bank: Bank) -> None:
    for viewport, heads in ((None, False), (DESK, True)):
        context = open_context(
            browser, java_script_enabled=False, **({"viewport": viewport} if viewport else {})
        )
        page = context.new_page()
        page.goto(bank.survey)
        assert page.locator(".heads").first.is_visible() is heads
        assert not sideways(page)
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("look", ["", "&large=1"], ids=["normal", "large"])
def test_pages__axe__no_violations(browser: "Browser", bank: Bank, scheme: str, look: str) -> None:
    context = open_context(browser, color_scheme=scheme)
    customer = Customer(context.new_page(), bank, "zh", script=True)
    page = customer.page
    page.goto(f"{bank.survey}?lang=zh{look}")
    found = violations(page)
    customer.go_on()
    found += violations(page)
    customer.tick("consent", "yes")
    for _ in range(SERVICES):
        customer.go_on()
        for name, value in (("csat", "4"), ("nps", "10"), ("prod1", "5")):
            if page.is_visible(f"[name={name}]"):
                customer.tick(name, value)
        found += violations(page)
    page.set_viewport_size(DESK)
    found += violations(page)
    context.close()

    context = open_context(browser, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{bank.survey}?lang=en{look}")
    page.evaluate("document.querySelector('form').submit()")
    page.wait_for_selector(".summary")
    found += violations(page)
    page.goto(f"{bank.server.url}/s/none?lang=en{look}")
    found += violations(page)
    context.close()
    assert found == []


def test_receipt__withdrawn_and_erased_by_its_code(browser: "Browser", bank: Bank) -> None:
    context = open_context(browser)
    customer = Customer(context.new_page(), bank, "zh", script=True)
    customer.answer_all_but_segment()
    customer.tick("segment", "retail")
    customer.submit()
    receipt = customer.receipt()
    page = customer.page
    found = violations(page)
    page.get_by_role("link", name="查看或撤回这份答卷").click()
    page.wait_for_selector("main[data-page=receipt]")
    assert receipt in page.inner_text("main")
    assert "排队太久" in page.inner_text("main")
    found += violations(page)
    for link, button, status in (("撤回", "确认撤回", "withdrawn"), ("删除", "确认删除", "erased")):
        page.get_by_role("link", name=f"{link}这份答卷").click()
        page.wait_for_selector("main[data-page=confirm]")
        found += violations(page)
        page.get_by_role("button", name=button).click()
        page.wait_for_selector(f"main[data-status={status}]")
        found += violations(page)
    assert "排队太久" not in page.inner_text("main")
    page.goto(f"{bank.server.url}/r/")
    found += violations(page)
    assert found == []
    assert [said for said in customer.complaints if "422" not in said] == []
    context.close()
