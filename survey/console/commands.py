"""The console on the command line: questionnaires, waves, collectors."""

from datetime import datetime
from pathlib import Path

import click

from questionnaires import files, instruments
from questionnaires.findings import Finding
from survey.accounts.commands import COMMAND_LINE
from survey.accounts.people import find_branch
from survey.audit import Writer
from survey.cli import here, house_language, print_json, tell, with_services
from survey.console.models import CHANNELS
from survey.console.publishing import add_collector, find_wave, open_wave, publish
from survey.links import address_of
from survey.messages import Refused

WARNING = {"zh": "警告：", "en": "warning: "}


@click.group()
def questionnaire() -> None:
    """Questionnaire files: check, convert, publish."""


@questionnaire.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def questionnaire_check(file: Path) -> None:
    """Check a questionnaire file; errors exit with 1, warnings with 0."""
    findings = files.inspect(file).findings
    _print_findings(findings)
    if any(finding.severity == "error" for finding in findings):
        raise click.exceptions.Exit(1)


@questionnaire.command("convert")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def questionnaire_convert(source: Path, target: Path) -> None:
    """Write a questionnaire file in the format that the target's suffix names (.yaml, .json)."""
    writers = {".yaml": files.dump_yaml, ".yml": files.dump_yaml, ".json": files.dump_json}
    if target.suffix not in writers:
        known = ", ".join(writers)
        raise Refused(
            f"{target.name}：不支持写成 {target.suffix}。可用的有 {known}。",
            f"{target.name}: {target.suffix} cannot be written. Use one of {known}.",
        )
    target.write_bytes(writers[target.suffix](_read(source)))


@questionnaire.command("publish")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
@with_services
def questionnaire_publish(file: Path, as_json: bool) -> None:
    """Publish a questionnaire file as an immutable version."""
    definition = _read(file)
    services = here()
    with services.database.write() as session:
        version = publish(session, definition, Writer(services.auditor, COMMAND_LINE))
        slug, number, digest = version.questionnaire.slug, version.number, version.hash
    if as_json:
        print_json({"slug": slug, "version": digest})
    else:
        short = digest[:12]
        tell(f"已发布 {slug} 第 {number} 版（{short}）。", f"published {slug} version {number} ({short}).")


@questionnaire.command("instruments")
def questionnaire_instruments() -> None:
    """List the instruments that come with the product."""
    language = house_language()
    for name in instruments.names():
        click.echo(f"{name}\t{instruments.load(name).title.get(language)}")


@click.group()
def wave() -> None:
    """Waves: when a questionnaire is asked."""


@wave.command("open")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--opens", help="day or time in the organisation's zone, e.g. 2026-11-01")
@click.option("--closes", help="the last day (open to its end) or the last moment")
@with_services
def wave_open(slug: str, name: str, opens: str | None, closes: str | None) -> None:
    """Open a wave of the newest version of a questionnaire."""
    services = here()
    with services.database.write() as session:
        open_wave(
            session,
            slug,
            name,
            Writer(services.auditor, COMMAND_LINE),
            opens_at=_moment("--opens", opens, end_of_day=False),
            closes_at=_moment("--closes", closes, end_of_day=True),
        )
    tell(f"已开启批次 {name}。", f"opened wave {name}.")


@click.group()
def collector() -> None:
    """Collectors: where answers come in."""


@collector.command("add")
@click.option("--wave", "wave_name", required=True)
@click.option("--questionnaire", "slug", help="needed when two questionnaires have a wave of that name")
@click.option("--channel", required=True, type=click.Choice(CHANNELS))
@click.option("--branch", "branch_code")
@click.option("--json", "as_json", is_flag=True)
@with_services
def collector_add(
    wave_name: str, slug: str | None, channel: str, branch_code: str | None, as_json: bool
) -> None:
    """Add a collector and print its address."""
    services = here()
    with services.database.write() as session:
        branch = find_branch(session, branch_code) if branch_code else None
        writer = Writer(services.auditor, COMMAND_LINE)
        added = add_collector(session, find_wave(session, wave_name, slug), channel, writer, branch=branch)
        address = address_of(session, added, services, writer)
    if as_json:
        print_json(address)
    else:
        click.echo("\n".join(f"{name}: {value}" for name, value in address.items()))


def _read(file: Path) -> "files.Questionnaire":
    try:
        return files.read(file)
    except files.FileRefused as refused:
        _print_findings(refused.findings)
        raise Refused(f"{file.name}：有错误，见上。", f"{file.name}: has errors, see above.") from refused


def _print_findings(findings: tuple[Finding, ...]) -> None:
    language = house_language()
    for finding in findings:
        mark = WARNING[language] if finding.severity == "warning" else ""
        click.echo(f"{mark}{finding.sentence(language)}", err=True)


def _moment(option: str, value: str | None, *, end_of_day: bool) -> datetime | None:
    """A day or time of the organisation's zone; a closing day is open to its last second."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise Refused(
            f"{option}：“{value}” 不是日期或时间。请写成 2026-11-01 或 2026-11-01T18:00。",
            f"{option}: '{value}' is no day or time. Write 2026-11-01 or 2026-11-01T18:00.",
        ) from error
    if len(value) == len("2026-11-01") and end_of_day:
        moment = moment.replace(hour=23, minute=59, second=59)
    return moment if moment.tzinfo else moment.replace(tzinfo=here().settings.zone)
