"""Which words and rules terms were found with, as one digest: stored beside what was cut, compared later."""

import functools
from hashlib import sha256
from importlib import metadata, resources
from typing import Final

RULES: Final = 1  # counts up when masking, cutting or joining changes what comes out of the same text


@functools.cache
def edition() -> str:
    """The SHA-256 of the shipped word lists, jieba's version and the number of our rules."""
    digest = sha256(f"jieba {metadata.version('jieba')}\nrules {RULES}\n".encode())
    lists = resources.files(__package__).joinpath("data").iterdir()
    for entry in sorted(lists, key=lambda entry: entry.name):
        digest.update(f"{entry.name}\0".encode() + entry.read_bytes())
    return digest.hexdigest()
