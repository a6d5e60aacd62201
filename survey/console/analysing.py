"""What the researcher's page shows: the reliability of scales, and one difference between groups.

Every number is that of a Result of the page's plan (analysis_plan.py). On the page the groups of the
comparison bear their names instead of their codes, so that sentences can be read; nothing else differs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

import analysis
from analysis.result import Outcome
from questionnaires.definition import Questionnaire, Scale
from survey.console.analysis_choices import Choice
from survey.console.analysis_plan import (
    DIFFERENCE,
    RELIABILITY,
    Comparison,
    Entry,
    Where,
    difference_entries,
    mean_id,
    plan_text,
    reliability_entries,
)
from survey.dashboards.small_groups import MINIMUM
from survey.messages import Language
from survey.responses.reading import analysis_table
from survey.responses.selection import Selection

NAMED: Final = "named group"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a scale: its words, and its statistics from the Result."""

    name: str
    words: str
    reversed: bool
    statistics: Mapping[str, float | None]

    @property
    def is_contrary(self) -> bool:
        """True when it runs against the other items."""
        r = self.statistics.get("item_rest_r")
        return r is not None and r < 0


@dataclass(frozen=True, slots=True)
class ScaleReport:
    """A scale, its reliability, and its items."""

    name: str
    title: str
    outcome: Outcome
    items: tuple[ItemRow, ...]

    @property
    def has_reversed(self) -> bool:
        return any(item.reversed for item in self.items)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of the comparison; `mean` is None when it is too small to show."""

    words: str
    n: int
    mean: Outcome | None


@dataclass(frozen=True, slots=True)
class DifferenceReport:
    """One difference: the test (None when fewer than two groups are large enough), and the groups."""

    outcome: Choice
    group: Choice
    test: Outcome | None
    groups: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that the page shows, and the plan that gives the same numbers on the command line."""

    rows: int
    scales: tuple[ScaleReport, ...]
    difference: DifferenceReport | None
    plan: str


@dataclass(frozen=True, slots=True)
class Study:
    """One questionnaire's responses, studied within `where` (column → values)."""

    definition: Questionnaire
    selection: Selection
    where: Where
    language: Language

    def report(self, session: Session, outcome: Choice | None, group: Choice | None) -> Report:
        """Reliability of all scales, and the outcome compared between the groups."""
        table = analysis_table(session, self.selection, self._columns(outcome, group))
        entries = reliability_entries(self.definition, self.where)
        alphas = _run(table, entries)
        scales = tuple(self._scale(scale, alphas) for scale in self.definition.scales)
        difference = None
        if outcome is not None and group is not None:
            comparison, difference = self._difference(table, outcome, group)
            entries += difference_entries(comparison, self.where) if difference.test is not None else []
        return Report(_rows(table, self.where), scales, difference, plan_text(entries) if entries else "")

    def _columns(self, *choices: Choice | None) -> set[str]:
        items = {item for scale in self.definition.scales for item in self.definition.scale_items(scale)}
        return items | set(self.where) | {choice.column for choice in choices if choice is not None}

    def _scale(self, scale: Scale, alphas: Mapping[str, Outcome]) -> ScaleReport:
        outcome = alphas[f"{RELIABILITY}{scale.name}"]
        turned = self.definition.reversed_items(scale)
        items = tuple(
            ItemRow(name, self.definition.field(name).text.get(self.language), name in turned, statistics)
            for name, statistics in _items(outcome)
        )
        return ScaleReport(scale.name, scale.title.get(self.language), outcome, items)

    def _difference(
        self, table: "analysis.tables.Table", outcome: Choice, group: Choice
    ) -> tuple[Comparison, DifferenceReport]:
        sizes = _sizes(table, self.where, outcome, group)
        codes = group.ordered(list(sizes))
        large = tuple(code for code in codes if sizes[code] >= MINIMUM)
        comparison = Comparison(outcome.column, group.column, large)
        words = _distinct_words(group, codes)
        done: Mapping[str, Outcome] = {}
        if len(large) > 1:
            named = Comparison(outcome.column, NAMED, tuple(words[code] for code in large))
            done = _run(_with_words(table, group.column, words), difference_entries(named, self.where))
        means = {code: done.get(mean_id(number)) for number, code in enumerate(large, 1)}
        rows = tuple(GroupRow(words[code], sizes[code], means.get(code)) for code in codes)
        return comparison, DifferenceReport(outcome, group, done.get(DIFFERENCE), rows)


def _run(table: "analysis.tables.Table", entries: Sequence[Entry]) -> Mapping[str, Outcome]:
    if not entries:
        return {}
    return analysis.plan.evaluate(analysis.plan.parse(plan_text(entries), table.names), table)


def _rows(table: "analysis.tables.Table", where: Where) -> int:
    return int(analysis.jobs.rows_where(table, where).sum())


def _sizes(table: "analysis.tables.Table", where: Where, outcome: Choice, group: Choice) -> dict[str, int]:
    """How many answers to the outcome each group has."""
    job = analysis.jobs.Job("", "", {}, table, analysis.jobs.rows_where(table, where), {})
    found, _ = job.groups(outcome.column, group.column)
    return {name: counts.n for name, counts in found.items()}


def _distinct_words(group: Choice, codes: Sequence[str]) -> dict[str, str]:
    """What each group is called; two that share a name keep their codes beside it."""
    words = [group.label(code) for code in codes]
    return {
        code: f"{word} ({code})" if words.count(word) > 1 else word
        for code, word in zip(codes, words, strict=True)
    }


def _with_words(
    table: "analysis.tables.Table", column: str, words: Mapping[str, str]
) -> "analysis.tables.Table":
    """The table with one more column: the group by its words."""
    factor = analysis.tables.factor_of(table.column(column))
    named = [words.get(factor.names[code]) if code >= 0 else None for code in factor.codes.tolist()]
    loaded = {**table.loaded, NAMED: analysis.tables.text_column(named)}
    return replace(table, names=(*table.names, NAMED), loaded=loaded)


def _items(outcome: Outcome) -> Iterator[tuple[str, Mapping[str, float | None]]]:
    if outcome.ok:
        items = outcome["items"]
        for item in items if isinstance(items, Sequence) else ():
            if isinstance(item, Mapping):
                yield str(item["name"]), {k: v for k, v in item.items() if k != "name"}  # type: ignore[misc]
