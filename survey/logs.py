"""Logs as one JSON object a line, with ids only: never answers, names, telephone numbers or tokens."""

import json
import logging
import sys
import time
from typing import Any, Final

from flask import Flask, Response, g, request

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({})))
log = logging.getLogger("huisheng.requests")


class JsonLines(logging.Formatter):
    """One record as one line of JSON; `extra` fields become keys."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def to_stderr(level: int = logging.INFO) -> None:
    """Send the product's logs to standard error; called by `huisheng serve` and `worker` only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("huisheng").setLevel(level)


def install(app: Flask) -> None:
    app.before_request(_start_clock)
    app.after_request(_log_request)


def _start_clock() -> None:
    g.request_started = time.perf_counter()


def _log_request(response: Response) -> Response:
    if request.endpoint != "static":
        # The rule, not the path: a path carries tokens and receipt codes.
        rule = request.url_rule.rule if request.url_rule else None
        started = g.get("request_started")
        elapsed = None if started is None else round((time.perf_counter() - started) * 1000, 1)
        fields = {"method": request.method, "rule": rule, "status": response.status_code, "ms": elapsed}
        log.info("request", extra=fields)
    return response
