"""How numbers, times and shares are written on staff pages, the same as in sentences."""

from datetime import datetime

from analysis import wording
from survey.services import services


def decimal(value: float | None, digits: int = 1) -> str:
    """A number with fixed decimals, so that a column lines up; nothing for None."""
    if value is None:
        return ""
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def percent(share: float | None, digits: int = 1) -> str:
    """A share of 1 in percent; nothing for None."""
    return "" if share is None else f"{decimal(100 * share, digits)}%"


def whole(value: int | None) -> str:
    """A whole number with narrow no-break spaces between thousands; nothing for None."""
    return "" if value is None else wording.count(value)


def moment(value: datetime | None) -> str:
    """A time in the organisation's zone: 2026-11-23 14:05; nothing for None."""
    return "" if value is None else f"{value.astimezone(services().settings.zone):%Y-%m-%d %H:%M}"


def day(value: datetime | None) -> str:
    """A day in the organisation's zone: 2026-11-23; nothing for None."""
    return "" if value is None else f"{value.astimezone(services().settings.zone):%Y-%m-%d}"


FILTERS = {"decimal": decimal, "percent": percent, "whole": whole, "moment": moment, "day": day}
