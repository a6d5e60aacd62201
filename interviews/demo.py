"""The demo bank's interviews, loaded through the same functions as real ones."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from interviews.codebook import add_code
from interviews.coding import add_document, add_project, code_span
from interviews.models import Code, Document, Project
from interviews.spans import Span
from interviews.texts import UTF_8, Decoded, canonical
from survey.accounts.models import User
from survey.audit import Writer
from survey.demo import interviews as invented
from survey.demo.building import ACTOR, PEOPLE
from survey.services import Services

PROJECT = "客户关怀访谈（示例）"


def load_demo(services: Services) -> None:
    """Add the invented documents, the code book, and the spans that two researchers coded."""
    writer = Writer(services.auditor, ACTOR)
    with services.database.write() as session:
        project = add_project(session, PROJECT, writer)
        documents = _documents(session, project, writer)
        codes = _codes(session, project, writer)
        coders = _coders(session)
        for one in invented.codings():
            document, code, coder = documents[one.document], codes[one.code], coders[one.coder]
            writer_of = Writer(services.auditor, coder.username)
            code_span(session, document, code, coder, Span(one.start, one.end), one.quote, writer_of)


def _documents(session: Session, project: Project, writer: Writer) -> dict[str, Document]:
    return {
        one.name: add_document(session, project, one.title, Decoded(canonical(one.text), UTF_8), writer).thing
        for one in invented.documents()
    }


def _codes(session: Session, project: Project, writer: Writer) -> dict[str, Code]:
    """The codes by their path; a code comes after its parent in the book."""
    codes: dict[str, Code] = {}
    for one in invented.codebook():
        above, _, name = one.path.rpartition("/")
        parent = codes[above] if above else None
        codes[one.path] = add_code(session, project, name, writer, parent=parent, definition=one.definition)
    return codes


def _coders(session: Session) -> dict[str, User]:
    """The demo's researchers in the place of the invented coders."""
    names = [username for role, username, _ in PEOPLE if role == "researcher"]
    found = {user.username: user for user in session.scalars(select(User).where(User.username.in_(names)))}
    return {coder: found[name] for coder, name in zip(invented.CODERS, names, strict=True)}
