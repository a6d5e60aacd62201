"""One response as an export takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A stored response; times are aware, answers as the validator left them (name → code, codes or text)."""

    id: str
    version: str
    wave: str | None
    collector: str | None
    branch: str | None
    channel: str | None
    locale: str | None
    status: str
    started_at: datetime | None
    submitted_at: datetime | None
    received_at: datetime | None
    answers: Mapping[str, object]
