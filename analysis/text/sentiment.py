"""Whether a comment is negative, neutral or positive, how strongly, and what in it says so.

Two linear models of the same features (sentiment_features.py): one tells good from bad, one tells whether
anything is judged at all. Score = P(judged) · (2 · P(good | judged) − 1), from −1 to 1; its sign is that of
the first model, so that where only two classes are wanted the sign decides. Both probabilities are
calibrated on sentences that the model had not seen. The model is data (data/sentiment_model.npz, read
without pickle), made by `python -m tests.build_sentiment`; docs/text.md says of what, and how good it is.

Irony is found only as far as it has set phrases (呵呵, 真有你们的, “…”).
"""

import functools
import io
import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Final, Literal

from analysis.text.segmentation import bank
from analysis.text.sentiment_features import Features, features, normal_form

Label = Literal["negative", "neutral", "positive"]

MODEL_FILE: Final = "sentiment_model.npz"
_REASONS: Final = 4
_SHIFT: Final = 24


@dataclass(frozen=True, slots=True)
class Reason:
    """A word of the text with what it adds to the score's logit: below 0 it speaks for negative."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Sentiment:
    """A label and a score from −1 to 1, below 0 negative."""

    label: Label
    score: float


@dataclass(frozen=True, slots=True)
class Head:
    """What a linear model knows besides the weights of pieces, and how its logits are calibrated."""

    unit: float  # of the weights, which are whole numbers
    counts: dict[str, float]
    bias: float
    slope: float
    offset: float

    def probability(self, pieces: int, share: float, counts: dict[str, float]) -> float:
        """The calibrated probability for a text whose pieces weigh this, each counted for `share`."""
        known = sum([self.counts.get(name, 0.0) * value for name, value in counts.items()])
        logit = self.slope * (pieces * self.unit * share + known + self.bias) + self.offset
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True, slots=True)
class Model:
    """The two heads, the weights of pieces in both, and what they were made of.

    A weight holds both heads' in one number, polarity · 2²⁴ + judgement, because looking up a piece costs
    more than all else: sums of such numbers come apart again.
    """

    weights: dict[str, int]
    polarity: Head
    judgement: Head
    made_of: dict[str, object]

    def judge(self, text: str) -> Sentiment:
        """The sentiment of a text."""
        found = features(text)
        if not found.pieces:
            return Sentiment("neutral", 0.0)
        polarity, judgement = parted(sum(filter(None, map(self.weights.get, found.pieces))))
        share = 1 / math.sqrt(len(found.pieces))
        good = self.polarity.probability(polarity, share, found.counts)
        judged = self.judgement.probability(judgement, share, found.counts)
        return Sentiment(_label(judged, good), round(judged * (2 * good - 1), 4))

    def explain(self, text: str) -> tuple[Reason, ...]:
        """The words of a text that weigh most between good and bad.

        What a piece weighs is shared out among its characters where it first stands, what a count weighs
        among the polar words it counts; a word weighs what its characters do.
        """
        plain, found = normal_form(text), features(text)
        pulls = [0.0] * len(plain)
        for start, end, pull in (*self._piece_pulls(plain, found), *self._count_pulls(found)):
            for place in range(start, end):
                pulls[place] += self.polarity.slope * pull / (end - start)
        spans = bank().tokenize(plain)
        weighed = [Reason(word, round(sum(pulls[s:e]), 3)) for word, s, e in spans if word.isalnum()]
        ordered = sorted(weighed, key=lambda reason: (-abs(reason.weight), reason.text))
        return tuple(reason for reason in ordered[:_REASONS] if reason.weight)

    def _piece_pulls(self, plain: str, found: Features) -> Iterator[tuple[int, int, float]]:
        unit = self.polarity.unit / math.sqrt(len(found.pieces) or 1)
        for piece in sorted(found.pieces & self.weights.keys()):
            start = plain.find(piece)
            if start >= 0:  # a piece with # stands nowhere
                yield start, start + len(piece), parted(self.weights[piece])[0] * unit

    def _count_pulls(self, found: Features) -> Iterator[tuple[int, int, float]]:
        times = Counter(word.kind for word in found.polar)
        for word in found.polar:
            weight = self.polarity.counts.get(word.kind, 0.0) * found.counts[word.kind]
            yield word.start, word.end, weight / times[word.kind]


def joint(polarity: int, judgement: int) -> int:
    """The weights of both heads in one number."""
    return (polarity << _SHIFT) + judgement


def parted(joint: int) -> tuple[int, int]:
    """The sums of both heads, from a sum of joint weights."""
    half = 1 << (_SHIFT - 1)
    judgement = ((joint + half) & (2 * half - 1)) - half
    return (joint - judgement) >> _SHIFT, judgement


def judge(text: str) -> Sentiment:
    """The sentiment of a text by the model that is shipped."""
    return model().judge(text)


def explain(text: str) -> tuple[Reason, ...]:
    """What in a text speaks for good or bad, by the model that is shipped."""
    return model().explain(text)


@functools.cache
def model() -> Model:
    """The model that is shipped."""
    return read_model(resources.files(__package__).joinpath("data", MODEL_FILE).read_bytes())


def read_model(data: bytes) -> Model:
    """A model from the bytes of its file."""
    # Loaded at the first use: a process that only serves respondents needs no numpy.
    import numpy as np

    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        about = json.loads(file["about"].tobytes().decode("utf-8"))
        pieces = file["pieces"].tobytes().decode("utf-8").split("\n")
        weights = map(joint, file["polarity"].tolist(), file["judgement"].tolist())
        by_piece = dict(zip(pieces, weights, strict=True))
    return Model(by_piece, Head(**about["polarity"]), Head(**about["judgement"]), about["made_of"])


def _label(judged: float, good: float) -> Label:
    if 1 - judged >= judged * max(good, 1 - good):
        return "neutral"
    return "positive" if good >= 0.5 else "negative"
