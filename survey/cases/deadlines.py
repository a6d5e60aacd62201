"""Until when a complaint must be answered.

《银行业保险业消费投诉处理管理办法》 (in force 2020-03-01): decision and notice within 15 days of receipt,
in calendar days. The longer terms of complex cases need an approval, which is not built yet.
"""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAYS: Final = 15


def due(received: datetime, zone: ZoneInfo) -> datetime:
    """The end of the fifteenth day after the day of receipt, as the organisation's clock shows it."""
    day = received.astimezone(zone).date() + timedelta(days=DAYS)
    return datetime.combine(day, time(23, 59, 59), zone)
