"""The coding room: projects, and the documents that are added to them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from interviews import code_routes, desk_routes, reading  # noqa: F401 (their views stand on the blueprint)
from interviews.blueprint import blueprint, find_project, writer
from interviews.coding import add_document, add_project
from interviews.forms import CodeForm, DocumentForm, ProjectForm
from interviews.intake import read_file
from interviews.texts import UTF_8, Decoded, canonical
from survey.language import say
from survey.messages import Refused
from survey.security import allow
from survey.services import services

EXCERPT = 600
# The previewed text comes back in a form, and a form's fields may hold 500 kB (Flask's own limit).
LARGEST_BY_PAGE = 450_000


@blueprint.get("/")
@allow("researcher")
def overview() -> ResponseReturnValue:
    return _overview(ProjectForm(formdata=None))


@blueprint.post("/")
@allow("researcher")
def new_project() -> ResponseReturnValue:
    form = ProjectForm()
    if form.validate():
        try:
            with services().database.write() as session:
                project = add_project(session, form.name.data, writer())
                return redirect(url_for("interviews.project", project_id=project.id))
        except Refused as refused:
            form.name.errors = [say(refused.message)]
    return _overview(form), 422


@blueprint.get("/<int:project_id>/")
@allow("researcher")
def project(project_id: int) -> ResponseReturnValue:
    with services().database.read() as session:
        found = find_project(session, project_id)
        page = reading.documents(session, found, request.args.get("page", 1, type=int))
        codes = reading.codes(session, found)
    form = CodeForm(formdata=None).offer_parents(codes)
    return render_template("interviews/project.html", project=found, page=page, codes=codes, form=form)


@blueprint.route("/<int:project_id>/documents/new", methods=["GET", "POST"])
@allow("researcher")
def new_document(project_id: int) -> ResponseReturnValue:
    """Add a document: chosen, previewed as it was read, confirmed."""
    form = DocumentForm()
    if form.validate_on_submit():
        try:
            if "confirm" in request.form:
                return _add_previewed(project_id, form)
            return _preview(project_id, form)
        except Refused as refused:
            form.form_errors.append(say(refused.message))
    with services().database.read() as session:
        page = render_template(
            "interviews/new_document.html", project=find_project(session, project_id), form=form
        )
    return page, 422 if form.is_submitted() else 200


def _overview(form: ProjectForm) -> str:
    with services().database.read() as session:
        rows = reading.projects(session)
    return render_template("interviews/overview.html", rows=rows, form=form)


def _preview(project_id: int, form: DocumentForm) -> str:
    upload = form.file.data
    if upload is not None and upload.filename:
        decoded = read_file(upload.filename, upload.read(), form.encoding.data or None)
    else:
        decoded = Decoded(canonical(form.text.data or ""), UTF_8)
    if len(decoded.text.encode()) > LARGEST_BY_PAGE:
        raise Refused(
            f"文本太长：网页上最多 {LARGEST_BY_PAGE // 1000} kB。请用 huisheng interviews import 导入。",
            f"the text is too long: {LARGEST_BY_PAGE // 1000} kB at most on this page. "
            "Import it with huisheng interviews import.",
        )
    with services().database.read() as session:
        return render_template(
            "interviews/preview.html",
            project=find_project(session, project_id),
            decoded=decoded,
            excerpt=decoded.text[:EXCERPT],
            name=form.wanted_name,
        )


def _add_previewed(project_id: int, form: DocumentForm) -> ResponseReturnValue:
    decoded = Decoded(canonical(form.text.data or ""), form.encoding.data or UTF_8)
    with services().database.write() as session:
        found = find_project(session, project_id)
        added = add_document(session, found, form.name.data or "", decoded, writer())
        document_id, name = added.thing.id, added.thing.name
    if added.is_new:
        flash(_("已加入文档 “%(name)s”。", name=name), "success")
    else:
        flash(_("项目里已有同样的文本，名为 “%(name)s”，没有重复加入。", name=name), "warning")
    return redirect(url_for("interviews.document", project_id=project_id, document_id=document_id))
