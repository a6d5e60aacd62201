"""Canonical JSON: one value, one sequence of bytes, so that a hash speaks for the content.

UTF-8; keys sorted by code point (JavaScript's own sort goes by UTF-16 unit, which differs beyond U+FFFF);
separators `,` and `:`; nothing escaped that JSON does not demand; whole numbers as integers, because
JavaScript cannot tell 4.0 from 4; other decimals as strings.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol, runtime_checkable

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]


@runtime_checkable
class HasDocument(Protocol):
    """An object that can give itself as plain data, such as a Questionnaire."""

    def document(self) -> dict[str, object]: ...


def plain(value: object) -> Plain:
    """The value as canonical JSON sees it: dicts with text keys, lists, texts, integers, booleans, None.

    Raises ValueError for NaN, infinity, and whatever JSON has no form for.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, Mapping):
        return {_key(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, HasDocument):
        return plain(value.document())
    raise ValueError(f"value: {type(value).__name__} has no canonical JSON form")


def canonical_json(value: object) -> bytes:
    """The canonical JSON of a value, as UTF-8 bytes; ValueError when it has none."""
    try:
        text = json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        raise ValueError("value: nested too deeply") from None
    return text.encode("utf-8")  # a lone surrogate raises UnicodeEncodeError, which is a ValueError


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of the bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ValueError(f"key: {key!r} is not text")
    return key


def _number(value: float | Decimal) -> int | str:
    if not math.isfinite(value):
        raise ValueError("value: not a finite number")
    if isinstance(value, float):
        return int(value) if value.is_integer() else format(Decimal(repr(value)), "f")
    return format(value, "f")
