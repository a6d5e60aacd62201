"""Why a response file, or a part of it, cannot be read."""

from collections.abc import Sequence
from dataclasses import dataclass

from questionnaires.texts import Message, say


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing wrong: the row as a spreadsheet counts it (the header is 1), the column, and what it is."""

    row: int | None
    column: str | None
    what: Message


class ResponsesRefused(Exception):
    """The file as a whole cannot be read; `refusals` say why."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("; ".join(refusal.what["en"] for refusal in refusals))
        self.refusals = tuple(refusals)


def refused(zh: str, en: str, row: int | None = None, column: str | None = None) -> ResponsesRefused:
    """A ResponsesRefused with one refusal."""
    return ResponsesRefused([Refusal(row, column, say(zh, en))])
