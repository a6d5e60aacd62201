"""Held-out texts are those of tests/data/text; `python -m tests.measure_sentiment` prints the whole table."""

import io
from collections import Counter
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text import sentiment
from analysis.text.sentiment_features import features
from survey.demo.phrases import sections
from tests.build_sentiment import OWN, expanded, held_out_texts, own_sentences, shop_reviews
from tests.measure_sentiment import HELD_OUT, labelled, scores, three_classes, two_classes

GRAM = 4  # characters; a held-out text may share so many runs with one sentence of the material:
MOST_SHARED = 0.6


def grams(text: str) -> set[str]:
    return {text[start : start + GRAM] for start in range(len(text) - GRAM + 1)}


@pytest.fixture(scope="module")
def written() -> list[str]:
    """Every sentence that the files of the material can give, whether used or not."""
    lines = (line for path in OWN.glob("*.txt") for line in path.read_text("utf-8").splitlines())
    return [text for line in lines if line and not line.startswith("#") for text in expanded(line)]


def test_material__own_bank_sentences__enough_of_each_label() -> None:
    bank = Counter(sentence.sign for sentence in own_sentences() if sentence.source.startswith("bank"))
    assert bank.total() >= 1500
    assert min(bank.values()) >= 500


def test_material__held_out_texts__neither_in_it_nor_nearly(written: list[str]) -> None:
    held_out = held_out_texts()
    assert len(held_out) >= 300
    assert not held_out & set(written)
    where: dict[str, list[int]] = {}
    for number, text in enumerate(written):
        for gram in grams(text):
            where.setdefault(gram, []).append(number)
    for text in held_out:
        mine = grams(text)
        shared = Counter(number for gram in mine for number in where.get(gram, ()))
        if len(mine) >= 3 and shared:
            number, count = shared.most_common(1)[0]
            assert count / len(mine) <= MOST_SHARED, (text, written[number])


def test_material__held_out_texts__not_in_the_reviews() -> None:
    assert not held_out_texts() & {review.text for review in shop_reviews()}


def test_material__demo_comments__none_of_their_phrases(written: list[str]) -> None:
    demo = {phrase for name, phrases in sections("zh").items() for phrase in phrases if "/" in name}
    fixed = {phrase for phrase in demo if not {"(", "{"} & set(phrase) and len(phrase) > 6}
    assert not fixed & set(written)


def test_model_file__size_and_form__small_and_without_pickle() -> None:
    data = resources.files("analysis.text").joinpath("data", sentiment.MODEL_FILE).read_bytes()
    assert len(data) <= 5_000_000
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        assert {file[name].dtype.kind for name in file.files} <= {"u", "i"}


@pytest.mark.parametrize(
    ("name", "judge", "least"),
    [
        ("sentiment_food", two_classes, 0.90),
        ("sentiment_bank", two_classes, 0.87),
        ("sentiment_bank", three_classes, 0.76),
    ],
)
def test_judge__held_out_texts__macro_f1(name: str, judge: object, least: float) -> None:
    rows = [row for row in labelled(HELD_OUT / f"{name}.tsv") if row[0] or judge is three_classes]
    macro, _ = scores([label for label, _ in rows], [judge(text) for _, text in rows])
    assert macro >= least


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("柜员态度很差，等了两个小时", "negative"),
        ("櫃員態度很差，等了兩個小時", "negative"),
        ("非常满意", "positive"),
        ("不满意", "negative"),
        ("一点都不满意", "negative"),
        ("不太好", "negative"),
        ("办得快，没有拖延", "positive"),
        ("虽然网点不大，但是服务很好", "positive"),
        ("环境很好，但是服务太差了", "negative"),
        ("真是感谢你们让我白跑一趟", "negative"),
        ("请问对公户怎么开", "neutral"),
        ("", "neutral"),
        ("。。。", "neutral"),
    ],
)
def test_judge__negation_degree_turn_irony__label(text: str, label: str) -> None:
    assert sentiment.judge(text).label == label


@given(st.text(max_size=60))
def test_judge__any_text__score_in_range_and_of_the_labels_sign(text: str) -> None:
    judged = sentiment.judge(text)
    assert -1 <= judged.score <= 1
    assert judged.label == "neutral" or (judged.score > 0) == (judged.label == "positive")
    assert judged == sentiment.judge(text)


def test_explain__comment__words_of_it_with_their_pull() -> None:
    reasons = {reason.text: reason.weight for reason in sentiment.explain("柜员很耐心，就是排队太慢")}
    assert reasons["耐心"] > 0 > reasons["太慢"]
    assert sentiment.explain("") == ()


def test_features__numbers__made_one() -> None:
    assert features("等了40分钟").pieces == features("等了五十分钟").pieces


def test_weights__two_heads_in_one_number__come_apart_again() -> None:
    pairs = [(5, -7), (-1500, 1500), (0, -1), (-1, 0), (1500, -1500)]
    joint = sum(sentiment.joint(*pair) for pair in pairs * 1000)
    assert sentiment.parted(joint) == (sum(p for p, _ in pairs) * 1000, sum(j for _, j in pairs) * 1000)
