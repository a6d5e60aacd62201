"""Import, conditions, counts and the analysis table, on SQLite and on PostgreSQL."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from survey.audit import Writer
from survey.config import Settings
from survey.responses.counting import count
from survey.responses.exporting import export
from survey.responses.importing import Importer
from survey.responses.reading import analysis_table
from survey.responses.selection import select_responses
from survey.services import Services
from tests.survey.responses.conftest import GOOD


@pytest.fixture
def settings(tmp_path: Path, any_database_url: str) -> Settings:
    return replace(Settings(home=tmp_path / "home", rate_limits=False), database_url=any_database_url)


@pytest.mark.parametrize(
    ("pairs", "ids"),
    [
        ([], {"a1", "a2", "a3"}),
        ([("nps", "0")], {"a2"}),
        ([("q2", "na")], {"a2"}),
        ([("segment", "retail"), ("q1", "5"), ("q1", "3")], {"a1", "a3"}),
        ([("wave", "import"), ("channel", "import"), ("status", "complete")], {"a1", "a2", "a3"}),
    ],
)
def test_round__in_cut_and_out__is_the_same_on_both(
    services: Services,
    importer: Importer,
    writer: Writer,
    file: Callable[..., Path],
    tmp_path: Path,
    pairs: list[tuple[str, str]],
    ids: set[str],
) -> None:
    importer.take(file(GOOD), "short")
    assert importer.take(file(GOOD), "short").duplicates == 3
    out = tmp_path / "out.json"
    with services.database.read() as session:
        selection = select_responses(session, "short", pairs)
        table = analysis_table(session, selection)
        assert count(session, "short").complete == 3
    zone = services.settings.zone
    export(services.database, selection, "json", out, writer, zone=zone, language="zh")
    assert {row["id"] for row in json.loads(out.read_text("utf-8"))} == ids
    assert table.rows == len(ids)
