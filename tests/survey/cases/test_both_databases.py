"""Cases, the audit trail's filter and the console's counts, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from survey.accounts.scope import Scope
from survey.admin import reading as audit_reading
from survey.cases.opening import open_cases
from survey.cases.reading import CaseFilter, cases, counts
from survey.comments.sweeping import read_new_comments
from survey.config import Settings
from survey.console import reading as console_reading
from survey.console.models import Collector
from survey.respond.submitting import Submission
from survey.services import Services
from tests.conftest import Bank


@pytest.fixture
def settings(tmp_path: Path, any_database_url: str) -> Settings:
    return replace(Settings(home=tmp_path / "home", rate_limits=False), database_url=any_database_url)


def test_reads__are_the_same_on_both(services: Services, bank: Bank) -> None:
    answers = {"segment": "retail", "csat": 1, "nps": 0, "complaint": "排队太久"}
    with services.database.write() as session:
        place = session.scalars(select(Collector).order_by(Collector.id)).first()
        assert place is not None
        rows = [(Submission(f"x{number}", answers, bank.notice), place) for number in range(3)]
        services.submitter.submit_many(session, rows, actor="test")
    read_new_comments(services)
    assert (open_cases(services), open_cases(services)) == (3, 0)
    zone = services.settings.zone
    with services.database.read() as session:
        found, total = cases(session, CaseFilter(state="open", branch="E1"), Scope(), 1, 2)
        assert (len(found), total, counts(session, Scope())) == (2, 3, {"open": 3, "overdue": 0})
        wanted = audit_reading.EventFilter(
            action="case.opened", first=date(2000, 1, 1), last=date(2100, 1, 1)
        )
        assert audit_reading.events(session, wanted, zone, 1, 2)[1] == 3
        assert [row.responses for row in console_reading.questionnaires(session, Scope(), "zh")] == [3]
        assert [row.code for row in audit_reading.branches(session)] == ["HQ", "E1", "E11", "W1", "W11"]
