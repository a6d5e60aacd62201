"""The cut is jieba's: held against jieba 0.42.1 itself on texts made of its words, of ASCII and of noise."""

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text import segmentation
from analysis.text.dictionary import Word

CHECKOUT = Path(__file__).parents[3]
NOISE = "㐀𠮷鿏鿖〇々①é\u3000 \n\r\t，。！👍＋－１Ａ豈\U0001f468\u200d"
ASCII = "aAbB019+#&._%-/@ "


@pytest.fixture(scope="module")
def judge() -> segmentation.Segmenter:
    return segmentation.build(engine="jieba")


@pytest.fixture(scope="module")
def vocabulary() -> list[str]:
    import jieba

    lines = Path(jieba.__file__).with_name("dict.txt").read_text(encoding="utf-8").splitlines()
    return [line.split(" ")[0] for line in lines[::7]]


def made_texts(vocabulary: list[str], count: int, seed: int, extra: tuple[str, ...] = ()) -> list[str]:
    chance = random.Random(seed)
    mixed = [word for word in vocabulary if not word.isalpha() or any(c.isascii() for c in word)] + [
        "C++",
        "AT&T",
    ]
    characters = "".join(vocabulary[:5000])

    def piece() -> str:
        kind = chance.random()
        if extra and kind < 0.15:
            return chance.choice(extra)
        if kind < 0.5:
            return chance.choice(vocabulary)
        if kind < 0.65:
            return "".join(chance.choices(characters, k=chance.randint(1, 5)))
        if kind < 0.72:
            return chance.choice(mixed)
        if kind < 0.9:
            return "".join(chance.choices(ASCII, k=chance.randint(1, 7)))
        return chance.choice(NOISE)

    return ["".join(piece() for _ in range(chance.randint(1, 8))) for _ in range(count)]


def differing(ours: segmentation.Segmenter, judge: segmentation.Segmenter, texts: list[str]) -> list[str]:
    return [text for text in texts if ours.lcut(text) != judge.lcut(text)]


def test_lcut__made_texts__same_tokens_as_jieba(judge, vocabulary) -> None:
    texts = made_texts(vocabulary, 4000, seed=1)
    assert differing(segmentation.plain(), judge, texts) == []


def test_lcut__any_single_character_between_words__same_tokens_as_jieba(judge) -> None:
    texts = [
        f"中{chr(point)}了"
        for point in [*range(0x20, 0x3100), *range(0x33F0, 0x4E10), *range(0x9FC0, 0xA010)]
    ]
    texts += [
        f"中{chr(point)}了"
        for point in [*range(0xF8F0, 0xFFF0, 3), *range(0x1F300, 0x20010, 5), 0x2A6DF, 0x30000]
    ]
    assert differing(segmentation.plain(), judge, texts) == []


def test_lcut__user_dictionary_with_and_without_frequencies__same_tokens_as_jieba(vocabulary) -> None:
    chance = random.Random(5)
    made = ["".join(chance.choices(vocabulary, k=2)) for _ in range(40)]
    special = ("智能柜台", "U盾", "A+级", "3.5折", "薪 金", "T+1", "云闪付pro", "微众-银", "手机银行", "中国")
    words = [
        *(Word(text) for text in made),
        *(Word(text, 50 if text == "中国" else None) for text in special),
    ]
    texts = made_texts(vocabulary, 6000, seed=2, extra=(*made, *special))
    assert differing(segmentation.build(words), segmentation.build(words, engine="jieba"), texts) == []


def test_lcut__word_taken_out__split_and_other_segmenters_unchanged() -> None:
    plain = segmentation.plain()
    assert plain.lcut("中国很大") == ["中国", "很大"]
    assert plain.without_words(["中国"]).lcut("中国很大") == ["中", "国", "很大"]
    assert segmentation.build([Word("中国", 0)], engine="jieba").lcut("中国很大") == ["中", "国", "很大"]
    assert segmentation.build(engine="jieba").lcut("中国很大") == plain.lcut("中国很大") == ["中国", "很大"]


def test_lcut__word_taken_out_and_given_again__whole() -> None:
    again = segmentation.plain().without_words(["中国"]).with_words([Word("中国", 900000)])
    assert again.lcut("中国很大") == ["中国", "很大"]


@given(st.text())
def test_tokenize__any_text__spans_tile_it(text: str) -> None:
    spans = segmentation.plain().tokenize(text)
    assert "".join(token for token, _, _ in spans) == text
    assert all(text[start:end] == token for token, start, end in spans)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_lcut__raw__joined_is_the_text(text: str) -> None:
    assert "".join(segmentation.lcut(text, raw=True)) == text


def test_lcut__raw_or_not__own_dictionary_only_when_not_raw() -> None:
    assert segmentation.lcut("智能柜台坏了", raw=True) == ["智能", "柜台", "坏", "了"]
    assert segmentation.lcut("智能柜台坏了") == ["智能柜台", "坏", "了"]
    assert segmentation.lcut("ＡＴＭ　吞卡", raw=True) != ["ATM", "吞卡"]
    assert segmentation.lcut("ＡＴＭ　吞卡") == ["ATM", "吞卡"]


def test_lcut__traditional_characters__cut_as_simplified_and_kept_as_written() -> None:
    assert segmentation.lcut("手機銀行轉賬") == ["手機銀行", "轉賬"]


def test_lcut__threads_while_segmenters_are_built__no_error() -> None:
    text = "手机银行转账失败，柜员让我去智能柜台排队" * 20
    expected = segmentation.plain().lcut(text)

    def cut_often(_: int) -> bool:
        return all(segmentation.plain().lcut(text) == expected for _ in range(50))

    with ThreadPoolExecutor(8) as pool:
        cutting = [pool.submit(cut_often, number) for number in range(8)]
        grown = segmentation.plain()
        for number in range(5):
            grown = grown.with_words([Word(f"新词{number}", 10)])
        assert all(future.result() for future in cutting)
    assert grown.lcut("新词4") == ["新词4"]


def run_python(code: str, tmp_path: Path, *options: str) -> str:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "pyc"), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, *options, "-c", code], cwd=CHECKOUT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_build__warnings_are_errors_and_nothing_is_compiled__jieba_loads_and_leaves_no_cache(
    tmp_path: Path,
) -> None:
    code = "import analysis.text as t; print(t.segmentation.build([], 'jieba').lcut('智能柜台'))"
    assert run_python(code, tmp_path, "-W", "error").strip() == "['智能', '柜台']"
    assert {path.name for path in tmp_path.iterdir()} <= {"pyc"}


def test_import__text_package__no_engine_loaded(tmp_path: Path) -> None:
    code = (
        "import sys, analysis.text as t; t.masking.mask('张经理 13900000000'); t.keywords; t.segmentation;"
        "print({'jieba', 'rjieba', 'opencc', 'numpy'} & set(sys.modules))"
    )
    assert run_python(code, tmp_path).strip() == "set()"
