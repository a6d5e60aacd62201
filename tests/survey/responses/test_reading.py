"""Responses as an analysis table: a column a question, gaps where nothing counts, scores of scales."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

import analysis
from survey.respond.models import Response
from survey.responses.counting import count
from survey.responses.importing import Importer
from survey.responses.reading import analysis_table
from survey.responses.selection import select_responses
from survey.services import Services
from tests.survey.responses.conftest import GOOD

ROWS = "id,wave,branch,segment,q1,q2,q3,ways,nps,words\n" + "\n".join(
    [
        "a1,w,E11,retail,5,4,1,web app,10,很好",
        "a2,w,W11,None,4,na,,app,0,",
        "a3,w,,retail,3,3,3,,,",
    ]
)


@pytest.fixture
def table(services: Services, importer: Importer, tmp_path: Path) -> "analysis.tables.Table":
    path = tmp_path / "rows.csv"
    path.write_text(ROWS, "utf-8")
    importer.take(path, "short")
    with services.database.read() as session:
        return analysis_table(session, select_responses(session, "short"))


def numbers(table: "analysis.tables.Table", name: str) -> list[float | None]:
    column = table.column(name)
    assert isinstance(column, analysis.tables.NumberColumn)
    return [None if np.isnan(value) else float(value) for value in column.values]


def texts(table: "analysis.tables.Table", name: str) -> list[str | None]:
    factor = analysis.tables.factor_of(table.column(name))
    return [factor.names[code] if code >= 0 else None for code in factor.codes]


def test_table__columns__are_questions_choices_scores_and_places(table: "analysis.tables.Table") -> None:
    assert set(table.names) == {
        *("segment", "q1", "q2", "q3", "ways/web", "ways/app", "nps", "words", "score_care"),
        *("wave", "version", "branch", "branch_region", "channel", "locale"),
    }


def test_table__values__missing_options_are_gaps_and_the_text_none_is_not(
    table: "analysis.tables.Table",
) -> None:
    assert numbers(table, "q2") == [4, None, 3]
    assert texts(table, "segment") == ["retail", "None", "retail"]
    assert numbers(table, "nps") == [10, 0, None]  # 0 is an answer
    assert numbers(table, "ways/web") == [1, 0, None]
    assert numbers(table, "ways/app") == [1, 1, None]
    assert texts(table, "branch") == ["E11", "W11", None]
    assert texts(table, "branch_region") == ["east", "west", None]


def test_table__score__turns_reversed_items_and_wants_enough_answers(table: "analysis.tables.Table") -> None:
    assert numbers(table, "score_care") == [pytest.approx((5 + 4 + 5) / 3), None, 3]


def test_table__withdrawn__does_not_count(services: Services, table: "analysis.tables.Table") -> None:
    assert table.rows == 3
    with services.database.write() as session:
        session.scalars(select(Response).filter_by(submission_id="a1")).one().status = "withdrawn"
    with services.database.read() as session:
        assert analysis_table(session, select_responses(session, "short")).rows == 2
        counted = count(session, "short")
    assert (counted.complete, counted.withdrawn, counted.partial, counted.flagged) == (2, 1, 0, 0)


def test_count__hash__is_of_the_sorted_ids(
    services: Services, importer: Importer, file: Callable[..., Path]
) -> None:
    importer.take(file(GOOD), "short")
    with services.database.read() as session:
        # printf 'a1\na2\na3' | sha256sum
        assert count(session).ids_sha256 == "b59e1adb6e1078451a8ab5ef4ef5a9a27b06329e6c86548c5b802f5de85fbfe0"
