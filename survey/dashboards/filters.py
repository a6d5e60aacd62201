"""What a page, its charts, tables and files are cut to: one frozen object, read from the address."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from questionnaires.definition import Questionnaire as Definition
from survey.accounts.scope import Scope
from survey.console.models import CHANNELS, Questionnaire
from survey.messages import Refused
from survey.responses.selection import PLACES, Selection

QUESTIONNAIRE, BRANCH, WAVE, CHANNEL, FLAGGED = "questionnaire", "branch", "wave", "channel", "flagged"
WITHOUT_FLAGGED: Final = "without"
TERM, PAGE, FORMAT, TABLE, LANGUAGE = "term", "page", "format", "table", "lang"
# What an address says besides answers; a question of such a name cannot be filtered by.
TAKEN: Final = (*PLACES, QUESTIONNAIRE, FLAGGED, TERM, PAGE, FORMAT, TABLE, LANGUAGE)


@dataclass(frozen=True, slots=True)
class Filters:
    """The conditions of one view; None and empty are "all". The branch is part of the path of the address."""

    questionnaire: str
    branch: str | None = None
    wave: str | None = None
    channel: str | None = None
    with_flagged: bool = True
    facets: tuple[tuple[str, str], ...] = ()

    def query(self) -> dict[str, str]:
        """The conditions as the address carries them, without the branch."""
        given = {QUESTIONNAIRE: self.questionnaire, WAVE: self.wave, CHANNEL: self.channel}
        flagged = {} if self.with_flagged else {FLAGGED: WITHOUT_FLAGGED}
        return {name: value for name, value in given.items() if value} | flagged | dict(self.facets)

    def selection(self, questionnaire: Questionnaire, scope: Scope) -> Selection:
        """The responses that these conditions mean, inside the branch in view."""
        where = {name: (value,) for name, value in ((WAVE, self.wave), (CHANNEL, self.channel)) if value}
        where |= {name: (code,) for name, code in self.facets}
        return Selection(questionnaire.id, questionnaire.slug, where, scope, self.with_flagged)


def read_filters(
    asked: Mapping[str, str],
    questionnaire: str,
    definition: Definition,
    waves: Sequence[str],
    branch: str | None,
) -> Filters:
    """The filters of an address. A value that does not exist is refused: without it too much would show."""
    wave, channel, flagged = (asked.get(name) or None for name in (WAVE, CHANNEL, FLAGGED))
    _known(WAVE, wave, waves)
    _known(CHANNEL, channel, CHANNELS)
    _known(FLAGGED, flagged, (WITHOUT_FLAGGED,))
    return Filters(
        questionnaire=questionnaire,
        branch=branch,
        wave=wave,
        channel=channel,
        with_flagged=flagged is None,
        facets=tuple(_facets(asked, definition)),
    )


def facet_names(definition: Definition) -> tuple[str, ...]:
    """The questions that can be filtered by; a place of the same name (a channel, a wave) goes first."""
    return tuple(name for name in definition.facets if name not in TAKEN)


def _facets(asked: Mapping[str, str], definition: Definition) -> Iterator[tuple[str, str]]:
    for name in facet_names(definition):
        code = asked.get(name) or None
        _known(name, code, [str(option.code) for option in definition.field(name).options])
        if code is not None:
            yield name, code


def _known(name: str, value: str | None, values: Sequence[str]) -> None:
    if value is not None and value not in values:
        raise Refused(
            f"筛选条件 {name}：没有 “{value}”。请重新选择。",
            f"filter {name}: there is no '{value}'. Choose again.",
        )
