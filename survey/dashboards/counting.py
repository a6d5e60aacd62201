"""Counts of answers, made in SQL: how often each code was given, by wave or by branch.

A response is read by the database only; what comes here are its counts, so a page costs what its tables cost.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from survey.respond.models import Response
from survey.responses.selection import Selection


@dataclass(slots=True)
class Tally:
    """Responses of a group, and how often each code of each question was given (None: not answered)."""

    responses: int = 0
    codes: dict[str, Counter[str | None]] = field(default_factory=dict)

    def add(self, answers: Mapping[str, str | None], often: int) -> None:
        self.responses += often
        for question, code in answers.items():
            self.codes.setdefault(question, Counter())[code] += often

    def merge(self, other: "Tally") -> None:
        self.responses += other.responses
        for question, counts in other.codes.items():
            self.codes.setdefault(question, Counter()).update(counts)


def tallies(
    session: Session, selection: Selection, by: Sequence[InstrumentedAttribute[Any]], questions: Sequence[str]
) -> dict[tuple[Any, ...], Tally]:
    """A tally for each combination of the columns `by` that occurs."""
    answers = [cast(Response.answers[question].as_string(), String) for question in questions]
    query = selection.apply(select(*by, *answers, func.count()).group_by(*by, *answers))
    found: dict[tuple[Any, ...], Tally] = {}
    for row in session.execute(query):
        key, codes, often = tuple(row[: len(by)]), row[len(by) : -1], row[-1]
        found.setdefault(key, Tally()).add(dict(zip(questions, codes, strict=True)), often)
    return found


def total(parts: Iterable[Tally]) -> Tally:
    """The tally of all parts together."""
    whole = Tally()
    for part in parts:
        whole.merge(part)
    return whole


def folded(parts: Mapping[Hashable, Tally], group_of: Mapping[Hashable, Hashable]) -> dict[Hashable, Tally]:
    """Tallies of parts put together by the group that each belongs to."""
    groups: dict[Hashable, Tally] = {}
    for key, part in parts.items():
        groups.setdefault(group_of[key], Tally()).merge(part)
    return groups
