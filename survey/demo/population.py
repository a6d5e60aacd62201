"""Who answers the demo survey: customer group, age, occupation, income, channels, language, by weights."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

Weights = Mapping[str, float]

AGES: Weights = {"18_29": 20, "30_44": 33, "45_59": 28, "60_plus": 19}
# Small businesses and wealth belong to the middle of life.
_SEGMENTS: dict[str, Weights] = {
    "18_29": {"retail": 78, "sme": 14, "hnw": 3, "corporate": 5},
    "30_44": {"retail": 58, "sme": 23, "hnw": 9, "corporate": 10},
    "45_59": {"retail": 54, "sme": 22, "hnw": 14, "corporate": 10},
    "60_plus": {"retail": 76, "sme": 7, "hnw": 14, "corporate": 3},
}
# Older customers come to the branch and use paper more.
_CHANNELS: dict[str, Weights] = {
    "18_29": {"web": 44, "qr": 42, "kiosk": 11, "paper": 3},
    "30_44": {"web": 44, "qr": 35, "kiosk": 14, "paper": 7},
    "45_59": {"web": 34, "qr": 28, "kiosk": 22, "paper": 16},
    "60_plus": {"web": 14, "qr": 14, "kiosk": 28, "paper": 44},
}
_OCCUPATIONS: dict[str, Weights] = {
    "18_29": {
        "company": 52,
        "public": 12,
        "owner": 3,
        "self_employed": 13,
        "farmer": 2,
        "student": 15,
        "other": 3,
    },
    "30_44": {
        "company": 48,
        "public": 19,
        "owner": 10,
        "self_employed": 16,
        "farmer": 3,
        "student": 1,
        "other": 3,
    },
    "45_59": {
        "company": 35,
        "public": 20,
        "owner": 13,
        "self_employed": 18,
        "farmer": 7,
        "retired": 4,
        "other": 3,
    },
    "60_plus": {
        "company": 4,
        "public": 3,
        "owner": 3,
        "self_employed": 6,
        "farmer": 9,
        "retired": 73,
        "other": 2,
    },
}
_INCOMES: dict[str, Weights] = {
    "retail": {"under_50k": 22, "50k_100k": 36, "100k_200k": 24, "200k_500k": 7, "500k_plus": 1, "na": 10},
    "sme": {"under_50k": 8, "50k_100k": 22, "100k_200k": 31, "200k_500k": 22, "500k_plus": 7, "na": 10},
    "hnw": {"50k_100k": 3, "100k_200k": 14, "200k_500k": 34, "500k_plus": 34, "na": 15},
    "corporate": {"under_50k": 3, "50k_100k": 14, "100k_200k": 33, "200k_500k": 26, "500k_plus": 8, "na": 16},
}
_USED: dict[str, Weights] = {  # share of an age that has used each channel; a person uses several
    "18_29": {"counter": 0.30, "kiosk": 0.25, "mobile": 0.93, "web": 0.30, "hotline": 0.12, "manager": 0.06},
    "30_44": {"counter": 0.42, "kiosk": 0.30, "mobile": 0.90, "web": 0.42, "hotline": 0.18, "manager": 0.16},
    "45_59": {"counter": 0.60, "kiosk": 0.38, "mobile": 0.72, "web": 0.33, "hotline": 0.22, "manager": 0.22},
    "60_plus": {
        "counter": 0.88,
        "kiosk": 0.42,
        "mobile": 0.31,
        "web": 0.08,
        "hotline": 0.26,
        "manager": 0.14,
    },
}
_OWNERS: Weights = {"owner": 50, "self_employed": 50}
_OWNS_A_SMALL_BUSINESS = 0.85
_HAS_A_MANAGER = 0.7  # of wealthy and corporate customers
_LEAVES_PAPER = 0.03  # with each wave, of those on paper, for the QR code
_ENGLISH = 0.02  # of those who answer by web or QR code


@dataclass(frozen=True, slots=True)
class Person:
    """A respondent: option codes of the questions about the person, the channel answered by, the language."""

    age_band: str
    segment: str
    occupation: str
    income_band: str
    channel: str
    channels_used: tuple[str, ...]
    locale: str


def draw(chance: random.Random, wave: int) -> Person:
    """A person who answers in the wave (numbered from 0)."""
    age = pick(chance, AGES)
    segment = pick(chance, _SEGMENTS[age])
    channel = pick(chance, _CHANNELS[age])
    if channel == "paper" and chance.random() < _LEAVES_PAPER * wave:
        channel = "qr"
    owns = segment == "sme" and chance.random() < _OWNS_A_SMALL_BUSINESS
    occupation = pick(chance, _OWNERS if owns else _OCCUPATIONS[age])
    english = channel in ("web", "qr") and chance.random() < _ENGLISH
    income = pick(chance, _INCOMES[segment])
    return Person(
        age, segment, occupation, income, channel, _used(chance, age, segment), "en" if english else "zh"
    )


def pick(chance: random.Random, weights: Weights) -> str:
    """One of the names, by weight."""
    (name,) = chance.choices(tuple(weights), cum_weights=tuple(accumulate(weights.values())))
    return name


def _used(chance: random.Random, age: str, segment: str) -> tuple[str, ...]:
    shares = dict(_USED[age])
    if segment in ("hnw", "corporate"):
        shares["manager"] = _HAS_A_MANAGER
    return tuple(name for name, share in shares.items() if chance.random() < share)
