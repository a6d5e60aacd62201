"""A paper collector is keyed in by a clerk; its token is no open page."""

from flask.testing import FlaskClient

from survey.audit import Writer
from survey.console.publishing import add_collector, find_wave
from survey.services import Services
from tests.conftest import Bank


def test_survey__token_of_a_paper_collector__not_found(
    client: FlaskClient, services: Services, writer: Writer, bank: Bank
) -> None:
    with services.database.write() as session:
        token = add_collector(session, find_wave(session, bank.wave), "paper", writer).token
    assert client.get(f"/s/{token}").status_code == 404
