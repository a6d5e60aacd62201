"""Reads of the room: counts, quotes of exactly one code, context, and the check of every offset."""

import pytest
from sqlalchemy import text

from interviews import quotes as quoting
from interviews import reading
from interviews.coding import add_document, code_span
from interviews.models import Code, Document, Project
from interviews.quotes import CONTEXT, faults, quotes, segments
from interviews.spans import Span
from interviews.texts import UTF_8, Decoded
from survey.audit import Writer
from survey.services import Services
from tests.interviews.conftest import TEXT, Study, person

QUOTES = {"审批慢": ["等了四十分钟", "太慢了"], "编码1": ["𠮷野家"], "编码17": ["😀😀", "您好"]}


@pytest.fixture
def coded(services: Services, writer: Writer, study: Study, researcher: object) -> Study:
    with services.database.write() as session:
        document = session.get_one(Document, study.document)
        who = session.merge(person(services), load=True)
        for name, words in QUOTES.items():
            for quote in words:
                start = TEXT.index(quote)
                of = session.get_one(Code, study.codes[name])
                code_span(session, document, of, who, Span(start, start + len(quote)), quote, writer)
    return study


def of_code(services: Services, study: Study, name: str, *, with_below: bool = True) -> list[str]:
    with services.database.read() as session:
        page = quotes(session, session.get_one(Code, study.codes[name]), with_below=with_below)
    assert page.total == len(page.rows)
    return [row.quote for row in page.rows]


def test_quotes__of_one_code__not_of_another_that_begins_alike(services: Services, coded: Study) -> None:
    assert of_code(services, coded, "编码1") == ["𠮷野家"]
    assert of_code(services, coded, "编码17") == ["😀😀", "您好"]


def test_quotes__subtree__with_those_below_or_without(services: Services, coded: Study) -> None:
    assert of_code(services, coded, "流程") == ["等了四十分钟", "太慢了"]
    assert of_code(services, coded, "流程", with_below=False) == []


def test_quotes__subtree_of_id_1__does_not_hold_that_of_id_17(
    services: Services, writer: Writer, study: Study
) -> None:
    one, seventeen = Code(id=1, ancestry="/"), Code(id=170, ancestry="/17/")
    assert not seventeen.ancestry.startswith(one.path)


def test_quotes__context__is_the_text_around(services: Services, coded: Study) -> None:
    with services.database.read() as session:
        for name in QUOTES:
            for row in quotes(session, session.get_one(Code, coded.codes[name])).rows:
                end = row.start + len(row.quote)
                assert row.before == TEXT[max(0, row.start - CONTEXT) : row.start]
                assert row.quote == TEXT[row.start : end]
                assert row.after == TEXT[end : end + CONTEXT]
                assert row.has_earlier == (row.start > CONTEXT)
                assert row.has_more == (end + CONTEXT < len(TEXT))


def test_quotes__pages__hold_every_quote_once(
    services: Services, coded: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 1)
    with services.database.read() as session:
        code = session.get_one(Code, coded.codes["审批慢"])
        pages = [quotes(session, code, number) for number in (1, 2)]
        beyond = quotes(session, code, 9)
    assert [row.quote for page in pages for row in page.rows] == ["等了四十分钟", "太慢了"]
    assert (beyond.number, beyond.pages, beyond.total) == (2, 2, 2)


def test_documents__figures__share_of_characters_counts_overlaps_once(
    services: Services, coded: Study
) -> None:
    with services.database.read() as session:
        (row,) = reading.documents(session, session.get_one(Project, coded.project)).rows
    under_any_code = sum(len(quote) for words in QUOTES.values() for quote in words)
    assert (row.segments, row.coders, row.characters) == (5, 1, len(TEXT))
    assert row.coded == under_any_code / len(TEXT)


def test_codes__counts__of_the_project_and_of_one_document(
    services: Services, writer: Writer, coded: Study
) -> None:
    with services.database.write() as session:
        project = session.get_one(Project, coded.project)
        empty = add_document(session, project, "访谈二", Decoded("没有编码。", UTF_8), writer).thing
        everywhere = {row.name: (row.segments, row.with_below) for row in reading.codes(session, project)}
        here = {row.name: row.with_below for row in reading.codes(session, project, empty)}
    assert everywhere == {"流程": (0, 2), "审批慢": (2, 2), "编码1": (1, 1), "编码17": (2, 2)}
    assert set(here.values()) == {0}


def test_segments__in_the_order_of_the_text(services: Services, coded: Study) -> None:
    with services.database.read() as session:
        rows = segments(session, session.get_one(Document, coded.document))
    assert [row.quote for row in rows] == ["😀😀", "您好", "𠮷野家", "等了四十分钟", "太慢了"]
    assert {row.coder for row in rows} == {"researcher-all"}


def test_faults__nothing_changed__none(services: Services, coded: Study) -> None:
    with services.database.read() as session:
        assert list(faults(session, session.get_one(Project, coded.project))) == []


def test_faults__text_changed_behind_our_back__named_with_every_quote_that_moved(
    services: Services, coded: Study
) -> None:
    with services.database.write() as session:
        moved = TEXT.replace("\n\n", "\n").replace("😀😀😀😀😀😀", "")
        statement = text("UPDATE interview_document SET text = :text, characters = :n WHERE id = :id")
        session.execute(statement, {"text": moved, "n": len(moved), "id": coded.document})
    with services.database.read() as session:
        found = list(faults(session, session.get_one(Project, coded.project)))
    assert [fault.what for fault in found][:1] == ["text"]
    assert len([fault for fault in found if fault.what == "quote"]) == 5


def test_wrong__place_after_the_end__is_a_fault_of_offsets() -> None:
    segment = quoting.Segment(start=2, end=9, quote="x")
    assert quoting._wrong(segment, "abc") == "offsets"
