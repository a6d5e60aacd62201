"""What the sentiment model looks at in a text: pieces of it, and counts of words known to be good or bad.

Pieces are runs of one to three characters and longer words, with every number made `#` in the runs, so that
"40 分钟" and "50 分钟" are one. Counts are of words of the two polarity lists; a negation up to three
characters before a word turns it round (没有拖延, 不太满意). What stands behind a 但 or 不过, and in the last
clause, is counted again, because that is where people say what they mean.
"""

import functools
import math
import re
from collections import Counter
from dataclasses import dataclass
from operator import add

from analysis.text.normalising import normalise, simplified
from analysis.text.segmentation import bank
from analysis.text.term_index import TermIndex
from analysis.text.word_lists import word_list

# A blank ends a clause where it stands by Chinese characters, and only parts the words of English.
_CLAUSE_END = re.compile(r"[，。！？；,.!?;~～…、\n]+|(?<![a-z])\s+|\s+(?![a-z])")
_RUN = re.compile(r"[\u4e00-\u9fff#]+|[a-z]+|[^\w\s]")
_NUMBER = re.compile(
    r"[0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十百千]+[多几]?"
    r"(?=个?(?:小时|钟头|半小时|分钟|刻钟|天|星期|礼拜|周|月|年|趟|次|遍|块|元|万|点|家|笔|回))"
)
_DIGIT = re.compile("[0-9一二两三四五六七八九十百千]")
_LONGEST_RUN = 3
_TURN = re.compile("但是|但|不过|可是|然而|只是|就是|却|反而|结果")
_NEGATION = re.compile(
    "(?:不是很|并不是|不怎么|不太|不够|不算|不会|不怕|不用|没有|并不|并没|不是|没|不|未|无|别|毫无|从不|从没|缺乏"
    "|难以|谈不上|称不上|想给|再也不|not|no|never)[很太那么这多特别怎什让我们感到觉得人再给 ]{0,3}$"
)
_NEGATION_REACH = 8
_DEGREES = frozenset("很太真最更挺好超极特蛮")


@dataclass(frozen=True, slots=True)
class Polarity:
    """A word of the polarity lists in the normal form: +1 or −1 as it stands there, negation counted."""

    start: int
    end: int
    sign: int
    negated: bool

    @property
    def kind(self) -> str:
        """The count it is counted in."""
        good = (self.sign > 0) != self.negated
        return ("not_" if self.negated else "") + ("good" if good else "bad")


@dataclass(frozen=True, slots=True)
class Features:
    """Pieces (each once) and counts of a text, and the polar words the counts are of."""

    pieces: set[str]
    counts: dict[str, float]
    polar: tuple[Polarity, ...]


def normal_form(text: str) -> str:
    """What is looked at: normalised, simplified characters, lower case."""
    return simplified(normalise(text).text).lower()


def features(text: str) -> Features:
    """The features of a text."""
    plain = normal_form(text)
    words = bank().lcut(plain)
    clauses = _clauses(plain)
    polar = _polar_words(plain, words, clauses)
    pieces = _characters(_NUMBER.sub("#", plain) if _DIGIT.search(plain) else plain)
    pieces.update(word for word in words if len(word) > _LONGEST_RUN and not _NUMBER.match(word))
    return Features(
        pieces, _counts(plain, clauses, polar), tuple(word for clause in polar for word in clause)
    )


def _characters(text: str) -> set[str]:
    """Runs of one, two and three characters; a word of Latin letters as a whole."""
    found: set[str] = set()
    for match in _RUN.finditer(text):
        run = match.group()
        if "a" <= run[0] <= "z":
            found.add(run)
            continue
        pairs = list(map(add, run, run[1:]))
        found.update(run, pairs, map(add, pairs, run[2:]))
    return found


def _clauses(text: str) -> list[tuple[int, int]]:
    """Start and end of each clause that holds anything."""
    ends = [match.span() for match in _CLAUSE_END.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(text)]
    return [(start, stop) for start, stop in zip(starts, stops, strict=True) if start < stop]


@functools.cache
def _polar_index() -> TermIndex:
    return TermIndex(word_list("polarity_positive") | word_list("polarity_negative"))


def _polar_words(text: str, words: list[str], clauses: list[tuple[int, int]]) -> list[list[Polarity]]:
    """The polar words of each clause."""
    positive, alone = word_list("polarity_positive"), _single_characters(words)
    found: list[list[Polarity]] = [[] for _ in clauses]
    place = 0
    for start, end in _polar_index().longest(text):
        if end - start == 1 and start not in alone:
            continue
        while clauses[place][1] <= start:
            place += 1
        reach = max(clauses[place][0], start - _NEGATION_REACH)
        negated = reach < start and bool(_NEGATION.search(text, reach, start))
        sign = 1 if text[start:end] in positive else -1
        found[place].append(Polarity(start, end, -sign if negated else sign, negated))
    return found


def _single_characters(words: list[str]) -> set[int]:
    """Places of characters that are words: 香 by itself or in 很香, and not in 香港."""
    places, end = set(), 0
    for word in words:
        end += len(word)
        if len(word) == 1 or (len(word) == 2 and word[0] in _DEGREES):
            places.add(end - 1)
    return places


def _counts(text: str, clauses: list[tuple[int, int]], polar: list[list[Polarity]]) -> dict[str, float]:
    words = [word for clause in polar for word in clause]
    good, bad = sum(word.sign > 0 for word in words), sum(word.sign < 0 for word in words)
    turn = max((place for place, span in enumerate(clauses) if _TURN.match(text, *span)), default=None)
    kinds = Counter(word.kind for word in words)
    counts = {
        **{kind: math.log1p(times) for kind, times in kinds.items()},
        "balance": (good - bad) / (good + bad + 1),
        "none": float(not words),
        "question": float("?" in text or "？" in text),
        "exclamation": float("!" in text or "！" in text),
        "turn": float(turn is not None),
        **_signs("last", polar[-1] if polar else []),
        **_signs("after_turn", [] if turn is None else [w for clause in polar[turn:] for w in clause]),
    }
    return {name: value for name, value in counts.items() if value}


def _signs(place: str, words: list[Polarity]) -> dict[str, float]:
    return {
        f"{place}_good": float(any(word.sign > 0 for word in words)),
        f"{place}_bad": float(any(word.sign < 0 for word in words)),
    }
