"""Chinese text cut into words exactly as jieba 0.42.1 cuts it, at the speed of a compiled engine.

A Segmenter never changes. rjieba refuses to add a word while another thread is cutting ("Already borrowed"),
so words are changed by building a new Segmenter and handing the new one on.
"""

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.text.dictionary import Word, bank_words
from analysis.text.engines import (
    Cut,
    Engine,
    installed_engine,
    jieba_cut,
    rjieba_cut,
    with_frequencies,
    without_removed,
)
from analysis.text.normalising import normalise, simplified


@dataclass(frozen=True, slots=True)
class Segmenter:
    """An engine with its words, fixed when built; any number of threads may cut with it."""

    engine: Engine
    words: tuple[Word, ...]
    _cut: Cut

    def lcut(self, text: str) -> list[str]:
        """The words of the text, in order; joined they are the text."""
        return self._cut(text)

    def cut(self, text: str) -> Iterator[str]:
        """The words of the text, one after the other."""
        return iter(self._cut(text))

    def tokenize(self, text: str) -> list[tuple[str, int, int]]:
        """The words with their start and end, in code points, end exclusive."""
        spans, start = [], 0
        for token in self._cut(text):
            spans.append((token, start, start + len(token)))
            start += len(token)
        return spans

    def with_words(self, words: Iterable[Word]) -> "Segmenter":
        """A new segmenter that knows these words besides."""
        return build((*self.words, *words), self.engine)

    def without_words(self, texts: Iterable[str]) -> "Segmenter":
        """A new segmenter that does not know these words."""
        return self.with_words(Word(text, 0) for text in texts)


def build(words: Iterable[Word] = (), engine: Engine | None = None) -> Segmenter:
    """A segmenter of jieba's dictionary and these words; rjieba where it is installed, else jieba."""
    chosen = engine or installed_engine()
    counted = with_frequencies(tuple(words))
    make = rjieba_cut if chosen == "rjieba" else jieba_cut
    return Segmenter(chosen, counted, without_removed(make(counted), counted))


@functools.cache
def plain() -> Segmenter:
    """jieba's own dictionary and nothing else."""
    return build()


@functools.cache
def bank() -> Segmenter:
    """jieba's dictionary with the bank's terms that are shipped."""
    return build(bank_words())


def lcut(text: str, raw: bool = False, segmenter: Segmenter | None = None) -> list[str]:
    """The words of a text; raw: exactly jieba.lcut(text).

    Otherwise the text is brought to its normal form, the bank's terms are known, and blanks are left out.
    Traditional characters are read as simplified ones to find the words, and the words come as they were
    written.
    """
    if raw:
        return (segmenter or plain()).lcut(text)
    normal = normalise(text).text
    spans = (segmenter or bank()).tokenize(simplified(normal))
    return [token for _, start, end in spans if not (token := normal[start:end]).isspace()]
