"""Where imported responses belong: a wave and a branch each, and the import collector that ties the two."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.models import Branch
from survey.accounts.scope import Scope
from survey.audit import Writer
from survey.console.models import Collector, Version, Wave
from survey.console.publishing import add_collector, find_wave, newest_version, open_wave
from survey.db import now
from survey.messages import Message
from survey.responses.selection import find_questionnaire

CHANNEL: Final = "import"
WAVE_OF_ITS_OWN: Final = "import"


@dataclass(frozen=True, slots=True)
class Place:
    """A wave by name and a branch by code."""

    wave: str
    branch: str | None


class UnknownPlace(Exception):
    """A row names a wave or branch it cannot belong to; `column` says which of the two."""

    def __init__(self, column: str, zh: str, en: str) -> None:
        self.column = column
        self.message = Message(zh, en)
        super().__init__(en)


class Places:
    """The waves and branches that the rows of one file may name.

    Without a wave chosen by the importing person, a row belongs to the wave it names, else to the newest
    open one, else to one named `import`. Waves that do not exist are opened when the rows are stored.
    """

    def __init__(self, session: Session, slug: str, wave: str | None, scope: Scope) -> None:
        self._questionnaire = find_questionnaire(session, slug)
        self._fixed = wave is not None
        newest = newest_version(session, slug)
        target = find_wave(session, wave, slug) if wave is not None else self._newest_open(session)
        self.version: Version = target.version if target is not None else newest
        self._default = target.name if target is not None else WAVE_OF_ITS_OWN
        self._may_open = self.version.id == newest.id
        waves = session.scalars(select(Wave).filter_by(questionnaire_id=self._questionnaire.id))
        self._waves = {each.name: each for each in waves}
        self._branches = {each.code: each for each in session.scalars(select(Branch).where(scope.branches()))}
        self._collectors: dict[Place, Collector] = {}

    def place(self, wave: str | None, branch: str | None) -> Place:
        """The place of a row that names this wave and branch; UnknownPlace when there is no such place."""
        name = self._default if self._fixed or wave is None else wave
        self._check_wave(name)
        if branch is not None and branch not in self._branches:
            raise UnknownPlace(
                "branch",
                f"没有代码为 “{branch}” 的网点。请先导入网点，或改正代码。",
                f"there is no branch '{branch}'. Import the branches first, or correct the code.",
            )
        return Place(name, branch)

    def prepare(self, session: Session, places: Iterable[Place], writer: Writer) -> None:
        """Open the waves and make the collectors that these places still lack."""
        for place in places:
            if place not in self._collectors:
                self._collectors[place] = self._collector(session, place, writer)

    def collector(self, place: Place) -> Collector:
        """The import collector of a place that was prepared."""
        return self._collectors[place]

    def _newest_open(self, session: Session) -> Wave | None:
        moment = now()
        return session.scalars(
            select(Wave)
            .where(
                Wave.questionnaire_id == self._questionnaire.id,
                Wave.opens_at.is_(None) | (Wave.opens_at <= moment),
                Wave.closes_at.is_(None) | (Wave.closes_at >= moment),
            )
            .order_by(Wave.id.desc())
        ).first()

    def _check_wave(self, name: str) -> None:
        wave = self._waves.get(name)
        if wave.version_id == self.version.id if wave is not None else self._may_open:
            return
        raise UnknownPlace(
            "wave",
            f"批次 “{name}” 用的是另一版问卷。请用 --wave 分批导入。",
            f"wave '{name}' asks another version of the questionnaire. Import it by itself with --wave.",
        )

    def _collector(self, session: Session, place: Place, writer: Writer) -> Collector:
        wave = self._waves.get(place.wave)
        if wave is None:
            wave = open_wave(session, self._questionnaire.slug, place.wave, writer)
            self._waves[place.wave] = wave
        branch = self._branches[place.branch] if place.branch is not None else None
        branch_id = branch.id if branch is not None else None
        known = select(Collector).filter_by(wave_id=wave.id, channel=CHANNEL, branch_id=branch_id)
        found = session.scalars(known.order_by(Collector.id)).first()
        if found is not None:
            return found
        # Wave and branch were read in another session.
        here = session.get_one(Branch, branch_id) if branch_id is not None else None
        return add_collector(session, session.get_one(Wave, wave.id), CHANNEL, writer, branch=here)
