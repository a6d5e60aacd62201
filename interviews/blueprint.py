"""The coding room's blueprint, and what its views share: finding things of one project, and who writes."""

from typing import Final

from flask import Blueprint, abort
from flask_security import current_user
from sqlalchemy.orm import Session

from interviews import reading
from interviews.models import Code, Document, Project, Segment
from survey.accounts.models import User
from survey.audit import Writer
from survey.services import services

blueprint = Blueprint("interviews", __name__, url_prefix="/interviews")


LARGEST_ID: Final = 2**31 - 1  # what a column of ids holds; a larger number asked for is nobody's


def find_project(session: Session, project_id: int) -> Project:
    """The project of that number, or "not found"."""
    return session.get(Project, _id(project_id)) or abort(404)


def find_document(session: Session, project: Project, document_id: int) -> Document:
    """A document of the project, or "not found" (also for one of another project)."""
    return reading.document_in(session, project, _id(document_id)) or abort(404)


def find_code(session: Session, project: Project, code_id: int) -> Code:
    """A code of the project, or "not found" (also for one of another project)."""
    return reading.code_in(session, project, _id(code_id)) or abort(404)


def find_segment(session: Session, document: Document, segment_id: int) -> Segment:
    """A segment of the document, or "not found" (also for one of another document)."""
    return reading.segment_in(session, document, _id(segment_id)) or abort(404)


def coder(session: Session) -> User:
    """The signed-in person, in this session."""
    return session.get_one(User, current_user.id)


def writer() -> Writer:
    """Who writes: the signed-in person."""
    return Writer(services().auditor, current_user.username)


def _id(number: int) -> int:
    return number if 0 < number <= LARGEST_ID else abort(404)
