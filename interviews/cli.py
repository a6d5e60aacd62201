"""The coding room on the command line: import documents, check that every offset still holds."""

from pathlib import Path

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from interviews.coding import add_document, add_project
from interviews.intake import read_file
from interviews.models import Document, Project, Segment
from interviews.quotes import Fault, faults
from interviews.reading import project_named
from interviews.texts import UTF_8
from survey.accounts.commands import COMMAND_LINE
from survey.audit import Writer
from survey.cli import here, in_house_language, tell, with_services
from survey.messages import Message, Refused

FAULT_WORDS = {
    "text": Message("文本与入库时不同", "the text is not the one that was stored"),
    "offsets": Message("位置超出文本", "its place lies outside the text"),
    "quote": Message("引文与文本不符", "its quote is not the text there"),
}


@click.group("interviews")
def interviews() -> None:
    """Interviews: documents that are coded."""


@interviews.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--project", "project_name", required=True, help="made when there is none of that name")
@click.option("--encoding", help="of a .txt file (default: UTF-8, else GB18030)")
@with_services
def interviews_import(file: Path, project_name: str, encoding: str | None) -> None:
    """Add a .txt or .docx file as a document; one that is there already is not doubled."""
    decoded = read_file(file.name, file.read_bytes(), encoding)
    if decoded.is_doubtful:
        raise Refused(
            f"{file.name}：字符编码像是 {decoded.encoding}，但读出来的字不像常用汉字，未导入。"
            "请用 --encoding 指明。",
            f"{file.name}: looks like {decoded.encoding}, but gives hardly any common characters, so it was "
            "not imported. Name the encoding with --encoding.",
        )
    if decoded.encoding != UTF_8:
        tell(f"{file.name}：字符编码 {decoded.encoding}。", f"{file.name}: encoding {decoded.encoding}.")
    services = here()
    with services.database.write() as session:
        writer = Writer(services.auditor, COMMAND_LINE)
        project = _project(session, project_name, writer)
        added = add_document(session, project, file.stem, decoded, writer)
        name, is_new = added.thing.name, added.is_new
    if is_new:
        tell(f"已加入文档 {name}。", f"added document {name}.")
    else:
        tell(
            f"项目里已有同样的文本（{name}），没有重复加入。",
            f"the project has this text already ({name}); nothing was doubled.",
        )


@interviews.command("check")
@click.option("--project", "project_name", required=True)
@with_services
def interviews_check(project_name: str) -> None:
    """Check the text of every document, and offsets and quote of every segment."""
    with here().database.read() as session:
        project = project_named(session, project_name)
        documents = select(func.count()).select_from(Document).filter_by(project_id=project.id)
        segments = select(func.count()).select_from(Segment).join(Segment.document)
        checked = (
            session.scalar(documents) or 0,
            session.scalar(segments.where(Document.project_id == project.id)) or 0,
        )
        found = list(faults(session, project))
    for fault in found:
        click.echo(_sentence(fault), err=True)
    if found:
        raise Refused(
            f"项目 {project_name}：{len(found)} 处不符，见上。请从备份恢复这些文档。",
            f"project {project_name}: {len(found)} fault(s), see above. "
            "Restore these documents from a backup.",
        )
    tell(
        f"项目 {project_name}：{checked[0]} 份文档、{checked[1]} 个片段，全部相符。",
        f"project {project_name}: {checked[0]} document(s), {checked[1]} segment(s), all as stored.",
    )


def _project(session: Session, name: str, writer: Writer) -> Project:
    known = session.scalars(select(Project).filter_by(name=name)).first()
    return known or add_project(session, name, writer)


def _sentence(fault: Fault) -> str:
    place = fault.document
    if fault.segment_id is not None:
        place += f" [{fault.start}:{fault.end}] #{fault.segment_id}"
    return f"{place}: {in_house_language(FAULT_WORDS[fault.what])}"


commands: tuple[click.Command, ...] = (interviews,)
