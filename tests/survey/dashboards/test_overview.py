"""What is counted for whom: on both databases, against a count by hand."""

from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from survey.accounts.people import find_branch
from survey.accounts.scope import Scope
from survey.comments.sweeping import read_new_comments
from survey.config import Settings
from survey.dashboards.keywords import quotes
from survey.dashboards.overview import Overview, open_view, overview
from survey.respond.models import Response
from survey.services import Services
from tests.conftest import Bank
from tests.survey.dashboards.conftest import Answer


@pytest.fixture
def settings(tmp_path: Path, any_database_url: str) -> Settings:
    return Settings(home=tmp_path / "home", database_url=any_database_url, rate_limits=False)


def look(services: Services, below: str | None = None, code: str | None = None, **asked: str) -> Overview:
    with services.database.read() as session:
        view = open_view(session, _scope(session, below), asked, code)
        assert view is not None
        return overview(session, view)


def _scope(session: Session, below: str | None) -> Scope:
    return Scope(find_branch(session, below).path) if below else Scope()


def test_overview__two_branches__each_manager_counts_the_own_subtree(
    services: Services, answer: Answer
) -> None:
    answer("E11", 12, csat=5)
    answer("E1", 3, csat=1)
    answer("W11", 20, csat=2)
    answer(None, 5)
    east = look(services, below="E1")
    assert east.total.responses == 15
    assert east.total.rate.ok
    assert east.total.rate.number("rate") == pytest.approx(12 / 15)
    assert look(services).total.responses == 40


def test_overview__out_of_sight_or_unknown_branch__no_view(services: Services, bank: Bank) -> None:
    with services.database.read() as session:
        scope = _scope(session, "E1")
        assert open_view(session, scope, {}, "W11") is None
        assert open_view(session, scope, {}, "HQ") is None
        assert open_view(session, scope, {}, "nowhere") is None
        assert open_view(session, scope, {}, "E11") is not None


def test_units__below_the_bank__fold_whole_subtrees_and_name_the_rest(
    services: Services, answer: Answer
) -> None:
    answer("E11", 12)
    answer("E1", 3)
    answer("W1", 10)
    answer("HQ", 2)
    answer(None, 1)
    units = look(services).units
    assert [(unit.branch.code if unit.branch else unit.kind, unit.scores.responses) for unit in units] == [
        ("E1", 15),
        ("W1", 10),
        ("own", 2),
        ("nowhere", 1),
    ]
    assert sum(unit.scores.responses for unit in units) == look(services).total.responses


def test_overview__withdrawn_erased_partial__are_not_counted(services: Services, answer: Answer) -> None:
    kept = answer("E11", 11)
    for status in ("withdrawn", "erased", "partial"):
        (gone,) = answer("E11", 1, csat=1)
        with services.database.write() as session:
            session.execute(update(Response).where(Response.submission_id == gone).values(status=status))
    assert look(services).total.responses == len(kept)
    assert look(services).waves[0].scores.responses == len(kept)


def test_overview__flagged_answers__counted_or_left_out_by_choice(services: Services, answer: Answer) -> None:
    answer("E11", 12)
    answer("E11", 4, flags=("speeder",))
    assert look(services).total.responses == 16
    assert look(services, flagged="without").total.responses == 12


def test_overview__filters__cut_totals_waves_units_and_words_alike(
    services: Services, answer: Answer
) -> None:
    answer("E11", 12, segment="hnw", csat=5, complaint="手续费太高")
    answer("E11", 12, csat=2, complaint="排队太久")
    answer("W11", 13, segment="hnw", wave="2026Q3", complaint="排队太久")
    read_new_comments(services)
    found = look(services, segment="hnw", wave="2026Q4")
    assert found.total.responses == 12
    assert [(wave.name, wave.scores.responses) for wave in found.waves] == [("2026Q4", 12)]
    assert sum(unit.scores.responses for unit in found.units) == 12
    assert found.keywords.respondents == 12
    assert "手续费" in {row.term for row in found.keywords.terms}
    assert "排队" not in {row.term for row in found.keywords.terms}


def test_waves__of_two_versions__carry_the_versions_answered(
    services: Services, answer: Answer, bank: Bank
) -> None:
    answer("E11", 10, wave="2026Q3")
    answer("E11", 10)
    assert {wave.name: wave.versions for wave in look(services).waves} == {"2026Q3": (1,), "2026Q4": (1,)}


def test_keywords__said_by_too_few__not_listed_and_not_quoted(services: Services, answer: Answer) -> None:
    answer("E11", 12, complaint="手续费太高")
    answer("E11", 9, complaint="柜台排队")
    read_new_comments(services)
    found = look(services)
    assert found.keywords.respondents == 21
    assert "柜台" not in {row.term for row in found.keywords.terms}
    with services.database.read() as session:
        view = open_view(session, Scope(), {}, None)
        assert view is not None
        assert quotes(session, view.selection, "柜台", 1).quotes == ()
        many = quotes(session, view.selection, "手续费", 1)
    assert (many.respondents, many.total, len(many.quotes)) == (12, 12, 12)
    assert {quote.text for quote in many.quotes} == {"手续费太高"}


def test_keywords__commented_by_too_few__no_words_at_all(services: Services, answer: Answer) -> None:
    answer("E11", 9, complaint="手续费太高")
    answer("E11", 9)
    read_new_comments(services)
    found = look(services).keywords
    assert found.hidden
    assert found.terms == ()
