"""Which responses are meant: the one cut that counts, exports and analyses share.

A selection is a questionnaire and conditions `name=value`, where the names are those of an export's columns:
wave, version, branch (with everything below it), channel, locale, status, and questions with one answer each.
Several values of one name are alternatives; several names must all hold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, cast, select
from sqlalchemy.orm import Session

from questionnaires.definition import Field
from survey.accounts.models import Branch
from survey.accounts.scope import Scope
from survey.console.definitions import published
from survey.console.models import Questionnaire, Version, Wave
from survey.messages import Refused
from survey.respond.models import Response

COUNTABLE: Final = ("complete",)
SELECTABLE: Final = ("complete", "partial")
PLACES: Final = ("wave", "version", "branch", "channel", "locale", "status")
SINGLE_ANSWERS: Final = ("code", "integer")


def countable() -> ColumnElement[bool]:
    """Which responses count in statistics: finished ones, neither withdrawn nor erased; flagged ones do."""
    return Response.status.in_(COUNTABLE)


def flagged() -> ColumnElement[bool]:
    """Which responses carry a mark of doubtful quality; an empty list reads [] as text on every database."""
    return cast(Response.flags, String) != "[]"


@dataclass(frozen=True, slots=True)
class Selection:
    """Responses of one questionnaire that meet all conditions and lie in somebody's scope."""

    questionnaire_id: int
    slug: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scope: Scope = field(default_factory=Scope)
    with_flagged: bool = True

    def apply(self, query: Select[Any]) -> Select[Any]:
        """Cut a query on responses to this selection."""
        cut = query.where(Response.questionnaire_id == self.questionnaire_id, self._status())
        if not self.with_flagged:
            cut = cut.where(~flagged())
        for name, values in self.where.items():
            if name != "status":
                cut = cut.where(_condition(name, values))
        return self.scope.within(cut, Response.branch_id)

    def words(self) -> dict[str, list[str]]:
        """The conditions as the audit trail keeps them."""
        return {name: list(values) for name, values in self.where.items()}

    def _status(self) -> ColumnElement[bool]:
        """Without a wish: what counts. Withdrawn and erased answers leave in no file, whatever is asked."""
        wanted = self.where.get("status")
        if wanted is None:
            return countable()
        return Response.status.in_([status for status in wanted if status in SELECTABLE])


def select_responses(
    session: Session, slug: str, pairs: Iterable[tuple[str, str]] = (), scope: Scope | None = None
) -> Selection:
    """The selection for a questionnaire and `name=value` pairs; refused when a name or a wave is unknown."""
    questionnaire = find_questionnaire(session, slug)
    where: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        where[name] = (*where.get(name, ()), value)
    for name, values in where.items():
        _refuse_unknown(session, questionnaire, name, values)
    return Selection(questionnaire.id, slug, where, scope or Scope())


def find_questionnaire(session: Session, slug: str) -> Questionnaire:
    """The questionnaire of that slug, refused by name when there is none."""
    questionnaire = session.scalars(select(Questionnaire).filter_by(slug=slug)).first()
    if questionnaire is None:
        raise Refused(
            f"没有问卷 “{slug}”。请先用 huisheng questionnaire publish 发布。",
            f"there is no questionnaire '{slug}'. Publish it first with huisheng questionnaire publish.",
        )
    return questionnaire


def versions_of(session: Session, selection: Selection) -> list[Version]:
    """The versions that the selected responses answer, oldest first; the newest when there is no response."""
    answered = selection.apply(select(Response.version_id).distinct())
    versions = select(Version).filter_by(questionnaire_id=selection.questionnaire_id).order_by(Version.number)
    return list(session.scalars(versions.where(Version.id.in_(answered)))) or [
        session.scalars(versions).all()[-1]
    ]


def _condition(name: str, values: tuple[str, ...]) -> ColumnElement[bool]:
    if name == "wave":
        return Response.wave_id.in_(select(Wave.id).where(Wave.name.in_(values)))
    if name == "version":
        return Response.version_id.in_(select(Version.id).where(Version.hash.in_(values)))
    if name == "branch":
        return Response.branch_id.in_(_branches_below(values))
    if name in PLACES:
        column: ColumnElement[str] = getattr(Response, name)
        return column.in_(values)
    # Codes are numbers or text in the document; compared as text they need not be told apart.
    return cast(Response.answers[name].as_string(), String).in_(values)


def _branches_below(codes: tuple[str, ...]) -> Select[tuple[int]]:
    """The branches of these codes and all below them."""
    top = select(Branch.path).where(Branch.code.in_(codes)).subquery()
    return select(Branch.id).join(top, Branch.path.startswith(top.c.path))


def _refuse_unknown(
    session: Session, questionnaire: Questionnaire, name: str, values: tuple[str, ...]
) -> None:
    if name not in PLACES:
        _refuse_unknown_question(session, questionnaire, name)
        return
    known = {
        "wave": select(Wave.name).filter_by(questionnaire_id=questionnaire.id),
        "version": select(Version.hash).filter_by(questionnaire_id=questionnaire.id),
        "branch": select(Branch.code),
    }.get(name)
    if known is None:
        return
    missing = sorted(set(values) - set(session.scalars(known)))
    if missing:
        raise Refused(
            f"{name}：没有 “{missing[0]}”。请检查名称。",
            f"{name}: there is no '{missing[0]}'. Check the name.",
        )


def _refuse_unknown_question(session: Session, questionnaire: Questionnaire, name: str) -> None:
    fields = _fields(session, questionnaire)
    if name in fields and fields[name].kind in SINGLE_ANSWERS:
        return
    usable = [*PLACES, *(each.name for each in fields.values() if each.kind in SINGLE_ANSWERS)]
    raise Refused(
        f"“{name}” 不能用作筛选条件。可用的有 {', '.join(usable)}。",
        f"'{name}' cannot be filtered by. Use one of {', '.join(usable)}.",
    )


def _fields(session: Session, questionnaire: Questionnaire) -> dict[str, Field]:
    versions = session.scalars(select(Version).filter_by(questionnaire_id=questionnaire.id))
    return {each.name: each for version in versions for each in published(version).definition.fields()}
