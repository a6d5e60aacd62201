"""Responses from a file: every row is checked before the first is stored, and one bad row refuses them all.

RowsRefused      some rows are bad; `bad` names each by row and question

A file brings no consent, so none is stored; the audit trail says that the file came without it.
"""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import yaml

from exports.mapping import ResponseMapping, mapping_from_document
from exports.reading import RawRow, ResponseFile, read_responses
from exports.refusals import ResponsesRefused
from exports.tables import FileCell, open_table
from survey.accounts.scope import Scope
from survey.audit import Writer
from survey.console.definitions import published
from survey.db import Database
from survey.messages import Refused
from survey.respond.submitting import Submitter
from survey.responses.checking import BadRow, CheckedRows
from survey.responses.places import Places

BATCH: Final = 2000  # rows a transaction: a running server must not wait long for its turn to write
PROBLEM_COLUMNS: Final = ("import_row", "import_problem")
LARGEST_MAPPING: Final = 1_000_000


class RowsRefused(Refused):
    """The file has bad rows, so nothing of it was stored."""

    def __init__(self, bad: Sequence[BadRow], rows: int) -> None:
        self.bad = tuple(bad)
        super().__init__(
            f"{rows} 行有错误，整个文件未导入。请改正这些行，或只导入其余的行并把这些行写入错误文件。",
            f"{rows} row(s) are bad, so nothing was imported. "
            "Mend them, or take the other rows and have these written to an errors file.",
        )


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: rows stored, rows known already, withdrawn ones left out, bad ones."""

    new: int
    duplicates: int
    left_out: int
    bad: tuple[BadRow, ...]
    bad_rows: tuple[RawRow, ...]
    header: tuple[str, ...]
    unread: tuple[str, ...]


class Importer:
    """Takes response files; writes as one person, within that person's branches."""

    def __init__(
        self,
        database: Database,
        submitter: Submitter,
        writer: Writer,
        zone: str,
        scope: Scope | None = None,
    ) -> None:
        self._database = database
        self._submitter = submitter
        self._writer = writer
        self._zone = zone
        self._scope = scope or Scope()

    def take(
        self,
        path: Path,
        slug: str,
        *,
        wave: str | None = None,
        mapping: ResponseMapping | None = None,
        encoding: str | None = None,
        good_rows_only: bool = False,
    ) -> Imported:
        """Store the responses of a file; with `good_rows_only` even when some of its rows are bad."""
        digest = _digest(path)
        with self._database.read() as session:
            places = Places(session, slug, wave, self._scope)
            checked = CheckedRows(places, digest)
            file = self._open(path, places, mapping or ResponseMapping(), encoding)
            try:
                checked.take(file.rows)
            except ResponsesRefused as refused:
                raise _file_refused(refused) from refused
            checked.compare_with_stored(session, self._submitter)
        if checked.bad and not good_rows_only:
            raise RowsRefused(checked.bad, len(checked.bad_rows))
        self._store(checked, places)
        self._note(slug, path.name, digest, checked)
        bad_rows = tuple(checked.bad_rows[number] for number in sorted(checked.bad_rows))
        return Imported(
            len(checked.good),
            checked.duplicates,
            checked.left_out,
            tuple(checked.bad),
            bad_rows,
            file.header,
            file.unread,
        )

    def _open(
        self, path: Path, places: Places, mapping: ResponseMapping, encoding: str | None
    ) -> ResponseFile:
        definition = published(places.version).definition
        try:
            rules = _without_problem_columns(path, mapping, encoding)
            return read_responses(path, definition, rules, self._zone, encoding)
        except ResponsesRefused as refused:
            raise _file_refused(refused) from refused

    def _store(self, checked: CheckedRows, places: Places) -> None:
        rows = list(checked.good.values())
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            with self._database.write() as session:
                places.prepare(session, (row.place for row in batch), self._writer)
                prepared = [row.prepared(places.collector(row.place), places.version) for row in batch]
                self._submitter.store_many(session, prepared, actor=self._writer.actor)

    def _note(self, slug: str, name: str, digest: str, checked: CheckedRows) -> None:
        with self._database.write() as session:
            self._writer.note(
                session,
                "responses.imported",
                "questionnaire",
                slug,
                file=name,
                sha256=digest,
                rows=len(checked.good),
                known=checked.duplicates,
                left_out=checked.left_out,
                refused=len(checked.bad_rows),
                consent="none in the file",
            )


def read_mapping(path: Path) -> ResponseMapping:
    """The mapping in a YAML file; refused when it is none."""
    try:
        if path.stat().st_size > LARGEST_MAPPING:
            raise ValueError
        document = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Refused(
            f"{path.name}：不是可读的 YAML。请检查缩进和引号。",
            f"{path.name}: is not readable YAML. Check its indents and quotes.",
        ) from error
    try:
        return mapping_from_document(document)
    except ResponsesRefused as refused:
        raise _file_refused(refused) from refused


def write_errors(out: Path, imported: Imported) -> None:
    """Write the bad rows as they came, with what is wrong in front; mended, the file can be imported."""
    problems: dict[int, list[str]] = {}
    for bad in imported.bad:
        problems.setdefault(bad.number, []).append(f"{bad.message.zh} {bad.message.en}")
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([*PROBLEM_COLUMNS, *imported.header])
        for row in imported.bad_rows:
            writer.writerow([row.number, " / ".join(problems[row.number]), *map(_text, row.cells)])


def _without_problem_columns(path: Path, mapping: ResponseMapping, encoding: str | None) -> ResponseMapping:
    """The mapping, with the columns that `write_errors` puts in front left unread."""
    if path.suffix.lower() != ".csv":
        return mapping
    header = {column.strip() for column in open_table(path, encoding).header}
    ours = {column: None for column in PROBLEM_COLUMNS if column in header}
    return replace(mapping, columns={**ours, **mapping.columns})


def _file_refused(refused: ResponsesRefused) -> Refused:
    lines = [refusal.what for refusal in refused.refusals]
    return Refused("\n".join(line["zh"] for line in lines), "\n".join(line["en"] for line in lines))


def _text(cell: FileCell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
