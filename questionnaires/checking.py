"""The check of a questionnaire before it is published: every fault at once, each with its remedy."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from questionnaires.definition import Consent, Questionnaire
from questionnaires.findings import Finding, error, warning
from questionnaires.question_types.base import Frozen, Option, Question, option_findings
from questionnaires.scale_checks import facet_findings, measure_findings, scale_findings
from questionnaires.texts import LocalText, say

LONGEST_NAME_BYTES: Final = 64  # SPSS takes no longer variable name
LONGEST_PLACE: Final = 160

_NAME: Final = re.compile(r"[^\W\d][\w.-]*")
_SLUG: Final = re.compile(r"\w[\w.-]{0,63}")


def check(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """All findings about a questionnaire, errors first."""
    found = [
        *_heading_findings(questionnaire),
        *_name_findings(questionnaire),
        *_page_findings(questionnaire),
        *_question_findings(questionnaire),
        *_list_findings(questionnaire),
        *scale_findings(questionnaire),
        *measure_findings(questionnaire),
        *facet_findings(questionnaire),
        *_translation_findings(questionnaire),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity))


def _heading_findings(questionnaire: Questionnaire) -> Iterator[Finding]:
    if not _SLUG.fullmatch(questionnaire.slug):
        yield error(
            "slug",
            "bad_slug",
            say(
                f"“{questionnaire.slug[:64]}” 不能作问卷的标识。",
                f"'{questionnaire.slug[:64]}' cannot name a questionnaire.",
            ),
            say("请用 1 到 64 个字母、数字、- _ .。", "Use 1 to 64 letters, digits and - _ . signs."),
        )
    if not questionnaire.languages:
        yield error(
            "languages",
            "no_language",
            say("没有写语言。", "No language is given."),
            say("请在 languages 里写 zh、en 等。", "Write zh, en or others under languages."),
        )
    for language in _repeated(questionnaire.languages):
        yield error(
            "languages",
            "duplicate_language",
            say(f"语言 {language} 写了两次。", f"The language {language} is given twice."),
            say("请只留一个。", "Keep one of them."),
        )


def _name_findings(questionnaire: Questionnaire) -> Iterator[Finding]:
    yield from _names_in([(f"pages/{page.name}", page.name) for page in questionnaire.pages])
    yield from _names_in([(f"scales/{scale.name}", scale.name) for scale in questionnaire.scales])
    yield from _names_in(list(_answer_names(questionnaire)))


def _answer_names(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    """Questions and matrix rows share one room of names: all are names of answers or of what holds them."""
    for question in questionnaire.questions():
        yield question.name, question.name
        for field in question.fields():
            if field.name != question.name:
                yield f"{question.name}/items/{field.name}", field.name


def _names_in(places: list[tuple[str, str]]) -> Iterator[Finding]:
    """Faults of the names of one kind, given as (where, name)."""
    where = {name: place for place, name in places}
    for name in _repeated(name for _, name in places):
        yield error(
            where[name],
            "duplicate_name",
            say(f"名称 {name[:64]} 用了不止一次。", f"The name {name[:64]} is used more than once."),
            say("请改成不同的名称。", "Give each a name of its own."),
        )
    for name, place in where.items():
        if not _NAME.fullmatch(name) or len(name.encode()) > LONGEST_NAME_BYTES:
            yield error(
                place[:LONGEST_PLACE],
                "bad_name",
                say(f"“{name[:64]}” 不能作名称。", f"'{name[:64]}' cannot be a name."),
                say(
                    "名称以字母开头，只含字母、数字和 _ - .，最长 64 字节。",
                    "Begin with a letter; use letters, digits and _ - . signs; at most 64 bytes.",
                ),
            )


def _page_findings(questionnaire: Questionnaire) -> Iterator[Finding]:
    for page in questionnaire.pages:
        if not page.questions:
            yield error(
                f"pages/{page.name}",
                "empty_page",
                say("这一页没有题目。", "This page has no questions."),
                say("请添加题目，或删去这一页。", "Add questions, or remove the page."),
            )
    if not questionnaire.fields():
        yield error(
            "pages",
            "nothing_to_answer",
            say("问卷里没有可以回答的题目。", "There is nothing to answer in the questionnaire."),
            say("请至少写一道题。", "Write at least one question."),
        )
    for consent in [one for one in questionnaire.questions() if isinstance(one, Consent)][1:]:
        yield error(
            consent.name,
            "second_consent",
            say(
                "问卷里有不止一个同意框，只有第一个会被保存。", "Only the first consent box would be stored."
            ),
            say("请只留一个。", "Keep one of them."),
        )


def _question_findings(questionnaire: Questionnaire) -> Iterator[Finding]:
    for question in questionnaire.questions():
        shared = _has_shared_options(questionnaire, question)
        for finding in question.findings():
            # Faults of a shared list are told once, at the list.
            if not (shared and finding.where.startswith(f"{question.name}/options")):
                yield finding


def _list_findings(questionnaire: Questionnaire) -> Iterator[Finding]:
    for name, options in questionnaire.lists.items():
        yield from option_findings(f"lists/{name}", options)


def _translation_findings(questionnaire: Questionnaire) -> Iterator[Finding]:
    for where, text in _texts(questionnaire):
        lacking = [tag for tag in questionnaire.languages if not text.root.get(tag, "").strip()]
        if lacking:
            yield warning(
                where,
                "missing_translation",
                say(f"缺少 {'、'.join(lacking)} 的文字。", f"There is no text in {', '.join(lacking)}."),
                say("请补上译文。", "Write the translation."),
            )
        for tag in text.languages():
            if tag not in questionnaire.languages:
                yield warning(
                    where,
                    "unlisted_language",
                    say(
                        f"{tag} 不在 languages 里，不会显示。",
                        f"{tag} is not under languages, so it is never shown.",
                    ),
                    say("请把它加进 languages，或删去。", "Add it to languages, or remove it."),
                )


def _texts(questionnaire: Questionnaire) -> Iterator[tuple[str, LocalText]]:
    yield "title", questionnaire.title
    for name, options in questionnaire.lists.items():
        for option in options:
            yield f"lists/{name}/{option.code}", option.text
    for page in questionnaire.pages:
        yield f"pages/{page.name}/title", page.title
        for question in page.questions:
            shared = _has_shared_options(questionnaire, question)
            yield from _texts_of(question, question.name, skip="options" if shared else "")
    for scale in questionnaire.scales:
        yield f"scales/{scale.name}/title", scale.title


def _texts_of(model: Frozen, where: str, skip: str = "") -> Iterator[tuple[str, LocalText]]:
    for key in type(model).model_fields:
        value = getattr(model, key)
        if isinstance(value, LocalText):
            yield f"{where}/{key}", value
        elif isinstance(value, tuple) and key != skip:
            for part in value:
                if isinstance(part, Frozen):
                    yield from _texts_of(part, f"{where}/{key}/{_label(part)}")


def _has_shared_options(questionnaire: Questionnaire, question: Question) -> bool:
    return getattr(question, "options", None) in questionnaire.lists.values()


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, number in Counter(names).items() if number > 1]


def _label(part: Frozen) -> str:
    return str(part.code) if isinstance(part, Option) else str(getattr(part, "name", ""))
