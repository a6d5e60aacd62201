"""The device behind a request: found by its bearer token, or nobody."""

from flask import Response, abort, jsonify, request
from sqlalchemy.orm import Session

from survey.kiosk.enrolling import device_of
from survey.kiosk.models import Device

SCHEME = "Bearer "


def bearer(session: Session) -> Device:
    """The device whose token came with the request; 401 when there is none, or it was revoked."""
    header = request.headers.get("Authorization", "")
    device = device_of(session, header.removeprefix(SCHEME)) if header.startswith(SCHEME) else None
    return device or abort(_unknown())


def _unknown() -> Response:
    message = {
        "zh": "设备令牌无效或已停用。请用新的注册码重新注册这台设备。",
        "en": "The device token is unknown or revoked. Enrol this device again with a new code.",
    }
    answer = jsonify(error={"code": 401, "message": message})
    answer.status_code = 401
    answer.headers["WWW-Authenticate"] = SCHEME.strip()
    return answer
