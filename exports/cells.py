"""From a response to the cells of a table row: as codes (exact) or as labels (to be read)."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from exports.codebook import METADATA_COLUMNS, TIME_COLUMNS, Codebook, Variable
from exports.rows import Row

Cell = int | str | datetime | None

FIRST_TIME = METADATA_COLUMNS.index(TIME_COLUMNS[0])
FIRST_ANSWER = len(METADATA_COLUMNS)


class NotInCodebook(ValueError):
    """A response holds what the codebook does not know: its version, a name or a code is missing there.

    An export stops at it, because a table written without that answer would be wrong and look right.
    """

    def __init__(self, row: Row, what: str) -> None:
        super().__init__(f"response {row.id}: {what} is not in the codebook")


class CodeCells:
    """Turns rows into cells in the order of the export's columns; answers as codes, times in the zone."""

    def __init__(self, codebook: Codebook) -> None:
        self._zone = ZoneInfo(codebook.zone)
        self._names = {
            version: frozenset(
                variable.name for variable in codebook.variables if version in variable.versions
            )
            for version in codebook.versions
        }
        self._parts = [_code_part(variable) for variable in codebook.variables]

    def __call__(self, row: Row) -> list[Cell]:
        self.check(row)
        cells = self.metadata(row)
        for part in self._parts:
            part(row, cells)
        return cells

    def check(self, row: Row) -> None:
        """Raise NotInCodebook unless the row's version asks every question the row answers."""
        names = self._names.get(row.version)
        if names is None:
            raise NotInCodebook(row, f"version {row.version}")
        if not row.answers.keys() <= names:
            raise NotInCodebook(row, f"question {min(row.answers.keys() - names)}")

    def metadata(self, row: Row) -> list[Cell]:
        """The cells before the answers."""
        return [
            row.id,
            row.version,
            row.wave,
            row.collector,
            row.branch,
            row.channel,
            row.locale,
            row.status,
            self._local(row.started_at),
            self._local(row.submitted_at),
            self._local(row.received_at),
        ]

    def _local(self, moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        if moment.tzinfo is None:
            # astimezone would silently take it for the server's own zone
            raise ValueError("times: a time without a zone cannot be exported")
        try:
            return moment.astimezone(self._zone)
        except OverflowError:  # a device's clock at an end of the calendar: as stored, in UTC
            return moment


class LabelCells:
    """Turns rows into cells to be read: the label each answer had in the version it was given to.

    `dress` is applied to every text of the row (neutralising, for a CSV file).
    """

    def __init__(self, codebook: Codebook, language: str, dress: Callable[[str], str] = str) -> None:
        self._codes = CodeCells(codebook)
        self._dress = dress
        coded = [variable for variable in codebook.variables if variable.kind == "code"]
        positions = {column.name: at for at, column in enumerate(codebook.columns(), FIRST_ANSWER)}
        self._labels = {
            version: [
                (positions[variable.column], _labels(variable, version, language, dress))
                for variable in coded
                if version in variable.versions
            ]
            for version in codebook.versions
        }
        labelled = {positions[variable.column] for variable in coded}
        self._texts = [at for at in (*range(FIRST_TIME), *positions.values()) if at not in labelled]

    def __call__(self, row: Row) -> list[Cell]:
        return self.labelled(row.version, self._codes(row))

    def labelled(self, version: str, cells: list[Cell]) -> list[Cell]:
        """Replace, in place, the codes of a response to that version by their labels."""
        for at in self._texts:
            cell = cells[at]
            if type(cell) is str:
                cells[at] = self._dress(cell)
        for at, labels in self._labels[version]:
            cell = cells[at]
            if cell is not None:
                cells[at] = labels.get(cell) or self._dress(str(cell))
        return cells


Part = Callable[[Row, list[Cell]], None]


def _code_part(variable: Variable) -> Part:
    """The function that appends a variable's cells to a row's."""
    if variable.kind == "code":
        return _one_code(variable)
    if variable.kind == "codes":
        return _many_codes(variable)
    if variable.kind == "integer":
        return _as_stored(variable)
    return _as_text(variable)


def _one_code(variable: Variable) -> Part:
    name = variable.name
    declared = _declared(variable)

    def append(row: Row, cells: list[Cell]) -> None:
        answer = row.answers.get(name)
        code = None if answer is None else declared.get(answer)
        if code is None and answer is not None:
            raise NotInCodebook(row, f"code {answer!r} of {name}")
        cells.append(code)

    return append


def _many_codes(variable: Variable) -> Part:
    name = variable.name
    declared = _declared(variable)
    codes = [choice.code for choice in variable.choices]
    unanswered: list[Cell] = [None] * len(codes)

    def append(row: Row, cells: list[Cell]) -> None:
        answer = row.answers.get(name)
        if answer is None:
            cells.extend(unanswered)
            return
        given = answer if isinstance(answer, list | tuple) else [answer]
        chosen = {declared.get(code) for code in given}
        if None in chosen:
            raise NotInCodebook(row, f"a code of {name}")
        cells.extend([1 if code in chosen else 0 for code in codes])

    return append


def _as_stored(variable: Variable) -> Part:
    name = variable.name

    def append(row: Row, cells: list[Cell]) -> None:
        answer = row.answers.get(name)
        if answer is not None and type(answer) is not int:
            raise NotInCodebook(row, f"a value of {name} that is no integer")
        cells.append(answer)

    return append


def _as_text(variable: Variable) -> Part:
    name = variable.name

    def append(row: Row, cells: list[Cell]) -> None:
        answer = row.answers.get(name)
        if isinstance(answer, list | tuple):
            answer = " ".join(str(code) for code in answer)
        cells.append(None if answer is None else str(answer))

    return append


def _declared(variable: Variable) -> Mapping[object, int | str]:
    """Codes as answers spell them (1 or "1") → code as the codebook has it."""
    spelled: dict[object, int | str] = {}
    for choice in variable.choices:
        text = str(choice.code)
        spelled[text] = choice.code
        if re.fullmatch(r"-?(0|[1-9][0-9]*)", text):
            spelled[int(text)] = choice.code
    return spelled


def _labels(
    variable: Variable, version: str, language: str, dress: Callable[[str], str]
) -> Mapping[Cell, str]:
    return {
        choice.code: dress(wording.text.get(language))
        for choice in variable.choices
        for wording in choice.wordings
        if version in wording.versions
    }
