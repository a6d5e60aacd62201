"""Logs carry rules and ids, never the token of a link, a receipt code or an answer."""

import json
import logging

import pytest
from flask.testing import FlaskClient

from survey.logs import JsonLines
from tests.conftest import Bank


def test_request__logged_by_its_rule_not_its_address(
    client: FlaskClient, bank: Bank, caplog: pytest.LogCaptureFixture
) -> None:
    token = bank.tokens["E11"]
    with caplog.at_level(logging.INFO, logger="huisheng.requests"):
        client.get(f"/s/{token}")
        client.post(f"/s/{token}", data={"suggestion": "电话 13800138000"})
        client.get("/r/ABCD-EFGH-JKMN")
    lines = [JsonLines().format(record) for record in caplog.records]
    assert [json.loads(line)["rule"] for line in lines] == ["/s/<token>", "/s/<token>", "/r/<code>"]
    for secret in (token, "13800138000", "ABCD-EFGH"):
        assert not any(secret in line for line in lines)
