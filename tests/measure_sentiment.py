"""Print the table of docs/text.md: the model and snownlp on the held-out texts, in one run.

`pip install ".[build]"`, then `python -m tests.measure_sentiment [FILE.tsv …]`; a file has a label (-1, 0, 1)
and a text a line, and snownlp is measured where no text is neutral, and on the polar ones of the others.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from analysis.text import sentiment

HELD_OUT = Path(__file__).parent / "data" / "text"


def labelled(path: Path) -> list[tuple[int, str]]:
    """The labels and texts of a file."""
    lines = (
        line.split("\t", 1) for line in path.read_text("utf-8").splitlines() if line[:1] not in ("#", "")
    )
    return [(int(label), text) for label, text in lines]


def f1(truth: list[int], found: list[int], label: int) -> float:
    """2 · right / (in truth + found) of a label."""
    right = sum(t == f == label for t, f in zip(truth, found, strict=True))
    return 2 * right / max(1, truth.count(label) + found.count(label))


def scores(truth: list[int], found: list[int]) -> tuple[float, float]:
    """Macro-F1 over the labels in the truth, and the recall of the negative."""
    labels = sorted(set(truth))
    right = sum(t == f == -1 for t, f in zip(truth, found, strict=True))
    return sum(f1(truth, found, label) for label in labels) / len(labels), right / truth.count(-1)


def three_classes(text: str) -> int:
    return {"negative": -1, "neutral": 0, "positive": 1}[sentiment.judge(text).label]


def two_classes(text: str) -> int:
    return -1 if sentiment.judge(text).score < 0 else 1


def snownlp(text: str) -> int:
    from snownlp import SnowNLP

    return 1 if SnowNLP(text).sentiments >= 0.5 else -1


def report(name: str, rows: list[tuple[int, str]], judge: Callable[[str], int]) -> None:
    judge("预热")
    start = time.process_time()
    found = [judge(text) for _, text in rows]
    speed = sum(len(text) for _, text in rows) / (time.process_time() - start)
    macro, negative = scores([label for label, _ in rows], found)
    print(f"| {name} | {len(rows)} | {macro:.3f} | {negative:.3f} | {speed:,.0f} |")


def main(paths: list[Path]) -> None:
    print("| texts, judged by | n | macro-F1 | negative recall | chars/s |\n|---|---|---|---|---|")
    for path in paths or sorted(HELD_OUT.glob("sentiment_*.tsv")):
        rows = labelled(path)
        polar = [row for row in rows if row[0]]
        if len(polar) < len(rows):
            report(f"{path.stem}, three classes", rows, three_classes)
        report(f"{path.stem}, sign of the score", polar, two_classes)
        report(f"{path.stem}, snownlp", polar, snownlp)


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
