"""The layers of the house: an arrow points down only, and importing a module does nothing."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "questionnaires": set(),
    "analysis": set(),
    "exports": {"questionnaires", "analysis"},
    "survey": {"questionnaires", "analysis", "exports"},
    "interviews": {"survey", "questionnaires", "analysis", "exports"},
    "app": {"survey", "interviews", "questionnaires", "analysis", "exports"},
}
WEB_LIBRARIES = ("flask", "flask_", "sqlalchemy", "werkzeug", "wtforms", "alembic")
WEB_LAYERS = {"survey", "interviews", "app"}


def imports_of(source: str) -> Iterator[tuple[int, str]]:
    """Every module imported anywhere in the source, with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.lineno, node.module


def violations(layer: str, name: str, source: str) -> list[str]:
    """Imports of a file that run up or sideways, as `file:line imports module`."""
    found = []
    for line, module in imports_of(source):
        top = module.partition(".")[0]
        upward = top in MAY_IMPORT and top != layer and top not in MAY_IMPORT[layer]
        web = layer not in WEB_LAYERS and (
            top in WEB_LIBRARIES or any(top.startswith(prefix) for prefix in ("flask_",))
        )
        if upward or web:
            found.append(f"{name}:{line} imports {module}")
    return found


def product_files() -> Iterator[tuple[str, Path]]:
    yield "app", ROOT / "app.py"
    for layer in MAY_IMPORT:
        for path in sorted((ROOT / layer).rglob("*.py")):
            yield layer, path


def test_layers__every_import_points_down() -> None:
    found = [
        violation
        for layer, path in product_files()
        for violation in violations(layer, str(path.relative_to(ROOT)), path.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("layer", "planted"),
    [
        ("questionnaires", "import analysis"),
        ("analysis", "from questionnaires.definition import Questionnaire"),
        ("exports", "from survey.db import Database"),
        ("survey", "def late():\n    from interviews.models import Code"),
        ("interviews", "import app"),
        ("analysis", "from flask import Flask"),
        ("questionnaires", "import sqlalchemy.orm"),
    ],
)
def test_layers__planted_import__is_caught_with_file_and_line(layer: str, planted: str) -> None:
    found = violations(layer, f"{layer}/planted.py", planted)
    assert len(found) == 1
    assert found[0].startswith(f"{layer}/planted.py:")


def test_top_level__holds_what_the_design_card_names() -> None:
    for name in ("survey", "questionnaires", "analysis", "interviews", "templates", "exports", "tests"):
        assert (ROOT / name).is_dir()
    assert (ROOT / "app.py").is_file()
    assert (ROOT / "pyproject.toml").is_file()


def test_answering__loads_no_heavy_library(tmp_path: Path) -> None:
    """A process that serves respondents never loads the libraries of analysis."""
    script = ROOT / "tests" / "answer_once.py"
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "home")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["thanks"], done.stdout
