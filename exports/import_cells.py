"""One cell of a response file as a raw answer, a mark of a chosen option, or a time."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from exports.tables import FileCell
from questionnaires.definition import Code, Field

RawAnswer = str | int | list[Code]
AnswerReader = Callable[[FileCell], RawAnswer | None]

_WHOLE = re.compile(r"-?[0-9]+\.0+")
_SLASHED_DATE = re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(.*)")


def answer_reader(field: Field, values: Mapping[str, Code]) -> AnswerReader:
    """The function that reads the cells of a field's column; `values` are the mapping's for it."""
    declared = {str(option.code): option.code for option in field.options}

    def code_of(text: str) -> Code:
        if text in values:
            return values[text]
        if text not in declared and _WHOLE.fullmatch(text):
            # Programs that hold gaps as NaN turn 5 into 5.0.
            text = text.partition(".")[0]
        return declared.get(text, text)

    def read_code(cell: FileCell) -> RawAnswer | None:
        text = text_of(cell).strip()
        return code_of(text) if text else None

    def read_codes(cell: FileCell) -> RawAnswer | None:
        text = text_of(cell).strip()
        if text in values:
            return [values[text]]
        return [code_of(part) for part in text.split()] or None

    def read_text(cell: FileCell) -> RawAnswer | None:
        text = text_of(cell)
        mapped = values.get(text.strip(), text)
        return mapped if mapped != "" else None

    return {"codes": read_codes, "text": read_text}.get(field.kind, read_code)


def text_of(cell: FileCell) -> str:
    """The cell as somebody would have typed it: whole numbers without .0, nothing for an empty one.

    ValueError for a number too long for a spreadsheet: its last digits are not those that were typed.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and abs(cell) >= 1e15:
        raise ValueError("cell: more than 15 digits")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def is_chosen(cell: FileCell) -> bool | None:
    """Whether a 0/1 cell says that the option was chosen, None for an empty cell; ValueError for others."""
    text = text_of(cell).strip()
    if not text:
        return None
    marks = {"1": True, "0": False, "1.0": True, "0.0": False}
    if text not in marks:
        raise ValueError(text)
    return marks[text]


def moment_of(cell: FileCell, zone: ZoneInfo) -> datetime | None:
    """The time in UTC; a time without an offset is taken in the zone. ValueError for what is no time."""
    moment = cell if isinstance(cell, datetime) else _parsed(text_of(cell).strip())
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _parsed(text: str) -> datetime | None:
    if not text:
        return None
    slashed = _SLASHED_DATE.fullmatch(text)
    if slashed:
        # as Excel shows it in China: 2026/1/5 9:30
        day = f"{slashed[1]}-{int(slashed[2]):02}-{int(slashed[3]):02}"
        text = day + re.sub(r"^( ?)([0-9]):", r"\g<1>0\2:", slashed[4])
    return datetime.fromisoformat(text)
