"""The two engines of the same dictionary: rjieba, which is compiled, and jieba 0.42.1, which is the measure.

rjieba (jieba-rs) differs from jieba in three things, mended here: runs of ASCII characters are split again
by jieba's own expression; ideographs outside jieba's range (extensions, compatibility forms, U+9FD6 and
later) each stand alone as they do in jieba; and the weight of replaced words stays in the total. jieba
itself is the fallback where no rjieba wheel exists, the judge in the tests, and sets the frequency of a
user word that has none. What is handed out cuts only: no word is ever added to an engine that is in use.
"""

import importlib.util
import re
import tempfile
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from analysis.text.dictionary import Word

Engine = Literal["rjieba", "jieba"]
Cut = Callable[[str], list[str]]

# jieba/finalseg/__init__.py, re_skip: how jieba splits a run without ideographs.
_ASCII_WORDS = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")
# Only tokens of the characters of jieba's re_han_default can be split by it, and only where two of them meet.
_ASCII_PAIR = re.compile(r"[a-zA-Z0-9+#&._%-]{2}")
_ASCII_TOKEN = re.compile(r"[a-zA-Z0-9+#&._%-]{2,}")
# Ideographs for jieba-rs but not for jieba; lone surrogates, which cannot be handed to a compiled engine.
_NOT_JIEBA = re.compile("([\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\ud800-\udfff\U00020000-\U0003ffff])")
# Outside of what either engine looks up, so that its weight counts and nothing else.
_NEVER_IN_A_WORD = "\ue000"


def installed_engine() -> Engine:
    """The engine to use where none is asked for."""
    try:
        import rjieba  # noqa: F401 (loaded here and not above: serving respondents must not cost a dictionary)
    except ImportError:
        return "jieba"
    return "rjieba"


def with_frequencies(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words, each with a frequency."""
    # rjieba suggests frequencies too, but rounds otherwise than jieba (3 in 100 differ by one): jieba says.
    if all(word.frequency is not None for word in words):
        return words
    judge = _jieba_tokenizer(())
    counted = []
    for word in words:
        _add_to_jieba(judge, word)
        counted.append(Word(word.text, judge.FREQ[word.text], word.tag))
    return tuple(counted)


def rjieba_cut(words: tuple[Word, ...]) -> Cut:
    """A cut by rjieba that gives what jieba would give."""
    import rjieba

    engine = rjieba.Jieba()
    for word in words:
        engine.add_word(word.text, word.frequency, word.tag or None)
    engine.add_word(_NEVER_IN_A_WORD, _replaced_weight(words), None)
    removed = _removed(words)
    compiled: Cut = engine.cut

    def is_word(token: str) -> bool:
        return engine.has_word(token) and token not in removed

    def cut_piece(text: str) -> list[str]:
        tokens = compiled(text)
        return _resplit(tokens, is_word) if _ASCII_PAIR.search(text) else tokens

    def cut(text: str) -> list[str]:
        if not _NOT_JIEBA.search(text):
            return cut_piece(text)
        pieces = _NOT_JIEBA.split(text)  # every second one is an ideograph that stands alone
        return [
            token
            for place, piece in enumerate(pieces)
            if piece
            for token in ([piece] if place % 2 else cut_piece(piece))
        ]

    return cut


def _replaced_weight(words: tuple[Word, ...]) -> int:
    """The sum of the frequencies that these words replace, in jieba's dictionary or among themselves.

    jieba leaves them in its total when a word is given again, and rjieba takes them off: without them the
    cut of near ties differs.
    """
    current, replaced = _dictionary_frequencies(frozenset(word.text for word in words)), 0
    for word in words:
        replaced += current.get(word.text, 0)
        current[word.text] = word.frequency or 0
    return replaced


def _dictionary_frequencies(wanted: frozenset[str]) -> dict[str, int]:
    """The frequencies of the wanted words that stand in jieba's dictionary, without loading jieba."""
    package = importlib.util.find_spec("jieba") if wanted else None
    if package is None or package.origin is None:
        return {}
    with Path(package.origin).with_name("dict.txt").open(encoding="utf-8") as lines:
        entries = (line.split(" ", 2) for line in lines)
        return {entry[0]: int(entry[1]) for entry in entries if entry[0] in wanted}


def _resplit(tokens: list[str], is_word: Callable[[str], bool]) -> list[str]:
    words: list[str] = []
    for token in tokens:
        if len(token) > 1 and _ASCII_TOKEN.fullmatch(token) and not is_word(token):
            words.extend(piece for piece in _ASCII_WORDS.split(token) if piece)
        else:
            words.append(token)
    return words


def jieba_cut(words: tuple[Word, ...]) -> Cut:
    """A cut by jieba itself."""
    tokenizer = _jieba_tokenizer(words)
    cut: Cut = tokenizer.lcut
    return cut


def without_removed(cut: Cut, words: tuple[Word, ...]) -> Cut:
    """The same cut, with words of frequency 0 split into characters.

    jieba does this to what its model of unknown words finds, by a set that all tokenizers of a process share;
    here it is done after the cut, so that one segmenter does not change another.
    """
    removed = frozenset(text for text in _removed(words) if not text.isascii())
    if not removed:
        return cut

    def cut_without(text: str) -> list[str]:
        return [piece for token in cut(text) for piece in (token if token in removed else (token,))]

    return cut_without


def _removed(words: tuple[Word, ...]) -> frozenset[str]:
    frequencies = {word.text: word.frequency for word in words}  # a later line of a dictionary overrules
    return frozenset(text for text, frequency in frequencies.items() if frequency == 0)


_JIEBA_LOADING = threading.Lock()


def _jieba_tokenizer(words: tuple[Word, ...]) -> Any:
    """A jieba tokenizer of its own, never the module's shared one."""
    with _JIEBA_LOADING:
        jieba = _jieba_module()
        tokenizer = jieba.Tokenizer()
        # jieba reads its cache with marshal from the temp directory everybody can write to: a planted file
        # would be believed. Building the dictionary takes as long as reading it, so: a private directory,
        # used once.
        with tempfile.TemporaryDirectory(prefix="huisheng-jieba-") as private:
            tokenizer.tmp_dir = private
            tokenizer.initialize()
    for word in words:
        _add_to_jieba(tokenizer, word)
    return tokenizer


def _jieba_module() -> Any:
    # Loaded at the first use, as rjieba. jieba 0.42.1 has invalid escapes in its expressions, and imports
    # pkg_resources where setuptools is installed: both warn, which must not stop those who make warnings
    # errors.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel("ERROR")  # it logs each load to standard error at level DEBUG
    return jieba


def _add_to_jieba(tokenizer: Any, word: Word) -> None:
    if word.frequency == 0:
        tokenizer.FREQ[word.text] = 0  # add_word would also change the set shared by all tokenizers
    else:
        tokenizer.add_word(word.text, word.frequency, word.tag or None)
