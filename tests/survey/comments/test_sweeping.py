"""Open answers read by the sweep: masked, cut, stamped with the edition, on both databases."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

import analysis
from questionnaires import instruments
from survey import migrations
from survey.audit import Writer
from survey.comments import sweeping
from survey.comments.models import Comment
from survey.comments.sweeping import read_new_comments, refresh_comments
from survey.config import Settings
from survey.console.models import Collector
from survey.console.publishing import add_collector, open_wave, publish
from survey.respond.models import Response
from survey.respond.submitting import Submission
from survey.services import Services, build

ANSWERS = {"segment": "retail", "csat": 2, "nps": 3}


@pytest.fixture
def house(tmp_path: Path, any_database_url: str) -> Iterator[Services]:
    services = build(Settings(home=tmp_path / "home", database_url=any_database_url, rate_limits=False))
    migrations.upgrade(services.database)
    yield services
    services.database.close()


@pytest.fixture
def collector(house: Services) -> Collector:
    writer = Writer(house.auditor, "test")
    with house.database.write() as session:
        version = publish(session, instruments.load("bank-satisfaction"), writer)
        wave = open_wave(session, version.questionnaire.slug, "2026Q4", writer)
        return add_collector(session, wave, "web", writer)


def answer(house: Services, collector: Collector, **texts: str) -> None:
    notice = collector.wave.version.notice_hash
    house.submitter.submit(Submission(str(uuid.uuid4()), ANSWERS | texts, consent=notice), collector)


def comments(house: Services) -> list[Comment]:
    with house.database.read() as session:
        return list(session.scalars(select(Comment).order_by(Comment.question)))


def test_sweep__two_texts__masked_cut_and_stamped(house: Services, collector: Collector) -> None:
    answer(house, collector, suggestion="希望少排队", complaint="请打 13812345678，手续费不是很合理")
    assert read_new_comments(house) == 1
    complaint, suggestion = comments(house)
    assert complaint.text == "请打 [手机号]，手续费不是很合理"
    assert "不是合理" in complaint.tokens
    assert "排队" in suggestion.tokens
    assert complaint.dictionary == analysis.text.edition.edition()


def test_sweep__run_twice__reads_nothing_again(house: Services, collector: Collector) -> None:
    answer(house, collector, suggestion="希望少排队")
    answer(house, collector)
    assert read_new_comments(house) == 2
    assert read_new_comments(house) == 0
    assert len(comments(house)) == 1


def test_sweep__erased_while_it_was_cutting__keeps_nothing(
    house: Services, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(house, collector, complaint="手续费太贵")
    cut = sweeping._comments

    def erased_meanwhile(*given: object) -> list[dict[str, object]]:
        with house.database.write() as session:
            session.execute(update(Response).values(status="erased", answers={}))
        return cut(*given)

    monkeypatch.setattr(sweeping, "_comments", erased_meanwhile)
    read_new_comments(house)
    assert comments(house) == []
    assert read_new_comments(house) == 0


def test_refresh__older_edition__read_again_once(house: Services, collector: Collector) -> None:
    answer(house, collector, suggestion="希望少排队")
    read_new_comments(house)
    with house.database.write() as session:
        session.execute(update(Comment).values(dictionary="older", tokens=["旧"]))
    assert refresh_comments(house) == 1
    (comment,) = comments(house)
    assert "排队" in comment.tokens
    assert refresh_comments(house) == 0


def test_sweep__more_than_one_batch__all_read(
    house: Services, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    for number in range(5):
        answer(house, collector, suggestion=f"第 {number} 条建议：少排队")
    assert read_new_comments(house) == 5
    assert len(comments(house)) == 5
