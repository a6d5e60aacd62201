"""The demo bank, built through the same functions as a real one: branches, people, waves, answers.

Nothing here writes to the database by itself. Passwords are made anew for every demo; answers,
branches and comments are always the same for one seed.
"""

import random
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import instruments
from survey.accounts.models import Branch
from survey.accounts.people import BranchRow, add_user, find_branch, import_branches
from survey.audit import Writer
from survey.comments.sweeping import read_new_comments
from survey.console.models import Collector, Wave
from survey.console.publishing import add_collectors, find_wave, open_wave, publish
from survey.demo import answers, branches, waves
from survey.demo.waves import Wave as Period
from survey.links import address_of, survey_url
from survey.respond.submitting import Submission
from survey.services import Services

ACTOR: Final = "demo"
INSTRUMENT: Final = "bank-satisfaction"
FIRST_BRANCH: Final = "EA01"  # changed its customer care
FIRST_OUTLET: Final = "EA01-01-01"
SECOND_BRANCH: Final = "EA02"  # did not
PEOPLE: Final = (
    ("admin", "admin", None),
    ("researcher", "researcher", None),
    ("researcher", "researcher2", None),
    ("manager", "manager", FIRST_BRANCH),
    ("manager", "manager2", SECOND_BRANCH),
    ("handler", "handler", FIRST_BRANCH),
    ("handler", "handler2", SECOND_BRANCH),
    ("clerk", "clerk", FIRST_BRANCH),
    ("auditor", "auditor", None),
)


@dataclass(frozen=True, slots=True)
class Login:
    """An account of the demo, with the password it was given."""

    role: str
    username: str
    password: str
    branch: str | None


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the demo bank is reached, and by whom."""

    home: str
    survey_url: str
    console_url: str
    kiosk_url: str
    enrolment_code: str
    questionnaire: str
    wave: str
    logins: tuple[Login, ...]

    def document(self) -> dict[str, object]:
        return asdict(self)


def build(services: Services, responses: int, seed: int, today: date) -> Demo:
    """Fill an empty database with the demo bank. Needs an application context (it hashes passwords)."""
    writer = Writer(services.auditor, ACTOR)
    units = branches.units()
    periods = waves.quarterly(today - timedelta(days=1))
    with services.database.write() as session:
        rows = [
            BranchRow(number, unit.code, unit.name, unit.parent_code, unit.region)
            for number, unit in enumerate(units, start=2)
        ]
        import_branches(session, rows, writer)
        logins = tuple(_login(session, *person, writer) for person in PEOPLE)
        publish(session, instruments.load(INSTRUMENT), writer)
    given = groupby(answers.generate(seed, responses, units, periods), key=lambda response: response.wave)
    by_wave = {number: list(group) for number, group in given}
    ids = random.Random(seed)  # noqa: S311 (invented answers: repeatable, not secret)
    for number, period in enumerate(periods):
        is_last = number == len(periods) - 1
        _fill_wave(services, period, by_wave.get(number, []), ids, writer, keep_open=is_last)
    read_new_comments(services)
    return _demo(services, periods[-1].name, logins, writer)


def renewed_code(services: Services, demo: Demo) -> Demo:
    """The demo with a fresh kiosk code, for when it is served again: codes last ten minutes."""
    writer = Writer(services.auditor, ACTOR)
    with services.database.write() as session:
        wave = find_wave(session, demo.wave, demo.questionnaire)
        collector = _first_collector(session, wave, "kiosk")
        return replace(
            demo, enrolment_code=address_of(session, collector, services, writer)["enrolment_code"]
        )


def _login(session: Session, role: str, username: str, branch: str | None, writer: Writer) -> Login:
    password = secrets.token_urlsafe(9)
    place = find_branch(session, branch) if branch else None
    add_user(session, username, role, password, writer, branch=place)
    return Login(role, username, password, branch)


def _fill_wave(
    services: Services,
    period: Period,
    given: Sequence[answers.Response],
    ids: random.Random,
    writer: Writer,
    *,
    keep_open: bool,
) -> None:
    with services.database.write() as session:
        closes_at = None if keep_open else period.closes_at
        wave = open_wave(
            session, INSTRUMENT, period.name, writer, opens_at=period.opens_at, closes_at=closes_at
        )
        collectors = _collectors(session, wave, given, writer)
        notice = wave.version.notice_hash
        submissions = [
            (_submission(response, ids, notice), collectors[response.branch, response.channel])
            for response in given
        ]
        services.submitter.submit_many(session, submissions, actor=ACTOR)


def _collectors(
    session: Session, wave: Wave, given: Sequence[answers.Response], writer: Writer
) -> dict[tuple[str, str], Collector]:
    places = sorted({(response.branch, response.channel) for response in given} | _always())
    by_code = {branch.code: branch for branch in session.scalars(select(Branch))}
    collectors = add_collectors(session, wave, [(channel, by_code[code]) for code, channel in places], writer)
    return dict(zip(places, collectors, strict=True))


def _always() -> set[tuple[str, str]]:
    """Places that the printed links lead to, however few responses were asked for."""
    return {(FIRST_OUTLET, channel) for channel in ("web", "kiosk", "paper")}


def _submission(response: answers.Response, ids: random.Random, notice: str | None) -> Submission:
    return Submission(
        id=str(uuid.UUID(int=ids.getrandbits(128), version=4)),
        answers=response.answers,
        consent=notice,
        locale=response.locale,
        started_at=response.started_at,
        submitted_at=response.submitted_at,
    )


def _demo(services: Services, wave_name: str, logins: tuple[Login, ...], writer: Writer) -> Demo:
    public_url = services.settings.public_url
    with services.database.write() as session:
        wave = find_wave(session, wave_name, INSTRUMENT)
        kiosk = address_of(session, _first_collector(session, wave, "kiosk"), services, writer)
        return Demo(
            home=str(services.settings.home),
            survey_url=survey_url(public_url, _first_collector(session, wave, "web").token),
            console_url=f"{public_url}/console/",
            kiosk_url=kiosk["url"],
            enrolment_code=kiosk["enrolment_code"],
            questionnaire=INSTRUMENT,
            wave=wave_name,
            logins=logins,
        )


def _first_collector(session: Session, wave: Wave, channel: str) -> Collector:
    """The demo's own collector of a channel: one at an outlet that the first manager sees."""
    return session.scalars(
        select(Collector)
        .join(Collector.branch)
        .where(Collector.wave_id == wave.id, Collector.channel == channel, Branch.code == FIRST_OUTLET)
    ).one()
