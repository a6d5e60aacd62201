"""Export and import as pages: rights, records, files."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from exports import FORMATS
from survey.audit import AuditEvent
from survey.respond.models import Response
from survey.responses.importing import Importer
from survey.services import Services
from tests.conftest import csrf_token
from tests.survey.responses.conftest import GOOD

SignIn = Callable[..., FlaskClient]
EXPORT = "/console/questionnaires/short/export"
IMPORT = "/console/questionnaires/short/import"


def exported(client: FlaskClient, **fields: str) -> object:
    token = csrf_token(client.get(EXPORT).text)
    data = {"csrf_token": token, "wave": "", "channel": "", "branch": "", **fields}
    return client.post(EXPORT, data=data, buffered=True)


def uploaded(client: FlaskClient, content: str | bytes, name: str = "answers.csv", **fields: str) -> object:
    token = csrf_token(client.get(IMPORT).text)
    file = FileStorage(BytesIO(content.encode() if isinstance(content, str) else content), name)
    values = {"csrf_token": token, "file": file, "wave": "", "encoding": "", **fields}
    boundary, body = encode_multipart(values)
    return client.post(IMPORT, data=body, content_type=f"multipart/form-data; boundary={boundary}")


@pytest.mark.parametrize("format", FORMATS)
def test_download__every_format__is_an_attachment_and_recorded(
    sign_in: SignIn, services: Services, importer: Importer, file: Callable[..., object], format: str
) -> None:
    importer.take(file(GOOD), "short")  # type: ignore[arg-type]
    answer = exported(sign_in("researcher"), format=format)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data
    with services.database.read() as session:
        event = session.scalars(select(AuditEvent).filter_by(action="responses.exported")).one()
    assert (event.actor, event.detail["rows"], event.detail["format"]) == ("researcher-all", 3, format)


def test_download__researcher_of_a_branch__gets_that_subtree_only(
    sign_in: SignIn, importer: Importer, file: Callable[..., object]
) -> None:
    rows = "id,branch,segment,q1,q2,q3,ways,nps,words\nb1,E11,retail,,,,,,\nb2,W11,retail,,,,,,\n"
    importer.take(file(rows), "short")  # type: ignore[arg-type]
    client = sign_in("researcher", "E1")
    assert [line.split(",")[0] for line in exported(client, format="data-csv").text.splitlines()[1:]] == [
        "b1"
    ]
    assert exported(client, format="data-csv", branch="W1").text.splitlines()[1:] == []


@pytest.mark.parametrize(
    "fields", [{"format": "pdf"}, {"format": "csv", "wave": "never"}, {"format": "csv", "branch": "NOWHERE"}]
)
@pytest.mark.usefixtures("short")
def test_download__bad_choice__writes_nothing(
    sign_in: SignIn, services: Services, fields: dict[str, str]
) -> None:
    answer = exported(sign_in("researcher"), **fields)
    assert answer.status_code == 422
    assert "Content-Disposition" not in answer.headers
    with services.database.read() as session:
        assert session.scalars(select(AuditEvent).filter_by(action="responses.exported")).first() is None
    assert not list(services.settings.home.glob("tmp*"))


@pytest.mark.usefixtures("short")
def test_upload__good_file__is_taken(sign_in: SignIn, services: Services) -> None:
    answer = uploaded(sign_in("researcher"), GOOD)
    assert answer.status_code == 200
    assert "已导入 3 份答卷" in answer.text
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 3


@pytest.mark.usefixtures("short")
def test_upload__bad_row__is_listed_and_nothing_stored(sign_in: SignIn, services: Services) -> None:
    answer = uploaded(sign_in("researcher"), GOOD.replace("a1,retail,5", "a1,retail,<6>"))
    assert answer.status_code == 422
    assert "第 2 行 q1" in answer.text
    assert "<6>" not in answer.text
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 0


@pytest.mark.usefixtures("short")
def test_upload__good_rows_only__hands_the_others_to_their_owner_alone(sign_in: SignIn) -> None:
    client = sign_in("researcher")
    bad = GOOD.replace("a1,retail,5", "a1,retail,6")
    answer = uploaded(client, bad, good_rows_only="y")
    assert "已导入 2 份答卷" in answer.text
    address = answer.text.split('href="' + IMPORT + "/errors/", 1)[1].split('"', 1)[0]
    errors = client.get(f"{IMPORT}/errors/{address}")
    assert "a1,retail,6" in errors.text
    assert sign_in("admin").get(f"{IMPORT}/errors/{address}").status_code == 404
    assert client.get(f"{IMPORT}/errors/..%2F..%2Fkeys%2Faudit.csv").status_code == 404


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\xff\xfe\x00", "x.csv"),
        (b"", "x.csv"),
        (b"no zip", "x.xlsx"),
        (b"hello", "x.exe"),
        (b"{", "x.json"),
    ],
)
def test_upload__unreadable_file__is_refused_in_words(sign_in: SignIn, content: bytes, name: str) -> None:
    answer = uploaded(sign_in("researcher"), content, name)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.usefixtures("short")
def test_upload__larger_than_a_page_takes_elsewhere__is_taken(sign_in: SignIn) -> None:
    rows = "".join(f"x{number},retail,5,4,1,,9,{'很长的意见' * 12}\n" for number in range(8000))
    content = GOOD.splitlines()[0] + "\n" + rows
    assert len(content.encode()) > 1024 * 1024
    assert "已导入 8000 份答卷" in uploaded(sign_in("researcher"), content).text
