"""Which column of a response file is what: the response id, metadata, an answer, or one option of one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from exports.codebook import METADATA_COLUMNS, answer_columns
from exports.mapping import ResponseMapping
from exports.refusals import Refusal, ResponsesRefused
from questionnaires.definition import Code, Field
from questionnaires.texts import say


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """Positions in a row; `unread` are the names of columns that are no part of the questionnaire."""

    metadata: Mapping[str, int]
    answers: tuple[tuple[int, Field], ...]
    choices: tuple[tuple[Field, tuple[tuple[int, Code], ...]], ...]
    nameless: tuple[int, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Target:
    """What one column was found to be."""

    position: int
    column: str
    name: str
    field: Field | None = None
    code: Code | None = None


def plan_columns(header: Sequence[str], fields: Sequence[Field], mapping: ResponseMapping) -> ColumnPlan:
    """The plan for a header. ResponsesRefused for a column that is nothing, or the same as another.

    A column that is no question is left unread only if every question has a column: else it may be a
    question misspelt, and its answers would be lost without a word.
    """
    names = _names(header, mapping)
    finder = _Finder(fields, frozenset(names.values()))
    found = {position: finder.target(position, header[position], name) for position, name in names.items()}
    targets = [target for target in found.values() if target is not None]
    unknown = [position for position, target in found.items() if target is None]
    refusals = [*_twice(targets), *_strange_mapping(header, mapping)]
    answered = {target.field.name for target in targets if target.field is not None}
    if not answered:
        refusals.append(_no_question(fields))
    elif any(field.name not in answered for field in fields):
        refusals += [_unknown(header[position], finder) for position in unknown]
    if refusals:
        raise ResponsesRefused(refusals)
    return ColumnPlan(
        metadata={target.name: target.position for target in targets if target.field is None},
        answers=tuple(_answers(targets)),
        choices=tuple(_choices(targets)),
        nameless=tuple(at for at, name in enumerate(header) if not name.strip()),
        unread=tuple(header[position] for position in unknown),
    )


class _Finder:
    """Finds what a column name stands for."""

    def __init__(self, fields: Sequence[Field], names: frozenset[str]) -> None:
        by_name = {field.name: field for field in fields}
        self._fields = dict(by_name)
        for name, column in answer_columns(list(by_name)).items():
            # Our exports call a question `branch` q_branch, because `branch` is a column of theirs.
            if column != name and column in names:
                self._fields[column] = self._fields.pop(name)
        self._by_casefold = {name.casefold(): name for name in self._fields}

    def target(self, position: int, column: str, name: str) -> _Target | None:
        field = self._fields.get(name)
        if field is not None:
            return _Target(position, column, field.name, field)
        if name in METADATA_COLUMNS:
            return _Target(position, column, name)
        question, slash, code = name.rpartition("/")
        field = self._fields.get(question) if slash else None
        if field is None or field.kind != "codes":
            return None
        declared = next((option.code for option in field.options if str(option.code) == code), None)
        return None if declared is None else _Target(position, column, field.name, field, declared)

    def near(self, column: str) -> str | None:
        """A question whose name differs in case only."""
        return self._by_casefold.get(column.strip().casefold())


def _names(header: Sequence[str], mapping: ResponseMapping) -> dict[int, str]:
    """Position → name in the questionnaire; without the nameless and those not to be read."""
    names = {}
    for position, column in enumerate(header):
        bare = column.strip()
        name = mapping.columns.get(bare, bare)
        if name:
            names[position] = name
    return names


def _answers(targets: Sequence[_Target]) -> Iterator[tuple[int, Field]]:
    for target in targets:
        if target.field is not None and target.code is None:
            yield target.position, target.field


def _choices(targets: Sequence[_Target]) -> Iterator[tuple[Field, tuple[tuple[int, Code], ...]]]:
    by_name: dict[str, tuple[Field, list[tuple[int, Code]]]] = {}
    for target in targets:
        if target.field is not None and target.code is not None:
            by_name.setdefault(target.name, (target.field, []))[1].append((target.position, target.code))
    for field, positions in by_name.values():
        yield field, tuple(positions)


def _twice(targets: Sequence[_Target]) -> Iterator[Refusal]:
    """Two columns for one thing, also a column of codes beside 0/1 columns of the same question."""
    whole = {target.name for target in targets if target.field is not None and target.code is None}
    seen: set[tuple[bool, str, Code | None]] = set()
    for target in targets:
        thing = (target.field is None, target.name, target.code)
        if thing in seen or (target.code is not None and target.name in whole):
            yield Refusal(
                1,
                target.column,
                say(f"“{target.name}” 出现在多个列里。", f"'{target.name}' is in more than one column."),
            )
        seen.add(thing)


def _strange_mapping(header: Sequence[str], mapping: ResponseMapping) -> Iterator[Refusal]:
    known = {column.strip() for column in header}
    for column in mapping.columns:
        if column not in known:
            yield Refusal(
                1,
                column,
                say(
                    f"映射文件提到的列 “{column}” 不在文件里。",
                    f"The mapping names a column '{column}' that the file does not have.",
                ),
            )


def _no_question(fields: Sequence[Field]) -> Refusal:
    example = ", ".join(field.name for field in fields[:3])
    return Refusal(
        1,
        None,
        say(
            f"没有一列是问卷的题目。表头应为题目名称（如 {example}），或用映射文件说明。",
            f"No column is a question. The header holds question names ({example} …), or use a mapping file.",
        ),
    )


def _unknown(column: str, finder: _Finder) -> Refusal:
    near = finder.near(re.sub(r"/[^/]*$", "", column))
    hint_zh, hint_en = (f"是否指 {near}？", f" Is {near} meant?") if near else ("", "")
    return Refusal(
        1,
        column,
        say(
            f"问卷里没有 “{column}”。{hint_zh}请改正列名，或在映射文件里写明它是哪一题（不读则写 null）。",
            f"The questionnaire has no '{column}'.{hint_en} Correct the name, or say in a mapping file"
            " which question it is (null: not to be read).",
        ),
    )
