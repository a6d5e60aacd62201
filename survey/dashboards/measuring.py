"""From counts to Results: satisfaction rate, satisfaction score and NPS of one group or of several."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import analysis
from analysis.result import Bilingual, NotComputable, Outcome
from questionnaires.definition import Field
from questionnaires.definition import Questionnaire as Definition
from survey.dashboards.counting import Tally
from survey.dashboards.small_groups import concealed, is_small, too_few

if TYPE_CHECKING:
    from analysis.samples import Counts

RATE, SCORE, NPS = "csat", "mean", "nps"
TOP_BOXES: Final = 2  # "very satisfied" and "satisfied"


@dataclass(frozen=True, slots=True)
class Measured:
    """Which questions of a questionnaire carry the bank's measures."""

    csat: Field | None
    nps: Field | None

    @classmethod
    def of(cls, definition: Definition) -> "Measured":
        return cls(_measured(definition, "csat"), _measured(definition, "nps"))

    @property
    def questions(self) -> tuple[str, ...]:
        return tuple(each.name for each in (self.csat, self.nps) if each is not None)


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of a group; one that may not be shown, or cannot be had, says why."""

    responses: int
    rate: Outcome
    score: Outcome
    nps: Outcome


def scores(tally: Tally, measured: Measured) -> Scores:
    """The figures of one group that is shown by itself."""
    hide_csat, hide_nps = (is_small(_valid(tally, asked)) for asked in (measured.csat, measured.nps))
    return _scores(tally, measured, hide_csat, hide_nps)


def scores_of_parts(parts: Sequence[Tally], measured: Measured) -> list[Scores]:
    """The figures of groups that are shown beside their total: what is hidden cannot be worked out."""
    csat, nps = (
        concealed([_valid(part, asked) for part in parts]) for asked in (measured.csat, measured.nps)
    )
    return [_scores(part, measured, position in csat, position in nps) for position, part in enumerate(parts)]


def counts(tally: Tally, asked: Field) -> "Counts":
    """The answers on a scale. Options marked missing, and no answer, are gaps; 0 is an answer."""
    valid = {point: _given(tally, asked, point) for point in _points(asked)}
    return analysis.samples.Counts.from_mapping(valid, n_missing=tally.responses - sum(valid.values()))


def ends(asked: Field) -> tuple[int, int]:
    """The lowest and the highest point of a scale."""
    points = _points(asked)
    return min(points), max(points)


def _scores(tally: Tally, measured: Measured, hide_csat: bool, hide_nps: bool) -> Scores:
    rate, score = _satisfaction(tally, measured.csat, hide_csat)
    return Scores(tally.responses, rate, score, _nps(tally, measured.nps, hide_nps))


def _satisfaction(tally: Tally, asked: Field | None, hide: bool) -> tuple[Outcome, Outcome]:
    if asked is None:
        return _not_asked(RATE), _not_asked(SCORE)
    if hide:
        return too_few(RATE), too_few(SCORE)
    given = counts(tally, asked)
    rate = analysis.loyalty.csat_from_counts(given, scale=ends(asked), top=TOP_BOXES)
    return rate, analysis.design.mean_from_counts(given)


def _nps(tally: Tally, asked: Field | None, hide: bool) -> Outcome:
    if asked is None:
        return _not_asked(NPS)
    return too_few(NPS) if hide else analysis.loyalty.nps_from_counts(counts(tally, asked))


def _measured(definition: Definition, kind: str) -> Field | None:
    """The question of a measure; one whose answers are not points of a scale cannot carry it."""
    names = (each.question for each in definition.measures if each.kind == kind and each.question)
    fields = (definition.field(name) for name in names)
    return next((field for field in fields if field.range() is not None), None)


def _points(asked: Field) -> Sequence[int]:
    low, high = asked.range() or (0, 0)
    return asked.scale_codes() or range(low, high + 1)


def _given(tally: Tally, asked: Field, point: int) -> int:
    given = tally.codes.get(asked.name)
    return given[str(point)] if given else 0


def _valid(tally: Tally, asked: Field | None) -> int:
    return 0 if asked is None else sum(_given(tally, asked, point) for point in _points(asked))


def _not_asked(test: str) -> NotComputable:
    return NotComputable(
        test, "not_asked", Bilingual("这份问卷没有问这一项", "this questionnaire does not ask it")
    )
