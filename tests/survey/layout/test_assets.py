"""Files that browsers keep for ever: addresses change with content, plotly comes from the installed wheel."""

import gzip
import re

from flask import Flask
from flask.testing import FlaskClient

from survey.layout.assets import FOR_EVER, asset_url, packed_plotly, plotly


def test_plotly__its_address__served_packed_and_kept(client: FlaskClient) -> None:
    answer = client.get(f"/assets/plotly-{plotly().digest}.min.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == FOR_EVER
    assert answer.mimetype == "text/javascript"
    assert gzip.decompress(answer.data) == plotly().content
    assert len(packed_plotly()) < 2_000_000


def test_plotly__client_without_gzip__gets_it_plain(client: FlaskClient) -> None:
    answer = client.get(f"/assets/plotly-{plotly().digest}.min.js")
    assert "Content-Encoding" not in answer.headers
    assert answer.data == plotly().content


def test_plotly__another_digest__not_found(client: FlaskClient) -> None:
    assert client.get("/assets/plotly-000000000000.min.js").status_code == 404


def test_plotly__styles_it_would_write__are_known() -> None:
    """The installed version still looks for the names that we put into the page in its style's place."""
    assert b".no-inline-styles" in plotly().content
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in plotly().style_ids)


def test_asset__with_its_hash__kept_without__asked_again(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = asset_url("staff/staff.css")
    assert re.fullmatch(r"/static/staff/staff\.css\?v=[0-9a-f]{12}", address)
    with client.get(address) as kept, client.get("/static/staff/staff.css") as asked_again:
        assert kept.headers["Cache-Control"] == FOR_EVER
        assert asked_again.headers["Cache-Control"] != FOR_EVER


def test_login_page__needs_nothing_from_another_host(client: FlaskClient) -> None:
    page = client.get("/login").text
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page)
