"""The nine quarterly waves of the demo survey, over 24 months."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WAVES = 9
_FIELD_DAYS = 21
_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Wave:
    """A survey period in UTC, the end exclusive."""

    name: str
    opens_at: datetime
    closes_at: datetime


def quarterly(last: date) -> tuple[Wave, ...]:
    """Nine waves of three weeks, three months from one to the next; the last is over by the end of `last`."""
    opening = last - timedelta(days=_FIELD_DAYS - 1)
    return tuple(_wave(_months_before(opening, 3 * (WAVES - 1 - number))) for number in range(WAVES))


def _wave(opening: date) -> Wave:
    opens_at = datetime.combine(opening, time(), _ZONE).astimezone(UTC)
    name = f"{opening.year}-Q{(opening.month + 2) // 3}"
    return Wave(name, opens_at, opens_at + timedelta(days=_FIELD_DAYS))


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28))
