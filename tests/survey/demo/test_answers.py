"""What the demo bank promises: shares, reliability, gaps, times; the figures are computed here by hand."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from statistics import correlation, covariance, fmean, stdev, variance

import pytest

from questionnaires import instruments, validation
from survey.demo import answers, branches, waves
from survey.demo.answers import Response

DIMENSIONS = {
    "products": ("prod1", "prod2", "prod3", "prod4"),
    "counter": ("cnt1", "cnt2", "cnt3", "cnt4"),
    "digital": ("dig1", "dig2", "dig3", "dig4"),
    "manager": ("mgr1", "mgr2", "mgr3", "mgr4"),
    "complaints": ("cmp1", "cmp2", "cmp3", "cmp4"),
    "loyalty": ("loy1", "loy2", "loy3"),
}


def complete(responses: Sequence[Response], names: tuple[str, ...]) -> list[list[int]]:
    rows = ([response.answers.get(name) for name in names] for response in responses)
    return [row for row in rows if all(isinstance(code, int) for code in row)]


def satisfied(responses: Sequence[Response], changed: bool, wave: int) -> float:
    codes = [
        response.answers["csat"]
        for response in responses
        if response.wave == wave and branches.has_changed(response.branch) == changed
    ]
    valid = [code for code in codes if code != "na"]
    return fmean(code >= 4 for code in valid)


def alpha(rows: list[list[int]]) -> float:
    items = list(zip(*rows, strict=True))
    total = variance([sum(row) for row in rows])
    return len(items) / (len(items) - 1) * (1 - sum(map(variance, items)) / total)


def test_generate__same_seed__same_responses_and_another_seed_others() -> None:
    units, periods = branches.units(), waves.quarterly(date(2026, 11, 20))
    first, again, other = (list(answers.generate(seed, 300, units, periods)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_generate__few_responses__spread_over_all_waves() -> None:
    made = answers.generate(3, 18, branches.units(), waves.quarterly(date(2026, 11, 20)))
    assert Counter(response.wave for response in made) == dict.fromkeys(range(9), 2)


@pytest.mark.parametrize(("wave", "share"), [(0, 0.70), (4, 0.85), (8, 0.90)])
def test_csat__branches_that_changed__rises_as_told(demo_responses, wave: int, share: float) -> None:
    assert satisfied(demo_responses, True, wave) == pytest.approx(share, abs=0.035)


@pytest.mark.parametrize("wave", range(9))
def test_csat__other_branches__stays(demo_responses, wave: int) -> None:
    assert satisfied(demo_responses, False, wave) == pytest.approx(0.70, abs=0.035)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_alpha__each_dimension__between_75_and_92(demo_responses, dimension: str) -> None:
    names = DIMENSIONS[dimension]
    rows = complete(demo_responses, names)
    turned = [
        [6 - code if name == "dig4" else code for name, code in zip(names, row, strict=True)] for row in rows
    ]
    assert 0.75 < alpha(turned) < 0.92


def test_dig4__as_given__runs_against_the_other_items(demo_responses) -> None:
    columns = list(zip(*complete(demo_responses, DIMENSIONS["digital"]), strict=True))
    assert all(covariance(columns[3], column) < 0 for column in columns[:3])


def test_outlets__satisfaction__differs_more_than_chance(demo_responses) -> None:
    of_outlet: dict[str, list[int]] = {}
    for response in demo_responses:
        if not branches.has_changed(response.branch) and response.answers["csat"] != "na":
            of_outlet.setdefault(response.branch, []).append(response.answers["csat"])
    means = [fmean(codes) for codes in of_outlet.values() if len(codes) > 30]
    within = fmean(stdev(codes) / len(codes) ** 0.5 for codes in of_outlet.values() if len(codes) > 30)
    assert stdev(means) > 1.5 * within


def test_nps_and_loyalty__with_satisfaction__go_together(demo_responses) -> None:
    for name, least in (("nps", 0.6), ("loy3", 0.4), ("care_perceived", 0.4)):
        given, csat = zip(*complete(demo_responses, (name, "csat")), strict=True)
        assert least < correlation(given, csat) < 0.9


def test_gaps__questions_that_may_be_left__a_few_in_a_hundred(demo_responses) -> None:
    for name in ("prod1", "cnt4", "loy2", "care_expected", "age_band", "region"):
        blank = fmean(name not in response.answers for response in demo_responses)
        assert 0.01 < blank < 0.08
    assert all({"segment", "csat", "nps"} <= response.answers.keys() for response in demo_responses)
    assert 0.3 < fmean(response.answers.get("mgr1") == "na" for response in demo_responses) < 0.6


def test_channels__older_customers__use_paper_more(demo_responses) -> None:
    paper = {
        age: fmean(
            response.channel == "paper"
            for response in demo_responses
            if response.answers.get("age_band") == age
        )
        for age in ("18_29", "30_44", "45_59", "60_plus")
    }
    assert paper["18_29"] < paper["30_44"] < paper["45_59"] < paper["60_plus"]
    assert {response.channel for response in demo_responses} == {"web", "qr", "kiosk", "paper"}
    assert 0.005 < fmean(response.locale == "en" for response in demo_responses) < 0.03


def test_times__each_response__inside_its_wave_and_not_before_the_start(demo_responses) -> None:
    periods = waves.quarterly(date(2026, 11, 20))
    for response in demo_responses:
        period = periods[response.wave]
        assert period.opens_at <= response.started_at < response.submitted_at < period.closes_at


def test_answers__every_response__accepted_by_the_validator(demo_responses) -> None:
    questionnaire = instruments.load("bank-satisfaction")
    for response in demo_responses[::7]:
        checked = validation.check_answers(questionnaire, response.answers)
        assert checked.errors == ()
        assert checked.answers == response.answers
