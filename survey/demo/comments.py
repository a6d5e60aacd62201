"""Comments of the demo survey: praise, suggestions and complaints that fit the answers of who writes them."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from survey.demo.handwriting import typed
from survey.demo.phrases import Sections, phrase, sections
from survey.demo.population import Weights, pick

# Causes of complaints, as the classification of consumer complaints has them, and four that the bank looks
# for.
CAUSES: Weights = {
    "attitude": 15,
    "facilities": 20,
    "rules": 17,
    "marketing": 6,
    "disclosure": 5,
    "returns": 5,
    "choice": 3,
    "contract": 2,
    "funds": 3,
    "information": 2,
    "pricing": 7,
    "collection": 3,
    "slow_approval": 6,
    "rate_promise": 3,
    "settlement": 2,
    "passing_buck": 7,
}
_OF_SEGMENT: dict[str, Weights] = {  # how many times as often as others
    "sme": {
        "slow_approval": 4,
        "rate_promise": 4,
        "settlement": 3,
        "contract": 3,
        "pricing": 2,
        "attitude": 0.6,
    },
    "corporate": {"slow_approval": 4, "settlement": 8, "rate_promise": 3, "passing_buck": 3, "attitude": 0.4},
    "hnw": {"returns": 5, "disclosure": 4, "marketing": 2, "collection": 0.2},
    "retail": {},
}
# Where customer care has changed, these become rarer from wave to wave.
_CURED = ("attitude", "slow_approval", "passing_buck", "rules")
_NEW_APP_WAVE = 5  # a new version of the app was given out, and it crashed
_TOPICS: dict[str, Weights] = {
    "web": {"digital": 6, "product": 4, "care": 3, "branch": 2},
    "qr": {"branch": 4, "digital": 4, "product": 3, "care": 3},
    "kiosk": {"branch": 6, "digital": 2, "product": 2, "care": 2},
    "paper": {"branch": 7, "digital": 1, "product": 3, "care": 3},
}
_PRAISED: Weights = {"staff": 40, "branch": 18, "digital": 18, "overall": 24}
# Per CSAT 1 to 5: share that writes, and of these the weights of praise, suggestion and complaint.
_WRITES = (0.70, 0.55, 0.33, 0.20, 0.17)
_KINDS: tuple[Weights, ...] = (
    {"suggestion": 12, "complaint": 88},
    {"praise": 1, "suggestion": 27, "complaint": 72},
    {"praise": 5, "suggestion": 58, "complaint": 37},
    {"praise": 29, "suggestion": 60, "complaint": 11},
    {"praise": 56, "suggestion": 40, "complaint": 4},
)
_SHORT: Weights = {"praise": 0.06, "suggestion": 0.04, "complaint": 0.04}
_MOODS = {"praise": 1, "suggestion": 0, "complaint": -1}


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a comment has to fit: the answers so far, channel, language, the branch's history, the wave."""

    answers: Mapping[str, object]
    channel: str
    locale: str
    changed: bool
    wave: int

    @property
    def csat(self) -> int:
        """The satisfaction given, the middle where none was."""
        csat = self.answers["csat"]
        return csat if isinstance(csat, int) else 3


def write_comments(chance: random.Random, occasion: Occasion) -> dict[str, str]:
    """The open answers, by question name; mostly none. Praise is written where suggestions are asked for."""
    if chance.random() >= _WRITES[occasion.csat - 1]:
        return {}
    kind = pick(chance, _KINDS[occasion.csat - 1])
    written = {"complaint" if kind == "complaint" else "suggestion": compose(chance, kind, occasion)}
    if kind == "complaint" and chance.random() < 0.12:
        written["suggestion"] = compose(chance, "suggestion", occasion)
    return written


def compose(chance: random.Random, kind: str, occasion: Occasion, cause: str | None = None) -> str:
    """A text of the kind (praise, suggestion, complaint), a complaint of the cause where one is given."""
    known, values = sections(occasion.locale), _values(chance)
    if cause is None and chance.random() < _SHORT[kind]:
        text = phrase(chance, known, f"short/{kind}", values)
    elif kind == "praise":
        text = _praise(chance, known, values, occasion)
    elif kind == "suggestion":
        text = _suggestion(chance, known, values, occasion)
    else:
        text = _complaint(chance, known, values, occasion, cause or pick(chance, _causes(occasion)))
    return typed(chance, text, _MOODS[kind], occasion.locale)


def _causes(occasion: Occasion) -> Weights:
    times = _OF_SEGMENT[str(occasion.answers["segment"])]
    weights = {cause: weight * times.get(cause, 1) for cause, weight in CAUSES.items()}
    if occasion.changed:
        weights |= {cause: weights[cause] * 0.85**occasion.wave for cause in _CURED}
    if occasion.wave == _NEW_APP_WAVE:
        weights["facilities"] *= 2
    return weights


def _complaint(
    chance: random.Random, known: Sections, values: dict[str, str], occasion: Occasion, cause: str
) -> str:
    wanted = [f"complaint/{cause}"]
    another = pick(chance, _causes(occasion))
    if another != cause and chance.random() < 0.22:
        wanted.append(f"complaint/{another}")
    wanted += ["detail/complaint"] * (chance.random() < 0.45) + ["detail/complaint"] * (
        chance.random() < 0.15
    )
    wanted += ["close/complaint"] * (chance.random() < 0.4)
    opening = ["open/complaint"] * (chance.random() < 0.3)
    return _sentence(chance, known, values, opening, wanted)


def _suggestion(chance: random.Random, known: Sections, values: dict[str, str], occasion: Occasion) -> str:
    topics = _TOPICS[occasion.channel]
    if occasion.answers["segment"] in ("sme", "corporate"):
        topics = {**topics, "business": 12}
    wanted = [f"suggestion/{pick(chance, topics)}"]
    another = f"suggestion/{pick(chance, topics)}"
    wanted += [another] * (another not in wanted and chance.random() < 0.35)
    wanted += ["more/suggestion"] * (chance.random() < 0.45) + ["close/suggestion"] * (chance.random() < 0.3)
    opening = ["open/suggestion"] * (chance.random() < 0.65)
    return _sentence(chance, known, values, opening, wanted)


def _praise(chance: random.Random, known: Sections, values: dict[str, str], occasion: Occasion) -> str:
    better = occasion.changed and chance.random() < 0.07 * occasion.wave
    wanted = ["praise/changed" if better else f"praise/{pick(chance, _PRAISED)}"]
    wanted += ["more/praise"] * (chance.random() < 0.5)
    wanted += ["praise/overall"] * (wanted[0] != "praise/overall" and chance.random() < 0.25)
    opening = ["context/praise"] * (wanted[0] == "praise/staff" and chance.random() < 0.6)
    return _sentence(chance, known, values, opening, wanted)


def _sentence(
    chance: random.Random, known: Sections, values: dict[str, str], opening: list[str], wanted: list[str]
) -> str:
    """Phrases of the wanted sections, joined as people write; none of them twice."""
    beginning = "".join(phrase(chance, known, section, values) for section in opening)
    parts = list(dict.fromkeys(phrase(chance, known, section, values) for section in wanted))
    if known is sections("en"):
        parts[0] = f"{beginning} {parts[0]}" if beginning else parts[0][0].upper() + parts[0][1:]
        return " ".join(part if part[-1] in ".!?" else f"{part[0].upper()}{part[1:]}." for part in parts)
    text = beginning + parts[0]
    for part in parts[1:]:
        text += chance.choice("，，。") + part
    return text


def _values(chance: random.Random) -> dict[str, str]:
    """Rates that belong together: a loan dearer than was told, a deposit that bears less."""
    loan, deposit = chance.randrange(320, 470, 5), chance.randrange(200, 300, 5)
    return {
        "told": f"{loan / 100:.4g}%",
        "real": f"{(loan + chance.randrange(15, 60, 5)) / 100:.4g}%",
        "high": f"{deposit / 100:.4g}%",
        "low": f"{(deposit - chance.randrange(15, 60, 5)) / 100:.4g}%",
    }
