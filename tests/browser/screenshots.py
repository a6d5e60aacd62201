"""Pictures of the product for the documents: `python -m tests.browser.screenshots docs/images`.

Builds a demo bank, opens the pages as their people do, in Chinese and English, on a phone and a desk, and
says which pages are wider than their window.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import FLAGS
from tests.server import Server

WIDTHS = {390: 844, 1366: 900}
TALLEST = 2400
Visit = Callable[[Page, str], None]


def sign_in(page: Page, url: str, login: dict[str, str]) -> None:
    page.goto(f"{url}/login")
    page.fill("[name=username]", login["username"])
    page.fill("[name=password]", login["password"])
    page.click("[type=submit]")
    page.wait_for_load_state()


def answer(page: Page, address: str) -> None:
    """Fill in what is required, page by page as the script shows it, and send."""
    page.goto(address)
    while page.locator("[data-page=thanks]").count() == 0:
        for name, value in (("consent", None), ("segment", "retail"), ("csat", "5"), ("nps", "9")):
            control = f"[name={name}]" + (f"[value='{value}']" if value else "")
            if page.locator(control).first.is_visible() and not page.locator(control).first.is_checked():
                page.locator(control).first.check(force=True)
        buttons = page.locator("form button:visible")
        buttons.last.click()
        page.wait_for_load_state()


def shoot(page: Page, folder: Path, name: str) -> None:
    overflow = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    if overflow:
        print(f"{name}: wider than its window")
    page.wait_for_timeout(400)
    height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    width = page.viewport_size["width"] if page.viewport_size else 1366
    page.screenshot(
        path=folder / f"{name}.png", full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height}
    )


def visits(demo: dict[str, object], url: str) -> dict[str, tuple[str | None, Visit]]:
    """Name of the picture, role that opens the page, and how it is reached."""
    survey = str(demo["survey_url"])
    slug = str(demo["questionnaire"])
    return {
        "survey": (None, lambda page, lang: page.goto(f"{survey}?lang={lang}") and None),
        "thanks": (None, lambda page, lang: answer(page, f"{survey}?lang={lang}")),
        "dashboard": ("manager", lambda page, lang: page.goto(f"{url}/dashboards/?lang={lang}") and None),
        "analysis": (
            "researcher",
            lambda page, lang: page.goto(f"{url}/console/analysis/{slug}?lang={lang}") and None,
        ),
        "coding": ("researcher", lambda page, lang: open_first_document(page, url, lang)),
    }


def open_first_document(page: Page, url: str, lang: str) -> None:
    page.goto(f"{url}/interviews/?lang={lang}")
    page.locator("main a[href*='/interviews/']").first.click()
    page.wait_for_load_state()
    page.locator("main a[href*='/documents/']:not([href$='/new'])").first.click()
    page.wait_for_load_state()


def take_all(browser: Browser, demo: dict[str, object], url: str, folder: Path) -> None:
    logins = {login["role"]: login for login in reversed(demo["logins"])}  # type: ignore[call-overload]
    for name, (role, visit) in visits(demo, url).items():
        for width, height in WIDTHS.items():
            for lang in ("zh", "en"):
                context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
                page = context.new_page()
                if role:
                    sign_in(page, url, logins[role])
                visit(page, lang)
                shoot(page, folder, f"{name}-{lang}-{width}")
                context.close()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        server = Server(home)
        demo = json.loads(
            server.run("demo", "--once", "--json", "--home", str(home), "--port", str(server.port))
        )
        server.start()
        try:
            with sync_playwright() as playwright:
                program = shutil.which("chromium")
                browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
                take_all(browser, demo, server.url, folder)
                browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
