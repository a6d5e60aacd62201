"""How often somebody may ask: Flask-Limiter, by address; off for load tests on loopback.

The counts live in this process. Behind several processes the limit of each is its own, so a proxy
in front should limit too; docs/administrator.md says how.
"""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from survey.config import Settings

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)

SIGN_IN = "10 per minute; 100 per hour"


def install(app: Flask, settings: Settings) -> None:
    app.config["RATELIMIT_ENABLED"] = settings.rate_limits
    limiter.init_app(app)
    login = app.view_functions["security.login"]
    app.view_functions["security.login"] = limiter.limit(SIGN_IN, methods=["POST"])(login)
