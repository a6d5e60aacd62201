"""Responses read from files, for import: rows of raw answers, which questionnaires.validation then checks.

The header is question names and `id`. A multiple choice is one column of codes separated by a space, or
0/1 columns `name/code`. The columns our own exports begin with are recognised.

ResponsesRefused  the file cannot be read, or its columns do not fit the questionnaire
Refusal           one cell of a row cannot be read; the row carries it, the other rows can still be used
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from exports.codebook import METADATA_COLUMNS, TIME_COLUMNS
from exports.import_cells import AnswerReader, answer_reader, is_chosen, moment_of, text_of
from exports.import_columns import ColumnPlan, plan_columns
from exports.json_reading import JSON_HEADER, json_objects
from exports.mapping import ResponseMapping
from exports.refusals import Refusal
from exports.tables import FileCell, open_table
from questionnaires.definition import Code, Field, Questionnaire
from questionnaires.texts import say

_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class RawRow:
    """One response as the file has it: `number` as a spreadsheet counts rows, answers not yet checked.

    `metadata` holds version, wave, collector, branch, channel, locale and status, as far as the file has
    them, `times` the three times in UTC. A row with refusals must not be stored; `cells` are for showing it.
    """

    number: int
    id: str | None
    answers: Mapping[str, object]
    metadata: Mapping[str, str]
    times: Mapping[str, datetime]
    refusals: tuple[Refusal, ...]
    cells: tuple[FileCell, ...]


@dataclass(frozen=True, slots=True)
class ResponseFile:
    """An opened file: its header, the columns that are not read, and the rows, to be gone through once."""

    header: tuple[str, ...]
    unread: tuple[str, ...]
    rows: Iterator[RawRow]


def read_responses(
    path: Path,
    questionnaire: Questionnaire,
    mapping: ResponseMapping | None = None,
    zone: str = "Asia/Shanghai",
    encoding: str | None = None,
) -> ResponseFile:
    """Open a .csv, .xlsx, .sav, .parquet or .json file of responses to the questionnaire.

    Times without an offset are taken in `zone`; `encoding` is for CSV that is not UTF-8. ResponsesRefused
    says what is wrong with the file or its columns: at once, or where a CSV is damaged, at that row.
    """
    clock = ZoneInfo(zone)
    if path.suffix.lower() == ".json":
        objects = enumerate(json_objects(path), 1)
        return ResponseFile(JSON_HEADER, (), (_json_row(number, each, clock) for number, each in objects))
    table = open_table(path, encoding)
    rules = mapping or ResponseMapping()
    plan = plan_columns(table.header, questionnaire.fields(), rules)
    reader = _RowReader(table.header, plan, rules, clock)
    return ResponseFile(
        table.header, plan.unread, (reader.read(number, cells) for number, cells in table.rows)
    )


class _RowReader:
    """Reads the rows of one table by its plan."""

    def __init__(
        self, header: Sequence[str], plan: ColumnPlan, mapping: ResponseMapping, zone: ZoneInfo
    ) -> None:
        self._header = header
        self._plan = plan
        self._zone = zone
        self._readers: list[tuple[int, Field, AnswerReader]] = [
            (position, field, answer_reader(field, mapping.values.get(field.name, {})))
            for position, field in plan.answers
        ]

    def read(self, number: int, cells: Sequence[FileCell]) -> RawRow:
        if len(cells) != len(self._header):
            return RawRow(
                number, None, {}, {}, {}, (_ragged(number, len(cells), len(self._header)),), tuple(cells)
            )
        refusals = [_nameless(number, at) for at in self._plan.nameless if text_of(cells[at]).strip()]
        answers: dict[str, object] = {}
        for position, field, read in self._readers:
            try:
                answer = read(cells[position])
            except ValueError:
                refusals.append(_rounded(number, self._header[position]))
                continue
            if answer is not None:
                answers[field.name] = answer
        for field, positions in self._plan.choices:
            chosen = self._chosen(number, cells, positions, refusals)
            if chosen:
                answers[field.name] = chosen
        given = {name: cells[at] for name, at in self._plan.metadata.items()}
        return _row(number, answers, given, self._zone, refusals, tuple(cells))

    def _chosen(
        self,
        number: int,
        cells: Sequence[FileCell],
        positions: Sequence[tuple[int, Code]],
        refusals: list[Refusal],
    ) -> list[Code]:
        chosen = []
        for position, code in positions:
            try:
                if is_chosen(cells[position]):
                    chosen.append(code)
            except ValueError:
                refusals.append(_no_mark(number, self._header[position]))
        return chosen


def _json_row(number: int, each: Mapping[str, object], zone: ZoneInfo) -> RawRow:
    answers = each["answers"]
    given = {name: _scalar(each[name]) for name in METADATA_COLUMNS if name in each}
    cells = (*(given.get(name) for name in METADATA_COLUMNS), json.dumps(answers, ensure_ascii=False))
    return _row(number, dict(answers) if isinstance(answers, Mapping) else {}, given, zone, [], cells)


def _scalar(value: object) -> FileCell:
    return value if value is None or isinstance(value, str | int | float) else json.dumps(value)


def _row(
    number: int,
    answers: Mapping[str, object],
    given: Mapping[str, FileCell],
    zone: ZoneInfo,
    refusals: list[Refusal],
    cells: tuple[FileCell, ...],
) -> RawRow:
    times: dict[str, datetime] = {}
    for name in TIME_COLUMNS:
        try:
            moment = moment_of(given.get(name), zone)
        except (ValueError, OverflowError):
            refusals.append(_no_time(number, name))
            continue
        if moment is not None:
            times[name] = moment
    texts = _texts(number, given, refusals)
    response_id = texts.pop("id", "")
    if len(response_id) > _LONGEST_ID or not response_id.isprintable():
        refusals.append(_bad_id(number))
    metadata = {name: text for name, text in texts.items() if text}
    return RawRow(number, response_id or None, answers, metadata, times, tuple(refusals), cells)


def _texts(number: int, given: Mapping[str, FileCell], refusals: list[Refusal]) -> dict[str, str]:
    texts = {}
    for name in given.keys() - set(TIME_COLUMNS):
        try:
            texts[name] = text_of(given[name]).strip()
        except ValueError:
            refusals.append(_rounded(number, name))
    return texts


def _ragged(number: int, found: int, expected: int) -> Refusal:
    return Refusal(
        number,
        None,
        say(
            f"第 {number} 行有 {found} 个单元格，表头有 {expected} 列。请检查逗号、引号和单元格里的换行。",
            f"Row {number} has {found} cells, the header {expected}. Check commas, quotes and line breaks.",
        ),
    )


def _nameless(number: int, position: int) -> Refusal:
    return Refusal(
        number,
        None,
        say(
            f"第 {number} 行第 {position + 1} 列有内容，但这一列没有名称。",
            f"Row {number} has something in column {position + 1}, which has no name.",
        ),
    )


def _rounded(number: int, column: str) -> Refusal:
    return Refusal(
        number,
        column,
        say(
            f"第 {number} 行的 {column} 是超过 15 位的数字，表格软件已经改动了末尾几位。请改存为文本。",
            f"Row {number}: {column} is a number of more than 15 digits, of which a spreadsheet has changed"
            " the last ones. Store it as text.",
        ),
    )


def _no_mark(number: int, column: str) -> Refusal:
    return Refusal(
        number,
        column,
        say(
            f"第 {number} 行的 {column} 应为 1（选中）、0（未选中）或空白。",
            f"Row {number}: {column} should be 1 (chosen), 0 (not chosen) or empty.",
        ),
    )


def _no_time(number: int, column: str) -> Refusal:
    return Refusal(
        number,
        column,
        say(
            f"第 {number} 行的 {column} 不是时间。请写成 2026-01-31T09:30:00+08:00。",
            f"Row {number}: {column} is no time. Write it as 2026-01-31T09:30:00+08:00.",
        ),
    )


def _bad_id(number: int) -> Refusal:
    return Refusal(
        number,
        "id",
        say(
            f"第 {number} 行的 id 太长（最多 {_LONGEST_ID} 个字符）或含有控制字符。",
            f"Row {number}: the id is too long ({_LONGEST_ID} characters at most) or has control characters.",
        ),
    )
