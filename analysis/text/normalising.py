"""One form for characters that are written in several ways, with the way back to the text as given.

Only single characters are normalised (NFKC of each): full-width letters and digits, circled numbers,
ligatures, compatibility ideographs. Chinese punctuation stays Chinese, and a letter followed by a combining
mark is left as it stands. Characters of no width are dropped, because people use them to slip numbers past
a filter.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass

_KEPT = frozenset("，！：；（）？…～｜【】《》「」『』、。“”‘’—·￥")
_NO_WIDTH = frozenset("\u00ad\u200b\u200c\u2060\ufeff")
# Most lines hold only these; they need no walk through the characters.
_UNUSUAL = re.compile(f"[^\x00-\x7e\u4e00-\u9fff{''.join(sorted(_KEPT))}]")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text; `span` says which code points of the original a part of it came from."""

    text: str
    origins: tuple[int, ...] | None  # per character its place in the original; None: nothing moved
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Places start..end of this text, end exclusive, as places of the original."""
        if self.origins is None or start == end:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1


def normalise(text: str) -> Normalised:
    """The text in one form, for matching."""
    if not _UNUSUAL.search(text):
        return Normalised(text, None, len(text))
    pieces = [_normal_form(character) for character in text]
    origins = [place for place, piece in enumerate(pieces) for _ in piece]
    moved = len(origins) != len(text) or any(not piece for piece in pieces)
    return Normalised("".join(pieces), tuple(origins) if moved else None, len(text))


@functools.lru_cache(maxsize=8192)
def _normal_form(character: str) -> str:
    if character in _KEPT:
        return character
    return "" if character in _NO_WIDTH else unicodedata.normalize("NFKC", character)


def simplified(text: str) -> str:
    """The text with each traditional character made simplified, as long as before; only for matching."""
    return text if text.isascii() else text.translate(_simplified_forms())


@functools.cache
def _simplified_forms() -> dict[int, str]:
    # OpenCC is loaded at the first use: only a process that reads comments needs it.
    import opencc

    ideographs = [chr(point) for point in range(0x4E00, 0xA000)]
    # A line break between the characters keeps OpenCC from taking neighbours for a phrase: each stays one.
    converted = opencc.OpenCC("t2s").convert("\n".join(ideographs)).split("\n")
    return {
        ord(before): after
        for before, after in zip(ideographs, converted, strict=True)
        if before != after and len(after) == 1
    }
