"""Which terms of a list stand in a text, found by first character: one look-up a place, not one a term."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

Hit = tuple[int, int]  # start and end in code points, end exclusive


class TermIndex:
    """Terms ready to be found. A term of ASCII letters must stand by itself, not within a longer word."""

    __slots__ = ("_by_first",)

    def __init__(self, terms: Iterable[str]) -> None:
        found: dict[str, list[str]] = defaultdict(list)
        for term in sorted(set(terms), key=lambda term: (-len(term), term)):
            if term:
                found[term[0]].append(term)
        self._by_first = {first: tuple(same) for first, same in found.items()}

    def every(self, text: str) -> Iterator[Hit]:
        """Every occurrence of every term, in the order of its start, the longer one first."""
        for start, terms in enumerate(map(self._by_first.get, text)):
            if terms is not None:
                for term in terms:
                    if text.startswith(term, start) and _stands_alone(text, start, term):
                        yield start, start + len(term)

    def longest(self, text: str) -> Iterator[Hit]:
        """From the left the longest term at each place, none within another."""
        free = 0
        for start, end in self.every(text):
            if start >= free:
                yield start, end
                free = end


def _stands_alone(text: str, start: int, term: str) -> bool:
    if not term.isascii():
        return True
    end = start + len(term)
    return not (
        (start > 0 and term[0].isalnum() and _is_latin(text[start - 1]))
        or (end < len(text) and term[-1].isalpha() and _is_latin(text[end]))
    )


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
