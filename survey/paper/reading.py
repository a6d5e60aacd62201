"""What a clerk's pages show: the paper collectors of the clerk's branches, and how many sheets are in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.accounts.scope import Scope
from survey.console.models import Collector, Wave
from survey.respond.models import Response

CHANNEL = "paper"


@dataclass(frozen=True, slots=True)
class Tray:
    """A paper collector and how many sheets have been keyed into it."""

    collector: Collector
    keyed: int


def paper_waves(session: Session, scope: Scope) -> Sequence[Wave]:
    """The waves with paper in this scope, newest first."""
    paper = select(Collector.wave_id).where(Collector.channel == CHANNEL)
    used = scope.within(paper, Collector.branch_id)
    return session.scalars(select(Wave).where(Wave.id.in_(used)).order_by(Wave.id.desc())).all()


def trays(session: Session, scope: Scope, wave: Wave) -> list[Tray]:
    """The paper collectors of a wave in this scope, by branch."""
    query = scope.within(
        select(Collector).where(Collector.wave_id == wave.id, Collector.channel == CHANNEL),
        Collector.branch_id,
    )
    collectors = session.scalars(query.order_by(Collector.branch_id, Collector.id)).all()
    keyed = _keyed(session, [collector.id for collector in collectors])
    return [Tray(collector, keyed.get(collector.id, 0)) for collector in collectors]


def find_tray(session: Session, scope: Scope, collector_id: int) -> Tray | None:
    """A paper collector by its id; one outside the scope does not exist for this clerk."""
    collector = session.scalars(
        scope.within(select(Collector).filter_by(id=collector_id, channel=CHANNEL), Collector.branch_id)
    ).first()
    if collector is None:
        return None
    return Tray(collector, _keyed(session, [collector.id]).get(collector.id, 0))


def _keyed(session: Session, collector_ids: Sequence[int]) -> dict[int, int]:
    counts = (
        select(Response.collector_id, func.count())
        .where(Response.collector_id.in_(collector_ids))
        .group_by(Response.collector_id)
    )
    return dict(session.execute(counts).all())
