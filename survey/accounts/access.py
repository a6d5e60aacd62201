"""Signing in, by Flask-Security: argon2 passwords, user names, no home-made crypto."""

from typing import Any

from flask import Flask, current_app, g
from flask_babel import lazy_gettext as _
from flask_security import LoginForm, Security, SQLAlchemySessionUserDatastore, uia_username_mapper
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from sqlalchemy.sql.dml import UpdateBase
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired, Optional

from survey.accounts.models import Role, User
from survey.accounts.people import PASSWORD_MINIMUM
from survey.config import key
from survey.security import has_session
from survey.services import Services


class StaffLoginForm(LoginForm):  # type: ignore[misc]  # Flask-Security's forms are untyped
    """User name and password; nothing else is asked."""

    email = StringField(validators=[Optional()])  # never shown; the library's view clears it by name
    username = StringField(_("用户名"), validators=[InputRequired(_("请输入用户名。"))])
    password = PasswordField(_("密码"), validators=[InputRequired(_("请输入密码。"))])
    submit = SubmitField(_("登录"))

    def validate(self, **kwargs: Any) -> bool:
        self.ifield = self.username
        self.user = current_app.extensions["security"].datastore.find_user(
            username=(self.username.data or "").strip()
        )
        return bool(super().validate(**kwargs))


def install(app: Flask, services: Services) -> None:
    """Set Flask-Security up on the services' database."""
    home = services.settings.home
    app.config.update(
        SECRET_KEY=key(home, "sessions").hex(),
        SECURITY_PASSWORD_SALT=key(home, "passwords").hex(),
        SECURITY_USERNAME_ENABLE=False,  # the form above brings its own field
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"username": {"mapper": uia_username_mapper}}],
        SECURITY_PASSWORD_LENGTH_MIN=PASSWORD_MINIMUM,
        SECURITY_LOGIN_USER_TEMPLATE="accounts/login.html",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/login",
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,  # accounts have user names; many have no mail address
        SECURITY_POST_CHANGE_VIEW="/",
        SECURITY_MSG_GENERIC_AUTHN_FAILED=(_("用户名或密码不正确。"), "error"),
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=services.settings.public_url.startswith("https:"),
    )
    store = SQLAlchemySessionUserDatastore(_sessions(services), User, Role)
    app.before_request(_nobody_where_no_session)  # before the library's own, which would read the cookie
    Security(app, store, login_form=StaffLoginForm)
    app.teardown_appcontext(lambda _error: store.db.session.remove())


def _nobody_where_no_session() -> None:
    """On a respondent's page nobody is signed in: no cookie is read, no account is loaded."""
    if not has_session():
        g._login_user = current_app.extensions["security"].login_manager.anonymous_user()


def _sessions(services: Services) -> "scoped_session[Session]":
    """Sessions that read with the read engine and write with the write engine.

    Flask-Security loads the account on every staff request; on SQLite a session of the write engine
    would hold the one write lock for as long as the page takes.
    """
    database = services.database

    class RoutingSession(Session):
        def get_bind(self, *_: Any, clause: Any = None, **__: Any) -> Engine | Connection:
            writes = self._flushing or isinstance(clause, UpdateBase)
            return database.write_engine if writes else database.read_engine

    return scoped_session(sessionmaker(class_=RoutingSession, expire_on_commit=False))
