"""Writes of the desk: what is stored, what is refused, what the audit trail says."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from interviews.coding import QuoteDiffers, add_document, add_project, code_span, uncode, undo
from interviews.models import Code, Document, Project, Segment
from interviews.spans import Span
from interviews.texts import UTF_8, Decoded
from survey.audit import Writer
from survey.messages import Refused
from survey.services import Services
from tests.interviews.conftest import TEXT, Study, audited, make_study, person

PHRASE = "等了四十分钟"


def span_of(quote: str) -> Span:
    start = TEXT.index(quote)
    return Span(start, start + len(quote))


def code(services: Services, writer: Writer, study: Study, name: str, quote: str) -> int:
    with services.database.write() as session:
        document, of = session.get_one(Document, study.document), session.get_one(Code, study.codes[name])
        who = session.merge(person(services), load=True)
        return code_span(session, document, of, who, span_of(quote), quote, writer).thing.id


@pytest.mark.parametrize(
    "quote", ["😀😀😀😀😀😀", "𠮷野家", "caf\u00e9", "cafe\u0301", "太慢了。\n\n受访者B"]
)
def test_code_span__hard_characters__quote_is_the_slice(
    services: Services, writer: Writer, study: Study, researcher: FlaskClient, quote: str
) -> None:
    number = code(services, writer, study, "审批慢", quote)
    with services.database.read() as session:
        segment = session.get_one(Segment, number)
        assert segment.quote == quote == segment.document.text[segment.start : segment.end]


def test_code_span__other_quote__refused_and_nothing_stored(
    services: Services, writer: Writer, study: Study, researcher: FlaskClient
) -> None:
    with pytest.raises(QuoteDiffers), services.database.write() as session:
        document, of = session.get_one(Document, study.document), session.get_one(Code, study.codes["审批慢"])
        who = session.merge(person(services), load=True)
        code_span(session, document, of, who, span_of(PHRASE), "等了十分钟而已", writer)
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Segment)) == 0


def test_code_span__twice__stored_once(
    services: Services, writer: Writer, study: Study, researcher: FlaskClient
) -> None:
    first = code(services, writer, study, "审批慢", PHRASE)
    assert code(services, writer, study, "审批慢", PHRASE) == first
    assert [event.action for event in audited(services)].count("segment.coded") == 1


def test_code_span__code_of_another_project__refused(
    services: Services, writer: Writer, study: Study, researcher: FlaskClient
) -> None:
    other = make_study(services, writer, "别的项目")
    with pytest.raises(ValueError, match="different projects"), services.database.write() as session:
        document, of = session.get_one(Document, study.document), session.get_one(Code, other.codes["审批慢"])
        code_span(session, document, of, person(services), span_of(PHRASE), PHRASE, writer)


def test_audit__names_ids_and_offsets_but_no_words(
    services: Services, writer: Writer, study: Study, researcher: FlaskClient
) -> None:
    number = code(services, writer, study, "审批慢", PHRASE)
    with services.database.write() as session:
        uncode(session, session.get_one(Segment, number), writer)
    events = audited(services)
    assert [event.action for event in events[-2:]] == ["segment.coded", "segment.uncoded"]
    place = span_of(PHRASE)
    assert events[-1].detail == {
        "document": study.document,
        "code": study.codes["审批慢"],
        "coder": person(services).id,
        "start": place.start,
        "end": place.end,
    }
    assert not any(PHRASE in str(event.detail) or "访谈" in str(event.detail) for event in events)


def test_undo__newest_first_until_nothing_is_left(
    services: Services, writer: Writer, study: Study, researcher: FlaskClient
) -> None:
    codings = [code(services, writer, study, "审批慢", quote) for quote in (PHRASE, "𠮷野家")]
    taken = []
    for _ in range(3):
        with services.database.write() as session:
            who = session.merge(person(services), load=True)
            segment = undo(session, session.get_one(Document, study.document), who, writer)
            taken.append(segment.id if segment else None)
    assert taken == [*reversed(codings), None]


def test_undo__codings_of_others__stay(
    services: Services, writer: Writer, study: Study, sign_in: Callable[..., FlaskClient]
) -> None:
    sign_in("researcher")
    sign_in("admin")
    code(services, writer, study, "审批慢", PHRASE)
    with services.database.write() as session:
        other = session.merge(person(services, "admin-all"), load=True)
        assert undo(session, session.get_one(Document, study.document), other, writer) is None


def test_add_document__same_text__given_back_not_doubled(
    services: Services, writer: Writer, study: Study
) -> None:
    with services.database.write() as session:
        project = session.get_one(Project, study.project)
        again = add_document(session, project, "另一个名字", Decoded(TEXT, UTF_8), writer)
    assert (again.thing.id, again.is_new) == (study.document, False)


def test_add_document__same_name_other_text__refused_by_name(
    services: Services, writer: Writer, study: Study
) -> None:
    with pytest.raises(Refused, match="访谈一"), services.database.write() as session:
        project = session.get_one(Project, study.project)
        add_document(session, project, " 访谈一 ", Decoded("别的", UTF_8), writer)


@pytest.mark.parametrize("name", ["", "  ", "客户关怀", "长" * 121])
def test_add_project__unusable_name__refused(
    services: Services, writer: Writer, study: Study, name: str
) -> None:
    with pytest.raises(Refused), services.database.write() as session:
        add_project(session, name, writer)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE interview_segment SET quote = 'x'",
        "UPDATE interview_segment SET end_at = start_at",
        "UPDATE interview_document SET text = text || 'x'",
        "UPDATE interview_code SET colour = 'red'",
    ],
)
def test_database__what_no_function_would_write__refused(
    services: Services, writer: Writer, study: Study, researcher: FlaskClient, change: str
) -> None:
    code(services, writer, study, "审批慢", PHRASE)
    with pytest.raises(IntegrityError), services.database.write() as session:
        session.execute(text(change))
