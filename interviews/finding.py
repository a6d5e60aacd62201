"""Finding a quote that somebody typed or copied: exactly, or with other blanks between its words."""

import re

from interviews.spans import Span


def find_quote(text: str, typed: str) -> tuple[Span, ...]:
    """Every place where the quote stands, overlapping ones too.

    What a browser puts into the clipboard has other line ends and blanks than the text; when the quote
    is not there as it was typed, any blanks are taken for any blanks.
    """
    typed = typed.replace("\r\n", "\n")
    if not typed.strip():
        return ()
    return _all(text, re.escape(typed)) or _all(text, r"\s+".join(map(re.escape, typed.split())))


def _all(text: str, pattern: str) -> tuple[Span, ...]:
    # A look-ahead takes no characters, so a place may begin inside the one before.
    return tuple(Span(*match.span(1)) for match in re.finditer(f"(?=({pattern}))", text))
