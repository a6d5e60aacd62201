"""Times ours beside a known other way in turn, A B A B, and prints the ratio of the medians.

python -m tests.bench              all
python -m tests.bench text         those whose name holds a word
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import jieba
import numpy as np
from scipy import stats

import analysis
from questionnaires import instruments
from questionnaires.validation import Validator
from survey.demo import answers, branches, waves

ROUNDS = 7
Run = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ways to the same result."""

    name: str
    ours: Run
    other_name: str
    other: Run


def pairs() -> Iterator[Pair]:
    """Every comparison; the inputs are made outside what is timed."""
    yield from _text()
    yield from _statistics()
    yield from _validation()


def _text() -> Iterator[Pair]:
    periods = waves.quarterly(date(2026, 11, 22))
    given = answers.generate(1, 12_000, branches.units(), periods)
    texts = [
        text
        for response in given
        for name in ("suggestion", "complaint")
        if isinstance(text := response.answers.get(name), str)
    ]
    segmenter = analysis.text.segmentation.plain()
    segmenter.lcut("预热")
    jieba.setLogLevel("ERROR")
    jieba.lcut("预热")
    yield Pair(
        f"text: cut {len(texts)} comments",
        lambda: [segmenter.lcut(text) for text in texts],
        "jieba 0.42.1",
        lambda: [jieba.lcut(text) for text in texts],
    )


def _statistics() -> Iterator[Pair]:
    chance = np.random.default_rng(1)
    groups = {f"g{number}": chance.integers(1, 6, 250_000).astype(float) for number in range(4)}
    counts = {name: analysis.samples.Counts.of(values) for name, values in groups.items()}
    yield Pair(
        "statistics: Welch ANOVA of 1,000,000 from counts",
        lambda: analysis.differences.anova_from_counts(counts),
        "scipy.stats.f_oneway on the rows",
        lambda: stats.f_oneway(*groups.values()),
    )
    items = {f"i{number}": chance.integers(1, 6, 100_000).astype(float) for number in range(20)}
    matrix = np.column_stack(list(items.values()))

    def plain_alpha() -> float:
        k = matrix.shape[1]
        return float(k / (k - 1) * (1 - matrix.var(axis=0, ddof=1).sum() / matrix.sum(axis=1).var(ddof=1)))

    yield Pair(
        "statistics: alpha of 100,000 x 20 with interval, item-rest and if-deleted",
        lambda: analysis.reliability.cronbach_alpha(items),
        "alpha alone in numpy",
        plain_alpha,
    )


def _validation() -> Iterator[Pair]:
    form = instruments.load("bank-satisfaction")
    validator = Validator(form)
    chance = random.Random(1)
    raw = {
        field.name: str(chance.choice(field.options).code) for field in form.fields() if field.kind == "code"
    } | {"nps": "9"}
    yield Pair(
        "validation: 1,000 answers, compiled once",
        lambda: [validator.check(raw) for _ in range(1000)],
        "compiled each time (100 answers)",
        lambda: [Validator(form).check(raw) for _ in range(100)],
    )


def seconds(run: Run) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def main(wanted: str) -> None:
    print(f"{'what':<78}{'ours':>10}{'other':>10}{'other/ours':>12}")
    for pair in pairs():
        if wanted not in pair.name:
            continue
        pair.ours(), pair.other()
        times = [(seconds(pair.ours), seconds(pair.other)) for _ in range(ROUNDS)]
        ours, other = (statistics.median(column) for column in zip(*times, strict=True))
        ratio = other / max(ours, 1e-9)
        print(f"{pair.name:<78}{ours:>9.4f}s{other:>9.4f}s{ratio:>11.1f}x   ({pair.other_name})")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
