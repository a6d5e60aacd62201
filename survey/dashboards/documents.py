"""The figures of a view as files: one JSON document, or a table as CSV for Excel."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from analysis.result import Json, Outcome
from exports.neutral import neutral
from survey.dashboards.measuring import Scores
from survey.dashboards.overview import Overview
from survey.dashboards.small_groups import MINIMUM
from survey.messages import Refused

TABLES = ("waves", "units", "keywords")
Rows = Iterable[Sequence[object]]


def as_json(overview: Overview, language: str) -> dict[str, Json]:
    """The whole view; the figures are the objects that `huisheng analyse` writes."""
    filters, place = overview.view.filters, overview.view.place
    return {
        "questionnaire": filters.questionnaire,
        "branch": place.branch.code if place.branch else None,
        "filters": filters.query(),
        "minimum": MINIMUM,
        "total": _figures(overview.total, language),
        "waves": [
            {"wave": wave.name, "versions": list(wave.versions), **_figures(wave.scores, language)}
            for wave in overview.waves
        ],
        "units": [
            {"branch": unit.branch.code if unit.branch else None, **_figures(unit.scores, language)}
            for unit in overview.units
        ],
        "keywords": {
            "respondents": overview.keywords.respondents,
            "terms": [
                {"term": row.term, "count": row.count, "respondents": row.respondents}
                for row in overview.keywords.terms
            ],
        },
    }


def as_csv(overview: Overview, table: str) -> bytes:
    """One of the tables: UTF-8 with BOM and CRLF, and no cell that Excel would run or cut."""
    if table not in TABLES:
        known = ", ".join(TABLES)
        raise Refused(f"没有表 “{table}”。可用的有 {known}。", f"there is no table '{table}'. Use {known}.")
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    for row in _table(overview, table):
        rows.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _figures(scores: Scores, language: str) -> dict[str, Json]:
    return {
        "responses": scores.responses,
        "rate": scores.rate.to_json(language),
        "score": scores.score.to_json(language),
        "nps": scores.nps.to_json(language),
    }


def _table(overview: Overview, table: str) -> Rows:
    if table == "waves":
        yield [_("批次"), _("问卷版本"), *_head()]
        for wave in overview.waves:
            yield [wave.name, ", ".join(str(number) for number in wave.versions), *_cells(wave.scores)]
    elif table == "units":
        yield [_("代码"), _("机构"), *_head()]
        for unit in overview.units:
            code, name = (unit.branch.code, unit.branch.name) if unit.branch else ("", unit_name(unit.kind))
            yield [code, name, *_cells(unit.scores)]
    else:
        yield [_("关键词"), _("提到的受访者"), _("出现次数")]
        for term in overview.keywords.terms:
            yield [term.term, term.respondents, term.count]


def unit_name(kind: str) -> str:
    """What stands in place of a unit's name for the rest: the branch's own answers, or those of none."""
    return _("本级直接收到") if kind == "own" else _("未标明机构")


def _head() -> list[str]:
    return [
        _("答卷数"),
        *(_("满意率（百分比）"), _("满意率下限（百分比）"), _("满意率上限（百分比）"), _("满意率 n")),
        *(_("满意度"), _("满意度下限"), _("满意度上限"), _("满意度 n")),
        *(_("NPS"), _("NPS 下限"), _("NPS 上限"), _("NPS n")),
    ]


def _cells(scores: Scores) -> list[object]:
    return [
        scores.responses,
        *_estimate(scores.rate, "rate", "ci", 100),
        *_estimate(scores.score, "estimate", "ci", 1),
        *_estimate(scores.nps, "nps", "ci_adjusted_wald", 1),
    ]


def _estimate(outcome: Outcome, value: str, ci: str, unit: int) -> list[object]:
    if not outcome.ok:
        return [_("样本不足") if outcome.reason == "too_few_to_show" else "", "", "", ""]
    low, high = outcome.interval(ci)
    return [unit * outcome.number(value), unit * low, unit * high, outcome.n]
