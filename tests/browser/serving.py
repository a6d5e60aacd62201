"""A served bank for browser tests of collection: branches, one open wave, a web link."""

from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from questionnaires import instruments
from survey import migrations
from survey.accounts.people import find_branch, import_branches
from survey.audit import Writer
from survey.config import Settings
from survey.console.publishing import add_collector, find_wave, open_wave, publish
from survey.kiosk.enrolling import new_enrolment_code
from survey.respond.models import Response
from survey.services import Services, build
from tests.conftest import BRANCHES
from tests.server import Server

PHONE = {"width": 390, "height": 844}
SLOWEST = 15_000  # milliseconds; this machine may be busy


@dataclass(slots=True)
class Bank:
    """A bank that is being served, and a look into its database."""

    services: Services
    writer: Writer
    server: Server
    wave: str
    token: str

    @property
    def survey(self) -> str:
        return f"{self.server.url}/s/{self.token}"

    def responses(self) -> list[Response]:
        with self.services.database.read() as session:
            return list(session.scalars(select(Response).order_by(Response.id)))

    def enrolment_code(self) -> str:
        with self.services.database.write() as session:
            branch = find_branch(session, "E11")
            wave = find_wave(session, self.wave)
            collector = add_collector(session, wave, "kiosk", self.writer, branch=branch)
            return new_enrolment_code(session, collector, self.writer)


def serve_bank(home: Path, instrument: str = "bank-satisfaction") -> Bank:
    """A bank with its server started; stop `server` at the end."""
    services = build(Settings(home=home, rate_limits=False))
    migrations.upgrade(services.database)
    writer = Writer(services.auditor, "test")
    with services.database.write() as session:
        import_branches(session, BRANCHES, writer)
        version = publish(session, instruments.load(instrument), writer)
        wave = open_wave(session, version.questionnaire.slug, "2026Q4", writer)
        collector = add_collector(session, wave, "web", writer, branch=find_branch(session, "E11"))
        bank = Bank(services, writer, Server(home), wave.name, collector.token)
    bank.server.start()
    return bank


def open_context(browser: Browser, **options: object) -> BrowserContext:
    context = browser.new_context(**({"viewport": PHONE} | options))  # type: ignore[arg-type]
    context.set_default_timeout(SLOWEST)
    return context


def sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wide


def violations(page: Page) -> list[str]:
    """What axe-core finds, each with the element it is about."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
