"""Multiple-response sets in the dictionary of an SPSS system file.

pyreadstat cannot write them. SPSS keeps them in a record of type 7, subtype 7, anywhere before the record
999 that ends the dictionary; nothing in the file points across it, so a record can be put in there.
Layout: the PSPP developers' guide, "System File Format"
(https://www.gnu.org/software/pspp/pspp-dev/html_node/System-File-Format.html).
"""

import os
import shutil
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_HEADER_BYTES = 176
_VARIABLE, _VALUE_LABELS, _LABELLED, _DOCUMENT, _EXTENSION, _END = 2, 3, 4, 6, 7, 999
_MR_SETS, _LONG_NAMES = 7, 13


@dataclass(frozen=True, slots=True)
class ResponseSet:
    """A multiple-response set of 0/1 variables, of which 1 is counted."""

    name: str
    label: str
    variables: tuple[str, ...]


def add_response_sets(path: Path, sets: Sequence[ResponseSet]) -> None:
    """Put the sets into the dictionary of a little-endian .sav file (not of a .zsav, which has offsets)."""
    if not sets:
        return
    widened = path.with_name(f"{path.name}.sets")
    with path.open("rb") as source, widened.open("wb") as target:
        end, short_names = _read_dictionary(source)
        source.seek(0)
        target.write(source.read(end))
        target.write(_record("".join(_line(each, short_names) for each in sets)))
        shutil.copyfileobj(source, target, 1 << 20)
    os.replace(widened, path)


def _line(each: ResponseSet, short_names: dict[str, str]) -> str:
    """`$name=D1 1 12 label short names`: D, length of the counted value, the value, the label's bytes."""
    variables = " ".join(short_names[name.casefold()].lower() for name in each.variables)
    return f"${each.name}=D1 1 {len(each.label.encode())} {each.label} {variables}\n"


def _record(text: str) -> bytes:
    content = text.encode("utf-8")
    return struct.pack("<4i", _EXTENSION, _MR_SETS, 1, len(content)) + content


def _read_dictionary(file: BinaryIO) -> tuple[int, dict[str, str]]:
    """Where record 999 begins, and the short name (8 bytes at most) of every variable by its long one."""
    file.seek(_HEADER_BYTES)
    short_names: dict[str, str] = {}
    while (kind := _integer(file)) != _END:
        if kind == _VARIABLE:
            short = _skip_variable(file)
            short_names[short.casefold()] = short
        elif kind == _EXTENSION:
            subtype, size, count = struct.unpack("<3i", file.read(12))
            content = file.read(size * count)
            if subtype == _LONG_NAMES:
                pairs = (pair.partition("=") for pair in content.decode("utf-8").split("\t"))
                short_names |= {long.casefold(): short for short, _, long in pairs}
        else:
            _skip_labels_or_document(file, kind)
    return file.tell() - 4, short_names


def _skip_variable(file: BinaryIO) -> str:
    _, has_label, missing, _, _, name = struct.unpack("<5i8s", file.read(28))
    if has_label:
        length = _integer(file)
        file.seek((length + 3) // 4 * 4, os.SEEK_CUR)
    file.seek(8 * abs(missing), os.SEEK_CUR)
    return str(name.decode("utf-8", "replace").rstrip())


def _skip_labels_or_document(file: BinaryIO, kind: int) -> None:
    count = _integer(file)
    if kind == _VALUE_LABELS:
        for _ in range(count):
            length = file.read(9)[8]
            # a label and its length byte fill whole groups of eight
            file.seek((length + 8) // 8 * 8 - 1, os.SEEK_CUR)
    elif kind == _LABELLED:
        file.seek(4 * count, os.SEEK_CUR)
    elif kind == _DOCUMENT:
        file.seek(80 * count, os.SEEK_CUR)
    else:
        raise ValueError(f"path: record of type {kind} where the dictionary of a .sav file was expected")


def _integer(file: BinaryIO) -> int:
    (number,) = struct.unpack("<i", file.read(4))
    return int(number)
