"""The documents say what the program does: commands, settings, tables, promises and their tests."""

import re
from pathlib import Path

import click
import pytest

import app as composition
from survey.config import KNOWN
from tests.readme_commands import quick_start_commands
from tests.tables_in_docs import with_tables

ROOT = Path(__file__).parent.parent
DOCS = "\n".join(
    path.read_text("utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
)


def commands(group: click.Group, prefix: str = "huisheng") -> list[str]:
    found = []
    for name, command in group.commands.items():
        full = f"{prefix} {name}"
        found += commands(command, full) if isinstance(command, click.Group) else [full]
    return found


@pytest.mark.parametrize("command", commands(composition.cli))
def test_docs__each_command_appears(command: str) -> None:
    assert command in DOCS


@pytest.mark.parametrize("name", sorted(KNOWN | {"DATABASE_URL"}))
def test_docs__each_setting_appears(name: str) -> None:
    assert name in DOCS


def test_architecture__tables_are_those_of_the_models() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    assert text == with_tables(text), "run python -m tests.tables_in_docs"


def test_readme__has_two_quick_start_commands_of_one_line() -> None:
    first, second = quick_start_commands((ROOT / "README.md").read_text("utf-8"))
    assert first.endswith("huisheng demo")
    assert second.endswith("pytest")


def test_documents__every_relative_link_leads_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_security__each_promise_names_a_test_that_exists() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)
    assert len(named) >= 10
    for file, function in named:
        assert f"def {function}(" in (ROOT / file).read_text("utf-8"), f"{file}::{function}"
