"""The one table of tests: name, inputs, function. A family lists its own in STATISTICS and is named below."""

import functools
import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from analysis.inputs import Choice, Column, Fault, Input, Levels, Number, Where, Whole
from analysis.jobs import Job
from analysis.result import Outcome

FAMILIES = (
    "agreement",
    "association",
    "assumptions",
    "cfa",
    "contrasts",
    "control_charts",
    "correlation",
    "descriptives",
    "design",
    "differences",
    "exact",
    "factorability",
    "factors",
    "icc",
    "importance",
    "index_models",
    "kmeans",
    "krippendorff",
    "latent_classes",
    "logistic",
    "loyalty",
    "matched",
    "multiplicity",
    "omega",
    "ordered",
    "posthoc",
    "raking",
    "ranks",
    "rao_scott",
    "regression",
    "reliability",
    "repeated",
    "rules",
    "service_quality",
    "split_half",
    "trends",
)

COMMON = (
    Input("where", Where()),
    Input("levels", Levels()),
    Input("confidence", Number(0, 1, open=True), default=0.95),
    Input("missing", Choice(("listwise", "pairwise")), default="listwise"),
    Input("weights", Column()),
    Input("cluster", Column()),
    Input("strata", Column()),
    Input("seed", Whole()),
    Input(
        "alternative",
        Choice(("two_sided", "less", "greater"), {"two-sided": "two_sided", "two.sided": "two_sided"}),
        default="two_sided",
    ),
)


def _no_check(arguments: Mapping[str, object]) -> Iterable[Fault]:
    return ()


@dataclass(frozen=True, slots=True)
class Statistic:
    """One test of the vocabulary.

    `uses` names the common inputs beyond where, confidence and seed that the test honours: giving another one
    is answered with a warning, not silently ignored. `check` sees the arguments that were read and says what
    contradicts between them. `needs_results` runs the test after all others.
    """

    name: str
    inputs: tuple[Input, ...]
    compute: Callable[[Job], Outcome]
    uses: frozenset[str] = frozenset()
    check: Callable[[Mapping[str, object]], Iterable[Fault]] = _no_check
    needs_results: bool = False

    def keys(self) -> dict[str, Input]:
        """All inputs by name, common ones included; a test's own input hides the common one of its name."""
        return {entry.name: entry for entry in (*COMMON, *self.inputs)}


@functools.cache
def statistics() -> dict[str, Statistic]:
    """All tests by name; ValueError when two families register one name."""
    table: dict[str, Statistic] = {}
    for family in FAMILIES:
        for entry in importlib.import_module(f"analysis.{family}").STATISTICS:
            if entry.name in table:
                raise ValueError(f"test {entry.name!r} is registered twice")
            table[entry.name] = entry
    return table
