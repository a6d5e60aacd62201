"""Groups of one numeric variable: what tests of several groups ask of them before they compute."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from analysis.computing import Impossible, too_many
from analysis.inputs import Column, Input
from analysis.result import Bilingual
from analysis.samples import Counts
from analysis.wording import names

MOST_COMPARED = 1000  # groups, of which all pairs are compared
TINY = 2.3e-15  # ten times the precision of float64: R's bound for "data are essentially constant"

GROUPED = (Input("outcome", Column(), required=True), Input("group", Column(), required=True))


@dataclass(frozen=True, slots=True)
class Sample:
    """What a test of means needs of one group: n, mean, sum of squared deviations."""

    n: int
    mean: float
    ss: float

    @classmethod
    def of(cls, counts: Counts) -> "Sample":
        return cls(counts.n, counts.mean, counts.ss)

    @property
    def variance(self) -> float:
        return self.ss / (self.n - 1)

    @property
    def sd(self) -> float:
        """The standard deviation; 0 for a single value."""
        return sqrt(self.ss / max(1, self.n - 1))


def need_two(groups: Mapping[str, Counts]) -> None:
    """Impossible unless there are exactly two groups."""
    if len(groups) != 2:
        shown = names(groups) or "—"
        raise Impossible(
            "not_two_groups",
            f"需要恰好两个组，数据中有 {len(groups)} 个（{shown}）；用 levels 选出两个",
            f"exactly two groups are needed, the data have {len(groups)} ({shown}); pick two with levels",
        )


def need_several(groups: Mapping[str, Counts]) -> None:
    """Impossible unless there are at least two groups."""
    if len(groups) < 2:
        raise Impossible("one_group", "至少需要两个组", "at least two groups are needed")


def need_few(groups: Mapping[str, Counts]) -> None:
    """Impossible when there are so many groups that not all pairs of them can be shown."""
    if len(groups) > MOST_COMPARED:
        raise too_many(Bilingual("组", "groups"), len(groups), MOST_COMPARED)


def need_sizes(groups: Mapping[str, Counts], least: int) -> None:
    """Impossible naming a group that has fewer than `least` values."""
    for name, counts in groups.items():
        if counts.n < least:
            raise Impossible(
                "group_too_small",
                f"组 {name} 只有 {counts.n} 个有效值，至少需要 {least} 个",
                f"group {name} has {counts.n} valid values; at least {least} are needed",
            )


def samples_of(groups: Mapping[str, Counts], least: int) -> dict[str, Sample]:
    """The Sample of each group; Impossible when one has fewer than `least` values."""
    need_sizes(groups, least)
    return {name: Sample.of(counts) for name, counts in groups.items()}


def need_variance(se: float, *means: float) -> None:
    """Impossible when a standard error is 0 but for rounding, seen from the size of the means."""
    if se <= TINY * max(abs(mean) for mean in means) or se == 0:
        raise no_variance()


def no_variance() -> Impossible:
    """The reason when there is nothing to compare because nothing varies."""
    return Impossible(
        "no_variance", "数据没有变异，无法检验差异", "the data do not vary; a difference cannot be tested"
    )
