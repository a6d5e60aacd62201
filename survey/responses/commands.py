"""Responses on the command line: import, export, count; and analyses of stored responses or of a file."""

import dataclasses
import json
from pathlib import Path

import click

import analysis
from exports import FORMATS
from survey.accounts.commands import COMMAND_LINE
from survey.audit import Writer
from survey.cli import here, house_language, print_json, tell, with_services
from survey.messages import Refused
from survey.responses.analysing import OWN, read_table, run_plan
from survey.responses.counting import count
from survey.responses.exporting import export
from survey.responses.importing import Imported, Importer, RowsRefused, read_mapping, write_errors
from survey.responses.reading import analysis_table
from survey.responses.selection import select_responses

MOST_SHORTENED_TOLD = 20
OUT = click.Path(dir_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def responses() -> None:
    """Responses: import, export, count."""


@responses.command("import")
@click.argument("file", type=FILE)
@click.option("--questionnaire", "slug", required=True)
@click.option("--wave", help="the wave they belong to (default: the row's own, else the newest open one)")
@click.option("--mapping", type=FILE, help="YAML: columns (column: question), values (question: codes)")
@click.option("--errors", type=OUT, help="take the good rows and write the others to this CSV file")
@click.option("--encoding", help="of a CSV file that is not UTF-8, e.g. gb18030")
@with_services
def responses_import(
    file: Path, slug: str, wave: str | None, mapping: Path | None, errors: Path | None, encoding: str | None
) -> None:
    """Import responses from FILE: csv, xlsx, sav, parquet, or our json; one bad row refuses them all."""
    services = here()
    writer = Writer(services.auditor, COMMAND_LINE)
    importer = Importer(services.database, services.submitter, writer, services.settings.timezone)
    rules = read_mapping(mapping) if mapping is not None else None
    try:
        imported = importer.take(
            file, slug, wave=wave, mapping=rules, encoding=encoding, good_rows_only=errors is not None
        )
    except RowsRefused as refused:
        for bad in refused.bad:
            tell(bad.message.zh, bad.message.en)
        raise
    if errors is not None:
        write_errors(errors, imported)
    _tell_imported(imported, errors)


def _tell_imported(imported: Imported, errors: Path | None) -> None:
    tell(f"已导入 {imported.new} 份答卷。", f"imported {imported.new} responses.")
    if imported.duplicates:
        tell(f"{imported.duplicates} 份此前已有，未重复存入。", f"{imported.duplicates} were stored already.")
    if imported.left_out:
        tell(
            f"{imported.left_out} 份已撤回或删除，未导入。",
            f"{imported.left_out} were withdrawn or erased and were left out.",
        )
    if imported.unread:
        columns = ", ".join(imported.unread)
        tell(f"未读的列：{columns}。", f"columns not read: {columns}.")
    if imported.bad_rows and errors is not None:
        number = len(imported.bad_rows)
        tell(f"{number} 行有错误，已写入 {errors.name}。", f"{number} bad rows are in {errors.name}.")


@responses.command("export")
@click.option("--questionnaire", "slug", required=True)
@click.option("--wave", help="one wave (default: all)")
@click.option("--format", "format", required=True, type=click.Choice(list(FORMATS)))
@click.option("--out", required=True, type=OUT)
@click.option("--where", multiple=True, metavar="K=V", help="only responses whose column K is V")
@with_services
def responses_export(slug: str, wave: str | None, format: str, out: Path, where: tuple[str, ...]) -> None:
    """Write responses to a file; withdrawn and erased ones are never in it."""
    services = here()
    pairs = [*([("wave", wave)] if wave is not None else []), *map(_pair, where)]
    with services.database.read() as session:
        selection = select_responses(session, slug, pairs)
    written = export(
        services.database,
        selection,
        format,
        out.absolute(),
        Writer(services.auditor, COMMAND_LINE),
        zone=services.settings.zone,
        language=house_language(),
    )
    files = ", ".join(file.name for file in written.files)
    tell(f"已导出 {written.rows} 份答卷：{files}。", f"exported {written.rows} responses: {files}.")
    for cut in written.shortened[:MOST_SHORTENED_TOLD]:
        tell(
            f"已缩短：{cut.where}（{cut.length} → {cut.kept} {cut.unit}）",
            f"shortened: {cut.where} ({cut.length} → {cut.kept} {cut.unit})",
        )
    if len(written.shortened) > MOST_SHORTENED_TOLD:
        rest = len(written.shortened) - MOST_SHORTENED_TOLD
        tell(f"另有 {rest} 处被缩短。", f"{rest} more were shortened.")


@responses.command("count")
@click.option("--questionnaire", "slug", help="one questionnaire (default: all)")
@click.option("--wave", help="one wave (default: all)")
@click.option("--json", "as_json", is_flag=True)
@with_services
def responses_count(slug: str | None, wave: str | None, as_json: bool) -> None:
    """Count complete responses; with --json also partial, flagged and withdrawn ones."""
    with here().database.read() as session:
        counted = count(session, slug, wave)
    if as_json:
        print_json(dataclasses.asdict(counted))
    else:
        click.echo(counted.complete)


@click.command()
@click.argument("data")
@click.option("--plan", "plan", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=OUT)
def analyse(data: str, plan: Path, out: Path | None) -> None:
    """Run an analysis plan on DATA: a csv, xlsx, sav or parquet file, or questionnaire:SLUG."""
    table = _table_of_questionnaire(data.removeprefix(OWN)) if data.startswith(OWN) else _table(Path(data))
    results = run_plan(table, _text_of(plan), house_language())
    if out is None:
        print_json(results)
        return
    text = json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(
            f"{out}：无法写入。请检查路径。", f"{out}: cannot be written. Check the path."
        ) from error


def _table(path: Path) -> "analysis.tables.Table":
    if not path.is_file():
        raise Refused(
            f"{path}：没有这个文件。请检查路径，或写 questionnaire:问卷标识。",
            f"{path}: there is no such file. Check the path, or write questionnaire:SLUG.",
        )
    return read_table(path)


@with_services  # only here: a file is analysed without a database
def _table_of_questionnaire(slug: str) -> "analysis.tables.Table":
    with here().database.read() as session:
        return analysis_table(session, select_responses(session, slug))


def _text_of(plan: Path) -> str:
    try:
        return plan.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            f"{plan.name}：不是 UTF-8 文本。请另存为 UTF-8。", f"{plan.name}: is not UTF-8. Save it as UTF-8."
        ) from error


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise click.UsageError(f"--where {text}: K=V")
    return name, value
