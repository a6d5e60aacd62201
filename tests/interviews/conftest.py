"""A project with one hard document, a small code tree, and two researchers."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from interviews.codebook import add_code
from interviews.coding import add_document, add_project
from interviews.texts import UTF_8, Decoded, canonical
from survey.accounts.models import User
from survey.audit import AuditEvent, Writer
from survey.services import Services

# Six emoji, a character beyond the basic plane, é in both forms, CRLF, a BOM, and signs of HTML.
HARD = (
    "\ufeff主持人：😀😀😀😀😀😀 您好！\r\n"
    "受访者A：在𠮷野家门口排队，等了四十分钟。太慢了。\r\n"
    "\r\n"
    "受访者B：caf\u00e9 和 cafe\u0301 <b>不</b> & 一样。太慢了。\r\n"
)
TEXT = canonical(HARD)


@dataclass(frozen=True, slots=True)
class Study:
    """Ids of a project's parts; codes are 流程 > 审批慢, 编码1, 编码17."""

    project: int
    document: int
    codes: dict[str, int]
    text: str = TEXT

    @property
    def address(self) -> str:
        return f"/interviews/{self.project}"

    @property
    def desk(self) -> str:
        return f"{self.address}/documents/{self.document}"


def make_study(services: Services, writer: Writer, name: str = "客户关怀") -> Study:
    with services.database.write() as session:
        project = add_project(session, name, writer)
        document = add_document(session, project, "访谈一", Decoded(TEXT, UTF_8), writer).thing
        process = add_code(session, project, "流程", writer)
        codes = [process, add_code(session, project, "审批慢", writer, parent=process)]
        codes += [add_code(session, project, name, writer) for name in ("编码1", "编码17")]
        return Study(project.id, document.id, {code.name: code.id for code in codes})


@pytest.fixture
def study(services: Services, writer: Writer) -> Study:
    return make_study(services, writer)


@pytest.fixture
def researcher(study: Study, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """A signed-in researcher, whose requests carry the token that the pages give out."""
    return sign_in("researcher")


def person(services: Services, username: str = "researcher-all") -> User:
    with services.database.read() as session:
        return session.scalars(select(User).filter_by(username=username)).one()


def audited(services: Services) -> list[AuditEvent]:
    """The audit events of this room, oldest first."""
    with services.database.read() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        return [event for event in events if event.object_type.startswith("interview_")]
