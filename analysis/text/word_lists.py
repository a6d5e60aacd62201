"""The lists of words that are shipped beside the code, one entry a line."""

import functools
from importlib import resources


@functools.cache
def word_list(name: str) -> frozenset[str]:
    """The entries of a list."""
    source = resources.files(__package__).joinpath("data", f"{name}.txt")
    return frozenset(source.read_text(encoding="utf-8").split())
