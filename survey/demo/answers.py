"""Answers of the demo survey, from a model with one satisfaction behind all questions.

The satisfaction of a person is normal with variance 1: a part of the outlet, of customer group and age, the
rest the person's own. It is moved so that the share with CSAT 4 or 5 in a group of branches and a wave is
the wanted one: .70 rising to .85 after a year and .90 after two where customer care changed, .70 throughout
elsewhere. Each dimension is a factor that leans on it, each item a cut of its factor with noise; NPS, care
and loyalty lean on it as well.
"""

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import sqrt
from statistics import NormalDist
from zoneinfo import ZoneInfo

from survey.demo import population
from survey.demo.branches import Branch, has_changed
from survey.demo.comments import Occasion, write_comments
from survey.demo.population import Person
from survey.demo.waves import Wave

Answers = dict[str, int | str | list[str]]

NA = "na"
_ZONE = ZoneInfo("Asia/Shanghai")

FLAT = 0.70
RISING = (0.70, 0.745, 0.785, 0.82, 0.85, 0.865, 0.88, 0.89, 0.90)
_OUTLET_SD, _PERSON_SD = 0.28, 0.95
_GROUP_EFFECT = {"retail": 0.02, "sme": -0.14, "hnw": 0.16, "corporate": 0.05}
_AGE_EFFECT = {"18_29": -0.10, "30_44": -0.04, "45_59": 0.03, "60_plus": 0.13}
_CUTS = (-1.35, -0.80, 0.0, 0.95)  # of a standard normal: 1 | 2 | 3 | 4 | 5
_NPS_CUTS = (-2.5, -2.2, -1.95, -1.75, -1.5, -1.05, -0.6, 0.0, 0.6, 1.15)


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it would have been given: raw codes by question name, times in UTC."""

    branch: str
    channel: str
    wave: int
    started_at: datetime
    submitted_at: datetime
    locale: str
    answers: Answers


@dataclass(frozen=True, slots=True)
class _Dimension:
    """Items of a factor that leans on satisfaction; the factor's weight in an item, the ease of each item."""

    items: tuple[str, ...]
    lean: float
    loading: float
    ease: tuple[float, ...]
    reversed: tuple[str, ...] = ()


_DIMENSIONS = {
    "products": _Dimension(("prod1", "prod2", "prod3", "prod4"), 0.74, 0.80, (0.15, -0.20, 0.05, -0.35)),
    "counter": _Dimension(("cnt1", "cnt2", "cnt3", "cnt4"), 0.76, 0.82, (-0.40, 0.30, 0.20, 0.10)),
    "digital": _Dimension(("dig1", "dig2", "dig3", "dig4"), 0.66, 0.82, (0.05, 0.10, 0.00, -0.15), ("dig4",)),
    "manager": _Dimension(("mgr1", "mgr2", "mgr3", "mgr4"), 0.72, 0.87, (0.10, 0.00, 0.05, -0.10)),
    "complaints": _Dimension(("cmp1", "cmp2", "cmp3", "cmp4"), 0.70, 0.86, (-0.10, -0.45, -0.35, -0.30)),
    "loyalty": _Dimension(("loy1", "loy2", "loy3"), 0.80, 0.86, (0.35, -0.25, -0.05)),
}
_NO_ITEM, _NO_DIMENSION, _NO_ANSWER = 0.018, 0.03, 0.02
_DOES_NOT_KNOW = 0.007
_STRAIGHT_LINE = 0.012
_HAS_COMPLAINED = (0.50, 0.42, 0.30, 0.18, 0.14)  # by CSAT 1 to 5


def generate(
    seed: int, responses: int, branches: Sequence[Branch], waves: Sequence[Wave]
) -> Iterator[Response]:
    """Responses of the outlets, wave by wave and as many in each; always the same for a seed."""
    chance = random.Random(seed)  # noqa: S311 (invented answers: repeatable, not secret)
    outlets = _Outlets.of(chance, branches)
    for number in range(responses):
        wave = number * len(waves) // responses
        yield _response(chance, outlets, wave, waves[wave])


@dataclass(frozen=True, slots=True)
class _Outlets:
    """Outlets with how many answer there and how they differ in satisfaction."""

    units: tuple[Branch, ...]
    limits: tuple[float, ...]
    effects: dict[str, float]

    @classmethod
    def of(cls, chance: random.Random, branches: Sequence[Branch]) -> "_Outlets":
        units = tuple(branch for branch in branches if branch.kind == "outlet")
        sizes = [chance.lognormvariate(0, 0.45) for _ in units]
        effects = {unit.code: chance.gauss(0, _OUTLET_SD) for unit in units}
        for changed in (
            True,
            False,
        ):  # so that chance at the outlets does not move the shares of the two groups
            group = [
                (unit.code, size)
                for unit, size in zip(units, sizes, strict=True)
                if has_changed(unit.code) == changed
            ]
            mean = sum(effects[code] * size for code, size in group) / (sum(size for _, size in group) or 1)
            effects |= {code: effects[code] - mean for code, _ in group}
        return cls(units, tuple(accumulate(sizes)), effects)


def _response(chance: random.Random, outlets: _Outlets, wave: int, period: Wave) -> Response:
    (outlet,) = chance.choices(outlets.units, cum_weights=outlets.limits)
    person = population.draw(chance, wave)
    changed = has_changed(outlet.code)
    satisfaction = (
        outlets.effects[outlet.code]
        + _GROUP_EFFECT[person.segment]
        + _AGE_EFFECT[person.age_band]
        + chance.gauss(0, _PERSON_SD)
        + _shift(wave, changed)
    )
    answers = _answers(chance, person, satisfaction, outlet.region)
    started_at, submitted_at = _times(chance, period, person)
    occasion = Occasion(answers, person.channel, person.locale, changed, wave)
    answers |= write_comments(chance, occasion)
    return Response(outlet.code, person.channel, wave, started_at, submitted_at, person.locale, answers)


_SHIFTS = {share: NormalDist().inv_cdf(share) for share in (FLAT, *RISING)}


def _shift(wave: int, changed: bool) -> float:
    return _SHIFTS[RISING[min(wave, len(RISING) - 1)] if changed else FLAT]


def _answers(chance: random.Random, person: Person, satisfaction: float, region: str) -> Answers:
    csat = 1 + bisect(_CUTS, satisfaction)
    answers: Answers = {"csat": NA if chance.random() < _DOES_NOT_KNOW else csat}
    answers["nps"] = bisect(_NPS_CUTS, _leaning(chance, satisfaction, 0.82))
    if person.channels_used:
        answers["channels_used"] = list(person.channels_used)
    if chance.random() < _STRAIGHT_LINE:
        answers |= {item: csat for dimension in _DIMENSIONS.values() for item in dimension.items}
    else:
        for name, dimension in _DIMENSIONS.items():
            answers |= _dimension(chance, dimension, satisfaction, _concerns(chance, name, person, csat))
    answers["care_perceived"] = 1 + bisect(_CUTS, _leaning(chance, satisfaction, 0.7) - 0.1)
    answers["care_expected"] = 1 + bisect((-2.6, -2.2, -1.5, -0.2), chance.gauss(0, 1))
    answers |= _about(chance, person, region)
    return {
        name: answer for name, answer in answers.items() if name in _REQUIRED or chance.random() >= _NO_ITEM
    }


_REQUIRED = frozenset({"segment", "csat", "nps"})


def _leaning(chance: random.Random, satisfaction: float, weight: float) -> float:
    return weight * satisfaction + sqrt(1 - weight * weight) * chance.gauss(0, 1)


def _dimension(chance: random.Random, dimension: _Dimension, satisfaction: float, concerned: bool) -> Answers:
    if not concerned:
        return dict.fromkeys(dimension.items, NA) if chance.random() < 0.6 else {}
    if chance.random() < _NO_DIMENSION:
        return {}
    factor = _leaning(chance, satisfaction, dimension.lean)
    answers: Answers = {}
    for item, ease in zip(dimension.items, dimension.ease, strict=True):
        code = 1 + bisect(_CUTS, _leaning(chance, factor, dimension.loading) + ease)
        answers[item] = 6 - code if item in dimension.reversed else code
    return answers


def _concerns(chance: random.Random, dimension: str, person: Person, csat: int) -> bool:
    """Whether the person has had to do with what a dimension asks for."""
    if dimension == "manager":
        return "manager" in person.channels_used
    if dimension == "digital":
        return bool({"mobile", "web"} & set(person.channels_used))
    return dimension != "complaints" or chance.random() < _HAS_COMPLAINED[csat - 1]


def _about(chance: random.Random, person: Person, region: str) -> Answers:
    told = {"age_band": person.age_band, "occupation": person.occupation, "income_band": person.income_band}
    told["region"] = region
    return {"segment": person.segment} | {
        name: code for name, code in told.items() if chance.random() >= _NO_ANSWER
    }


def _times(chance: random.Random, period: Wave, person: Person) -> tuple[datetime, datetime]:
    """Start and end: while the branch is open where it is needed, else into the evening; some two minutes."""
    days = (period.closes_at - period.opens_at).days
    opening = 9.0 if person.channel in ("kiosk", "paper", "qr") else 7.0
    closing = 17.0 if person.channel in ("kiosk", "paper") else 22.5
    hour = chance.triangular(opening, closing)
    local = period.opens_at.astimezone(_ZONE) + timedelta(
        days=chance.randrange(days), seconds=int(hour * 3600)
    )
    hurried = chance.random() < 0.015
    seconds = chance.uniform(12, 35) if hurried else chance.lognormvariate(5.05, 0.4)
    started_at = local.astimezone(UTC)
    return started_at, started_at + timedelta(seconds=int(seconds))
