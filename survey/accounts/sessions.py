"""Signed-in browsers, known to the server: signing out or losing the account ends them at once."""

import secrets
from datetime import timedelta
from typing import Any, Final

from flask import Flask, Response, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import user_logged_out
from flask_security import current_user, logout_user, user_authenticated
from sqlalchemy import delete, select

from questionnaires.canonical import sha256_hex
from survey.accounts.models import StaffSession, User
from survey.db import now
from survey.security import has_session
from survey.services import services

LASTS: Final = timedelta(hours=12)
COOKIE_FIELD: Final = "staff"


class StaffCookies(SecureCookieSessionInterface):
    """Sessions of the staff face alone; libraries that look at one on a respondent's page leave no trace."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if has_session():
            super().save_session(app, session, response)


def install(app: Flask) -> None:
    app.session_interface = StaffCookies()
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)
    app.before_request(_check)


def _begin(_app: Flask, user: User, **_: Any) -> None:
    secret = secrets.token_urlsafe(24)
    session[COOKIE_FIELD] = secret
    here = services()
    with here.database.write() as db:
        db.execute(delete(StaffSession).where(StaffSession.expires_at < now()))
        db.add(StaffSession(id=_digest(secret), user_id=user.id, created_at=now(), expires_at=now() + LASTS))
        here.auditor.record(db, user.username, "session.begun", "user", user.id)


def _end(_app: Flask, user: User, **_: Any) -> None:
    secret = session.pop(COOKIE_FIELD, None)
    if secret is None:
        return
    here = services()
    with here.database.write() as db:
        db.execute(delete(StaffSession).where(StaffSession.id == _digest(secret)))
        here.auditor.record(db, user.username, "session.ended", "user", user.id)


def _check() -> None:
    """A cookie whose session the server no longer knows signs nobody in."""
    if not has_session() or "_user_id" not in session or not current_user.is_authenticated:
        return
    secret = session.get(COOKIE_FIELD)
    if secret is not None:
        with services().database.read() as db:
            known = select(StaffSession.id).where(
                StaffSession.id == _digest(secret),
                StaffSession.user_id == current_user.id,
                StaffSession.expires_at >= now(),
            )
            if db.scalar(known) is not None:
                return
    session.pop(COOKIE_FIELD, None)
    logout_user()


def _digest(secret: str) -> str:
    return sha256_hex(secret.encode())
