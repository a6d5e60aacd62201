"""The rooms of the house as the rail at the left of staff pages lists them."""

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _
from flask_security import current_user

from survey.security import policy_of


@dataclass(frozen=True, slots=True)
class Room:
    """A room by the endpoint of its first page."""

    endpoint: str
    label: str


@dataclass(frozen=True, slots=True)
class Door:
    """A room that the signed-in person may open; `here` when the page lies in it."""

    label: str
    url: str
    here: bool


ROOMS = (
    Room("dashboards.overview", _("满意度看板")),
    Room("console.overview", _("问卷与调查")),
    Room("interviews.overview", _("访谈编码")),
    Room("cases.overview", _("投诉工单")),
    Room("paper.overview", _("纸质问卷录入")),
    Room("admin.overview", _("人员与网点")),
    Room("admin.audit", _("审计记录")),
)


def doors() -> list[Door]:
    """The rooms whose policy lets the signed-in person in."""
    if not current_user.is_authenticated:
        return []
    open_rooms = [room for room in ROOMS if _may_open(room.endpoint)]
    urls = [url_for(room.endpoint) for room in open_rooms]
    # The longest address that the page begins with: /admin/audit/ is not /admin/.
    here = max((url for url in urls if request.path.startswith(url)), key=len, default=None)
    return [Door(str(room.label), url, url == here) for room, url in zip(open_rooms, urls, strict=True)]


def _may_open(endpoint: str) -> bool:
    policy = policy_of(current_app, endpoint)
    return policy is not None and bool(current_user.has_any_role(policy.roles))
