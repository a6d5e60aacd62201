"""The device behind a request: found by its bearer token, or nobody."""

from flask import Response, abort, jsonify, request
from sqlalchemy.orm import Session

from survey.kiosk.enrolling import device_of
from survey.kiosk.models import Device

SCHEME = "Bearer"


def bearer(session: Session) -> Device:
    """The device whose token came with the request; 401 when there is none, or it was revoked."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    # The name of a scheme is written in any case (RFC 9110, 11.1).
    device = device_of(session, token) if scheme.lower() == SCHEME.lower() else None
    return device or abort(_unknown())


def _unknown() -> Response:
    message = {
        "zh": "设备令牌无效或已停用。请用新的注册码重新注册这台设备。",
        "en": "The device token is unknown or revoked. Enrol this device again with a new code.",
    }
    answer = jsonify(error={"code": 401, "message": message})
    answer.status_code = 401
    answer.headers["WWW-Authenticate"] = SCHEME
    return answer
