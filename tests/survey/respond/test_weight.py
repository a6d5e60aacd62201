"""What an answer costs: bytes, requests, statements; and that the packed page is the page."""

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from survey.respond.pages import PLACE_OF_SEAL, BlankForm
from survey.services import Services
from tests.conftest import Bank
from tests.survey.posting import REQUIRED, hidden, page_kind

MOST_BYTES, MOST_REQUESTS, MOST_STATEMENTS = 30 * 1024, 4, 5
MOST_CSS, MOST_SCRIPT = 8 * 1024, 12 * 1024
PACKED = {"Accept-Encoding": "gzip"}


@contextmanager
def statements(services: Services) -> Iterator[list[str]]:
    """Every statement sent to the database; BEGIN and COMMIT frame them and are none themselves."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    engines = (services.database.read_engine, services.database.write_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def test_page__with_style_and_script__light_and_few(client: FlaskClient, bank: Bank) -> None:
    page = client.get(f"/s/{bank.tokens['E11']}", headers=PACKED)
    parts = re.findall(r'(?:src|href)="(/[^"?]+\?v=[0-9a-f]+)"', gzip.decompress(page.data).decode())
    files = [client.get(address, headers=PACKED) for address in parts]
    sizes = {file.request.path: len(file.data) for file in files}
    assert 1 + len(files) <= MOST_REQUESTS
    assert len(page.data) + sum(sizes.values()) <= MOST_BYTES, sizes
    assert sizes["/assets/respond.css"] <= MOST_CSS
    assert sizes["/assets/respond.js"] <= MOST_SCRIPT
    for file in files:
        assert file.headers["Content-Encoding"] == "gzip"
        assert "immutable" in file.headers["Cache-Control"]
        plain = client.get(file.request.path, headers={"Accept-Encoding": ""})
        assert plain.data == gzip.decompress(file.data)
        assert plain.headers["Cache-Control"] == "no-cache"  # asked for without its hash


def test_page__packed__is_the_page(client: FlaskClient, bank: Bank) -> None:
    page = client.get(f"/s/{bank.tokens['E11']}", headers=PACKED)
    assert page.headers["Vary"] == "Accept-Encoding"
    unpacked = gzip.decompress(page.data).decode()
    plain = client.get(f"/s/{bank.tokens['E11']}", headers={"Accept-Encoding": ""}).text
    assert hidden(unpacked) != hidden(plain)
    assert re.sub(r'name=":form" value="[^"]*"', "", unpacked) == re.sub(
        r'name=":form" value="[^"]*"', "", plain
    )


@pytest.mark.parametrize("seal", ["x", "abc-_." * 40, ""])
def test_blank_form__any_seal__packs_and_unpacks(seal: str) -> None:
    form = BlankForm(f"<p>满意😀{PLACE_OF_SEAL}</p>")
    assert gzip.decompress(form.packed(seal)) == form.plain(seal) == f"<p>满意😀{seal}</p>".encode()


def test_requests__few_statements(client: FlaskClient, services: Services, bank: Bank) -> None:
    address = f"/s/{bank.tokens['E11']}"
    page = client.get(address).text
    form = hidden(page) | REQUIRED
    with statements(services) as opened:
        client.get(address)
    assert len(opened) == 1
    with statements(services) as answered:
        assert page_kind(client.post(address, data=form)) == "thanks"
    assert len(answered) == 4, answered
    for again in (form, form | {"nps": "0"}, hidden(page)):
        with statements(services) as repeated:
            client.post(address, data=again)
        assert len(repeated) <= MOST_STATEMENTS, repeated


def test_requests__staff_cookie__changes_nothing(services: Services, bank: Bank, sign_in: object) -> None:
    staff = sign_in("researcher")  # type: ignore[operator]
    with statements(services) as opened:
        staff.get(f"/s/{bank.tokens['E11']}")
    assert len(opened) == 1
