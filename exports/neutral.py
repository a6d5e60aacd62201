"""Text that a spreadsheet opens as text.

A cell that begins like a formula is run by Excel and LibreOffice, and a long row of digits is turned into
a number of 15 figures. Both are stopped with the apostrophe those programs themselves use for "this is text".
"""

import re
import unicodedata
from collections.abc import Collection

CELL_LIMIT = 32_767
"""UTF-16 units in one Excel cell; Excel drops the rest without a word."""

_SHEET_LIMIT = 31
_FILE_NAME_BYTES = 180
_FORMULA_STARTS = frozenset("=+-@")
_CONTROL_STARTS = frozenset("\t\r\n\0")
_RESERVED_FILE_NAMES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))]
)
# Excel keeps 15 figures, drops leading zeros and reads 12E4567 as a power of ten; from 11 figures (a mobile
# number) on it may also show 1.38E+10. `\d` takes full-width figures as Chinese Excel does.
_NUMBER_LIKE = re.compile(r"\d{11,}|0\d+|\d+(?:\.\d*)?[eE]\d+")
_LONG_DECIMAL = re.compile(r"[\d.,]{16,}")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula, also after blanks and in full width."""
    if not text or text[0].isalpha():
        return False
    if text[0] in _CONTROL_STARTS:
        return True
    first = next((char for char in text if not _is_blank(char)), "")
    # NFKC turns the full-width and small forms (＝ ﹦ ＋ －) into the ASCII sign they stand for.
    return unicodedata.normalize("NFKC", first) in _FORMULA_STARTS


def is_fragile_number(text: str) -> bool:
    """Whether a spreadsheet would read the text as a number and lose figures of it."""
    bare = text.strip()
    if _NUMBER_LIKE.fullmatch(bare):
        return True
    return bool(_LONG_DECIMAL.fullmatch(bare)) and sum(char.isdecimal() for char in bare) > 15


def neutral(text: str) -> str:
    """The text for a cell of a CSV file that Excel opens: unchanged, or behind an apostrophe."""
    if not text or text[0].isalpha():
        return text
    return f"'{text}" if is_formula(text) or is_fragile_number(text) else text


def cut_cell(text: str) -> str:
    """The part of the text that fits one Excel cell; never half a character."""
    return cut_utf16(text, CELL_LIMIT)


def cut_utf16(text: str, limit: int) -> str:
    """The longest beginning of the text that takes at most `limit` UTF-16 units."""
    if len(text) * 2 <= limit or utf16_length(text) <= limit:
        return text
    data = text.encode("utf-16-le", "surrogatepass")[: limit * 2]
    return data.decode("utf-16-le", "ignore")


def cut_utf8(text: str, limit: int) -> str:
    """The longest beginning of the text that takes at most `limit` bytes of UTF-8."""
    if len(text) * 4 <= limit:
        return text
    data = text.encode("utf-8", "surrogatepass")
    return text if len(data) <= limit else data[:limit].decode("utf-8", "ignore")


def utf16_length(text: str) -> int:
    """How many UTF-16 units the text takes: Excel's measure, in which an emoji counts two."""
    return len(text) + sum(char > "\uffff" for char in text)


def sheet_name(wanted: str, taken: Collection[str] = ()) -> str:
    """A worksheet name Excel takes: at most 31 units, no forbidden signs, no formula, not among `taken`."""
    name = re.sub(r"[\[\]:*?/\\\x00-\x1f\x7f]", " ", wanted).strip().strip("'").strip()
    if is_formula(name):
        name = f"_{name}"
    # Excel keeps the name History for itself.
    name = "_History" if name.casefold() == "history" else name or "Sheet"
    return _unused(name, {other.casefold() for other in taken})


def file_name(wanted: str, suffix: str) -> str:
    """A file name every system takes, with its suffix: no path, control character, formula or device name."""
    name = re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f]', "_", unicodedata.normalize("NFC", wanted))
    name = "".join(char for char in name if unicodedata.category(char) not in ("Cf", "Cs")).strip(" .")
    if not name or is_formula(name) or name.split(".")[0].casefold() in _RESERVED_FILE_NAMES:
        name = f"_{name}"
    return cut_utf8(name, _FILE_NAME_BYTES).rstrip(" .") + suffix


def _is_blank(char: str) -> bool:
    """Blanks, controls and invisible characters (BOM, zero-width space), all skipped before a formula."""
    return char.isspace() or unicodedata.category(char) in ("Cc", "Cf")


def _unused(name: str, taken: Collection[str]) -> str:
    candidate = cut_utf16(name, _SHEET_LIMIT).rstrip("'")
    number = 2
    while candidate.casefold() in taken:
        ending = f" ({number})"
        candidate = cut_utf16(name, _SHEET_LIMIT - len(ending)) + ending
        number += 1
    return candidate
