"""Writes of the console: publish a version, open a wave, add a collector."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import checking, versions
from questionnaires.definition import Questionnaire as Definition
from questionnaires.findings import Finding
from survey.accounts.models import Branch
from survey.audit import Writer
from survey.console.models import CHANNELS, Collector, Questionnaire, Version, Wave
from survey.db import now
from survey.messages import Refused

TOKEN_BYTES = 12  # 96 bits: a link cannot be guessed


class DefinitionRefused(Refused):
    """A definition with errors cannot be published; the findings say where and what to do."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__(
            f"问卷有 {len(findings)} 处错误，未发布。请先改正。",
            f"the questionnaire has {len(findings)} error(s) and was not published. Mend them first.",
        )


def publish(session: Session, definition: Definition, writer: Writer) -> Version:
    """Store the definition as the next version; publishing the same content again gives the same version."""
    errors = tuple(finding for finding in checking.check(definition) if finding.severity == "error")
    if errors:
        raise DefinitionRefused(errors)
    questionnaire = _questionnaire(session, definition.slug)
    digest = versions.version_hash(definition)
    known = session.scalars(select(Version).filter_by(questionnaire_id=questionnaire.id, hash=digest)).first()
    if known:
        return known
    last = session.scalar(select(func.max(Version.number)).filter_by(questionnaire_id=questionnaire.id)) or 0
    version = Version(
        questionnaire=questionnaire,
        number=last + 1,
        hash=digest,
        notice_hash=versions.notice_hash(definition),
        definition=definition.document(),
        published_at=now(),
    )
    session.add(version)
    session.flush()
    writer.note(
        session, "version.published", "version", version.id, slug=definition.slug, number=version.number
    )
    return version


def open_wave(
    session: Session,
    slug: str,
    name: str,
    writer: Writer,
    *,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Wave:
    """Open a wave of the newest version of a questionnaire."""
    version = newest_version(session, slug)
    if session.scalar(select(Wave.id).filter_by(questionnaire_id=version.questionnaire_id, name=name)):
        raise Refused(
            f"问卷 {slug}：已有批次 “{name}”。请换一个名称。",
            f"questionnaire {slug}: there is a wave '{name}' already. Choose another name.",
        )
    if opens_at and closes_at and opens_at >= closes_at:
        raise Refused(
            f"批次 “{name}”：结束时间不晚于开始时间。请改正时间。",
            f"wave '{name}': it closes before it opens. Correct the times.",
        )
    wave = Wave(
        questionnaire_id=version.questionnaire_id,
        version=version,
        name=name,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    session.add(wave)
    session.flush()
    writer.note(session, "wave.opened", "wave", wave.id, name=name, version=version.number)
    return wave


def add_collector(
    session: Session, wave: Wave, channel: str, writer: Writer, *, branch: Branch | None = None
) -> Collector:
    """Add a place where answers to the wave come in."""
    return add_collectors(session, wave, [(channel, branch)], writer)[0]


def add_collectors(
    session: Session, wave: Wave, places: Sequence[tuple[str, Branch | None]], writer: Writer
) -> list[Collector]:
    """Add many places, each a channel and perhaps a branch, where answers to the wave come in."""
    for channel, _ in places:
        _refuse_unknown_channel(channel)
    collectors = [
        Collector(
            wave=wave,
            channel=channel,
            branch=branch,
            token=secrets.token_urlsafe(TOKEN_BYTES),
            created_at=now(),
        )
        for channel, branch in places
    ]
    session.add_all(collectors)
    session.flush()
    ids = [collector.id for collector in collectors]
    writer.note(session, "collectors.added", "wave", wave.id, first=ids[0], last=ids[-1], count=len(ids))
    return collectors


def _refuse_unknown_channel(channel: str) -> None:
    if channel not in CHANNELS:
        known = ", ".join(CHANNELS)
        raise Refused(
            f"渠道 “{channel}” 不存在。可用的有 {known}。",
            f"there is no channel '{channel}'. Use one of {known}.",
        )


def newest_version(session: Session, slug: str) -> Version:
    """The newest published version of a questionnaire, refused by name when there is none."""
    version = session.scalars(
        select(Version).join(Questionnaire).where(Questionnaire.slug == slug).order_by(Version.number.desc())
    ).first()
    if version is None:
        raise Refused(
            f"没有问卷 “{slug}”。请先用 huisheng questionnaire publish 发布。",
            f"there is no questionnaire '{slug}'. Publish it first with huisheng questionnaire publish.",
        )
    return version


def find_wave(session: Session, name: str, slug: str | None = None) -> Wave:
    """The wave of that name; refused when there is none, or when two questionnaires have one."""
    query = select(Wave).join(Wave.questionnaire).where(Wave.name == name)
    if slug is not None:
        query = query.where(Questionnaire.slug == slug)
    waves = session.scalars(query).all()
    if not waves:
        raise Refused(
            f"没有批次 “{name}”。请先用 huisheng wave open 开启。",
            f"there is no wave '{name}'. Open it first with huisheng wave open.",
        )
    if len(waves) > 1:
        slugs = ", ".join(sorted(wave.questionnaire.slug for wave in waves))
        raise Refused(
            f"批次 “{name}” 属于多份问卷（{slugs}）。请用 --questionnaire 指明。",
            f"wave '{name}' belongs to several questionnaires ({slugs}). Name one with --questionnaire.",
        )
    return waves[0]


def _questionnaire(session: Session, slug: str) -> Questionnaire:
    known = session.scalars(select(Questionnaire).filter_by(slug=slug)).first()
    if known:
        return known
    questionnaire = Questionnaire(slug=slug, created_at=now())
    session.add(questionnaire)
    session.flush()
    return questionnaire
