"""Responses into files: only those that count, cut as asked, recorded, and readable again."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from exports import FORMATS
from survey import migrations
from survey.audit import AuditEvent, Writer
from survey.config import Settings
from survey.console.publishing import publish
from survey.messages import Refused
from survey.respond.models import Response
from survey.responses.exporting import export
from survey.responses.importing import Importer
from survey.responses.selection import select_responses
from survey.services import Services, build
from tests.survey.responses.conftest import GOOD, definition

File = Callable[..., Path]


@pytest.fixture
def filled(importer: Importer, file: File) -> None:
    importer.take(file(GOOD), "short")


def written(
    services: Services, writer: Writer, out: Path, format: str = "json", *pairs: tuple[str, str]
) -> list[dict[str, object]]:
    with services.database.read() as session:
        selection = select_responses(session, "short", pairs)
    export(services.database, selection, format, out, writer, zone=services.settings.zone, language="zh")
    rows: list[dict[str, object]] = json.loads(out.read_text("utf-8")) if format == "json" else []
    return rows


@pytest.mark.usefixtures("filled")
def test_export__every_format__writes_all_rows(services: Services, writer: Writer, tmp_path: Path) -> None:
    for format, kind in FORMATS.items():
        out = tmp_path / f"{format}{kind.suffix}"
        written(services, writer, out, format)
        assert out.stat().st_size > 0


@pytest.mark.usefixtures("filled")
def test_export__is_recorded_with_filter_rows_and_hash(
    services: Services, writer: Writer, tmp_path: Path
) -> None:
    out = tmp_path / "some.json"
    rows = written(services, writer, out, "json", ("segment", "retail"))
    assert {row["id"] for row in rows} == {"a1", "a3"}
    with services.database.read() as session:
        event = session.scalars(select(AuditEvent).filter_by(action="responses.exported")).one()
    assert event.detail["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert event.detail["filter"] == {"segment": ["retail"]}
    assert event.detail["rows"] == 2


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("pairs", "ids"),
    [
        ([("nps", "0")], {"a2"}),
        ([("segment", "None")], {"a2"}),
        ([("q1", "5"), ("q1", "4")], {"a1", "a2"}),
        ([("q1", "5"), ("segment", "None")], set()),
        ([("q2", "na")], {"a2"}),
        ([("channel", "import")], {"a1", "a2", "a3"}),
        ([("wave", "import")], {"a1", "a2", "a3"}),
        ([("status", "partial")], set()),
    ],
)
def test_export__where__keeps_what_it_says(
    services: Services, writer: Writer, tmp_path: Path, pairs: list[tuple[str, str]], ids: set[str]
) -> None:
    rows = written(services, writer, tmp_path / "cut.json", "json", *pairs)
    assert {row["id"] for row in rows} == ids


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "pair", [("nobody", "1"), ("ways", "web"), ("words", "很好"), ("wave", "never"), ("branch", "X")]
)
def test_export__unknown_condition__is_refused(
    services: Services, writer: Writer, tmp_path: Path, pair: tuple[str, str]
) -> None:
    with pytest.raises(Refused):
        written(services, writer, tmp_path / "none.json", "json", pair)
    assert not (tmp_path / "none.json").exists()


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("status", ["withdrawn", "erased"])
def test_export__taken_back__is_never_written(
    services: Services, writer: Writer, tmp_path: Path, status: str
) -> None:
    with services.database.write() as session:
        session.scalars(select(Response).filter_by(submission_id="a1")).one().status = status
    assert {row["id"] for row in written(services, writer, tmp_path / "all.json")} == {"a2", "a3"}
    assert written(services, writer, tmp_path / "gone.json", "json", ("status", status)) == []


def test_export__branch__takes_everything_below_it(
    services: Services, importer: Importer, writer: Writer, file: File, tmp_path: Path
) -> None:
    rows = "id,branch,segment,q1,q2,q3,ways,nps,words\nb1,E11,retail,,,,,,\nb2,W11,retail,,,,,,\n"
    importer.take(file(rows), "short")
    assert [
        row["id"] for row in written(services, writer, tmp_path / "e.json", "json", ("branch", "E1"))
    ] == ["b1"]


@pytest.mark.parametrize("format", ["data-csv", "json", "parquet", "xlsx"])
def test_export_then_import__elsewhere__gives_equal_ids_and_answers(
    services: Services, importer: Importer, writer: Writer, file: File, tmp_path: Path, format: str
) -> None:
    importer.take(file(GOOD), "short")
    out = tmp_path / f"out{FORMATS[format].suffix}"
    written(services, writer, out, format)
    other = build(Settings(home=tmp_path / "other", rate_limits=False))
    migrations.upgrade(other.database)
    there = Writer(other.auditor, "test")
    with other.database.write() as session:
        publish(session, definition(), there)
    Importer(other.database, other.submitter, there, "Asia/Shanghai").take(out, "short")
    for place in (services, other):
        with place.database.read() as session:
            found = session.execute(select(Response.submission_id, Response.answers, Response.submitted_at))
            rows = sorted((row.submission_id, json.dumps(row.answers, sort_keys=True)) for row in found)
        if place is services:
            expected = rows
    assert rows == expected
    other.database.close()
