"""Writes of the code book: add, describe, move and delete codes; each with its audit event."""

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from interviews.coding import insert_new, usable_name
from interviews.models import DEEPEST, Code, Project, Segment
from survey.audit import Writer
from survey.db import now
from survey.messages import Refused

LONGEST_CODE_NAME: Final = 120
LONGEST_DEFINITION: Final = 4000
# Okabe and Ito's colours (their yellow darker, and a grey): told apart with every kind of colour vision.
PALETTE: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a800", "#6c757d")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


def add_code(
    session: Session,
    project: Project,
    name: str,
    writer: Writer,
    *,
    parent: Code | None = None,
    definition: str = "",
    colour: str | None = None,
) -> Code:
    """Add a code below another or at the top; without a colour it takes its parent's or the next one."""
    code = Code(
        project_id=project.id,
        parent_id=parent.id if parent else None,
        ancestry=_place(project.id, parent),
        name=usable_name(name, LONGEST_CODE_NAME),
        definition=_usable_definition(definition),
        colour=_usable_colour(colour) if colour else _next_colour(session, project, parent),
        created_at=now(),
    )
    if not insert_new(session, code):
        raise _taken(code.name)
    writer.note(session, "code.added", "interview_code", code.id, project=project.id, parent=code.parent_id)
    return code


def describe_code(
    session: Session, code: Code, writer: Writer, *, name: str, definition: str, colour: str
) -> None:
    """Rename a code, or change its definition or colour."""
    name = usable_name(name, LONGEST_CODE_NAME)
    if name != code.name:
        _refuse_taken(session, code.project_id, code.ancestry, name)
    fresh = {"name": name, "definition": _usable_definition(definition), "colour": _usable_colour(colour)}
    changed = [field for field, value in fresh.items() if getattr(code, field) != value]
    for field in changed:
        setattr(code, field, fresh[field])
    if changed:
        writer.note(session, "code.described", "interview_code", code.id, changed=changed)


def move_code(session: Session, code: Code, parent: Code | None, writer: Writer) -> None:
    """Move a code with all below it under another code, or to the top."""
    if (parent.id if parent else None) == code.parent_id:
        return
    if parent is not None and parent.path.startswith(code.path):
        raise Refused(
            f"“{code.name}” 不能移到自己或自己的下级之下。请选别的上级。",
            f"'{code.name}' cannot move below itself. Choose another parent.",
        )
    old_path = code.path
    below = session.scalars(select(Code).where(code.subtree(), Code.id != code.id)).all()
    ancestry = _place(code.project_id, parent, levels=1 + _levels_below(code, below))
    _refuse_taken(session, code.project_id, ancestry, code.name)
    before = code.parent_id
    code.parent_id, code.ancestry = (parent.id if parent else None), ancestry
    for descendant in below:
        descendant.ancestry = code.path + descendant.ancestry.removeprefix(old_path)
    session.flush()
    writer.note(session, "code.moved", "interview_code", code.id, before=before, after=code.parent_id)


def delete_code(session: Session, code: Code, writer: Writer) -> None:
    """Delete a code and all below it; refused as long as something is coded with any of them."""
    ids = session.scalars(select(Code.id).where(code.subtree())).all()
    used = session.scalar(select(func.count()).select_from(Segment).where(Segment.code_id.in_(ids))) or 0
    if used:
        raise Refused(
            f"“{code.name}” 及其下级还有 {used} 处编码，未删除。请先取消这些编码。",
            f"'{code.name}' and the codes below it still mark {used} segment(s), so it was not deleted. "
            "Take those codings back first.",
        )
    writer.note(session, "code.deleted", "interview_code", code.id, project=code.project_id, codes=list(ids))
    session.execute(delete(Code).where(Code.id.in_(ids)))


def _place(project_id: int, parent: Code | None, levels: int = 1) -> str:
    """The ancestry of a code below that parent, with room for so many levels."""
    if parent is None:
        return "/"
    if parent.project_id != project_id:
        raise ValueError(f"code {parent.id} belongs to another project than {project_id}")
    if parent.depth + levels > DEEPEST:
        raise Refused(
            f"编码树最多 {DEEPEST} 级。请选更靠上的上级。",
            f"the code tree has {DEEPEST} levels at most. Choose a parent further up.",
        )
    return parent.path


def _levels_below(code: Code, below: Sequence[Code]) -> int:
    return max((one.depth for one in below), default=code.depth) - code.depth


def _refuse_taken(session: Session, project_id: int, ancestry: str, name: str) -> None:
    taken = select(Code.id).filter_by(project_id=project_id, ancestry=ancestry, name=name)
    if session.scalar(taken) is not None:
        raise _taken(name)


def _taken(name: str) -> Refused:
    return Refused(
        f"同一级已有编码 “{name}”。请换一个名称。",
        f"there is a code '{name}' at this place already. Choose another name.",
    )


def _usable_definition(definition: str) -> str:
    definition = definition.replace("\r\n", "\n").replace("\0", "").strip()
    if len(definition) > LONGEST_DEFINITION:
        raise Refused(
            f"定义太长：最多 {LONGEST_DEFINITION} 个字符。请缩短。",
            f"the definition is too long: {LONGEST_DEFINITION} characters at most. Shorten it.",
        )
    return definition


def _usable_colour(colour: str) -> str:
    colour = colour.strip().lower()
    if not _COLOUR.fullmatch(colour):
        raise Refused(
            f"颜色 “{colour}” 不可用。请写成 #0072b2 的形式。",
            f"colour '{colour}' cannot be used. Write it as #0072b2.",
        )
    return colour


def _next_colour(session: Session, project: Project, parent: Code | None) -> str:
    if parent is not None:
        return parent.colour
    tops = select(func.count()).select_from(Code).filter_by(project_id=project.id, ancestry="/")
    return PALETTE[(session.scalar(tops) or 0) % len(PALETTE)]
