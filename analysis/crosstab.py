"""Two categorical variables reduced to their table of counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.computing import FloatArray, IntArray
from analysis.tables import label


@dataclass(frozen=True, slots=True, eq=False)
class Crosstab:
    """Counts of row category by column category; rows with a gap in either are only counted."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: IntArray
    n_missing: int = 0

    @classmethod
    def from_mapping(cls, counts: Mapping[tuple[object, object], int], n_missing: int = 0) -> "Crosstab":
        """The table of {(row, column): how often}, categories in the order in which they first come."""
        rows = tuple(dict.fromkeys(str(row) for row, _ in counts))
        columns = tuple(dict.fromkeys(str(column) for _, column in counts))
        table = np.zeros((len(rows), len(columns)), dtype=np.int64)
        for (row, column), often in counts.items():
            if often < 0 or often != int(often):
                raise ValueError("counts: must be whole numbers of at least 0")
            table[rows.index(str(row)), columns.index(str(column))] += often
        return cls(rows, columns, table, n_missing)

    @classmethod
    def of(cls, rows: Iterable[object], columns: Iterable[object]) -> "Crosstab":
        """The table of two lists of categories of equal length; None and NaN are gaps."""
        pairs = list(zip(rows, columns, strict=True))
        valid = [(row, column) for row, column in pairs if _given(row) and _given(column)]
        row_names, column_names = ordered(r for r, _ in valid), ordered(c for _, c in valid)
        table = np.zeros((len(row_names), len(column_names)), dtype=np.int64)
        row_of = {name: i for i, name in enumerate(row_names)}
        column_of = {name: j for j, name in enumerate(column_names)}
        for (row, column), often in Counter(valid).items():
            table[row_of[row], column_of[column]] = often
        return cls(
            tuple(map(label, row_names)), tuple(map(label, column_names)), table, len(pairs) - len(valid)
        )

    @classmethod
    def of_codes(
        cls, rows: IntArray, row_names: Sequence[str], columns: IntArray, column_names: Sequence[str]
    ) -> "Crosstab":
        """The table of two arrays of category positions; negative positions are gaps."""
        valid = (rows >= 0) & (columns >= 0)
        cells = rows[valid] * len(column_names) + columns[valid]
        size = len(row_names) * len(column_names)
        table = np.bincount(cells, minlength=size).reshape(len(row_names), len(column_names))
        missing = int(len(valid) - valid.sum())
        return cls(tuple(row_names), tuple(column_names), table.astype(np.int64), missing)

    @property
    def n(self) -> int:
        return int(self.counts.sum())

    def without_empty(self) -> "Crosstab":
        """The same table without categories that nobody is in."""
        rows, columns = self.counts.sum(axis=1) > 0, self.counts.sum(axis=0) > 0
        return Crosstab(
            tuple(name for name, kept in zip(self.rows, rows, strict=True) if kept),
            tuple(name for name, kept in zip(self.columns, columns, strict=True) if kept),
            self.counts[rows][:, columns],
            self.n_missing,
        )

    def expected(self) -> FloatArray:
        """The counts expected when rows and columns are independent; n must be above 0."""
        rows, columns = self.counts.sum(axis=1), self.counts.sum(axis=0)
        expected: FloatArray = np.outer(rows, columns) / self.counts.sum()
        return expected

    def named(self, cells: npt.NDArray[np.float64]) -> dict[str, dict[str, float]]:
        """A matrix of the table's shape as {row: {column: value}}."""
        return {
            row: {column: float(cells[i, j]) for j, column in enumerate(self.columns)}
            for i, row in enumerate(self.rows)
        }


def ordered(categories: Iterable[object]) -> list[object]:
    """Distinct categories ascending: numbers by value, then texts by code point."""
    found = set(categories)
    numbers = [c for c in found if isinstance(c, int | float)]
    return [*sorted(numbers), *sorted((c for c in found if not isinstance(c, int | float)), key=str)]


def _given(category: object) -> bool:
    return category is not None and category == category  # only NaN differs from itself
