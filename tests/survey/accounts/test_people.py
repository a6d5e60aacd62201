"""The branch tree is built from a table, and a manager's scope is one subtree of it."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from survey.accounts.models import Branch, User
from survey.accounts.people import BranchRow, add_user, find_branch, import_branches, read_branches
from survey.accounts.scope import Scope, scope_of
from survey.audit import Writer
from survey.messages import Refused
from survey.services import Services
from tests.conftest import BRANCHES


def test_import__children_before_parents__one_tree(services: Services, writer: Writer) -> None:
    with services.database.write() as session:
        import_branches(session, reversed(BRANCHES), writer)
        leaf = find_branch(session, "E11")
        assert leaf.kind == "sub_branch"
        assert leaf.path.startswith(find_branch(session, "E1").path)


def test_import__again__updates_and_adds_nothing(services: Services, writer: Writer) -> None:
    with services.database.write() as session:
        import_branches(session, BRANCHES, writer)
        import_branches(session, [BranchRow(2, "HQ", "新名称", "", "east")], writer)
        assert find_branch(session, "HQ").name == "新名称"
        assert len(session.scalars(select(Branch)).all()) == len(BRANCHES)


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([BranchRow(2, "A", "甲", "B", "east"), BranchRow(3, "B", "乙", "A", "east")], "A, B"),
        ([BranchRow(2, "A", "甲", "", "east"), BranchRow(3, "A", "乙", "", "east")], "line 2"),
        ([BranchRow(2, "A", "甲", "nowhere", "east")], "nowhere"),
        ([BranchRow(2, "A", "", "", "east")], "line 2"),
    ],
)
def test_import__bad_rows__refused_where_they_are(
    services: Services, writer: Writer, rows: list[BranchRow], named: str
) -> None:
    with pytest.raises(Refused, match=named), services.database.write() as session:
        import_branches(session, rows, writer)


def test_read__missing_column__named(tmp_path: Path) -> None:
    file = tmp_path / "branches.csv"
    file.write_text("code,name\nA,甲\n", encoding="utf-8")
    with pytest.raises(Refused, match="parent_code, region"):
        read_branches(file)


def test_scope__manager__own_subtree_only(app: Flask, services: Services, writer: Writer) -> None:
    with app.app_context(), services.database.write() as session:
        import_branches(session, BRANCHES, writer)
        add_user(session, "m", "manager", "long enough password", writer, branch=find_branch(session, "E1"))
    with services.database.read() as session:
        scope = scope_of(session.scalars(select(User)).one())
        assert scope.find(session, "E11") is not None
        assert scope.find(session, "W11") is None
        assert scope.find(session, "HQ") is None
        assert Scope().find(session, "W11") is not None


def test_add_user__short_password_or_taken_name__refused(
    app: Flask, services: Services, writer: Writer
) -> None:
    with app.app_context(), services.database.write() as session:
        add_user(session, "m", "manager", "long enough password", writer)
        with pytest.raises(Refused, match="too short"):
            add_user(session, "n", "manager", "short", writer)
        with pytest.raises(Refused, match="taken"):
            add_user(session, "m", "manager", "long enough password", writer)
