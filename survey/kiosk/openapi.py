"""The interface of devices as OpenAPI 3.1; a test compares it with the routes and with real answers."""

from typing import Any, Final

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
HASH: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
MOMENT: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
OPTIONAL_TEXT: Final[Schema] = {"type": ["string", "null"]}


def _object(properties: Schema, *required: str) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required)}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _body(schema: Schema) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


SCHEMAS: Final[Schema] = {
    "Message": _object({"zh": TEXT, "en": TEXT}, "zh", "en"),
    "Error": _object({"error": _object({"code": {"type": ["integer", "string"]}})}, "error"),
    "FieldError": _object(
        {"name": TEXT, "code": TEXT, "message": _reference("Message")}, "name", "code", "message"
    ),
    "Enrolment": _object({"enrolment_code": TEXT, "name": TEXT}, "enrolment_code"),
    "Device": _object(
        {
            "device_token": {**TEXT, "description": "shown this once"},
            "device_id": {**TEXT, "format": "uuid"},
            "branch": {**OPTIONAL_TEXT, "description": "code of the branch"},
            "collector": TEXT,
            "version": HASH,
            "consent": {"type": ["string", "null"], "description": "hash of the notice"},
            "receipt_key": {**HASH, "description": "makes the receipt codes of this collector offline"},
        },
        "device_token",
        "device_id",
        "branch",
        "collector",
        "version",
        "consent",
    ),
    "Submission": _object(
        {
            "id": {**TEXT, "format": "uuid", "description": "made when the session starts"},
            "version": HASH,
            "collector": TEXT,
            "consent": {
                **OPTIONAL_TEXT,
                "description": "hash of the notice that was shown; required where the questionnaire has one",
            },
            "started_at": {**MOMENT, "description": "by the device's clock"},
            "submitted_at": {**MOMENT, "description": "by the device's clock"},
            "locale": OPTIONAL_TEXT,
            "answers": {"type": "object", "additionalProperties": True},
            "sha256": {**HASH, "description": "of the canonical JSON of answers"},
        },
        "id",
        "version",
        "collector",
        "answers",
        "sha256",
    ),
    "Acknowledgement": _object(
        {
            "id": OPTIONAL_TEXT,
            "sha256": {**OPTIONAL_TEXT, "description": "delete your copy only when this is its own"},
            "status": {"type": "integer", "enum": [200, 201, 409, 422, 503]},
            "duplicate": {"type": "boolean"},
            "receipt": TEXT,
            "errors": {"type": "array", "items": _reference("FieldError")},
        },
        "id",
        "sha256",
        "status",
    ),
}

DEVICES: Final[Schema] = {
    "post": {
        "operationId": "enrol",
        "summary": "Turn a one-time enrolment code (good for 10 minutes) into a device of its collector",
        "requestBody": _body(_reference("Enrolment")),
        "responses": {
            "201": _answer("the device and its token", _reference("Device")),
            "404": _answer("the code is unknown, used or expired", _reference("Error")),
            "422": _answer("the request is not as described", _reference("Error")),
        },
    }
}

SUBMISSIONS: Final[Schema] = {
    "post": {
        "operationId": "submit",
        "summary": "Deliver one submission, or a list of at most 50; safe to repeat until acknowledged",
        "security": [{"device": []}],
        "requestBody": _body(
            {
                "oneOf": [
                    _reference("Submission"),
                    {"type": "array", "maxItems": 50, "items": _reference("Submission")},
                ]
            }
        ),
        "responses": {
            "200": _answer(
                "stored before (one), or an acknowledgement for each in order (a list)",
                {
                    "oneOf": [
                        _reference("Acknowledgement"),
                        {"type": "array", "items": _reference("Acknowledgement")},
                    ]
                },
            ),
            "201": _answer("stored", _reference("Acknowledgement")),
            "400": _answer("malformed JSON", _reference("Error")),
            "401": _answer("the token is unknown or revoked", _reference("Error")),
            "409": _answer(
                "other content under a known id; kept for a person", _reference("Acknowledgement")
            ),
            "413": _answer("too large", _reference("Error")),
            "422": _answer("nothing stored; the errors say why", _reference("Acknowledgement")),
            "503": _answer("cannot be stored now; come again after Retry-After", _reference("Error")),
        },
    }
}

DOCUMENT: Final[Schema] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Huisheng 回声: delivery of answers",
        "version": "1",
        "description": "For kiosks, a bank's app and any client that queues. Any published version is "
        "accepted for ever. Canonical JSON: UTF-8, keys sorted by code point, separators , and :, no escapes "
        "of non-ASCII, integers as such, decimals as strings.",
    },
    "paths": {"/api/v1/devices": DEVICES, "/api/v1/submissions": SUBMISSIONS},
    "components": {
        "schemas": SCHEMAS,
        "securitySchemes": {"device": {"type": "http", "scheme": "bearer"}},
    },
}
