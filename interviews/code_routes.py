"""The code book's pages: a code with its quotes; adding, describing, moving and deleting codes."""

from collections.abc import Callable

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from interviews import reading
from interviews.blueprint import blueprint, find_code, find_project, writer
from interviews.codebook import add_code, delete_code, describe_code, move_code
from interviews.drawing import colour_rules
from interviews.forms import DescribeForm, MoveForm
from interviews.models import Code, Project
from interviews.quotes import quotes
from survey.language import say
from survey.messages import Refused
from survey.security import allow
from survey.services import services


@blueprint.get("/<int:project_id>/codes/<int:code_id>")
@allow("researcher")
def code(project_id: int, code_id: int) -> ResponseReturnValue:
    """The quotes of a code, with the codes below it or without (`?only=1`)."""
    alone = request.args.get("only") == "1"
    with services().database.read() as session:
        project = find_project(session, project_id)
        found = find_code(session, project, code_id)
        page = quotes(session, found, request.args.get("page", 1, type=int), with_below=not alone)
        codes = reading.codes(session, project)
    return render_template(
        "interviews/code.html",
        project=project,
        row=next(row for row in codes if row.id == code_id),
        page=page,
        alone=alone,
        describe=DescribeForm(formdata=None, obj=found),
        move=MoveForm(formdata=None, parent=str(found.parent_id or "")).offer_parents(codes, found),
    )


@blueprint.post("/<int:project_id>/codes")
@allow("researcher")
def new_code(project_id: int) -> ResponseReturnValue:
    """Add a code; back to the document that it was wanted for, or to the project."""
    sent = request.form
    try:
        with services().database.write() as session:
            project = find_project(session, project_id)
            parent = _parent(session, project)
            definition = sent.get("definition", "")
            add_code(session, project, sent.get("name", ""), writer(), parent=parent, definition=definition)
    except Refused as refused:
        flash(say(refused.message), "error")
    if document_id := sent.get("document", type=int):
        return redirect(url_for("interviews.document", project_id=project_id, document_id=document_id))
    return redirect(url_for("interviews.project", project_id=project_id, _anchor="codes"))


@blueprint.post("/<int:project_id>/codes/<int:code_id>/describe")
@allow("researcher")
def describe(project_id: int, code_id: int) -> ResponseReturnValue:
    values = {field: request.form.get(field, "") for field in ("name", "definition", "colour")}
    return _change(
        project_id, code_id, lambda session, _, found: describe_code(session, found, writer(), **values)
    )


@blueprint.post("/<int:project_id>/codes/<int:code_id>/move")
@allow("researcher")
def move(project_id: int, code_id: int) -> ResponseReturnValue:
    def change(session: Session, project: Project, found: Code) -> None:
        move_code(session, found, _parent(session, project), writer())

    return _change(project_id, code_id, change)


@blueprint.post("/<int:project_id>/codes/<int:code_id>/delete")
@allow("researcher")
def delete(project_id: int, code_id: int) -> ResponseReturnValue:
    try:
        with services().database.write() as session:
            found = find_code(session, find_project(session, project_id), code_id)
            delete_code(session, found, writer())
            flash(_("已删除编码 “%(name)s”。", name=found.name), "success")
    except Refused as refused:
        flash(say(refused.message), "error")
        return redirect(url_for("interviews.code", project_id=project_id, code_id=code_id))
    return redirect(url_for("interviews.project", project_id=project_id, _anchor="codes"))


@blueprint.get("/<int:project_id>/colours.css")
@allow("researcher")
def colours(project_id: int) -> ResponseReturnValue:
    """The colours of the code book as a style sheet: pages may not carry styles of their own."""
    with services().database.read() as session:
        rows = reading.codes(session, find_project(session, project_id))
    return Response(colour_rules((row.id, row.colour) for row in rows), mimetype="text/css")


def _parent(session: Session, project: Project) -> Code | None:
    """The code that the form names as parent; none stands for the top."""
    chosen = request.form.get("parent", type=int)
    return find_code(session, project, chosen) if chosen else None


def _change(
    project_id: int, code_id: int, change: Callable[[Session, Project, Code], None]
) -> ResponseReturnValue:
    """Change a code and show it again, with the reason when it was refused."""
    try:
        with services().database.write() as session:
            project = find_project(session, project_id)
            change(session, project, find_code(session, project, code_id))
    except Refused as refused:
        flash(say(refused.message), "error")
    return redirect(url_for("interviews.code", project_id=project_id, code_id=code_id))
