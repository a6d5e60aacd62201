"""Accounts on the command line: people and branches."""

import sys
from pathlib import Path

import click

from survey.accounts.people import add_user, find_branch, import_branches, read_branches
from survey.audit import Writer
from survey.cli import here, tell, with_services
from survey.messages import Refused
from survey.security import ROLES

COMMAND_LINE = "command line"


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--branch", "branch_code", help="code of the branch whose subtree they see (default: all)")
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
@with_services
def user_add(name: str, role: str, branch_code: str | None, password_stdin: bool) -> None:
    """Add somebody with a role; asks for a password."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    elif sys.stdin.isatty():
        password = click.prompt("密码 Password", hide_input=True, confirmation_prompt=True)
    else:
        raise Refused(
            "没有终端可以询问密码。请用 --password-stdin。",
            "there is no terminal to ask for a password. Use --password-stdin.",
        )
    services = here()
    with services.database.write() as session:
        branch = find_branch(session, branch_code) if branch_code else None
        add_user(session, name, role, password, Writer(services.auditor, COMMAND_LINE), branch=branch)
    tell(f"已添加 {name}（{role}）。", f"added {name} ({role}).")


@click.group()
def branch() -> None:
    """The branch tree."""


@branch.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_services
def branch_import(file: Path) -> None:
    """Import branches from a CSV file: code,name,parent_code,region."""
    services = here()
    rows = read_branches(file)
    with services.database.write() as session:
        count = import_branches(session, rows, Writer(services.auditor, COMMAND_LINE))
    tell(f"已导入 {count} 个机构。", f"imported {count} branches.")
