"""A respondent without a browser: opens the form, fills it in, sends it, reads what comes back."""

import re
from typing import Final

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

REQUIRED: Final = {"consent": "yes", "segment": "retail", "csat": "5", "nps": "9"}
Answers = dict[str, str | list[str]]


def hidden(page: str) -> dict[str, str]:
    """What the form carries besides the answers."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def send(client: FlaskClient, token: str, answers: Answers, query: str = "") -> TestResponse:
    """Open a fresh form and send it."""
    page = client.get(f"/s/{token}{query}").text
    return client.post(f"/s/{token}{query}", data=hidden(page) | answers)


def receipt_of(answer: TestResponse) -> str:
    found = re.search(r'data-receipt="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


def page_kind(answer: TestResponse) -> str:
    """What the page says it is: survey, thanks, conflict, closed, ..."""
    found = re.search(r'<main data-page="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]
