"""The delivery protocol: `/api/v1/devices`, `/api/v1/submissions`, `/api/v1/openapi.json`."""

import json
from typing import Any, Final

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from questionnaires.texts import without_unstorable
from survey.audit import Writer
from survey.kiosk.access import bearer
from survey.kiosk.delivery import NOT_STORED, Acknowledgement, Delivery
from survey.kiosk.enrolling import Enrolled, enrol, note_seen
from survey.kiosk.openapi import DOCUMENT
from survey.kiosk.payloads import LONGEST_NAME
from survey.limits import limiter
from survey.respond.pages import SECONDS_TO_WAIT
from survey.security import public, with_device
from survey.services import services

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
MOST_AT_ONCE: Final = 50
ACTOR: Final = "enrolment"


@blueprint.get("/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    """This interface, as OpenAPI 3.1."""
    return jsonify(DOCUMENT)


@blueprint.post("/devices")
@public
@limiter.limit("30 per minute")
def devices() -> ResponseReturnValue:
    """Turn an enrolment code into a device; its token is shown this once."""
    document = _json()
    asked = document if isinstance(document, dict) else {}
    code, name = asked.get("enrolment_code"), asked.get("name", "")
    if (
        not isinstance(code, str)
        or not code.isascii()
        or not isinstance(name, str)
        or len(name) > LONGEST_NAME
    ):
        return _refusal(
            f"请送文字 enrolment_code 和不超过 {LONGEST_NAME} 个字的 name。",
            f"Send enrolment_code as text, and a name of at most {LONGEST_NAME} characters.",
        )
    here = services()
    with here.database.write() as session:
        enrolled = enrol(
            session, code, without_unstorable(name).strip(), Writer(here.auditor, ACTOR)
        ) or abort(404)
        return jsonify(_enrolled(enrolled)), 201


@blueprint.post("/submissions")
@with_device
def submissions() -> ResponseReturnValue:
    """Take one submission, or a list of at most fifty."""
    here = services()
    with here.database.read() as session:
        device = bearer(session)
        document = _json()
        documents = document if isinstance(document, list) else [document]
        if len(documents) > MOST_AT_ONCE:
            return _refusal(f"一次最多 {MOST_AT_ONCE} 份。", f"Send at most {MOST_AT_ONCE} at once.")
        delivery = Delivery(here.submitter, device)
        checked = delivery.prepare(session, documents)
    taken = delivery.store(checked)
    if all(one.status != NOT_STORED for one in taken):  # else it would wait for the same lock again
        note_seen(here.database, device)
    return _acknowledged(taken, as_list=isinstance(document, list))


@blueprint.errorhandler(SQLAlchemyError)
def store_fails(_error: SQLAlchemyError) -> ResponseReturnValue:
    """The database cannot be asked: the client keeps its copy and comes again."""
    message = {
        "zh": "暂时不能保存，请稍后再送。",
        "en": "Nothing can be stored right now; deliver again later.",
    }
    answer = jsonify(error={"code": NOT_STORED, "message": message})
    answer.headers["Retry-After"] = SECONDS_TO_WAIT
    return answer, NOT_STORED


def _json() -> Any:
    """The JSON that came in; 400 when it is malformed, holds NaN, or is nested past all reason."""
    try:
        return json.loads(request.get_data(), parse_constant=_no_such_number)
    except (ValueError, RecursionError):
        abort(400)


def _no_such_number(name: str) -> float:
    raise ValueError(name)


def _refusal(zh: str, en: str) -> ResponseReturnValue:
    return jsonify(error={"code": 422, "message": {"zh": zh, "en": en}}), 422


def _enrolled(enrolled: Enrolled) -> dict[str, object]:
    device, wave = enrolled.device, enrolled.device.collector.wave
    branch = device.collector.branch
    return {
        "device_token": enrolled.token,
        "device_id": device.id,
        "branch": branch.code if branch else None,
        "collector": device.collector.token,
        "version": wave.version.hash,
        "consent": wave.version.notice_hash,
        "receipt_key": services().receipts.key_of(device.collector.token).hex(),
    }


def _acknowledged(taken: list[Acknowledgement], *, as_list: bool) -> Response:
    documents = [each.document() for each in taken]
    answer = jsonify(documents if as_list else documents[0])
    answer.status_code = 200 if as_list else taken[0].status
    if any(each.status == NOT_STORED for each in taken):
        answer.headers["Retry-After"] = SECONDS_TO_WAIT
    return answer
