"""What several raters said of the same units, as positions in one list of categories."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.computing import BoolArray, FloatArray, Impossible, IntArray
from analysis.jobs import Job, refuse_repeated
from analysis.tables import NOT_PICKED, Factor, NumberColumn, column_of, factor_of, label_in


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Codes are positions in `names`; −1 is a gap, −2 a category that was not picked.

    `values` are the categories as numbers, None when one of them is a text.
    """

    codes: IntArray
    names: tuple[str, ...]
    values: FloatArray | None

    @classmethod
    def of(cls, raters: Mapping[str, Iterable[object]], levels: Sequence[object] = ()) -> "Ratings":
        """The ratings of lists by rater, all of one length; None and NaN are gaps.

        `levels` picks and orders the categories; without it they ascend, numbers by value, text by code
        point.
        """
        columns = [column_of(values) for values in raters.values()]
        numeric = all(isinstance(column, NumberColumn) for column in columns)
        wanted = [label_in(columns[0], str(level)) if numeric else str(level) for level in levels]
        return cls._merged([factor_of(column) for column in columns], numeric, wanted)

    @classmethod
    def of_job(cls, job: Job, columns: str = "raters", *, levels: bool = True) -> "Ratings":
        """The ratings in the columns that a plan names as raters, or under another key."""
        names = job.names(columns)
        refuse_repeated(names)
        found = [job.table.column(name) for name in names]
        numeric = all(isinstance(column, NumberColumn) for column in found)
        wanted = job.names("levels") if levels else ()
        if numeric:
            wanted = tuple(label_in(found[0], level) for level in wanted)
        return cls._merged([job.factor(name) for name in names], numeric, wanted)

    @classmethod
    def _merged(cls, factors: Sequence[Factor], numeric: bool, levels: Sequence[str]) -> "Ratings":
        if len(factors) < 2:
            raise Impossible("too_few_raters", "至少需要两位评分者", "at least two raters are needed")
        if len({len(factor.codes) for factor in factors}) > 1:
            raise ValueError("raters: must be of equal length")
        found = {name for factor in factors for name in factor.names}
        names = tuple(levels) or tuple(sorted(found, key=float) if numeric else sorted(found))
        codes = np.column_stack([factor.picked(names).codes for factor in factors])
        values = np.array([_value(name) for name in names]) if numeric else None
        return cls(codes, names, values)

    @property
    def in_view(self) -> BoolArray:
        """The units that nobody gave a category which was not picked."""
        seen: BoolArray = (self.codes != NOT_PICKED).all(axis=1)
        return seen

    def complete(self) -> tuple["Ratings", int]:
        """The units that all raters rated, and how many were dropped for a gap."""
        view = self.codes[self.in_view]
        kept = view[(view >= 0).all(axis=1)]
        return Ratings(kept, self.names, self.values), len(view) - len(kept)


def _value(level: str) -> float:
    """A category as a number; NaN for one that a plan picks and no column of numbers can hold."""
    try:
        return float(level)
    except ValueError:
        return np.nan


def one_category() -> Impossible:
    """The reason when no disagreement is possible by chance."""
    return Impossible(
        "one_category",
        "只用到了一个类别：偶然一致无从谈起，系数无定义",
        "only one category is in use: there is no chance disagreement, the coefficient is undefined",
    )
