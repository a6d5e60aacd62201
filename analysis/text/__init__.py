"""Chinese text: cutting into words, keywords, masking of personal data, and what the command line prints.

    normalising    one form for full-width and compatibility characters, with the way back to the original
    dictionary     words given to an engine, in jieba's format; the bank's own
    segmentation   words, as jieba cuts them, by a compiled engine
    keywords       what many texts speak of
    sentiment      negative, neutral or positive, with a score and the words that say so
    masking        personal data found and covered
    lines          a line of text in, a JSON-ready document out
    edition        which words and rules all this was done with

The modules are loaded when first named, because a process that only serves respondents names none of them.
"""

from importlib import import_module
from types import ModuleType

_MODULES = (
    "dictionary",
    "edition",
    "keywords",
    "lines",
    "masking",
    "normalising",
    "segmentation",
    "sentiment",
)

__all__ = [
    "dictionary",
    "edition",
    "keywords",
    "lines",
    "masking",
    "normalising",
    "segmentation",
    "sentiment",
]


def __getattr__(name: str) -> ModuleType:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
