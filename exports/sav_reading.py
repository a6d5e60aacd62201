"""An SPSS file read back: response sets become `name/code` columns, our negative missing codes their own."""

import re
from collections.abc import Sequence
from pathlib import Path

import pyreadstat

from exports.refusals import refused


def read_sav(path: Path) -> tuple[tuple[str, ...], list[Sequence[object]]]:
    """Column names and columns; user-missing codes are kept as values, for the questionnaire to judge."""
    try:
        columns, metadata = pyreadstat.read_sav(path, output_format="dict", user_missing=True)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise refused(
            f"{path.name} 不是可读的 .sav 文件。", f"{path.name} is no readable .sav file."
        ) from error
    renamed = {
        variable: f"{name}/{variable.removeprefix(f'{name}_')}"
        for name, response_set in metadata.mr_sets.items()
        for variable in response_set["variable_list"]
        if variable.startswith(f"{name}_")
    }
    recoded = _recoded(metadata.notes)
    header = tuple(renamed.get(name, name) for name in columns)
    return header, [_recode(list(column), recoded.get(name, {})) for name, column in columns.items()]


def _recoded(notes: Sequence[str]) -> dict[str, dict[object, str]]:
    """The lines `name: -1 = na` that our exports leave in the file."""
    codes: dict[str, dict[object, str]] = {}
    for note in notes:
        found = re.fullmatch(r"(\S+): (-[0-9]+) = (\S+)", note)
        if found:
            codes.setdefault(found[1], {})[int(found[2])] = found[3]
    return codes


def _recode(column: list[object], codes: dict[object, str]) -> list[object]:
    return [codes.get(cell, cell) for cell in column] if codes else column
