"""Responses from files: all or nothing, each bad row named, nothing stored twice, no consent invented."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from survey.audit import AuditEvent, Writer
from survey.console.models import Collector, Wave
from survey.console.publishing import find_wave, open_wave, publish
from survey.messages import Refused
from survey.respond.models import Conflict, Consent, Response
from survey.responses.importing import Importer, RowsRefused, read_mapping, write_errors
from survey.services import Services
from tests.survey.responses.conftest import GOOD, definition

File = Callable[..., Path]


def stored(services: Services) -> dict[str, dict[str, object]]:
    with services.database.read() as session:
        rows = session.execute(select(Response.submission_id, Response.answers).order_by(Response.id))
        return {row.submission_id: row.answers for row in rows}


def test_import__good_file__is_stored_as_the_validator_reads_it(
    services: Services, importer: Importer, file: File
) -> None:
    imported = importer.take(file(GOOD), "short")
    assert (imported.new, imported.duplicates, imported.bad) == (3, 0, ())
    assert stored(services) == {
        "a1": {
            "segment": "retail",
            "q1": 5,
            "q2": 4,
            "q3": 1,
            "ways": ["web", "app"],
            "nps": 10,
            "words": "很好",
        },
        "a2": {"segment": "None", "q1": 4, "q2": "na", "ways": ["app"], "nps": 0, "words": "第一行\n第二行"},
        "a3": {"segment": "retail", "q1": 3, "q2": 3, "q3": 3},
    }


def test_import__no_open_wave__opens_one_named_import(
    services: Services, importer: Importer, file: File
) -> None:
    importer.take(file(GOOD), "short")
    with services.database.read() as session:
        wave = session.scalars(select(Wave)).one()
        collector = session.scalars(select(Collector)).one()
    assert wave.name == "import"
    assert (collector.wave_id, collector.channel, collector.branch_id) == (wave.id, "import", None)


def test_import__refused_file__leaves_no_wave_behind(
    services: Services, importer: Importer, file: File
) -> None:
    with pytest.raises(RowsRefused):
        importer.take(file(GOOD.replace("a3,retail", "a3,nobody")), "short")
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Wave)) == 0


def test_import__newest_open_wave__takes_the_rows(
    services: Services, importer: Importer, writer: Writer, file: File
) -> None:
    with services.database.write() as session:
        open_wave(session, "short", "first", writer)
        open_wave(session, "short", "second", writer)
    importer.take(file(GOOD), "short")
    with services.database.read() as session:
        assert set(session.scalars(select(Response.wave_id))) == {find_wave(session, "second").id}


def test_import__wave_and_branch_columns__place_the_rows(
    services: Services, importer: Importer, file: File
) -> None:
    rows = "id,wave,branch,segment,q1,q2,q3,ways,nps,words\nb1,2025,E11,retail,,,,,,\nb2,2025,,retail,,,,,,\n"
    importer.take(file(rows), "short")
    with services.database.read() as session:
        found = session.execute(
            select(Response.submission_id, Wave.name, Response.branch_id)
            .join(Wave, Wave.id == Response.wave_id)
            .order_by(Response.submission_id)
        ).all()
    assert [row.name for row in found] == ["2025", "2025"]
    assert found[0].branch_id is not None
    assert found[1].branch_id is None


def test_import__twice__stores_nothing_the_second_time(
    services: Services, importer: Importer, file: File
) -> None:
    importer.take(file(GOOD), "short")
    again = importer.take(file(GOOD), "short")
    assert (again.new, again.duplicates) == (0, 3)
    assert len(stored(services)) == 3


def test_import__rows_without_ids__are_known_again_by_their_file(
    services: Services, importer: Importer, file: File
) -> None:
    without = "segment,q1,q2,q3,ways,nps,words\nretail,5,5,5,,,\nretail,5,5,5,,,\n"
    assert importer.take(file(without), "short").new == 2  # two people may answer alike
    assert importer.take(file(without), "short").new == 0
    assert importer.take(file(without + "retail,1,1,1,,,\n"), "short").new == 3  # another file


BAD = {
    "option": ("a3,retail,3", "a3,nobody,3", "row 4 segment"),
    "missing": ("a3,retail,3", "a3,,3", "row 4 segment"),
    "scale": ("a1,retail,5", "a1,retail,6", "row 2 q1"),
    "nps": (",10,很好", ",11,很好", "row 2 nps"),
    "multiple": ("web app", "web fax", "row 2 ways"),
    "same id": ("a3,retail", "a1,retail", "row 4 id"),
    "long id": ("a3,", "a" * 81 + ",", "row 4 id"),
}


@pytest.mark.parametrize(("good", "bad", "named"), BAD.values(), ids=BAD.keys())
def test_import__one_bad_row__refuses_the_file_and_names_row_and_question(
    services: Services, importer: Importer, file: File, good: str, bad: str, named: str
) -> None:
    assert good in GOOD
    with pytest.raises(RowsRefused) as refused:
        importer.take(file(GOOD.replace(good, bad, 1)), "short")
    assert [row.message.en.startswith(named) for row in refused.value.bad] == [True]
    assert stored(services) == {}


def test_import__unknown_branch__is_a_bad_row(importer: Importer, file: File) -> None:
    rows = "id,branch,segment,q1,q2,q3,ways,nps,words\nb1,NOWHERE,retail,,,,,,\n"
    with pytest.raises(RowsRefused, match="1 row") as refused:
        importer.take(file(rows), "short")
    assert "NOWHERE" in refused.value.bad[0].message.en


def test_import__known_id_with_other_answers__is_a_bad_row_and_changes_nothing(
    services: Services, importer: Importer, file: File
) -> None:
    importer.take(file(GOOD), "short")
    before = stored(services)
    with pytest.raises(RowsRefused) as refused:
        importer.take(file(GOOD.replace("a3,retail,3", "a3,retail,4")), "short")
    assert refused.value.bad[0].message.en.startswith("row 4 id")  # as a spreadsheet counts
    assert stored(services) == before
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Conflict)) == 0


def test_import__erased_response__does_not_come_back(
    services: Services, importer: Importer, file: File
) -> None:
    importer.take(file(GOOD), "short")
    with services.database.write() as session:
        gone = session.scalars(select(Response).filter_by(submission_id="a1")).one()
        gone.status, gone.answers = "erased", {}
    assert importer.take(file(GOOD), "short").duplicates == 3
    assert stored(services)["a1"] == {}


def test_import__withdrawn_where_it_comes_from__is_left_out(
    services: Services, importer: Importer, file: File
) -> None:
    rows = "id,status,segment,q1,q2,q3,ways,nps,words\nw1,withdrawn,retail,,,,,,\nw2,complete,retail,,,,,,\n"
    imported = importer.take(file(rows), "short")
    assert (imported.new, imported.left_out) == (1, 1)
    assert set(stored(services)) == {"w2"}


def test_import__good_rows_only__writes_the_others_so_that_they_can_be_mended(
    services: Services, importer: Importer, file: File, tmp_path: Path
) -> None:
    imported = importer.take(file(GOOD.replace("a1,retail,5", "a1,retail,6")), "short", good_rows_only=True)
    assert (imported.new, len(imported.bad_rows)) == (2, 1)
    errors = tmp_path / "errors.csv"
    write_errors(errors, imported)
    text = errors.read_text("utf-8-sig")
    assert "a1,retail,6" in text
    assert "q1" in text.splitlines()[1]
    errors.write_text(text.replace("a1,retail,6", "a1,retail,5"), "utf-8")
    assert importer.take(errors, "short").new == 1
    assert stored(services)["a1"]["q1"] == 5


def test_import__mapping__translates_columns_and_values(
    services: Services, importer: Importer, file: File
) -> None:
    mapping = file("columns: {编号: id, 客群: segment}\nvalues: {segment: {个人: retail}}\n", "map.yaml")
    rows = file("编号,客群,q1,q2,q3,ways/web,ways/app,nps,words\nm1,个人,5,,,1,0,3,\n")
    importer.take(rows, "short", mapping=read_mapping(mapping))
    assert stored(services) == {"m1": {"segment": "retail", "q1": 5, "ways": ["web"], "nps": 3}}


@pytest.mark.parametrize("text", ["columns: [", "a: 1", "columns: {a: [1]}"])
def test_mapping__unreadable__is_refused(file: File, text: str) -> None:
    with pytest.raises(Refused):
        read_mapping(file(text, "map.yaml"))


def test_import__audit__says_that_the_file_came_without_consent(
    services: Services, importer: Importer, file: File
) -> None:
    importer.take(file(GOOD), "short")
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Consent)) == 0
        event = session.scalars(select(AuditEvent).filter_by(action="responses.imported")).one()
        received = session.scalar(
            select(func.count()).select_from(AuditEvent).filter_by(action="response.received")
        )
        assert services.auditor.verify(session).is_whole
    assert event.detail["consent"] == "none in the file"
    assert (event.detail["rows"], received) == (3, 3)


def test_import__another_version_in_the_named_wave__is_a_bad_row(
    services: Services, importer: Importer, writer: Writer, file: File
) -> None:
    with services.database.write() as session:
        open_wave(session, "short", "old", writer)
        publish(session, definition().model_copy(update={"facets": ()}), writer)
        open_wave(session, "short", "new", writer)
    rows = file("id,wave,segment,q1,q2,q3,ways,nps,words\nv1,old,retail,,,,,,\n")
    with pytest.raises(RowsRefused) as refused:
        importer.take(rows, "short")
    assert "--wave" in refused.value.bad[0].message.en
    assert importer.take(rows, "short", wave="old").new == 1
