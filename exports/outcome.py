"""What a writer reports: rows, and whatever the format had no room for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

What = Literal["cell", "variable label", "value label", "set label", "file label", "name", "missing value"]


@dataclass(frozen=True, slots=True)
class Shortened:
    """One text that the format cut or changed.

    `where` is the column, for a cell with the id of its response; `full` the whole text, but empty for cells:
    they are answers, which the exact formats hold, and this list may go to a log.
    """

    where: str
    what: What
    kept: int
    length: int
    unit: Literal["bytes", "characters", "UTF-16 units"]
    full: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one writer did."""

    rows: int
    shortened: tuple[Shortened, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A finished export: size and SHA-256 of the main file, and all files (the .sps lies beside its .sav)."""

    rows: int
    bytes: int
    sha256: str
    shortened: tuple[Shortened, ...]
    files: tuple[Path, ...]


class ExportRefused(Exception):
    """An export that cannot be made in this format; the message says why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = {"zh": zh, "en": en}
