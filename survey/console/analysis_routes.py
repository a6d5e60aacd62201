"""The researcher's analysis page: reliability and one difference, with the plan that reproduces it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

import analysis
from exports.neutral import file_name
from survey.accounts.models import Branch
from survey.accounts.scope import scope_of
from survey.console import analysis_choices, reading
from survey.console.analysing import DifferenceReport, ScaleReport, Study
from survey.console.analysis_choices import Choice
from survey.console.analysis_plan import Where
from survey.console.definitions import published
from survey.console.forms import CHANNEL_WORDS, REGION_WORDS
from survey.console.models import Wave
from survey.dashboards.small_groups import MINIMUM
from survey.language import page_language
from survey.responses.reading import REGION, analysis_table
from survey.responses.selection import select_responses
from survey.security import allow
from survey.services import services

blueprint = Blueprint("analysis_pages", __name__, url_prefix="/console/analysis")

ACCEPTABLE_ALPHA: Final = 0.7
FILTERS: Final = ("wave", "channel", "branch")


@dataclass(frozen=True, slots=True)
class Offered:
    """What the page offers for choosing, and what of it is chosen."""

    waves: list[str]
    branches: list[tuple[str, str]]
    outcomes: list[Choice]
    groups: list[Choice]
    outcome: Choice | None
    group: Choice | None


@blueprint.get("/")
@allow("admin", "researcher")
def overview() -> ResponseReturnValue:
    """The questionnaire with most responses."""
    with services().database.read() as session:
        rows = reading.questionnaires(session, scope_of(current_user), page_language())
    if not rows:
        return redirect(url_for("console.overview"))
    busiest = max(rows, key=lambda row: row.responses)
    return redirect(url_for("analysis_pages.questionnaire", slug=busiest.slug))


@blueprint.get("/<slug>")
@allow("admin", "researcher")
def questionnaire(slug: str) -> ResponseReturnValue:
    with services().database.read() as session:
        study, offered = _study(session, slug)
        report = study.report(session, offered.outcome, offered.group)
    return render_template(
        "console/analysis.html",
        slug=slug,
        title=study.definition.title.get(page_language()),
        offered=offered,
        report=report,
        asked={name: request.args.get(name, "") for name in FILTERS},
        channels=CHANNEL_WORDS,
        wave_options=[(name, name) for name in offered.waves],
        outcome_options=[(choice.column, choice.words) for choice in offered.outcomes],
        group_options=[(choice.column, choice.words) for choice in offered.groups],
        alphas=_alphas_figure(report.scales),
        means=_means_figure(report.difference),
        smallest=MINIMUM,
        arguments={name: value for name, value in request.args.items() if value and name != "lang"},
    )


@blueprint.get("/<slug>/plan.yaml")
@allow("admin", "researcher")
def plan(slug: str) -> ResponseReturnValue:
    """The plan of the page, for `huisheng analyse questionnaire:SLUG --plan`."""
    with services().database.read() as session:
        study, offered = _study(session, slug)
        text = study.report(session, offered.outcome, offered.group).plan
    return _attachment(text.encode(), "application/yaml", f"{slug}-plan", ".yaml")


@blueprint.get("/<slug>/results.json")
@allow("admin", "researcher")
def results(slug: str) -> ResponseReturnValue:
    """The results of that plan, exactly as the command prints them."""
    with services().database.read() as session:
        study, offered = _study(session, slug)
        text = study.report(session, offered.outcome, offered.group).plan
        if not text:
            abort(404)
        document = analysis.plan.run(analysis_table(session, study.selection), text, page_language())
    content = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"
    return _attachment(content, "application/json", f"{slug}-results", ".json")


def _study(session: Session, slug: str) -> tuple[Study, Offered]:
    """What the address asks for, cut to this person's branches."""
    version = reading.find_newest(session, slug) or abort(404)
    definition, language = published(version).definition, page_language()
    outcomes = analysis_choices.outcomes(definition, language)
    groups = analysis_choices.groups(definition, language, _places())
    waves = select(Wave.name).filter_by(questionnaire_id=version.questionnaire_id).order_by(Wave.id.desc())
    offered = Offered(
        list(session.scalars(waves)),
        reading.branch_names(session, scope_of(current_user)),
        outcomes,
        groups,
        analysis_choices.chosen(outcomes, request.args.get("outcome", "")),
        analysis_choices.chosen(groups, request.args.get("group", "")),
    )
    selection = select_responses(session, slug, scope=scope_of(current_user))
    return Study(definition, selection, _where(session, offered), language), offered


def _where(session: Session, offered: Offered) -> Where:
    """The filters as the plan writes them; what the lists do not offer is not found."""
    where: dict[str, Sequence[str]] = {}
    if wave := request.args.get("wave"):
        where["wave"] = [wave] if wave in offered.waves else abort(404)
    if channel := request.args.get("channel"):
        where["channel"] = [channel] if channel in CHANNEL_WORDS else abort(404)
    if code := (request.args.get("branch") or "").strip():
        top = scope_of(current_user).find(session, code) or abort(404)
        below = select(Branch.code).where(Branch.path.startswith(top.path, autoescape=True))
        where["branch"] = sorted(session.scalars(below))
    return where


def _places() -> list[Choice]:
    channels = {name: str(word) for name, word in CHANNEL_WORDS.items()}
    return [
        Choice("wave", _("批次")),
        Choice("channel", _("渠道"), labels=channels),
        Choice(REGION, _("网点所在地区"), labels={name: str(word) for name, word in REGION_WORDS.items()}),
    ]


def _alphas_figure(scales: Sequence[ScaleReport]) -> "analysis.figures.Figure | None":
    points = [
        analysis.figures.Point(
            scale.title, scale.outcome.number("alpha"), *scale.outcome.interval(), scale.outcome.n or 0
        )
        for scale in scales
        if scale.outcome.ok
    ]
    if not points:
        return None
    low = min(0.0, *(point.low or 0.0 for point in points))
    axis = analysis.figures.Axis(low, 1)
    return analysis.figures.dots(
        _("各量表的内部一致性够高吗？"), points, axis, page_language(), reference=ACCEPTABLE_ALPHA
    )


def _means_figure(difference: DifferenceReport | None) -> "analysis.figures.Figure | None":
    if difference is None or difference.test is None:
        return None
    points = [
        analysis.figures.Point(row.words, row.mean.number("estimate"), *row.mean.interval(), row.n)
        if row.mean is not None and row.mean.ok
        else analysis.figures.Point(row.words, None, None, None, row.n)
        for row in difference.groups
    ]
    axis = analysis.figures.Axis(*difference.outcome.limits)
    return analysis.figures.dots(_("各组的均值相差多少？"), points, axis, page_language())


def _attachment(content: bytes, media_type: str, name: str, suffix: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=file_name(name, suffix))
    return response
