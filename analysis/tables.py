"""Data as named columns, each a column of numbers or of text; columns are converted when first asked for."""

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analysis.computing import BoolArray, FloatArray, IntArray

PLAIN_NUMBERS = frozenset({int, float, bool, type(None)})
MISSING, NOT_PICKED = -1, -2  # codes of a Factor beside the positions in its names


@dataclass(frozen=True, slots=True, eq=False)
class NumberColumn:
    """Numbers; NaN is a gap."""

    values: FloatArray

    def digest(self) -> bytes:
        return b"n" + self.values.astype("<f8").tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """Texts as positions in `names` (ascending by code point); −1 is a gap."""

    codes: IntArray
    names: tuple[str, ...]

    def digest(self) -> bytes:
        return (
            b"t"
            + "\x00".join(self.names).encode("utf-8", "surrogatepass")
            + self.codes.astype("<i8").tobytes()
        )


Column = NumberColumn | TextColumn


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """Categories per row as positions in `names`; −1 is a gap, −2 a category that was not picked."""

    codes: IntArray
    names: tuple[str, ...]

    def picked(self, wanted: Sequence[str]) -> "Factor":
        """The factor with exactly the `wanted` categories in that order; one that no row has stays empty."""
        position = {name: i for i, name in enumerate(wanted)}
        moved = np.array([position.get(name, NOT_PICKED) for name in self.names] + [MISSING], dtype=np.int64)
        return Factor(moved[self.codes], tuple(wanted))  # −1 reads the last entry: a gap stays a gap

    def present(self, rows: BoolArray) -> "Factor":
        """The factor without the categories that none of `rows` has."""
        valid = self.codes[rows & (self.codes >= 0)]
        counts = np.bincount(valid, minlength=len(self.names))
        return self.picked([name for name, count in zip(self.names, counts, strict=True) if count])


def factor_of(column: Column) -> Factor:
    """The categories of a column: numbers ascending by value, texts by code point."""
    if isinstance(column, TextColumn):
        return Factor(column.codes, column.names)
    valid = ~np.isnan(column.values)
    levels, positions = np.unique(column.values[valid], return_inverse=True)
    codes = np.full(len(column.values), MISSING, dtype=np.int64)
    codes[valid] = positions
    return Factor(codes, tuple(label(level) for level in levels.tolist()))


def label(value: object) -> str:
    """A category's name: 1 for 1.0, the text itself for text."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and math.isfinite(value) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def label_in(column: Column, wanted: str) -> str:
    """`wanted` as it is named among the categories of the column: 1.0 and 01 are 1 in a column of numbers."""
    if isinstance(column, TextColumn):
        return wanted
    try:
        return label(float(wanted))
    except ValueError:
        return wanted


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns of equal length by name, with the SHA-256 of where they came from."""

    names: tuple[str, ...]
    rows: int
    sha256: str
    load: Callable[[str], Column]
    loaded: dict[str, Column] = field(default_factory=dict)

    def column(self, name: str) -> Column:
        """The column `name`; KeyError when there is none."""
        if name not in self.loaded:
            if name not in self.names:
                raise KeyError(name)
            self.loaded[name] = self.load(name)
        return self.loaded[name]

    @classmethod
    def from_columns(
        cls, columns: Mapping[str, Column | npt.ArrayLike | Sequence[object]], sha256: str | None = None
    ) -> "Table":
        """A table in memory; plain sequences become columns by the rule of `column_of`.

        Without `sha256` the hash is of names and contents. ValueError when lengths differ.
        """
        ready = {name: _as_column(values) for name, values in columns.items()}
        lengths = {_length(column) for column in ready.values()}
        if len(lengths) > 1:
            raise ValueError("columns: must be of equal length")
        digest = sha256 if sha256 is not None else _digest(ready)
        return cls(tuple(ready), lengths.pop() if lengths else 0, digest, ready.__getitem__, dict(ready))

    @classmethod
    def from_rows(
        cls, rows: Iterable[Mapping[str, object]], names: Sequence[str], sha256: str | None = None
    ) -> "Table":
        """A table of answers as mappings; a name that a row lacks, None and "" are gaps."""
        gathered: dict[str, list[object]] = {name: [] for name in names}
        for row in rows:
            for name, values in gathered.items():
                values.append(row.get(name))
        return cls.from_columns(gathered, sha256)


def column_of(values: Iterable[object]) -> Column:
    """A column of numbers when every given value is or spells one, otherwise of text.

    None, "" and NaN are gaps.
    """
    listed = list(values)
    if set(map(type, listed)) <= PLAIN_NUMBERS:  # the usual case, answers as codes: no look at each value
        return NumberColumn(np.array(listed, dtype=np.float64))
    given = [None if value is None or value == "" or value != value else value for value in listed]
    try:
        return NumberColumn(np.array([np.nan if v is None else _number(v) for v in given], dtype=np.float64))
    except ValueError:
        return text_column([None if value is None else label(value) for value in given])


def text_column(texts: Sequence[str | None]) -> TextColumn:
    """A column of text; None is a gap."""
    names = tuple(sorted({text for text in texts if text is not None}))
    position: dict[str | None, int] = {name: i for i, name in enumerate(names)}
    position[None] = MISSING
    return TextColumn(np.array([position[text] for text in texts], dtype=np.int64), names)


def _number(value: object) -> float:
    if isinstance(value, bool | int | float | np.generic):
        return float(value)
    text = str(value).strip()
    number = float(text)
    if not math.isfinite(number) or "_" in text or too_long_for_number(text):
        raise ValueError(text)
    return number


def too_long_for_number(text: str) -> bool:
    """True for a whole number that float64 would change, such as an 18-digit identifier: it stays text."""
    digits = text.lstrip("+-")
    return len(digits) > 15 and digits.isdecimal() and int(float(text)) != int(text)


def _as_column(values: Column | npt.ArrayLike | Sequence[object]) -> Column:
    if isinstance(values, NumberColumn | TextColumn):
        return values
    if isinstance(values, np.ndarray) and values.dtype.kind in "biuf":
        return NumberColumn(values.astype(np.float64))
    return column_of(list(values))  # type: ignore[arg-type]  # an array-like that is not a scalar is iterable


def _length(column: Column) -> int:
    return len(column.values) if isinstance(column, NumberColumn) else len(column.codes)


def _digest(columns: Mapping[str, Column]) -> str:
    sha = hashlib.sha256()
    for name, column in columns.items():
        sha.update(name.encode() + b"\x00" + column.digest())
    return sha.hexdigest()
