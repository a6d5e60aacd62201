"""Writes of accounts: branches imported from a table, people added with a role."""

import csv
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.models import BRANCH_KINDS, Branch, Role, User
from survey.audit import Writer
from survey.db import now
from survey.messages import Refused
from survey.security import ROLES

COLUMNS: Final = ("code", "name", "parent_code", "region")
PASSWORD_MINIMUM: Final = 10


@dataclass(frozen=True, slots=True)
class BranchRow:
    """One unit of the bank as a file gives it; `number` is its line."""

    number: int
    code: str
    name: str
    parent_code: str
    region: str


def read_branches(path: Path) -> list[BranchRow]:
    """Read code,name,parent_code,region; parents may stand after their children."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            names = ", ".join(missing)
            raise Refused(
                f"{path.name}：缺少列 {names}。第一行请写 {','.join(COLUMNS)}。",
                f"{path.name}: columns {names} are missing. The first line must be {','.join(COLUMNS)}.",
            )
        return [_branch_row(number, row) for number, row in enumerate(reader, start=2)]


def _branch_row(number: int, row: Mapping[str, str | None]) -> BranchRow:
    return BranchRow(number, *((row[name] or "").strip() for name in COLUMNS))


def import_branches(session: Session, rows: Iterable[BranchRow], writer: Writer) -> int:
    """Add or update branches by their code; how many rows there were."""
    rows = list(rows)
    _refuse_bad_rows(rows, known=set(session.scalars(select(Branch.code))))
    placed = {branch.code: branch for branch in session.scalars(select(Branch))}
    waiting = rows
    while waiting:
        ready = [row for row in waiting if not row.parent_code or row.parent_code in placed]
        if not ready:
            circle = ", ".join(row.code for row in waiting[:5])
            raise Refused(
                f"网点：{circle} 互为上级，无法形成树。请改正 parent_code。",
                f"branches: {circle} are each other's parents. Correct parent_code.",
            )
        for row in ready:
            placed[row.code] = _place(session, row, placed)
        session.flush()
        for row in ready:
            branch = placed[row.code]
            parent = placed.get(row.parent_code)
            branch.path = f"{parent.path if parent else '/'}{branch.id}/"
        session.flush()
        waiting = [row for row in waiting if row.code not in placed]
    writer.note(session, "branches.imported", "branch", "*", rows=len(rows))
    return len(rows)


def _refuse_bad_rows(rows: list[BranchRow], known: set[str]) -> None:
    codes = [row.code for row in rows]
    for row in rows:
        if not row.code or not row.name:
            raise Refused(
                f"第 {row.number} 行：code 与 name 不能为空。请补全。",
                f"line {row.number}: code and name must not be empty. Fill them in.",
            )
        if codes.count(row.code) > 1:
            raise Refused(
                f"第 {row.number} 行：code {row.code} 重复。请删除多余的一行。",
                f"line {row.number}: code {row.code} stands twice. Remove one of the lines.",
            )
        if row.parent_code and row.parent_code not in codes and row.parent_code not in known:
            raise Refused(
                f"第 {row.number} 行：上级 {row.parent_code} 不存在。请先列出上级。",
                f"line {row.number}: parent {row.parent_code} does not exist. List the parent too.",
            )


def _place(session: Session, row: BranchRow, placed: dict[str, Branch]) -> Branch:
    parent = placed.get(row.parent_code)
    depth = parent.path.count("/") - 1 if parent else 0
    branch = placed.get(row.code) or session.scalars(select(Branch).filter_by(code=row.code)).first()
    if branch is None:
        branch = Branch(code=row.code, path="")
        session.add(branch)
    branch.name, branch.region = row.name, row.region
    branch.kind = BRANCH_KINDS[min(depth, len(BRANCH_KINDS) - 1)]
    branch.parent_id = parent.id if parent else None
    return branch


def find_branch(session: Session, code: str) -> Branch:
    """The branch of that code, refused by name when there is none."""
    branch = session.scalars(select(Branch).filter_by(code=code)).first()
    if branch is None:
        raise Refused(
            f"没有代码为 “{code}” 的网点。请先用 huisheng branch import 导入。",
            f"there is no branch '{code}'. Import it first with huisheng branch import.",
        )
    return branch


def add_user(
    session: Session, username: str, role: str, password: str, writer: Writer, *, branch: Branch | None = None
) -> User:
    """Add somebody who can sign in. Needs an application context (the password is hashed by its settings)."""
    _refuse_bad_account(session, username, role, password)
    user = User(
        username=username,
        password=hash_password(password),
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        branch=branch,
        created_at=now(),
        roles=[role_named(session, role)],
    )
    session.add(user)
    session.flush()
    writer.note(session, "user.added", "user", user.id, username=username, role=role)
    return user


def _refuse_bad_account(session: Session, username: str, role: str, password: str) -> None:
    if role not in ROLES:
        known = ", ".join(ROLES)
        raise Refused(
            f"没有角色 “{role}”。可用的有 {known}。", f"there is no role '{role}'. Use one of {known}."
        )
    if len(password) < PASSWORD_MINIMUM:
        raise Refused(
            f"密码太短：至少 {PASSWORD_MINIMUM} 个字符。",
            f"the password is too short: at least {PASSWORD_MINIMUM} characters.",
        )
    if session.scalar(select(User.id).filter_by(username=username)) is not None:
        raise Refused(
            f"用户名 “{username}” 已存在。请换一个。", f"user name '{username}' is taken. Choose another."
        )


def role_named(session: Session, name: str) -> Role:
    """The role of that name, made when it is first given."""
    role = session.scalars(select(Role).filter_by(name=name)).first()
    if role is None:
        role = Role(name=name)
        session.add(role)
        session.flush()
    return role
