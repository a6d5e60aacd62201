"""The write of an answer: consent, receipts, and what must not come back to life."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select

from survey.audit import Writer
from survey.console.models import Collector
from survey.privacy.withdrawing import erase
from survey.respond.models import Conflict, Response
from survey.respond.receipts import ALPHABET, Receipts
from survey.respond.submitting import AnswersInvalid, Submission
from survey.services import Services
from tests.conftest import Bank

ANSWERS = {"segment": "retail", "csat": 4, "nps": 9}


@pytest.fixture
def collector(services: Services, bank: Bank) -> Collector:
    with services.database.read() as session:
        return session.scalars(select(Collector).filter_by(token=bank.tokens["E11"])).one()


def submission(bank: Bank, **given: object) -> Submission:
    return Submission(id=str(uuid.uuid4()), answers=ANSWERS | given, consent=bank.notice)


def test_submit__no_consent_and_bad_answers__all_named_at_once(
    services: Services, bank: Bank, collector: Collector
) -> None:
    bad = replace(submission(bank, nps=11), consent=None)
    with pytest.raises(AnswersInvalid) as refused:
        services.submitter.submit(bad, collector)
    assert [(error.name, error.code) for error in refused.value.errors] == [
        ("consent", "required"),
        ("nps", "out_of_range"),
    ]


def test_submit__consent_to_another_wording__refused(
    services: Services, bank: Bank, collector: Collector
) -> None:
    with pytest.raises(AnswersInvalid) as refused:
        services.submitter.submit(replace(submission(bank), consent="0" * 64), collector)
    assert [error.code for error in refused.value.errors] == ["other_wording"]


def test_submit__same_answers_spelled_otherwise__a_duplicate(
    services: Services, bank: Bank, collector: Collector
) -> None:
    first = submission(bank, channels_used=["web", "counter"])
    services.submitter.submit(first, collector)
    spelled = {"segment": " retail", "csat": "4", "nps": "９", "channels_used": "counter web"}
    assert services.submitter.submit(replace(first, answers=spelled), collector).outcome == "duplicate"


def test_submit__erased_answer_arrives_again__stays_erased(
    services: Services, bank: Bank, collector: Collector, writer: Writer
) -> None:
    first = submission(bank)
    services.submitter.submit(first, collector)
    with services.database.write() as session:
        erase(session, session.scalars(select(Response)).one(), writer)
    for again in (first, replace(first, answers=ANSWERS | {"nps": 0})):
        assert services.submitter.submit(again, collector).outcome == "duplicate"
    with services.database.read() as session:
        assert session.scalars(select(Response.answers)).one() == {}
        assert session.scalars(select(Conflict)).all() == []


def test_receipts__one_code_a_submission__easily_read_and_typed() -> None:
    receipts = Receipts(b"k" * 32)
    code = receipts.code(1, "a")
    assert code == receipts.code(1, "a")
    assert (
        len({code, receipts.code(2, "a"), receipts.code(1, "b"), receipts.of_collector("t").code(1, "a")})
        == 4
    )
    assert set(code) <= {*ALPHABET, "-"}
    assert len(code) == 14
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    for typed in (code.lower(), code.replace("-", " "), f" {code} ", code.replace("-", ""), wide):
        assert Receipts.digest(typed) == Receipts.digest(code)
