"""The branch tree, the people who work in it, their roles and their sessions."""

from datetime import datetime
from typing import Any

from flask_security import AsaList, RoleMixin, UserMixin
from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, String, Table
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.db import Base, UtcTime

BRANCH_KINDS = ("head_office", "branch", "sub_branch", "outlet")


class Branch(Base):
    """A unit of the bank. `path` lists the ids from the root (`/1/4/17/`): a subtree is one prefix."""

    __tablename__ = "branch"
    __table_args__ = (
        CheckConstraint("kind IN ('head_office', 'branch', 'sub_branch', 'outlet')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))
    region: Mapped[str] = mapped_column(String(20), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"), index=True)
    path: Mapped[str] = mapped_column(String(200), index=True)


roles_users = Table(
    "role_user",
    Base.metadata,
    Column("user_id", Integer, ForeignKey("user_account.id"), primary_key=True),
    Column("role_id", Integer, ForeignKey("role.id"), primary_key=True),
)


class Role(Base, RoleMixin):
    """What somebody may do: admin, researcher, manager, handler, clerk or auditor."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    description: Mapped[str | None] = mapped_column(String(200))
    permissions: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))


class User(Base, UserMixin):
    """Somebody who signs in. Without a branch, the whole bank is in view."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    email: Mapped[str | None] = mapped_column(String(200), unique=True)
    password: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    roles: Mapped[list[Role]] = relationship(secondary=roles_users, lazy="selectin")
    branch: Mapped[Branch | None] = relationship(lazy="joined")

    def has_any_role(self, names: Any) -> bool:
        return any(role.name in names for role in self.roles)


class StaffSession(Base):
    """A signed-in browser. Signing out deletes the row, so a copied cookie opens nothing."""

    __tablename__ = "staff_session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
