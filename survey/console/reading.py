"""Reads of the console: questionnaires, versions, waves and collectors, each with its number of responses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.accounts.models import Branch
from survey.accounts.scope import Scope
from survey.console.definitions import published
from survey.console.models import Collector, Questionnaire, Version, Wave
from survey.db import now
from survey.messages import Language
from survey.respond.models import Response
from survey.responses.selection import countable

State = Literal["planned", "open", "closed"]


@dataclass(frozen=True, slots=True)
class QuestionnaireRow:
    """A questionnaire in the list of all."""

    slug: str
    title: str
    version: int
    published_at: datetime
    waves: int
    open_waves: int
    responses: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A published version."""

    number: int
    hash: str
    published_at: datetime
    responses: int


@dataclass(frozen=True, slots=True)
class WaveRow:
    """A wave and what has come in."""

    id: int
    name: str
    version: int
    opens_at: datetime | None
    closes_at: datetime | None
    state: State
    collectors: int
    responses: int


@dataclass(frozen=True, slots=True)
class CollectorRow:
    """A collector and what has come in through it."""

    id: int
    channel: str
    branch_code: str | None
    branch_name: str | None
    token: str
    created_at: datetime
    responses: int


def state_of(wave: Wave, moment: datetime) -> State:
    """Whether a wave is still to open, open, or closed."""
    if wave.opens_at is not None and moment < wave.opens_at:
        return "planned"
    return "closed" if wave.closes_at is not None and wave.closes_at < moment else "open"


def questionnaires(session: Session, scope: Scope, language: Language) -> list[QuestionnaireRow]:
    """All questionnaires, those published last first."""
    moment = now()
    counts = _responses_by(session, Response.questionnaire_id, scope)
    newest = _newest_versions(session)
    waves = session.scalars(select(Wave)).all()
    rows = []
    for version in newest:
        own = [wave for wave in waves if wave.questionnaire_id == version.questionnaire_id]
        rows.append(
            QuestionnaireRow(
                version.questionnaire.slug,
                published(version).definition.title.get(language),
                version.number,
                version.published_at,
                len(own),
                sum(state_of(wave, moment) == "open" for wave in own),
                counts.get(version.questionnaire_id, 0),
            )
        )
    return rows


def find_newest(session: Session, slug: str) -> Version | None:
    """The newest version of a questionnaire, if there is one of that slug."""
    return session.scalars(
        select(Version).join(Questionnaire).where(Questionnaire.slug == slug).order_by(Version.number.desc())
    ).first()


def find_version(session: Session, slug: str, number: int) -> Version | None:
    """One version of a questionnaire by its number."""
    query = select(Version).join(Questionnaire).where(Questionnaire.slug == slug, Version.number == number)
    return session.scalars(query).first()


def versions(session: Session, questionnaire_id: int, scope: Scope) -> list[VersionRow]:
    """The versions of a questionnaire, newest first."""
    counts = _responses_by(session, Response.version_id, scope)
    query = select(Version).filter_by(questionnaire_id=questionnaire_id).order_by(Version.number.desc())
    return [
        VersionRow(version.number, version.hash, version.published_at, counts.get(version.id, 0))
        for version in session.scalars(query)
    ]


def waves(session: Session, questionnaire_id: int, scope: Scope) -> list[WaveRow]:
    """The waves of a questionnaire, newest first."""
    moment = now()
    counts = _responses_by(session, Response.wave_id, scope)
    collectors = _count_by(session, Collector.wave_id)
    query = select(Wave).filter_by(questionnaire_id=questionnaire_id).order_by(Wave.id.desc())
    return [
        WaveRow(
            wave.id,
            wave.name,
            wave.version.number,
            wave.opens_at,
            wave.closes_at,
            state_of(wave, moment),
            collectors.get(wave.id, 0),
            counts.get(wave.id, 0),
        )
        for wave in session.scalars(query)
    ]


def collectors(
    session: Session, wave_id: int, scope: Scope, page: int, size: int
) -> tuple[list[CollectorRow], int]:
    """One page of the collectors of a wave, and how many there are on all pages."""
    mine = scope.within(select(Collector).where(Collector.wave_id == wave_id), Collector.branch_id)
    total = session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    query = mine.order_by(Collector.id.desc()).offset((page - 1) * size).limit(size)
    found = session.scalars(query).all()
    counts = _responses_of(session, [collector.id for collector in found])
    rows = [
        CollectorRow(
            collector.id,
            collector.channel,
            collector.branch.code if collector.branch else None,
            collector.branch.name if collector.branch else None,
            collector.token,
            collector.created_at,
            counts.get(collector.id, 0),
        )
        for collector in found
    ]
    return rows, total


def find_collector(session: Session, collector_id: int, scope: Scope) -> Collector | None:
    """A collector that this person may see."""
    query = scope.within(select(Collector).where(Collector.id == collector_id), Collector.branch_id)
    return session.scalars(query).first()


def branch_names(session: Session, scope: Scope) -> list[tuple[str, str]]:
    """Code and name of the branches in this scope, for choosing one."""
    query = select(Branch.code, Branch.name).where(scope.branches()).order_by(Branch.code)
    return [(row.code, row.name) for row in session.execute(query)]


def _newest_versions(session: Session) -> Sequence[Version]:
    last = select(func.max(Version.id)).group_by(Version.questionnaire_id)
    return session.scalars(
        select(Version).where(Version.id.in_(last)).order_by(Version.published_at.desc())
    ).all()


def _responses_by(session: Session, column: object, scope: Scope) -> dict[int, int]:
    query = select(column, func.count()).where(countable()).group_by(column)  # type: ignore[call-overload]
    return dict(session.execute(scope.within(query, Response.branch_id)).all())  # type: ignore[arg-type]


def _responses_of(session: Session, collector_ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(Response.collector_id, func.count())
        .where(countable(), Response.collector_id.in_(collector_ids))
        .group_by(Response.collector_id)
    )
    return dict(session.execute(query).all())  # type: ignore[arg-type]


def _count_by(session: Session, column: object) -> dict[int, int]:
    return dict(session.execute(select(column, func.count()).group_by(column)).all())  # type: ignore[call-overload, arg-type]
