"""`huisheng interviews`: import and check."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner
from sqlalchemy import select, text

import app as composition
from interviews.models import Document, Project
from survey.services import Services
from tests.interviews.conftest import HARD, TEXT, Study
from tests.interviews.test_docx import document as docx_of
from tests.interviews.test_docx import paragraph

Run = Callable[..., Result]


@pytest.fixture
def run(runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command of the room, with its messages in English."""
    monkeypatch.setenv("HUISHENG_LOCALE", "en")
    return lambda *arguments: runner.invoke(composition.cli, ["interviews", *map(str, arguments)])


def texts(services: Services) -> dict[str, str]:
    with services.database.read() as session:
        return dict(session.execute(select(Document.name, Document.text)).all())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (HARD.encode(), ""),
        (HARD.encode("gb18030"), "encoding GB18030"),
        (HARD.encode("utf-16"), "encoding UTF-16"),
    ],
)
def test_import__any_detected_encoding__canonical_text_and_the_encoding_named(
    run: Run, services: Services, tmp_path: Path, data: bytes, told: str
) -> None:
    file = tmp_path / "访谈一.txt"
    file.write_bytes(data)
    done = run("import", file, "--project", "新")
    assert (done.exit_code, done.stdout) == (0, "")
    assert told in done.stderr
    assert "encoding" in done.stderr or not told
    assert texts(services) == {"访谈一": TEXT}


def test_import__again__nothing_is_doubled(run: Run, services: Services, tmp_path: Path) -> None:
    file = tmp_path / "访谈一.txt"
    file.write_bytes(HARD.encode())
    run("import", file, "--project", "新")
    with services.database.read() as session:
        guid = session.scalars(select(Document.guid)).one()
    done = run("import", file, "--project", "新")
    assert (done.exit_code, "nothing was doubled" in done.stderr) == (0, True)
    with services.database.read() as session:
        assert session.scalars(select(Document.guid)).all() == [guid]
        assert session.scalars(select(Project.name)).all() == ["新"]


def test_import__docx__its_words(run: Run, services: Services, tmp_path: Path) -> None:
    file = tmp_path / "访谈.docx"
    file.write_bytes(docx_of(paragraph("<w:t>主持人：😀</w:t>")))
    assert run("import", file, "--project", "新").exit_code == 0
    assert texts(services) == {"访谈": "主持人：😀\n"}


@pytest.mark.parametrize("suffix", [".qdpx", ".qdc", ".xlsx", ".srt", ".vtt", ".pdf", ""])
def test_import__other_kinds__refused_by_name_with_what_is_possible(
    run: Run, services: Services, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"访谈{suffix}"
    file.write_bytes(b"PK")
    done = run("import", file, "--project", "新")
    assert done.exit_code == 1
    assert f"访谈{suffix}: .txt and .docx can be imported now" in done.stderr
    assert texts(services) == {}


def test_import__doubtful_encoding__refused_until_it_is_named(
    run: Run, services: Services, tmp_path: Path
) -> None:
    file = tmp_path / "访谈.txt"
    file.write_bytes("開戶手續太慢，櫃員態度不好，等候時間過長。".encode("big5"))
    refused = run("import", file, "--project", "新")
    assert (refused.exit_code, "--encoding" in refused.stderr) == (1, True)
    assert texts(services) == {}
    assert run("import", file, "--project", "新", "--encoding", "big5").exit_code == 0
    assert texts(services)["访谈"].startswith("開戶手續")


def test_import__unknown_encoding__refused_with_the_known(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "访谈.txt"
    file.write_bytes(HARD.encode())
    done = run("import", file, "--project", "新", "--encoding", "klingon")
    assert (done.exit_code, "GB18030" in done.stderr) == (1, True)


def test_check__as_stored__said_with_numbers(run: Run, study: Study) -> None:
    done = run("check", "--project", "客户关怀")
    assert (done.exit_code, "1 document(s), 0 segment(s)" in done.stderr) == (0, True)


def test_check__changed_text__named_and_exit_1(run: Run, services: Services, study: Study) -> None:
    with services.database.write() as session:
        session.execute(text("UPDATE interview_document SET text = replace(text, '😀', '笑')"))
    done = run("check", "--project", "客户关怀")
    assert done.exit_code == 1
    assert "访谈一: the text is not the one that was stored" in done.stderr


def test_check__unknown_project__refused_by_name(run: Run) -> None:
    done = run("check", "--project", "没有")
    assert (done.exit_code, "there is no project '没有'" in done.stderr) == (1, True)
