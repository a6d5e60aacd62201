"""A researcher in a real browser: sends a file in, reads reliability and one difference, takes the plan."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from questionnaires import instruments
from questionnaires.files import dump_yaml
from tests.browser.test_dashboards import DESK, PHONE, drawn, sideways, violations
from tests.conftest import PASSWORD
from tests.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ANALYSIS = "/console/analysis/bank-satisfaction"
PAGES = (
    "/console/",
    "/console/questionnaires/new",
    "/console/questionnaires/bank-satisfaction/",
    "/console/questionnaires/bank-satisfaction/versions/1/",
    "/console/questionnaires/bank-satisfaction/export",
    "/console/questionnaires/bank-satisfaction/import",
    "/console/waves/1/",
    ANALYSIS,
)


def write_answers(path: Path) -> None:
    """400 people; high-net-worth customers are more satisfied with products."""
    random = Random(3)
    names = [field.name for field in instruments.load("bank-satisfaction").fields()]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", *names])
        writer.writeheader()
        for number in range(400):
            high = number % 2 == 0
            mood = random.gauss(4.1 if high else 3.3, 0.8)
            points = {
                name: min(5, max(1, round(mood + random.gauss(0, 0.5))))
                for name in ("csat", "prod1", "prod2", "prod3", "prod4")
            }
            segment = "hnw" if high else "retail"
            writer.writerow({"id": f"p{number}", "segment": segment, "nps": points["csat"] * 2, **points})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("console")
    server = Server(folder / "home")
    definition, answers = folder / "bank.yaml", folder / "answers.csv"
    definition.write_bytes(dump_yaml(instruments.load("bank-satisfaction")))
    write_answers(answers)
    server.run("questionnaire", "publish", str(definition))
    server.run("wave", "open", "bank-satisfaction", "--name", "2026Q4")
    server.run("collector", "add", "--wave", "2026Q4", "--channel", "qr")
    server.run("responses", "import", str(answers), "--questionnaire", "bank-satisfaction")
    server.run("user", "add", "researcher", "--role", "researcher", "--password-stdin", stdin=PASSWORD)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def said() -> list[str]:
    """What the browser's console was told; a blocked script or style would be named there."""
    return []


@pytest.fixture
def page(browser: "Browser", served: Server, said: list[str]) -> "Iterator[Page]":
    context = browser.new_context(viewport=DESK, locale="zh-CN", accept_downloads=True)
    opened = context.new_page()
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.goto(f"{served.url}/login?next=/console/")
    opened.fill("[name=username]", "researcher")
    opened.fill("[name=password]", PASSWORD)
    opened.press("[name=password]", "Enter")
    opened.wait_for_url("**/console/")
    yield opened
    context.close()
    assert said == []


def test_analysis__reads_in_sentences_tables_and_charts(page: "Page", served: Server) -> None:
    page.goto(served.url + ANALYSIS)
    drawn(page)
    assert page.locator(".chart-plot .main-svg").count() > 0
    assert page.locator(".chart").count() == page.locator(".chart table").count() == 2
    products = page.locator("#scale-products")
    assert "克隆巴赫 α=0." in products.inner_text()
    assert products.locator("tbody tr").count() == 4
    assert "差异显著" in page.locator("#means").inner_text()
    assert "高净值客户" in page.locator("#means").inner_text()


def test_analysis__other_outcome_and_group__are_chosen_by_the_form(page: "Page", served: Server) -> None:
    page.goto(served.url + ANALYSIS)
    page.select_option("[name=outcome]", "score_products")
    page.select_option("[name=wave]", "2026Q4")
    page.click("form button:has-text('查看')")
    drawn(page)
    assert "outcome=score_products" in page.url
    assert page.input_value("[name=outcome]") == "score_products"
    assert "“产品”按" in page.locator("#means").inner_text()


def test_analysis__downloaded_plan__gives_the_downloaded_results(
    page: "Page", served: Server, tmp_path: Path
) -> None:
    page.goto(f"{served.url}{ANALYSIS}?wave=2026Q4")
    files = []
    for words, name in (("下载分析计划", "plan.yaml"), ("下载结果", "results.json")):
        with page.expect_download() as waiting:
            page.click(f"text={words}")
        waiting.value.save_as(tmp_path / name)
        files.append(tmp_path / name)
    plan, results = files
    done = served.run("analyse", "questionnaire:bank-satisfaction", "--plan", str(plan))
    assert json.loads(done) == json.loads(results.read_text("utf-8"))


def test_import__bad_row__is_shown_and_mended(
    page: "Page", served: Server, said: list[str], tmp_path: Path
) -> None:
    answers = tmp_path / "more.csv"
    columns = [field.name for field in instruments.load("bank-satisfaction").fields()]
    header = ",".join(["id", *columns])
    rows = [{"id": "m1", "segment": "sme", "csat": "9", "nps": "3"}]

    def send() -> None:
        lines = [",".join(row.get(name, "") for name in ("id", *columns)) for row in rows]
        answers.write_text("\n".join([header, *lines]) + "\n", "utf-8")
        page.goto(f"{served.url}/console/questionnaires/bank-satisfaction/import")
        page.set_input_files("[name=file]", answers)
        page.click("form button:has-text('导入')")

    send()
    assert "第 2 行 csat" in page.inner_text("main")
    assert violations(page) == []
    rows[0]["csat"] = "4"
    send()
    assert "已导入 1 份答卷" in page.inner_text("main")
    said[:] = [line for line in said if "status of 422" not in line]  # Chromium names the refused upload


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages__each_size_and_language__accessible_and_no_wider_than_the_window(
    page: "Page", served: Server, size: dict[str, int], language: str
) -> None:
    page.set_viewport_size(size)
    for path in PAGES:
        page.goto(f"{served.url}{path}?lang={language}")
        if path == ANALYSIS:
            drawn(page)
        assert sideways(page) <= 0, path
        assert violations(page) == [], path
