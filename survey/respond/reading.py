"""What a respondent's request looks up: the collector of a token, a version by its hash."""

import re
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.console.models import Collector, Version

# A kiosk answers through the API with a token of its device, paper is keyed in by a clerk: no open links.
NOT_A_LINK: Final = ("kiosk", "import", "paper")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


def find_collector(session: Session, token: str) -> Collector | None:
    """The collector behind a link, with its wave and version, by one statement."""
    if not _TOKEN.fullmatch(token):
        return None  # a database may choke on what a crawler puts into an address
    return session.scalars(
        select(Collector).where(Collector.token == token, Collector.channel.not_in(NOT_A_LINK))
    ).first()


def find_version(session: Session, collector: Collector, digest: str) -> Version | None:
    """A published version of the collector's questionnaire: the wave's own, or any earlier or later one."""
    current = collector.wave.version
    if current.hash == digest:
        return current
    return session.scalars(
        select(Version).filter_by(questionnaire_id=collector.wave.questionnaire_id, hash=digest)
    ).first()
