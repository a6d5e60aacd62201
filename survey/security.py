"""Who may open what, and the headers on every page.

Every route states its policy beside itself: `@public`, `@allow("manager", ...)`, `@signed_in` or
`@with_device`. A route without one stops the start (`check_policies`), so a page cannot be opened
to everybody by being forgotten.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import Flask, Response, abort, current_app, g, jsonify, redirect, request, url_for
from flask_security import current_user
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as BaseResponse

View = TypeVar("View", bound=Callable[..., Any])
ROLES: Final = ("admin", "researcher", "manager", "handler", "clerk", "auditor")
API_PREFIX: Final = "/api/"


class RowNumber(IntegerConverter):
    """A number in an address; one greater than the database can hold is no address of ours (404)."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


@dataclass(frozen=True, slots=True)
class Policy:
    """Who passes: everybody, or whoever is signed in with one of the roles."""

    everybody: bool = False
    roles: frozenset[str] = frozenset()


PUBLIC: Final = Policy(everybody=True)
ANY_ROLE: Final = Policy(roles=frozenset(ROLES))

# Routes of libraries cannot carry our decorator; each is listed here by its endpoint.
LIBRARY_POLICIES: Final = {
    "static": PUBLIC,
    "security.static": PUBLIC,
    "security.login": PUBLIC,
    "security.logout": ANY_ROLE,
    "security.verify": ANY_ROLE,
    "security.change_password": ANY_ROLE,
}


class UnlistedRoute(RuntimeError):
    """A route that says nothing about who may open it."""


def public(view: View) -> View:
    """Everybody may open this page."""
    return _with_policy(view, PUBLIC)


def with_device(view: View) -> View:
    """The view itself checks a device's bearer token; there is no session to look at."""
    return _with_policy(view, PUBLIC)


def signed_in(view: View) -> View:
    """Whoever is signed in may open this page."""
    return _with_policy(view, ANY_ROLE)


def allow(*roles: str) -> Callable[[View], View]:
    """Only people with one of these roles may open this page."""
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        raise ValueError(f"roles: {sorted(unknown) or 'none given'}")
    return lambda view: _with_policy(view, Policy(roles=frozenset(roles)))


def _with_policy(view: View, policy: Policy) -> View:
    view.__policy__ = policy  # type: ignore[attr-defined]
    return view


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """The policy of an endpoint, or None when it states none."""
    policy = getattr(app.view_functions.get(endpoint), "__policy__", None)
    return policy if policy is not None else LIBRARY_POLICIES.get(endpoint)


def check_policies(app: Flask) -> None:
    """Refuse to start with a route that states no policy."""
    unlisted = sorted(
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if policy_of(app, rule.endpoint) is None
    )
    if unlisted:
        raise UnlistedRoute(
            "these routes state no policy; decorate each with public, signed_in or allow(...): "
            + ", ".join(unlisted)
        )


def without_session(app: Flask, blueprint: str) -> None:
    """Declare that a blueprint's pages know no session: no cookie is read or set on them."""
    app.extensions.setdefault("without_session", set()).add(blueprint)


def has_session() -> bool:
    """Whether the page being made belongs to the staff face, where there are sessions."""
    return request.blueprint not in current_app.extensions.get("without_session", ())


def install(app: Flask) -> None:
    """Guard every request and put the security headers on every answer."""
    app.before_request(_guard)
    app.after_request(_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def _guard() -> BaseResponse | tuple[Response, int] | None:
    if "\x00" in request.path or "%00" in request.query_string.decode("latin-1"):
        abort(404)  # PostgreSQL cannot even be asked for a text with NUL in it
    if request.endpoint is None:  # no such address: the error page answers
        return None
    policy = policy_of(current_app, request.endpoint) or Policy()  # none stated: nobody passes
    if policy.everybody:
        return None
    if not current_user.is_authenticated:
        if request.path.startswith(API_PREFIX):
            return jsonify(error={"code": "unauthenticated"}), 401
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=wanted))
    if not current_user.has_any_role(policy.roles):
        abort(403)
    return None


def csp_nonce() -> str:
    """The nonce of this request, for the one inline element that may carry it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _headers(response: Response) -> Response:
    nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        f"script-src 'self'{nonce}; style-src 'self'{nonce}; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
