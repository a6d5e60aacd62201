"""From counts to Results: numbers against a count by hand."""

from collections import Counter

import pytest

from questionnaires import instruments
from survey.dashboards.counting import Tally, total
from survey.dashboards.measuring import Measured, scores, scores_of_parts

BANK = Measured.of(instruments.load("bank-satisfaction"))


def tally(csat: dict[str | None, int], nps: dict[str | None, int]) -> Tally:
    assert sum(csat.values()) == sum(nps.values())
    return Tally(sum(csat.values()), {"csat": Counter(csat), "nps": Counter(nps)})


TWENTY = tally(
    csat={"5": 6, "4": 6, "3": 4, "1": 2, "na": 1, None: 1},
    nps={"10": 5, "9": 3, "8": 4, "6": 3, "0": 5},
)


def test_scores__twenty_answers__equal_a_count_by_hand() -> None:
    found = scores(TWENTY, BANK)
    assert found.responses == 20
    assert found.rate.ok
    assert found.rate.number("rate") == pytest.approx(12 / 18)
    assert (found.rate.n, found.rate.n_missing) == (18, 2)
    assert found.score.ok
    assert found.score.number("estimate") == pytest.approx((6 * 5 + 6 * 4 + 4 * 3 + 2 * 1) / 18)
    assert found.nps.ok
    assert found.nps.number("nps") == pytest.approx(100 * (8 - 8) / 20)
    assert found.nps["detractors"] == 8  # the five who answered 0 among them


def test_scores__nine_valid_answers__hidden_for_that_measure_alone() -> None:
    few = tally(csat={"5": 9, "na": 6}, nps={"9": 15})
    found = scores(few, BANK)
    assert not found.rate.ok
    assert found.rate.reason == "too_few_to_show"
    assert found.nps.ok


def test_scores_of_parts__one_small_part__cannot_be_worked_out_from_the_total() -> None:
    small, middle, large = (tally({"5": n}, {"9": n}) for n in (4, 20, 300))
    shown = [each.rate.ok for each in scores_of_parts([small, middle, large], BANK)]
    assert shown == [False, False, True]


def test_scores__no_answers__not_computable_and_not_called_too_few() -> None:
    found = scores(Tally(), BANK)
    assert not found.rate.ok
    assert found.rate.reason == "no_rows"


def test_scores__question_not_asked__says_so() -> None:
    found = scores(TWENTY, Measured(csat=None, nps=BANK.nps))
    assert not found.rate.ok
    assert found.rate.reason == "not_asked"
    assert found.nps.ok


def test_total__of_parts__counts_everything_once() -> None:
    both = total([TWENTY, TWENTY])
    assert both.responses == 40
    assert both.codes["csat"]["5"] == 12
