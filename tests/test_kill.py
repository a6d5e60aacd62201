"""Kill -9 of the server under load: no answer whose receipt was shown is lost, and none is stored twice."""

import random
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import func, select

from questionnaires import instruments
from questionnaires.canonical import sha256_hex
from survey import migrations
from survey.audit import Writer
from survey.config import Settings
from survey.console.publishing import add_collector, open_wave, publish
from survey.respond.models import Response
from survey.respond.submitting import Receipts
from survey.services import Services, build
from tests.server import Server

ROUNDS = 20
CLIENTS = 4


class Customer(threading.Thread):
    """Answers again and again; after an error sends the same page once more, as a person would."""

    def __init__(self, address: str, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.address, self.number, self.stop = address, number, stop
        self.receipts: list[str] = []

    def run(self) -> None:
        while not self.stop.is_set():
            page = self._patiently(None)
            if page is None:
                return
            hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
            answers = {"consent": "yes", "segment": "retail", "csat": "4", "nps": str(self.number)}
            thanks = self._patiently(urllib.parse.urlencode(dict(hidden) | answers).encode())
            if thanks is None:
                return
            receipt = re.search(r'data-receipt="([^"]+)"', thanks)
            assert receipt, thanks
            self.receipts.append(receipt[1])

    def _patiently(self, data: bytes | None) -> str | None:
        """The answer of the server, however often it has to be asked; None when the test is over."""
        while True:
            try:
                with urllib.request.urlopen(self.address, data=data, timeout=5) as answer:
                    return str(answer.read().decode())
            except (urllib.error.URLError, OSError, HTTPException):
                if self.stop.is_set():
                    return None
                time.sleep(0.02)


@pytest.mark.slow
def test_kill__twenty_rounds_under_load__nothing_lost_nothing_doubled(tmp_path: Path) -> None:
    services, address_path = prepared(tmp_path / "home")
    server = Server(services.settings.home)
    stop, chance = threading.Event(), random.Random(20)
    customers = [Customer(f"{server.url}{address_path}", number, stop) for number in range(CLIENTS)]
    for round_number in range(ROUNDS):
        server.start()
        if round_number == 0:
            for customer in customers:
                customer.start()
        time.sleep(chance.uniform(0.2, 0.6))
        server.kill()
    server.start()
    time.sleep(0.5)
    stop.set()
    for customer in customers:
        customer.join(timeout=30)
    server.stop()

    receipts = [receipt for customer in customers for receipt in customer.receipts]
    assert len(receipts) > ROUNDS, "the load was too small to show anything"
    with services.database.read() as session:
        stored = Counter(session.scalars(select(Response.receipt_hash)))
        submissions = session.scalar(select(func.count(func.distinct(Response.submission_id))))
        assert services.auditor.verify(session).is_whole
    acknowledged = {sha256_hex(receipt.replace("-", "").encode()) for receipt in receipts}
    assert len(acknowledged) == len(receipts), "two customers were shown one receipt"
    assert acknowledged <= set(stored), "an acknowledged answer is lost"
    assert max(stored.values()) == 1
    assert submissions == sum(stored.values()), "an answer is stored twice"
    # Whoever was cut off before the receipt may have been stored: at most one answer a customer.
    assert sum(stored.values()) <= len(receipts) + CLIENTS
    assert Receipts.digest(receipts[0]) in stored


def prepared(home: Path) -> tuple[Services, str]:
    services = build(Settings(home=home))
    migrations.upgrade(services.database)
    writer = Writer(services.auditor, "test")
    with services.database.write() as session:
        version = publish(session, instruments.load("bank-satisfaction"), writer)
        wave = open_wave(session, version.questionnaire.slug, "one", writer)
        return services, f"/s/{add_collector(session, wave, 'web', writer).token}"
