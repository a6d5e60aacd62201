"""The demo bank's interviews, as they are in a demo."""

import pytest
from flask import Flask
from sqlalchemy import select

from interviews.demo import PROJECT, load_demo
from interviews.models import Project
from interviews.quotes import faults
from interviews.reading import codes, documents, project_named, projects
from survey.accounts.people import add_user
from survey.audit import AuditEvent, Writer
from survey.demo import interviews as invented
from survey.services import Services
from tests.conftest import PASSWORD


@pytest.fixture
def demo(app: Flask, services: Services, writer: Writer) -> Services:
    with app.app_context(), services.database.write() as session:
        for username in ("researcher", "researcher2"):
            add_user(session, username, "researcher", PASSWORD, writer)
    load_demo(services)
    return services


def test_load_demo__every_document_code_and_coding_is_there(demo: Services) -> None:
    with demo.database.read() as session:
        (row,) = projects(session)
        project = session.get_one(Project, row.id)
        on_page = documents(session, project).rows
        tree = codes(session, project)
    assert (row.name, row.documents, row.codes) == (PROJECT, 12, len(invented.codebook()))
    assert row.segments == len({(c.document, c.coder, c.code, c.start, c.end) for c in invented.codings()})
    assert {one.coders for one in on_page} == {2}
    assert {"/".join(one.names) for one in tree} == {one.path for one in invented.codebook()}


def test_load_demo__every_offset_holds_and_each_coder_wrote_his_own(demo: Services) -> None:
    with demo.database.read() as session:
        assert list(faults(session, project_named(session, PROJECT))) == []
        actors = session.scalars(select(AuditEvent.actor).filter_by(action="segment.coded").distinct())
        assert set(actors) == {"researcher", "researcher2"}
