"""Phrases with choices and blanks, read from the text files in content/, and the sentences made of them.

`(a|b)` is one of the two, `{slot}` is one of the lines of section `slot/NAME`, or a value handed in.
"""

import functools
import random
import re
from collections.abc import Mapping
from importlib import resources

Sections = Mapping[str, tuple[str, ...]]

_OPEN = re.compile(r"\(([^()]*)\)|\{(\w+)\}")


@functools.cache
def sections(locale: str) -> Sections:
    """The phrases of a language by section."""
    text = (
        resources.files(__package__).joinpath("content", f"comments_{locale}.txt").read_text(encoding="utf-8")
    )
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("== "):
            name = line[3:]
            found[name] = []
        elif line and not line.startswith("#"):
            found[name].append(line)
    return {name: tuple(lines) for name, lines in found.items()}


def phrase(chance: random.Random, known: Sections, section: str, values: Mapping[str, str]) -> str:
    """A phrase of the section with its choices made and its blanks filled."""

    def settle(match: re.Match[str]) -> str:
        if match[2] is None:
            return chance.choice(match[1].split("|"))
        return values[match[2]] if match[2] in values else chance.choice(known[f"slot/{match[2]}"])

    text = chance.choice(known[section])
    while _OPEN.search(text):
        text = _OPEN.sub(settle, text)
    return text
