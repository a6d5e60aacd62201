"""Exports: the selected responses into a file, and into the audit trail who took which and how many."""

from pathlib import Path
from zoneinfo import ZoneInfo

import exports
from exports import FORMATS, ExportRefused, Written
from survey.audit import Writer
from survey.db import Database
from survey.messages import Language, Refused
from survey.responses.reading import codebook, rows
from survey.responses.selection import Selection


def export(
    database: Database,
    selection: Selection,
    format: str,
    out: Path,
    writer: Writer,
    *,
    zone: ZoneInfo,
    language: Language,
) -> Written:
    """Write the selected responses to `out` and record it; a file that could not be recorded is removed."""
    _refuse_bad_target(format, out)
    with database.read() as session:
        book = codebook(session, selection, zone.key)
        try:
            written = exports.write(format, rows(session, selection), book, out, language)
        except ExportRefused as refused:
            raise Refused(refused.message["zh"], refused.message["en"]) from refused
    try:
        _record(database, selection, format, written, writer)
    except BaseException:
        for file in written.files:
            file.unlink(missing_ok=True)
        raise
    return written


def _refuse_bad_target(format: str, out: Path) -> None:
    if format not in FORMATS:
        known = ", ".join(FORMATS)
        raise Refused(
            f"没有格式 “{format}”。可用的有 {known}。", f"there is no format '{format}'. Use one of {known}."
        )
    if not out.parent.is_dir():
        raise Refused(
            f"{out.parent}：没有这个目录。请先建立。",
            f"{out.parent}: there is no such folder. Make it first.",
        )


def _record(database: Database, selection: Selection, format: str, written: Written, writer: Writer) -> None:
    with database.write() as session:
        writer.note(
            session,
            "responses.exported",
            "questionnaire",
            selection.slug,
            format=format,
            filter=selection.words(),
            branches=selection.scope.path,
            rows=written.rows,
            sha256=written.sha256,
        )
