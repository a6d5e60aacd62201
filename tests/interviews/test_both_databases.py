"""The coding room on SQLite and on PostgreSQL: the same rows, the same refusals, one of two at once."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

import app as composition
from interviews import reading
from interviews.codebook import add_code, move_code
from interviews.coding import add_project, code_span, undo
from interviews.models import Code, Document, Project, Segment
from interviews.quotes import CONTEXT, faults, quotes
from interviews.spans import Span
from survey import migrations
from survey.accounts.models import User
from survey.accounts.people import add_user
from survey.audit import Writer
from survey.config import Settings
from survey.messages import Refused
from survey.services import EXTENSION, Services
from tests.conftest import PASSWORD
from tests.interviews.conftest import TEXT, Study, make_study


@pytest.fixture
def here(settings: Settings, any_database_url: str) -> Iterator[tuple[Services, Study]]:
    application = composition.create_app(replace(settings, database_url=any_database_url))
    services: Services = application.extensions[EXTENSION]
    migrations.upgrade(services.database)
    writer = Writer(services.auditor, "test")
    with application.app_context(), services.database.write() as session:
        add_user(session, "r", "researcher", PASSWORD, writer)
    yield services, make_study(services, writer)
    services.database.close()


def code(services: Services, study: Study, name: str, quote: str) -> bool:
    """Code the quote; whether that was new."""
    start = TEXT.index(quote)
    with services.database.write() as session:
        document, of = session.get_one(Document, study.document), session.get_one(Code, study.codes[name])
        who = session.scalars(select(User)).one()
        span, writer = Span(start, start + len(quote)), Writer(services.auditor, "r")
        return code_span(session, document, of, who, span, quote, writer).is_new


def test_room__hard_characters__quotes_context_and_check(here: tuple[Services, Study]) -> None:
    services, study = here
    words = ["😀😀😀😀😀😀", "𠮷野家", "cafe\u0301", "太慢了。\n\n受访者B"]
    assert all(code(services, study, "审批慢", quote) for quote in words)
    with services.database.read() as session:
        project = session.get_one(Project, study.project)
        page = quotes(session, session.get_one(Code, study.codes["流程"]))
        assert sorted(row.quote for row in page.rows) == sorted(words)
        for row in page.rows:
            assert row.before == TEXT[max(0, row.start - CONTEXT) : row.start]
            assert row.after == TEXT[row.start + len(row.quote) :][:CONTEXT]
        assert list(faults(session, project)) == []
        assert reading.projects(session)[0].segments == 4
        assert reading.documents(session, project).rows[0].segments == 4


def test_code_span__eight_at_once__stored_once(here: tuple[Services, Study]) -> None:
    services, study = here
    new: list[bool] = []
    started = [
        threading.Thread(target=lambda: new.append(code(services, study, "编码1", "您好"))) for _ in range(8)
    ]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    assert sorted(new) == [False] * 7 + [True]
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Segment)) == 1


def test_refusals__leave_the_transaction_usable(here: tuple[Services, Study]) -> None:
    services, study = here
    writer = Writer(services.auditor, "r")
    with services.database.write() as session:
        project = session.get_one(Project, study.project)
        with pytest.raises(Refused):
            add_project(session, project.name, writer)
        with pytest.raises(Refused):
            add_code(session, project, "编码1", writer)
        move_code(
            session,
            session.get_one(Code, study.codes["流程"]),
            session.get_one(Code, study.codes["编码1"]),
            writer,
        )
    code(services, study, "审批慢", "您好")
    with services.database.write() as session:
        document = session.get_one(Document, study.document)
        tree = [row.full_name for row in reading.codes(session, session.get_one(Project, study.project))]
        assert tree == ["编码1", "编码1 / 流程", "编码1 / 流程 / 审批慢", "编码17"]
        assert undo(session, document, session.scalars(select(User)).one(), writer) is not None
