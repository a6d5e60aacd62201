"""The filter form of a view: what can be chosen, and what is."""

from dataclasses import dataclass

from flask_babel import gettext as _

from survey.console.forms import CHANNEL_WORDS
from survey.dashboards.filters import (
    BRANCH,
    CHANNEL,
    FLAGGED,
    QUESTIONNAIRE,
    WAVE,
    WITHOUT_FLAGGED,
    facet_names,
)
from survey.dashboards.overview import View


@dataclass(frozen=True, slots=True)
class Choice:
    """One select of the form; `all` is the words for no condition, None where something must be chosen."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str
    all: str | None


def choices(view: View, language: str) -> list[Choice]:
    """The selects of the filter form in their order."""
    filters = view.filters
    waves = tuple((wave.name, wave.name) for wave in reversed(view.waves))
    channels = tuple((code, str(words)) for code, words in CHANNEL_WORDS.items())
    return [
        *_questionnaires(view),
        Choice(BRANCH, _("机构"), _branches(view), _branch_code(view), None),
        Choice(WAVE, _("批次"), waves, filters.wave or "", _("全部批次")),
        Choice(CHANNEL, _("渠道"), channels, filters.channel or "", _("全部渠道")),
        *_facets(view, language),
        Choice(
            FLAGGED,
            _("质量标记"),
            ((WITHOUT_FLAGGED, _("不含有标记的答卷")),),
            "" if filters.with_flagged else WITHOUT_FLAGGED,
            _("含有标记的答卷"),
        ),
    ]


def _questionnaires(view: View) -> list[Choice]:
    if len(view.slugs) < 2:
        return []
    options = tuple((slug, slug) for slug in view.slugs)
    return [Choice(QUESTIONNAIRE, _("问卷"), options, view.filters.questionnaire, None)]


def _branches(view: View) -> tuple[tuple[str, str], ...]:
    """The branch in view with those above and right below it; "" is all that this person may see."""
    place = view.place
    near = [*place.trail, *([place.branch] if place.branch else []), *place.children]
    listed = ((branch.code, branch.name) for branch in near if branch is not place.top)
    return (("", place.top.name if place.top else _("全部机构")), *listed)


def _branch_code(view: View) -> str:
    place = view.place
    return place.branch.code if place.branch and place.branch is not place.top else ""


def _facets(view: View, language: str) -> list[Choice]:
    chosen = dict(view.filters.facets)
    fields = [view.definition.field(name) for name in facet_names(view.definition)]
    return [
        Choice(
            field.name,
            field.text.get(language),
            tuple((str(option.code), option.text.get(language)) for option in field.options),
            chosen.get(field.name, ""),
            _("全部"),
        )
        for field in fields
    ]
