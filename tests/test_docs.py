"""The documents say what the program does: commands, settings, tables, promises and their tests."""

import re
from pathlib import Path

import click
import pytest

import analysis
import app as composition
from questionnaires import files, instruments
from questionnaires.definition import Item, Measure, Option, Page, Questionnaire, Scale
from questionnaires.question_types import TYPES
from survey.config import KNOWN
from tests.readme_commands import quick_start_commands
from tests.tables_in_docs import with_tables

ROOT = Path(__file__).parent.parent
DOCS = "\n".join(
    path.read_text("utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
)
RESEARCHER = (ROOT / "docs" / "researcher.md").read_text("utf-8")
PARTS = (Questionnaire, Page, Option, Item, Scale, Measure, *TYPES.values())


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


@pytest.mark.parametrize("key", sorted({key for part in PARTS for key in part.model_fields}))
def test_researcher__names_each_key_of_a_questionnaire_file(key: str) -> None:
    assert f"`{key}`" in RESEARCHER


def test_researcher__example_has_every_question_type_and_no_fault() -> None:
    found = files.inspect_bytes(example("slug:"), ".yaml", "example")
    assert found.findings == ()
    assert found.questionnaire is not None
    assert {question.type for question in found.questionnaire.questions()} == set(TYPES)


def test_researcher__plan_fits_the_bank_questionnaire() -> None:
    columns = [field.name for field in instruments.load("bank-satisfaction").fields()]
    plan = analysis.plan.parse(example("analyses:").decode(), [*columns, "wave", "channel"])
    assert len(plan.analyses) == 8


def example(beginning: str) -> bytes:
    """The YAML example of the researcher's guide that begins so."""
    blocks = re.findall(r"```yaml\n(.*?)```", RESEARCHER, re.DOTALL)
    return next(block for block in blocks if block.startswith(beginning)).encode()
