"""The one filter object: read from an address, written back, refused when it names what is not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires import instruments
from survey.dashboards.filters import Filters, facet_names, read_filters
from survey.messages import Refused

BANK = instruments.load("bank-satisfaction")
WAVES = ("2026Q3", "2026Q4")


def read(**asked: str) -> Filters:
    return read_filters(asked, BANK.slug, BANK, WAVES, branch=None)


def test_filters__empty_values__mean_all() -> None:
    assert read(wave="", channel="", segment="", flagged="") == Filters(BANK.slug)


@given(
    wave=st.sampled_from(["", *WAVES]),
    channel=st.sampled_from(["", "web", "paper"]),
    segment=st.sampled_from(["", "hnw", "retail"]),
    age=st.sampled_from(["", "60_plus"]),
    flagged=st.sampled_from(["", "without"]),
)
def test_filters__written_back_and_read__are_the_same(
    wave: str, channel: str, segment: str, age: str, flagged: str
) -> None:
    filters = read(wave=wave, channel=channel, segment=segment, age_band=age, flagged=flagged)
    assert read(**filters.query()) == filters


@pytest.mark.parametrize(
    "asked", [{"wave": "2020Q1"}, {"channel": "pigeon"}, {"segment": "vip"}, {"flagged": "yes"}]
)
def test_filters__value_that_does_not_exist__refused_by_name(asked: dict[str, str]) -> None:
    (name,) = asked
    with pytest.raises(Refused, match=name):
        read(**asked)


def test_filters__words_of_other_pages__left_alone() -> None:
    assert read(lang="en", format="json", table="waves", csat="5") == Filters(BANK.slug)


def test_facet_names__a_question_called_channel__does_not_hide_the_channel() -> None:
    named_channel = BANK.model_copy(update={"facets": ("segment", "channel", "page")})
    assert facet_names(named_channel) == ("segment",)
