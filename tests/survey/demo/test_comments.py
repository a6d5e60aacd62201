import random
import re
from collections import Counter
from statistics import fmean

import pytest

from survey.demo import comments, phrases
from survey.demo.comments import CAUSES, Occasion

NAMES = ("suggestion", "complaint")


def texts(responses) -> list[str]:
    return [response.answers[name] for response in responses for name in NAMES if name in response.answers]


def occasion(csat: int = 3, **changes: object) -> Occasion:
    values = {
        "answers": {"csat": csat, "segment": "retail"},
        "channel": "qr",
        "locale": "zh",
        "changed": False,
    }
    return Occasion(**{**values, "wave": 0, **changes})


def test_write_comments__all_responses__a_quarter_writes(demo_responses) -> None:
    share = fmean(any(name in response.answers for name in NAMES) for response in demo_responses)
    assert share == pytest.approx(0.25, abs=0.03)


def test_texts__whole_demo__few_are_repeated(demo_responses) -> None:
    written = texts(demo_responses)
    assert len(set(written)) / len(written) > 0.88
    assert Counter(written).most_common(1)[0][1] < 0.01 * len(written)


def test_texts__whole_demo__of_many_lengths_and_finished(demo_responses) -> None:
    lengths = sorted(len(text) for text in texts(demo_responses))
    assert lengths[0] >= 2
    assert lengths[-1] <= 1000
    assert lengths[len(lengths) // 20] < 10
    assert lengths[-len(lengths) // 20] > 45
    assert not [text for text in texts(demo_responses) if re.search(r"[{}|()]", text)]


def test_texts__whole_demo__slips_traditional_emoji_and_telephones_occur(demo_responses) -> None:
    written = texts(demo_responses)
    for pattern, least, most in (
        ("[\U0001f300-\U0001faff❤]", 0.03, 0.15),
        (r"154 ?0000", 0.002, 0.03),
        ("[們經嗎讓還態錢時]", 0.01, 0.08),
        ("登陆|帐|太度|神马|希忘|排对", 0.005, 0.1),
        ("经理|小[张王李刘陈周吴徐何梁宋唐许邓蒋沈]", 0.03, 0.3),
    ):
        assert least < fmean(bool(re.search(pattern, text)) for text in written) < most, pattern
    assert not [
        text for text in written if re.search(r"1[3-9]\d{9}", text.replace(" ", "")) and "154" not in text
    ]


def test_texts__dissatisfied__complain_more(demo_responses) -> None:
    complains = {
        csat: fmean(
            "complaint" in response.answers for response in demo_responses if response.answers["csat"] == csat
        )
        for csat in (1, 2, 3, 4, 5)
    }
    assert complains[1] > complains[2] > complains[3] > complains[4] > complains[5]


def test_texts__english_respondents__write_english(demo_responses) -> None:
    english = texts([response for response in demo_responses if response.locale == "en"])
    chinese = texts([response for response in demo_responses if response.locale == "zh"])
    assert len(english) > 30
    assert not [text for text in english if re.search("[一-鿿]", text)]
    assert all(re.search("[一-鿿]", text) for text in chinese)


def test_sections__both_languages__several_hundred_phrases_and_every_cause() -> None:
    chinese, english = phrases.sections("zh"), phrases.sections("en")
    assert sum(len(lines) for lines in chinese.values()) > 400
    assert chinese.keys() == english.keys() | {"slot/hour", "slot/people", "slot/who"}
    assert all(len(chinese[f"complaint/{cause}"]) >= 8 for cause in CAUSES)
    assert all(
        lines and len(set(lines)) == len(lines) for known in (chinese, english) for lines in known.values()
    )


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("section", sorted(phrases.sections("en")))
def test_phrase__every_line__has_no_open_choice_or_blank(locale: str, section: str) -> None:
    chance, known = random.Random(1), phrases.sections(locale)
    values = {"told": "4.5%", "real": "4.8%", "high": "2.6%", "low": "2.3%"}
    made = [phrases.phrase(chance, known, section, values) for _ in range(40 * len(known[section]))]
    assert not [text for text in made if re.search(r"[{}|()]", text)]


@pytest.mark.parametrize("cause", CAUSES)
def test_compose__cause_given__complaint_of_that_cause_comes_first(cause: str) -> None:
    chance = random.Random(cause)
    written = {comments.compose(chance, "complaint", occasion(1), cause) for _ in range(60)}
    assert len(written) > 55


def test_compose__rates__told_and_real_belong_together() -> None:
    chance = random.Random(4)
    for _ in range(200):
        text = comments.compose(chance, "complaint", occasion(1), "rate_promise")
        told, real = (re.search(f"{words}" + r"([\d.]+)%", text) for words in ("当初说利率", "合同下来变成"))
        if told and real:
            assert float(told[1]) < float(real[1])


def test_causes__branch_that_changed__cured_ones_become_rarer() -> None:
    before, after = (comments._causes(occasion(changed=True, wave=wave)) for wave in (0, 8))
    assert after["passing_buck"] < before["passing_buck"] / 2
    assert after["facilities"] == before["facilities"]
