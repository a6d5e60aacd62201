"""What many texts speak of: a table of terms with counts, documents, respondents and weight.

A word alone can say the contrary of what was written: 不满意 cut into 不 and 满意 would count as satisfied.
So a negation is joined to the content word it stands before (无法登录, 没有及时, 不是满意 from
"不是很满意"), and the stop list keeps negations.
"""

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from analysis.text.masking import LABELS
from analysis.text.normalising import simplified
from analysis.text.segmentation import Segmenter, lcut
from analysis.text.word_lists import word_list

Order = Literal["count", "tf_idf"]

_MASKED = re.compile("|".join(map(re.escape, LABELS.values())))
_LETTERS = re.compile(r"[^\W\d_]")
_REACH = 2  # tokens after a negation in which its word is looked for: 不 (是 很) 满意


@dataclass(frozen=True, slots=True)
class Keyword:
    """A term and how much is said of it."""

    term: str
    count: int
    documents: int
    respondents: int
    share: float  # of all respondents that gave a text, 0 to 1
    tf_idf: float


@dataclass(frozen=True, slots=True)
class KeywordTable:
    """The terms of a body of texts, the weightiest first."""

    documents: int
    empty: int  # texts without a term, counted in documents
    respondents: int
    terms: int  # tokens counted after the stop list
    order: Order
    keywords: tuple[Keyword, ...]

    def to_json(self) -> dict[str, object]:
        """The table as one JSON document."""
        return {
            "documents": self.documents,
            "empty": self.empty,
            "respondents": self.respondents,
            "terms": self.terms,
            "order": self.order,
            "keywords": [
                {
                    "term": row.term,
                    "count": row.count,
                    "documents": row.documents,
                    "respondents": row.respondents,
                    "share": row.share,
                    "tf_idf": row.tf_idf,
                }
                for row in self.keywords
            ],
        }


@dataclass(slots=True)
class _Tally:
    """Counts while the texts go by."""

    count: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    respondents: Counter[str] = field(default_factory=Counter)
    known: dict[Hashable, set[str]] = field(default_factory=dict)
    texts: int = 0
    empty: int = 0

    def add(self, found: list[str], respondent: Hashable) -> None:
        distinct = set(found)
        self.texts += 1
        self.empty += not found
        self.count.update(found)
        self.documents.update(distinct)
        before = self.known.setdefault(respondent, set())
        self.respondents.update(distinct - before)
        before |= distinct


def terms(text: str, segmenter: Segmenter | None = None) -> list[str]:
    """The content words of a text in simplified characters and lower case, negations joined to their word.

    What stands in place of masked data is no word of the text.
    """
    tokens = [simplified(token).lower() for token in lcut(_MASKED.sub(" ", text), segmenter=segmenter)]
    return list(_joined(tokens))


def keyword_table(
    texts: Iterable[str],
    respondents: Sequence[Hashable] | None = None,
    *,
    segmenter: Segmenter | None = None,
    order: Order = "count",
    top: int | None = None,
    minimum_documents: int = 1,
) -> KeywordTable:
    """The terms of many texts, one a document; without `respondents` each text is from another person.

    Weight: tf-idf = count / terms · (ln((1 + N) / (1 + documents)) + 1), with N documents: the share of the
    term among all terms, raised where it stands in few documents (the smoothed form that scikit-learn uses).
    Terms of equal weight come in the order of their code points.

    >>> keyword_table(["排队太久", "排队"]).keywords[0].count
    2

    Raises ValueError when `respondents` has not one entry a text.
    """
    tally = _Tally()
    for number, text in enumerate(texts):
        if respondents is not None and number >= len(respondents):
            raise ValueError(f"respondents has {len(respondents)} entries, fewer than there are texts")
        tally.add(terms(text, segmenter), number if respondents is None else respondents[number])
    if respondents is not None and len(respondents) != tally.texts:
        raise ValueError(f"respondents has {len(respondents)} entries for {tally.texts} texts")
    return _table(tally, order, top, minimum_documents)


def _table(tally: _Tally, order: Order, top: int | None, minimum_documents: int) -> KeywordTable:
    total = tally.count.total()
    rows = [
        Keyword(
            term,
            count,
            tally.documents[term],
            tally.respondents[term],
            tally.respondents[term] / len(tally.known),
            count / total * (math.log((1 + tally.texts) / (1 + tally.documents[term])) + 1),
        )
        for term, count in tally.count.items()
        if tally.documents[term] >= minimum_documents
    ]
    rows.sort(key=lambda row: (-getattr(row, order), row.term))
    return KeywordTable(tally.texts, tally.empty, len(tally.known), total, order, tuple(rows[:top]))


def _joined(tokens: list[str]) -> Iterator[str]:
    negations, place = word_list("negations"), 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        if token not in negations:
            if _is_content(token):
                yield token
            continue
        target = _negated(tokens, place)
        if target is not None:  # a negation alone names nothing
            yield token + tokens[target]
            place = target + 1


def _negated(tokens: list[str], start: int) -> int | None:
    """The place of the content word that a negation before `start` belongs to."""
    stop = word_list("stop_words")
    for place in range(start, min(start + _REACH + 1, len(tokens))):
        token = tokens[place]
        if _LETTERS.match(token) and token not in stop and token not in word_list("negations"):
            return place
        if token not in stop:
            return None
    return None


def _is_content(token: str) -> bool:
    if len(token) == 1:
        return token in word_list("single_characters")
    return bool(_LETTERS.search(token)) and token not in word_list("stop_words")
