"""`huisheng device`: which devices there are, and stopping one."""

import json

from flask.testing import FlaskCliRunner

from app import cli
from tests.survey.kiosk.test_api import Kiosk, kiosk

__all__ = ["kiosk"]


def test_device__listed_revoked_listed(runner: FlaskCliRunner, kiosk: Kiosk) -> None:
    (row,) = json.loads(runner.invoke(cli, ["device", "list", "--json"]).stdout)
    assert (row["id"], row["branch"], row["state"]) == (kiosk.enrolled["device_id"], "E11", "active")
    assert runner.invoke(cli, ["device", "revoke", row["id"]]).exit_code == 0
    assert kiosk.deliver(kiosk.submission()).status_code == 401
    assert runner.invoke(cli, ["device", "list"]).stdout.rstrip().endswith("revoked")


def test_revoke__unknown_device__refused(runner: FlaskCliRunner) -> None:
    refused = runner.invoke(cli, ["device", "revoke", "nobody"])
    assert refused.exit_code == 1
    assert "没有设备 nobody" in refused.stderr
