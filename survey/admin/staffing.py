"""Writes of the administrator: roles, branches, passwords, and closing an account; each ends what it must."""

import secrets
from typing import Final

from flask_security import hash_password
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey.accounts.models import Branch, Role, StaffSession, User
from survey.accounts.people import role_named
from survey.audit import Writer
from survey.messages import Refused

PASSWORD_BYTES: Final = 12


def change_duties(session: Session, user: User, role: str, branch: Branch | None, writer: Writer) -> None:
    """Give somebody a role and a branch; both hold from the next click on."""
    if role != "admin":
        _refuse_last_admin(session, user)
    user.roles = [role_named(session, role)]
    user.branch = branch
    code = branch.code if branch is not None else None
    writer.note(session, "user.changed", "user", user.id, username=user.username, role=role, branch=code)


def deactivate(session: Session, user: User, writer: Writer) -> None:
    """Close an account; whoever is signed in with it is signed out at once."""
    _refuse_last_admin(session, user)
    user.active = False
    _end_sessions(session, user)
    writer.note(session, "user.deactivated", "user", user.id, username=user.username)


def activate(session: Session, user: User, writer: Writer) -> None:
    """Open a closed account again."""
    user.active = True
    writer.note(session, "user.activated", "user", user.id, username=user.username)


def reset_password(session: Session, user: User, writer: Writer) -> str:
    """A new password, to be told once; every session under the old one ends."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    user.password = hash_password(password)
    _end_sessions(session, user)
    writer.note(session, "user.password_reset", "user", user.id, username=user.username)
    return password


def _end_sessions(session: Session, user: User) -> None:
    user.fs_uniquifier = secrets.token_hex(32)
    session.execute(delete(StaffSession).where(StaffSession.user_id == user.id))


def _refuse_last_admin(session: Session, user: User) -> None:
    """Somebody must be left who can let people in."""
    admins = select(func.count()).where(User.active, User.roles.any(Role.name == "admin"), User.id != user.id)
    if user.has_any_role(["admin"]) and not session.scalar(admins):
        raise Refused(
            f"{user.username} 是唯一的管理员。请先给另一个人管理员角色。",
            f"{user.username} is the only administrator. Make somebody else one first.",
        )
