"""One analysis of a plan at work: its arguments, and its view of the data (within `where`, gaps counted)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from analysis.computing import BoolArray, FloatArray, Impossible, IntArray
from analysis.crosstab import Crosstab
from analysis.result import Outcome
from analysis.samples import Counts, by_group
from analysis.tables import NOT_PICKED, Column, Factor, NumberColumn, Table, TextColumn, factor_of, label_in

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """What the compute function of a test receives."""

    id: str
    test: str
    arguments: Mapping[str, object]
    table: Table
    kept: BoolArray  # the rows within `where`
    results: Mapping[str, Outcome]  # the other analyses of the plan, only for tests with needs_results

    # -- arguments -------------------------------------------------------------------------------------
    def given(self, name: str) -> bool:
        """Whether the plan gives this input."""
        return self.arguments.get(name) is not None

    def get(self, name: str, kind: type[T]) -> T:
        """The input `name`, which its Input declares to be of this type; TypeError when it is not."""
        value = self.arguments.get(name)
        if not isinstance(value, kind):
            raise TypeError(f"{self.test}: input {name!r} is {type(value).__name__}, not {kind.__name__}")
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """A list of texts (columns, levels, ids); empty when not given."""
        return tuple(str(entry) for entry in self.get(name, tuple)) if self.given(name) else ()

    def limits(self, name: str = "scale") -> tuple[float, float]:
        """The two ends of a scale."""
        low, high = self.get(name, tuple)
        return float(low), float(high)

    @property
    def confidence(self) -> float:
        return self.get("confidence", float)

    @property
    def alternative(self) -> str:
        return self.get("alternative", str)

    @property
    def pairwise(self) -> bool:
        return self.arguments.get("missing") == "pairwise"

    # -- data ------------------------------------------------------------------------------------------
    @property
    def rows(self) -> int:
        """How many rows lie within `where`."""
        return int(self.kept.sum())

    def all_numbers(self, column: str) -> FloatArray:
        """The numbers of a column for all rows of the data; Impossible when it holds text."""
        found = self.table.column(column)
        if not isinstance(found, NumberColumn):
            raise text_column(column, found.names)
        return found.values

    def all_codes(self, column: str) -> IntArray:
        """The category positions of a column for all rows of the data; a gap is negative."""
        return factor_of(self.table.column(column)).codes

    def column(self, name: str) -> Column:
        """A column within `where`, whatever it holds."""
        found = self.table.column(name)
        if self.kept.all():
            return found
        if isinstance(found, NumberColumn):
            return NumberColumn(found.values[self.kept])
        return TextColumn(found.codes[self.kept], found.names)

    def numbers(self, column: str) -> FloatArray:
        """The numbers of a column within `where`."""
        values = self.all_numbers(column)
        return values if self.kept.all() else values[self.kept]

    def matrix(self, columns: Sequence[str]) -> dict[str, FloatArray]:
        """The numbers of several columns within `where`; Impossible when one is named twice."""
        refuse_repeated(columns)
        return {name: self.numbers(name) for name in columns}

    def factor(self, column: str, levels: Sequence[str] = ()) -> Factor:
        """The categories of a column within `where`; only `levels`, in that order, when given."""
        found = self.table.column(column)
        whole = factor_of(found)
        if levels:
            whole = whole.picked([label_in(found, level) for level in levels])
        return Factor(whole.codes[self.kept], whole.names)

    def counts(self, column: str) -> Counts:
        """The numbers of one column within `where`, as counts."""
        return Counts.of(self.numbers(column))

    def groups(self, outcome: str, group: str) -> tuple[dict[str, Counts], int]:
        """The counts of `outcome` by category of `group`, and how many rows were dropped for a gap.

        Without `levels` the categories are those that have a value; rows of other categories than the picked
        ones are out of view, not missing.
        """
        values, factor = self.numbers(outcome), self.factor(group, self.names("levels"))
        valid = ~np.isnan(values) & (factor.codes >= 0)
        in_view = int((factor.codes != NOT_PICKED).sum())
        if not self.names("levels"):
            factor = factor.present(valid)
        found = by_group(values[valid], factor.codes[valid], factor.names)
        return found, in_view - int(valid.sum())

    def crosstab(self, rows: str, columns: str) -> Crosstab:
        """The table of two columns; `levels` picks and orders the categories of `rows`."""
        row, column = self.factor(rows, self.names("levels")), self.factor(columns)
        view = row.codes != NOT_PICKED
        table = Crosstab.of_codes(row.codes[view], row.names, column.codes[view], column.names)
        return table.without_empty()

    def chosen(self, column: str, wanted: Sequence[str]) -> tuple[int, int, int]:
        """(rows whose category is among `wanted`, rows with a category, rows with a gap)."""
        factor = self.factor(column, self.names("levels"))
        positions = self.positions(column, factor, wanted)
        n = int((factor.codes >= 0).sum())
        missing = int((factor.codes != NOT_PICKED).sum()) - n
        return int(np.isin(factor.codes, positions).sum()), n, missing

    def chosen_by_group(
        self, outcome: str, wanted: Sequence[str], group: str
    ) -> tuple[dict[str, tuple[int, int]], int]:
        """(rows whose `outcome` is among `wanted`, rows) by category of `group`, and rows with a gap."""
        answers, groups = self.factor(outcome), self.factor(group, self.names("levels"))
        view = groups.codes != NOT_PICKED
        valid = view & (answers.codes >= 0) & (groups.codes >= 0)
        if not self.names("levels"):
            groups = groups.present(valid)
        hits = valid & np.isin(answers.codes, self.positions(outcome, answers, wanted))
        k = len(groups.names)
        among, rows = (np.bincount(groups.codes[kept], minlength=k).tolist() for kept in (hits, valid))
        found = dict(zip(groups.names, zip(among, rows, strict=True), strict=True))
        return found, int(view.sum()) - int(valid.sum())

    def positions(self, column: str, factor: Factor, wanted: Sequence[str]) -> list[int]:
        """The positions of `wanted` categories in the factor of `column`, of those that somebody has."""
        found = self.table.column(column)
        labels = {label_in(found, level) for level in wanted}
        return [i for i, name in enumerate(factor.names) if name in labels]


def refuse_repeated(columns: Sequence[str]) -> None:
    """Impossible naming a column that is listed twice."""
    twice = next((name for name in columns if list(columns).count(name) > 1), None)
    if twice is not None:
        raise Impossible("repeated_item", f"题项 {twice} 出现两次", f"item {twice} is listed twice")


def rows_where(table: Table, where: Mapping[str, Sequence[str]]) -> BoolArray:
    """Which rows have one of the wanted categories in every column of `where`; a gap is not kept."""
    kept = np.ones(table.rows, dtype=np.bool_)
    for name, wanted in where.items():
        column = table.column(name)
        factor = factor_of(column)
        labels = {label_in(column, level) for level in wanted}
        kept &= np.isin(factor.codes, [i for i, found in enumerate(factor.names) if found in labels])
    return kept


def text_column(column: str, examples: Sequence[str]) -> Impossible:
    """The reason when numbers are needed and a column holds text."""
    shown = ", ".join(repr(example) for example in examples[:3])
    return Impossible(
        "text_column",
        f"列 {column} 含文本（如 {shown}），这里需要数字",
        f"column {column} holds text (such as {shown}); numbers are needed",
    )
