"""What pydantic found wrong with a file, said in our words: where, what, and what to do."""

import difflib
from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from questionnaires.definition import Measure, Page, Questionnaire, Scale
from questionnaires.findings import Finding, error
from questionnaires.places import part_at, place
from questionnaires.question_types import TYPES
from questionnaires.question_types.base import Item, Option
from questionnaires.sources import Path, Source
from questionnaires.texts import Message, say

Said = tuple[str, Message, Message]

_MODELS: Final[tuple[type[BaseModel], ...]] = (
    Questionnaire,
    Page,
    Scale,
    Measure,
    Item,
    Option,
    *TYPES.values(),
)
_KEYS: Final = sorted({key for model in _MODELS for key in model.model_fields})


def findings_of(failure: ValidationError, source: Source) -> tuple[Finding, ...]:
    """One finding for each error, in the order of the file."""
    found = []
    for fault in failure.errors(include_url=False):
        path = _path_in_file(fault["loc"])
        if _within_shared_list(source.data, path):
            continue  # told once, at the list
        code, message, remedy = _say(fault["type"], path, fault.get("ctx", {}), fault["input"])
        found.append(error(place(source.data, path), code, message, remedy, source.line(path)))
    return tuple(sorted(found, key=lambda finding: finding.line or 0))


def _path_in_file(location: tuple[str | int, ...]) -> Path:
    # pydantic puts the question's type between its position and its keys, and "[key]" after a bad key.
    path = list(location)
    if len(path) > 4 and path[0] == "pages" and path[2] == "questions":
        del path[4]
    if path and path[-1] == "[key]":
        path.pop()
    return tuple(path)


def _say(kind: str, path: Path, context: Mapping[str, Any], given: object) -> Said:
    key = path[-1] if path else ""
    if kind == "tuple_type" and key == "options" and isinstance(given, str):
        return _missing_list(given)
    known = _SENTENCES.get(kind, _unusable)
    return known("" if isinstance(key, int) else key, context)


def _within_shared_list(data: object, path: Path) -> bool:
    at_question, rest = path[:4], path[4:]
    if len(rest) < 2 or rest[0] != "options" or path[0] != "pages":
        return False
    return isinstance(part_at(data, (*at_question, "options")), str)


def _missing_list(name: str) -> Said:
    return (
        "missing_list",
        say(f"没有名为 “{name[:64]}” 的共用选项列表。", f"There is no shared list named '{name[:64]}'."),
        say("请在 lists 里写出它，或改正名称。", "Write it under lists, or correct the name."),
    )


def _missing(key: str, context: Mapping[str, Any]) -> Said:
    if not key:  # a place in a list: only a range has a fixed number of them
        return _two_numbers(key, context)
    return (
        "missing_key",
        say(f"缺少 {key}。", f"{key} is missing."),
        say(f"请补上 {key}。", f"Add {key}."),
    )


def _unknown_key(key: str, context: Mapping[str, Any]) -> Said:
    near = difflib.get_close_matches(key, _KEYS, n=1)
    return (
        "unknown_key",
        say(f"这里没有名为 “{key[:64]}” 的键。", f"There is no key '{key[:64]}' here."),
        say(f"是否要写 {near[0]}？", f"Did you mean {near[0]}?")
        if near
        else say("请删去它，或改正拼写。", "Remove it, or correct its spelling."),
    )


def _unknown_type(key: str, context: Mapping[str, Any]) -> Said:
    types = ", ".join(TYPES)
    given = str(context.get("tag", ""))[:64]
    return (
        "unknown_type",
        say(f"没有 “{given}” 这种题型。", f"There is no question type '{given}'."),
        say(f"可用的题型有 {types}。", f"Use one of {types}."),
    )


def _no_type(key: str, context: Mapping[str, Any]) -> Said:
    types = ", ".join(TYPES)
    return (
        "missing_key",
        say("题目没有写 type（题型）。", "The question has no type."),
        say(f"请补上 type，可用的有 {types}。", f"Add type, one of {types}."),
    )


def _two_numbers(key: str, context: Mapping[str, Any]) -> Said:
    return (
        "wrong_form",
        say("这里要写两个数，例如 [1, 5]。", "Two numbers belong here, such as [1, 5]."),
        say("请补足或删减。", "Add or remove numbers."),
    )


def _choice(key: str, context: Mapping[str, Any]) -> Said:
    expected = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")
    return (
        "wrong_choice",
        say(f"{key} 的值不在可选范围内。", f"{key} has a value that is not offered."),
        say(f"可用的有 {expected}。", f"Use one of {expected}."),
    )


def _limit(word_zh: str, word_en: str, name: str) -> Callable[[str, Mapping[str, Any]], Said]:
    def said(key: str, context: Mapping[str, Any]) -> Said:
        limit = format(context.get(name, 0), "g")
        return (
            "out_of_range",
            say(f"{key} 超出范围。", f"{key} is out of range."),
            say(f"{word_zh} {limit}。", f"{word_en} {limit}."),
        )

    return said


def _form(zh: str, en: str, code: str = "wrong_form") -> Callable[[str, Mapping[str, Any]], Said]:
    def said(key: str, context: Mapping[str, Any]) -> Said:
        return (
            code,
            say(
                f"{key + ' ' if key else '这一项'}的写法不对。",
                f"{key or 'This'} is not written as it should be.",
            ),
            say(zh, en),
        )

    return said


def _unstorable(key: str, context: Mapping[str, Any]) -> Said:
    point = context.get("point", "D800–DFFF")
    return (
        "bad_character",
        say(
            f"{key} 里有不能保存的字符 U+{point}。",
            f"{key} holds the character U+{point}, which cannot be stored.",
        ),
        say("请删去这个看不见的字符。", "Remove this invisible character."),
    )


def _unusable(key: str, context: Mapping[str, Any]) -> Said:
    return (
        "wrong_form",
        say(f"{key} 的值不能使用。", f"The value of {key} cannot be used."),
        say("请对照说明改正。", "Correct it after the description of the format."),
    )


_mapping = _form("这里要写“键: 值”的内容。", "Write 'key: value' pairs here.")
_language = _form(
    "请按语言分写，例如 zh: 满意 和 en: Satisfied；语言用 zh、en 这样的代码。",
    "Write it by language, such as zh: 满意 and en: Satisfied, with language codes such as zh and en.",
)
_whole = _form("请写整数，不加引号。", "Write a whole number, without quotes.")
_yes_no = _form("请写 true 或 false。", "Write true or false.")
_list = _form("这里要写列表（每项以“- ”开头）。", "Write a list here, each entry beginning with '- '.")
_number = _form("请写数字。", "Write a number.")

_SENTENCES: Final[dict[str, Callable[[str, Mapping[str, Any]], Said]]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "union_tag_invalid": _unknown_type,
    "union_tag_not_found": _no_type,
    "literal_error": _choice,
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "dict_type": _language,
    "string_pattern_mismatch": _language,
    "string_type": _form(
        "请写文字；像数字的文字要加引号。", "Write text; text that looks like a number needs quotes."
    ),
    "code_type": _form(
        "代码写整数（量表分值）或文字。", "Write a whole number (a point of a scale) or text as code."
    ),
    "bool_type": _yes_no,
    "int_type": _whole,
    "float_type": _number,
    "float_parsing": _number,
    "tuple_type": _list,
    "too_long": _two_numbers,
    "greater_than_equal": _limit("最小为", "The least is", "ge"),
    "less_than_equal": _limit("最大为", "The most is", "le"),
    "string_too_long": _limit("最多字数为", "The most characters are", "max_length"),
    "unstorable": _unstorable,
    "string_unicode": _unstorable,
}
