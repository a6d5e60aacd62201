"""Answers at the branches of the bank, stored through the one Submitter."""

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select

from survey.accounts.people import find_branch
from survey.audit import Writer
from survey.console.definitions import published
from survey.console.models import Collector, Wave
from survey.console.publishing import add_collector, find_wave, open_wave
from survey.respond.submitting import Submission
from survey.services import Services
from tests.conftest import Bank

Answer = Callable[..., list[str]]


@pytest.fixture
def answer(services: Services, bank: Bank, writer: Writer) -> Answer:
    """`answer("E11", 12, csat=5, nps=9)`: so many answers at a branch, in the bank's wave or in another."""

    def submit(
        branch: str | None,
        times: int = 1,
        *,
        wave: str = bank.wave,
        flags: tuple[str, ...] = (),
        **given: object,
    ) -> list[str]:
        collector = _collector(services, writer, bank, branch, wave)
        answers = {"segment": "retail", "csat": 4, "nps": 8} | given
        ids = [str(uuid.uuid4()) for _ in range(times)]
        for each in ids:
            services.submitter.submit(Submission(each, answers, consent=bank.notice, flags=flags), collector)
        return ids

    return submit


def _collector(services: Services, writer: Writer, bank: Bank, branch: str | None, wave: str) -> Collector:
    with services.database.write() as session:
        if session.scalar(select(Wave.id).where(Wave.name == wave)) is None:
            open_wave(session, bank.slug, wave, writer)
        place = find_branch(session, branch) if branch else None
        collector = add_collector(session, find_wave(session, wave), "web", writer, branch=place)
        published(collector.wave.version)  # reads the deferred document while there is a session
        return collector
