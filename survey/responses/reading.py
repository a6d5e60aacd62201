"""Stored responses as others need them: rows of an export, streamed, and columns of an analysis table."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

import analysis
from exports.codebook import Codebook, Variable, build
from exports.rows import Row
from questionnaires.definition import Questionnaire
from questionnaires.scoring import Scorer
from survey.accounts.models import Branch
from survey.console.definitions import published
from survey.console.models import Collector, Version, Wave
from survey.respond.models import Response
from survey.responses.selection import Selection, versions_of

BATCH: Final = 1000
REGION: Final = "branch_region"
PLACES: Final = ("wave", "version", "branch", REGION, "channel", "locale")


def codebook(session: Session, selection: Selection, zone: str) -> Codebook:
    """The codebook over the versions that the selected responses answer."""
    versions = versions_of(session, selection)
    return build([(version.hash, published(version).definition) for version in versions], zone)


def rows(session: Session, selection: Selection) -> Iterator[Row]:
    """The selected responses, oldest first, a batch in memory at a time."""
    query = selection.apply(
        select(
            Response.submission_id,
            Version.hash,
            Wave.name,
            Collector.token,
            Branch.code,
            Response.channel,
            Response.locale,
            Response.status,
            Response.started_at,
            Response.submitted_at,
            Response.received_at,
            Response.answers,
        )
        .join(Version, Version.id == Response.version_id)
        .join(Wave, Wave.id == Response.wave_id)
        .join(Collector, Collector.id == Response.collector_id)
        .outerjoin(Branch, Branch.id == Response.branch_id)
    ).order_by(Response.id)
    for row in session.execute(query.execution_options(yield_per=BATCH)):
        yield Row(*row)


def analysis_table(
    session: Session, selection: Selection, names: Iterable[str] | None = None
) -> "analysis.tables.Table":
    """The selected responses as a table: a column a question, 0/1 columns `name/code` for a multiple choice,
    the scores of scales (score_name), and the places (wave, branch, ...). Options marked missing are gaps.
    With `names`, only those columns. A question with the name of a place is called q_name, as in an export.
    """
    versions = versions_of(session, selection)
    definitions = {version.hash: published(version).definition for version in versions}
    regions = dict(session.execute(select(Branch.code, Branch.region)).all())
    readers = {
        **_score_readers(definitions),
        **_place_readers(regions),
        **_answer_readers(build(list(definitions.items())).variables),
    }
    if names is not None:
        wanted = set(names)
        readers = {name: read for name, read in readers.items() if name in wanted}
    columns: dict[str, list[object]] = {name: [] for name in readers}
    steps = [(columns[name].append, read) for name, read in readers.items()]
    for row in rows(session, selection):
        for append, read in steps:
            append(read(row))
    return analysis.tables.Table.from_columns(columns)


Reader = Callable[[Row], object]


def _place_readers(regions: Mapping[str, str]) -> dict[str, Reader]:
    return {
        "wave": lambda row: row.wave,
        "version": lambda row: row.version,
        "branch": lambda row: row.branch,
        REGION: lambda row: regions.get(row.branch) if row.branch else None,
        "channel": lambda row: row.channel,
        "locale": lambda row: row.locale,
    }


def score_column(scale: str) -> str:
    """The name of the column that holds the score of a scale."""
    return f"score_{scale}"


def _score_readers(definitions: Mapping[str, Questionnaire]) -> dict[str, Reader]:
    """A response is scored by the scale as its own version defines it."""
    scorers: dict[str, dict[str, Scorer]] = {}
    for version, definition in definitions.items():
        for scale in definition.scales:
            scorers.setdefault(scale.name, {})[version] = Scorer(definition, scale)
    return {score_column(name): _score(by_version) for name, by_version in scorers.items()}


def _score(by_version: Mapping[str, Scorer]) -> Reader:
    def read(row: Row) -> object:
        scorer = by_version.get(row.version)
        return None if scorer is None else scorer.score(row.answers).value

    return read


def _answer_readers(variables: Sequence[Variable]) -> dict[str, Reader]:
    readers: dict[str, Reader] = {}
    for variable in variables:
        if variable.kind == "codes":
            for choice in variable.choices:
                readers[f"{variable.column}/{choice.code}"] = _is_chosen(variable.name, choice.code)
        else:
            missing = [choice.code for choice in variable.choices if choice.missing]
            gaps: frozenset[object] = frozenset([*missing, *map(str, missing)])
            readers[variable.column] = _answer(variable.name, gaps)
    return readers


def _answer(name: str, gaps: frozenset[object]) -> Reader:
    def read(row: Row) -> object:
        answer: Any = row.answers.get(name)
        return None if answer in gaps else answer

    return read


def _is_chosen(name: str, code: int | str) -> Reader:
    def read(row: Row) -> object:
        chosen: Any = row.answers.get(name)
        return None if chosen is None else int(code in chosen)

    return read
