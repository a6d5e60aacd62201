"""The charts of a view and the sentences below them, from the same Results as its tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape

from flask_babel import gettext as _

import analysis
from analysis.result import Outcome
from questionnaires.definition import Field
from survey.dashboards.measuring import Scores, counts, ends
from survey.dashboards.overview import Overview, UnitFigures, WaveFigures

RATE, SCORE, NPS = "rate", "score", "nps"
MOST_UNITS = 40  # more rows than this are read in the table


@dataclass(frozen=True, slots=True)
class Shown:
    """How one measure is shown: where its numbers stand in a Result, in which unit, on which axis.

    `rise` asks about several waves, `level` about one.
    `value` and `ci` are names of fields; numbers are multiplied by `times`, with `digits` decimals.
    """

    id: str
    name: str
    rise: str
    level: str
    pick: Callable[[Scores], Outcome]
    value: str
    ci: str
    times: int
    digits: int
    unit: str
    axis: "analysis.figures.Axis"

    def point(self, label: str, scores: Scores, note: str = "") -> "analysis.figures.Point":
        """The point of a group; without a value where there is none that may be shown."""
        outcome = self.pick(scores)
        if not outcome.ok:
            return analysis.figures.Point(_plain(label), None, None, None, scores.responses, note)
        low, high = (self.times * limit for limit in outcome.interval(self.ci))
        value = self.times * outcome.number(self.value)
        return analysis.figures.Point(_plain(label), value, low, high, outcome.n or 0, note)


@dataclass(frozen=True, slots=True)
class Chart:
    """A measure drawn as a figure that answers a question, and the answer in words."""

    shown: Shown
    title: str
    figure: dict[str, object]
    answer: str
    method: str


def measures(overview: Overview) -> list[Shown]:
    """The measures that the questionnaire asks, in the order of the page."""
    measured = overview.view.measured
    satisfaction = [] if measured.csat is None else [_rate(), _score(measured.csat)]
    return satisfaction + ([] if measured.nps is None else [_nps()])


def trends(overview: Overview, language: str) -> list[Chart]:
    """Each measure as a line by wave."""
    charts = [_trend(shown, overview, language) for shown in measures(overview)]
    return [_tested(chart, overview, language) if chart.shown.id == SCORE else chart for chart in charts]


def units(overview: Overview, language: str) -> Chart | None:
    """The satisfaction rate of the units below, each with its interval, in the order of their codes."""
    rows = [unit for unit in overview.units if unit.branch and unit.scores.responses]
    if overview.view.measured.csat is None or not 1 < len(rows) <= MOST_UNITS:
        return None
    shown, title = _rate(), _("下级机构的满意率能分出高低吗？")
    points = [shown.point(name, row.scores) for name, row in zip(_labels(rows), rows, strict=True)]
    whole = overview.total.rate
    reference = shown.point("", overview.total).value
    figure = analysis.figures.dots(title, points, shown.axis, language, reference)
    answer = _("区间互相重叠的机构分不出先后。虚线是合计：") + whole.sentence.get(language)
    return Chart(replace(shown, id="units"), title, figure, answer, _method([whole], language))


def _rate() -> Shown:
    rise, level = _("满意率（选“满意”和“非常满意”的占比）上升了吗？"), _("满意率是多少？")
    axis = analysis.figures.RATE
    return Shown(RATE, _("满意率"), rise, level, _of_rate, "rate", "ci", 100, 1, "%", axis)


def _score(asked: Field) -> Shown:
    low, high = ends(asked)
    rise = _("满意度（%(low)s 到 %(high)s 分的均值）上升了吗？", low=low, high=high)
    unit, axis = _("（%(low)s–%(high)s 分）", low=low, high=high), analysis.figures.Axis(low, high)
    return Shown(SCORE, _("满意度"), rise, _("满意度是多少？"), _of_score, "estimate", "ci", 1, 2, unit, axis)


def _nps() -> Shown:
    rise, level = _("净推荐值上升了吗？"), _("净推荐值是多少？")
    unit, axis = _("（−100 到 100）"), analysis.figures.NPS
    return Shown(NPS, _("净推荐值 NPS"), rise, level, _of_nps, "nps", "ci_adjusted_wald", 1, 1, unit, axis)


def _of_rate(scores: Scores) -> Outcome:
    return scores.rate


def _of_score(scores: Scores) -> Outcome:
    return scores.score


def _of_nps(scores: Scores) -> Outcome:
    return scores.nps


def _trend(shown: Shown, overview: Overview, language: str) -> Chart:
    waves = overview.waves
    points = tuple(shown.point(wave.name, wave.scores, _version(wave)) for wave in waves)
    line = analysis.figures.Line(_where(overview), points, breaks=_breaks(waves))
    title = shown.rise if sum(point.value is not None for point in points) > 1 else shown.level
    figure = analysis.figures.trend(title, [line], shown.axis, language)
    outcomes = [(wave.name, shown.pick(wave.scores)) for wave in waves]
    method = _method([outcome for _name, outcome in outcomes], language)
    return Chart(shown, title, figure, _ends_of(outcomes, language), method)


def _tested(chart: Chart, overview: Overview, language: str) -> Chart:
    """The chart of the score with the test of its last wave against its first, of those that may be shown."""
    asked = overview.view.measured.csat
    waves = [wave for wave in overview.waves if wave.scores.score.ok]
    if asked is None or len(waves) < 2:
        return chart
    groups = {wave.name: counts(wave.tally, asked) for wave in (waves[-1], waves[0])}
    test = analysis.differences.t_test_from_counts(groups)
    return replace(chart, answer=test.sentence.get(language), method=_method([test], language))


def _ends_of(outcomes: Sequence[tuple[str, Outcome]], language: str) -> str:
    """The first and the last wave that can be shown, in the words of their Results."""
    told = [each for each in outcomes if each[1].ok]
    first_and_last = dict(told[:1] + told[-1:])
    if not told:
        return outcomes[-1][1].sentence.get(language) if outcomes else ""
    return "\n".join(
        _("%(wave)s：%(sentence)s", wave=name, sentence=outcome.sentence.get(language))
        for name, outcome in first_and_last.items()
    )


def _breaks(waves: Sequence[WaveFigures]) -> tuple[int, ...]:
    """Where another version was asked than the wave before: the line is interrupted there."""
    return tuple(
        place for place in range(1, len(waves)) if waves[place].versions != waves[place - 1].versions
    )


def _version(wave: WaveFigures) -> str:
    return _("问卷版本 %(versions)s", versions=", ".join(str(number) for number in wave.versions))


def _where(overview: Overview) -> str:
    branch = overview.view.place.branch
    return _plain(branch.name if branch else _("全部机构"))


def _labels(rows: Sequence[UnitFigures]) -> list[str]:
    """Names of units; two of one name are told apart by their codes."""
    names = [row.branch.name if row.branch else "" for row in rows]
    return [
        f"{name} {row.branch.code}" if names.count(name) > 1 and row.branch else name
        for name, row in zip(names, rows, strict=True)
    ]


def _plain(text: str) -> str:
    """Text for a chart: plotly reads tags in labels and hovers, and nobody's name may become one."""
    return escape(text, quote=False)


def _method(outcomes: Sequence[Outcome], language: str) -> str:
    return next((outcome.method.get(language) for outcome in outcomes if outcome.ok), "")
