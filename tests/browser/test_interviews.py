"""A researcher at the coding desk in a real browser: by mouse, by keyboard, and without a script."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from interviews.models import Segment
from survey import migrations
from survey.audit import Writer
from survey.config import Settings
from survey.services import Services, build
from tests.conftest import PASSWORD
from tests.interviews.conftest import TEXT, Study, make_study
from tests.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 900}
OpenPage = Callable[..., "Page"]
# Select by offsets in the text's own nodes and give back what the browser says is selected.
SELECT = """([start, end]) => {
  const walker = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
  const place = (offset, isEnd) => {
    walker.currentNode = walker.root;
    let passed = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const after = passed + node.data.length;
      if (offset < after || (isEnd && offset === after)) return [node, offset - passed];
      passed = after;
    }
  };
  getSelection().setBaseAndExtent(...place(start, false), ...place(end, true));
  return getSelection().toString();
}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Services, Server]]:
    home = tmp_path_factory.mktemp("interviews") / "home"
    services = build(Settings(home=home, rate_limits=False))
    migrations.upgrade(services.database)
    server = Server(home).start()
    server.run("user", "add", "researcher", "--role", "researcher", "--password-stdin", stdin=PASSWORD)
    yield services, server
    server.stop()
    services.database.close()


@pytest.fixture
def study(house: tuple[Services, Server], request: pytest.FixtureRequest) -> Study:
    """A project of its own for each test."""
    services, _ = house
    return make_study(services, Writer(services.auditor, "test"), request.node.name)


@pytest.fixture
def open_page(browser: "Browser", house: tuple[Services, Server]) -> Iterator[OpenPage]:
    """Opens a page as a signed-in researcher; a page whose script runs may say nothing on its console."""
    said: list[str] = []
    contexts = []
    _, server = house

    def opened(address: str, size: dict[str, int] = DESK, *, script: bool = True) -> "Page":
        context = browser.new_context(viewport=size, java_script_enabled=script, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        if script:
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{server.url}/login?next={address}")
        page.fill("[name=username]", "researcher")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{server.url}{address}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def mark(page: "Page", quote: str) -> str:
    """Select the quote in the page; what the browser says is selected."""
    start = TEXT.index(quote)
    selected: str = page.evaluate(SELECT, [units(TEXT[:start]), units(TEXT[: start + len(quote)])])
    return selected


def pick(page: "Page", code: str) -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/segments")):
        page.locator("button.pick", has_text=code).first.click()
    page.wait_for_selector("[data-desk]:not([aria-busy])")


def quotes(services: Services, study: Study) -> list[str]:
    with services.database.read() as session:
        rows = session.scalars(
            select(Segment).filter_by(document_id=study.document).order_by(Segment.id)
        ).all()
        assert all(row.quote == TEXT[row.start : row.end] for row in rows)
        return [row.quote for row in rows]


def violations(page: "Page") -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


@pytest.mark.parametrize(
    "quote",
    [
        "😀😀😀😀😀😀",
        "😀",
        "𠮷野家",
        "caf\u00e9",
        "cafe\u0301",
        "<b>不</b> & 一样",
        "太慢了。\n\n受访者B：caf",
    ],
)
def test_desk__selected_is_stored_is_the_slice(
    open_page: OpenPage, house: tuple[Services, Server], study: Study, quote: str
) -> None:
    page = open_page(study.desk)
    assert page.evaluate("document.getElementById('text').textContent") == TEXT
    assert mark(page, quote) == quote
    assert page.input_value("#quote") == quote
    pick(page, "审批慢")
    assert quotes(house[0], study) == [quote]
    assert page.evaluate("document.getElementById('text').textContent") == TEXT
    assert page.locator("#segment-list tbody tr").count() == 1
    page.locator("#segment-list tbody td a").first.click()
    page.wait_for_url("**/codes/*")
    shown = page.locator("mark.coded").evaluate("mark => mark.textContent")
    assert shown == quote


def test_desk__dragged_with_the_mouse__coded_and_listed_and_undone(
    open_page: OpenPage, house: tuple[Services, Server], study: Study
) -> None:
    page = open_page(study.desk)
    quote = "𠮷野家门口排队"
    mark(page, quote)
    box = page.evaluate("getSelection().getRangeAt(0).getBoundingClientRect().toJSON()")
    page.evaluate("getSelection().removeAllRanges()")
    middle = box["top"] + box["height"] / 2
    page.mouse.move(box["left"] + 1, middle)
    page.mouse.down()
    page.mouse.move(box["right"] - 1, middle, steps=5)
    page.mouse.up()
    assert page.input_value("#quote") == quote
    pick(page, "编码17")
    assert quotes(house[0], study) == [quote]
    page.wait_for_timeout(200)  # whatever the browser says of its selection after the text is drawn anew
    assert page.locator("#status").inner_text() == "已编码为 “编码17”。"
    assert page.input_value("#quote") == quote  # so that a second code can follow
    with page.expect_response("**/undo"):
        page.get_by_role("button", name="撤销我最近的一次编码").click()
    page.wait_for_selector("#segment-list .empty")
    assert quotes(house[0], study) == []


def test_desk__keyboard_alone__sentence_code_and_undo(
    open_page: OpenPage, house: tuple[Services, Server], study: Study
) -> None:
    page = open_page(study.desk)
    page.focus("#text")
    page.keyboard.press("ArrowDown")
    assert page.input_value("#quote") == "主持人：😀😀😀😀😀😀 您好！"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    assert page.input_value("#quote") == "受访者A：在𠮷野家门口排队，等了四十分钟。太慢了。"
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Shift+ArrowLeft")
    for _ in "受访者A：在":
        page.keyboard.press("Control+ArrowRight")
    assert page.input_value("#quote") == "𠮷野家门口排队，等了四十分钟"
    page.keyboard.press("Control+ArrowRight")  # over a character of two units at once
    assert page.input_value("#quote") == "野家门口排队，等了四十分钟"
    page.keyboard.press("Enter")
    page.keyboard.type("审批")
    with page.expect_response("**/segments"):
        page.keyboard.press("Enter")
    page.wait_for_selector("#segment-list tbody tr")
    assert quotes(house[0], study) == ["野家门口排队，等了四十分钟"]
    with page.expect_response("**/undo"):
        page.keyboard.press("z")
    page.wait_for_selector("#segment-list .empty")
    assert quotes(house[0], study) == []


def test_desk__nothing_selected__says_what_to_do(open_page: OpenPage, study: Study) -> None:
    page = open_page(study.desk)
    page.locator("button.pick").first.click()
    assert page.locator("#status").inner_text() == "请先在文本里选中要编码的文字。"


def test_desk__page_and_document_differ__refused_with_409_and_nothing_stored(
    open_page: OpenPage, house: tuple[Services, Server], study: Study
) -> None:
    page = open_page(study.desk)
    forged = {"code": study.codes["审批慢"], "start": 0, "end": 3, "quote": "受访者"}
    token = page.input_value("#coding [name=csrf_token]")
    answer = page.request.post(
        f"{house[1].url}{study.desk}/segments", data=forged, headers={"X-CSRFToken": token}
    )
    assert answer.status == 409
    assert quotes(house[0], study) == []


def test_desk__overlapping_codings__text_stays_as_it_is(
    open_page: OpenPage, house: tuple[Services, Server], study: Study
) -> None:
    page = open_page(study.desk)
    for quote, code in (("𠮷野家门口排队", "审批慢"), ("门口排队，等了", "编码1"), ("排队", "编码17")):
        assert mark(page, quote) == quote
        pick(page, code)
    assert len(quotes(house[0], study)) == 3
    assert page.evaluate("document.getElementById('text').textContent") == TEXT
    assert page.locator("#text mark mark").count() == 0
    page.locator("#segment-list a[data-start]", has_text="门口排队，等了").click()
    assert page.evaluate("getSelection().toString()") == "门口排队，等了"


def test_desk__without_a_script__plain_form_codes_and_quotes_are_read(
    open_page: OpenPage, house: tuple[Services, Server], study: Study
) -> None:
    page = open_page(study.desk, script=False)
    page.fill("#quote", "太慢了")
    page.locator("button.pick", has_text="编码17").click()
    assert "出现 2 次" in page.inner_text("[role=alert]")
    page.locator("[name=start]").last.check()
    page.locator("button.pick", has_text="编码17").click()
    assert quotes(house[0], study) == ["太慢了"]
    page.goto(f"{house[1].url}{study.address}/codes/{study.codes['编码17']}")
    assert page.locator("mark.coded").inner_text() == "太慢了"
    page.locator("blockquote footer a").click()
    page.wait_for_url("**#s*")
    page.get_by_role("button", name="取消编码").click()
    assert quotes(house[0], study) == []


def test_new_document__uploaded_in_gb18030__previewed_and_added(
    open_page: OpenPage, house: tuple[Services, Server], study: Study
) -> None:
    page = open_page(f"{study.address}/documents/new")
    text = f"第二份。\r\n{TEXT}"
    page.set_input_files(
        "[name=file]", {"name": "访谈二.txt", "mimeType": "text/plain", "buffer": text.encode("gb18030")}
    )
    page.get_by_role("button", name="预览").click()
    assert "GB18030" in page.inner_text("main")
    page.get_by_role("button", name="加入项目").click()
    page.wait_for_url("**/documents/*")
    assert page.evaluate("document.getElementById('text').textContent") == f"第二份。\n{TEXT}"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages__each_size_and_language__accessible_and_no_wider_than_the_window(
    open_page: OpenPage, house: tuple[Services, Server], study: Study, size: dict[str, int], language: str
) -> None:
    page = open_page(study.desk)
    mark(page, "等了四十分钟")
    pick(page, "审批慢")
    page.set_viewport_size(size)
    code = f"{study.address}/codes/{study.codes['流程']}"
    for path in ("/interviews/", f"{study.address}/", f"{study.address}/documents/new", study.desk, code):
        page.goto(f"{house[1].url}{path}?lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert violations(page) == [], path
