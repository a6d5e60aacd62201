from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from survey.demo.waves import WAVES, quarterly


@pytest.mark.parametrize(
    "last", [date(2026, 11, 20), date(2026, 1, 31), date(2024, 2, 29), date(2025, 12, 21)]
)
def test_quarterly__any_last_day__nine_waves_over_two_years_that_are_over_then(last: date) -> None:
    waves = quarterly(last)
    assert len({wave.name for wave in waves}) == WAVES
    assert all(before.closes_at < after.opens_at for before, after in pairwise(waves))
    assert waves[-1].closes_at <= datetime(last.year, last.month, last.day, 16, tzinfo=UTC)
    months = {after.opens_at.month - before.opens_at.month for before, after in pairwise(waves)}
    assert months <= {3, -9}
    assert 700 < (waves[-1].opens_at - waves[0].opens_at).days < 735


def test_quarterly__opening__midnight_in_the_zone_of_the_bank() -> None:
    assert {wave.opens_at.hour for wave in quarterly(date(2026, 11, 20))} == {16}
