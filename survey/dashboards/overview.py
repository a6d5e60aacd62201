"""One view of a dashboard: the figures of a branch or the bank by wave and by unit, and what is said."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.definition import Questionnaire as Definition
from survey.accounts.models import Branch
from survey.accounts.scope import Scope
from survey.console.definitions import published
from survey.console.models import Questionnaire, Version, Wave
from survey.dashboards.counting import Tally, folded, tallies, total
from survey.dashboards.filters import Filters, read_filters
from survey.dashboards.keywords import Keywords, keywords
from survey.dashboards.measuring import Measured, Scores, scores, scores_of_parts
from survey.dashboards.places import NOWHERE, OWN, Place, place_at
from survey.respond.models import Response
from survey.responses.selection import Selection, find_questionnaire


@dataclass(frozen=True, slots=True)
class View:
    """What a page is about: a questionnaire, a branch and the filters, and the responses that they mean."""

    questionnaire: Questionnaire
    slugs: tuple[str, ...]
    definition: Definition
    waves: tuple[Wave, ...]
    place: Place
    filters: Filters
    selection: Selection
    measured: Measured


@dataclass(frozen=True, slots=True)
class WaveFigures:
    """The figures of one wave, and the numbers of the versions that were answered in it."""

    name: str
    versions: tuple[int, ...]
    tally: Tally
    scores: Scores


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """The figures of a unit and all below it; without a branch they are of the rest, as `kind` says."""

    branch: Branch | None
    kind: str
    scores: Scores


@dataclass(frozen=True, slots=True)
class Overview:
    """All figures of a view, from one look at the database."""

    view: View
    total: Scores
    waves: tuple[WaveFigures, ...]
    units: tuple[UnitFigures, ...]
    keywords: Keywords


def open_view(session: Session, scope: Scope, asked: Mapping[str, str], code: str | None) -> View | None:
    """The view that an address asks for; None when its branch is out of this person's sight.

    Without a questionnaire in the address it is the one with the most responses.
    """
    place = place_at(session, scope, code)
    slugs = _slugs(session)
    if place is None or not slugs:
        return None
    questionnaire = find_questionnaire(session, asked.get("questionnaire") or slugs[0])
    definition = _newest_definition(session, questionnaire)
    waves = _waves(session, questionnaire)
    filters = read_filters(asked, questionnaire.slug, definition, [wave.name for wave in waves], code)
    selection = filters.selection(questionnaire, place.scope)
    measured = Measured.of(definition)
    return View(questionnaire, slugs, definition, waves, place, filters, selection, measured)


def overview(session: Session, view: View) -> Overview:
    """Count and compute everything of a view."""
    questions = view.measured.questions
    by_wave = tallies(session, view.selection, (Response.wave_id, Response.version_id), questions)
    by_branch = tallies(session, view.selection, (Response.branch_id,), questions)
    return Overview(
        view,
        scores(total(by_wave.values()), view.measured),
        tuple(_wave_figures(session, view, by_wave)),
        tuple(_unit_figures(view, {key[0]: tally for key, tally in by_branch.items()})),
        keywords(session, view.selection),
    )


def has_questionnaires(session: Session) -> bool:
    """Whether anything was ever published: without it there is nothing to look at."""
    return session.scalar(select(Version.id).limit(1)) is not None


def _slugs(session: Session) -> tuple[str, ...]:
    """The published questionnaires, the one with the most responses first."""
    query = (
        select(Questionnaire.slug)
        .where(Questionnaire.id.in_(select(Version.questionnaire_id)))
        .outerjoin(Response, Response.questionnaire_id == Questionnaire.id)
        .group_by(Questionnaire.id, Questionnaire.slug)
        .order_by(func.count(Response.id).desc(), Questionnaire.slug)
    )
    return tuple(session.scalars(query))


def _newest_definition(session: Session, questionnaire: Questionnaire) -> Definition:
    newest = select(Version).filter_by(questionnaire_id=questionnaire.id).order_by(Version.number.desc())
    return published(session.scalars(newest.limit(1)).one()).definition


def _waves(session: Session, questionnaire: Questionnaire) -> tuple[Wave, ...]:
    """The waves in their order in time; those without a beginning stand where they were opened."""
    waves = session.scalars(select(Wave).filter_by(questionnaire_id=questionnaire.id).order_by(Wave.id)).all()
    return tuple(sorted(waves, key=lambda wave: (wave.opens_at is not None, wave.opens_at or 0, wave.id)))


def _wave_figures(
    session: Session, view: View, by_wave: Mapping[tuple[int, int], Tally]
) -> Iterable[WaveFigures]:
    numbers = _version_numbers(session, {version_id for _, version_id in by_wave})
    for wave in view.waves:
        parts = {version: tally for (wave_id, version), tally in by_wave.items() if wave_id == wave.id}
        if parts:
            tally = total(parts.values())
            versions = tuple(sorted(numbers[version] for version in parts))
            yield WaveFigures(wave.name, versions, tally, scores(tally, view.measured))


def _version_numbers(session: Session, ids: Iterable[int]) -> dict[int, int]:
    rows = session.execute(select(Version.id, Version.number).where(Version.id.in_(ids)))
    return {row.id: row.number for row in rows}


def _unit_figures(view: View, by_branch: Mapping[Hashable, Tally]) -> Iterable[UnitFigures]:
    """The units right below, then what belongs to none of them; nothing at the end of the tree."""
    place = view.place
    if not place.children:
        return
    parts = folded(by_branch, place.group_of)
    groups: list[tuple[Branch | None, Hashable]] = [(child, child.id) for child in place.children]
    groups += [(None, kind) for kind in (OWN, NOWHERE) if kind in parts]
    figures = scores_of_parts([parts.get(key, Tally()) for _, key in groups], view.measured)
    for (branch, key), each in zip(groups, figures, strict=True):
        yield UnitFigures(branch, "" if branch else str(key), each)
