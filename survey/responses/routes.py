"""Responses out and in, as pages: download an export, upload a file."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, abort, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms.fields.choices import SelectChoice

from exports import FORMATS
from exports.neutral import file_name
from survey.accounts.scope import scope_of
from survey.audit import Writer
from survey.console import reading
from survey.console.definitions import published
from survey.console.forms import CHANNEL_WORDS
from survey.console.models import Version, Wave
from survey.language import page_language, say
from survey.messages import Refused
from survey.responses.exporting import export
from survey.responses.forms import ExportForm, ImportForm
from survey.responses.importing import Imported, Importer, RowsRefused, read_mapping
from survey.responses.keeping import keep_errors, kept_errors
from survey.responses.selection import select_responses
from survey.security import allow
from survey.services import services

blueprint = Blueprint("responses", __name__, url_prefix="/console/questionnaires/<slug>")

LARGEST_UPLOAD: Final = 64 * 1024 * 1024
MOST_SHOWN: Final = 200


@blueprint.url_value_preprocessor
def _allow_large_uploads(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Before anything reads the form: response files are larger than what the house takes elsewhere.
    if endpoint == "responses.import_page":
        request.max_content_length = LARGEST_UPLOAD


@blueprint.get("/export")
@allow("admin", "researcher")
def export_page(slug: str) -> ResponseReturnValue:
    return _export_page(slug, _export_form(slug))


@blueprint.post("/export")
@allow("admin", "researcher")
def download(slug: str) -> ResponseReturnValue:
    """Make an export within this person's branches, record it, and send it."""
    form = _export_form(slug)
    if not form.validate():
        return _export_page(slug, form), 422
    here = services()
    try:
        with here.database.read() as session:
            selection = select_responses(session, slug, form.conditions(), scope_of(current_user))
        with tempfile.TemporaryDirectory(dir=here.settings.home) as folder:
            name = file_name("-".join([slug, *(value for _, value in form.conditions())]), "")
            out = Path(folder) / f"{name}{FORMATS[form.format.data].suffix}"
            written = export(
                here.database,
                selection,
                form.format.data,
                out,
                _writer(),
                zone=here.settings.zone,
                language=page_language(),
            )
            return _send(written.files, FORMATS[form.format.data].media_type)
    except Refused as refused:
        form.form_errors.append(say(refused.message))
        return _export_page(slug, form), 422


@blueprint.route("/import", methods=["GET", "POST"])
@allow("admin", "researcher")
def import_page(slug: str) -> ResponseReturnValue:
    """Take a file of responses; bad rows are listed by row and question."""
    form = ImportForm()
    _choose_wave(slug, form, _("文件里写的批次，否则最新的一个"))
    if not form.validate_on_submit():
        return _import_page(slug, form), 422 if form.is_submitted() else 200
    try:
        imported = _take(slug, form)
    except RowsRefused as refused:
        form.form_errors.append(say(refused.message))
        return _import_page(slug, form, bad=refused.bad), 422
    except Refused as refused:
        form.form_errors.extend(say(refused.message).splitlines())
        return _import_page(slug, form), 422
    kept = None
    if imported.bad_rows:
        kept = keep_errors(services().settings.home, current_user.id, imported)
    return _import_page(slug, form, imported=imported, bad=imported.bad, kept=kept)


@blueprint.get("/import/errors/<name>.csv")
@allow("admin", "researcher")
def import_errors(slug: str, name: str) -> ResponseReturnValue:
    """The bad rows of one's own import, to mend and send again."""
    content = kept_errors(services().settings.home, current_user.id, name)
    if content is None:
        abort(404)
    return _attachment(content, "text/csv; charset=utf-8", file_name(f"{slug}-errors", ".csv"))


def _take(slug: str, form: ImportForm) -> Imported:
    here = services()
    importer = Importer(
        here.database, here.submitter, _writer(), here.settings.timezone, scope_of(current_user)
    )
    with _saved(form.file.data) as path, _saved(form.mapping.data) as mapping:
        if path is None:
            abort(400)
        return importer.take(
            path,
            slug,
            wave=form.wave.data or None,
            mapping=read_mapping(mapping) if mapping is not None else None,
            encoding=form.encoding.data or None,
            good_rows_only=form.good_rows_only.data,
        )


@contextmanager
def _saved(upload: FileStorage | None) -> Iterator[Path | None]:
    """An uploaded file on disk for as long as it is read; None when none was sent."""
    if upload is None or not upload.filename:
        yield None
        return
    given = Path(upload.filename)
    with tempfile.TemporaryDirectory(dir=services().settings.home) as folder:
        path = Path(folder) / file_name(given.stem, given.suffix.lower()[:10])
        upload.save(path)
        yield path


def _send(files: tuple[Path, ...], media_type: str) -> Response:
    """One file as it is; several (SPSS data and syntax) in one archive."""
    if len(files) == 1:
        return _attachment(files[0].open("rb"), media_type, files[0].name)
    archive = files[0].with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            packed.write(file, file.name)
    return _attachment(archive.open("rb"), "application/zip", archive.name)


def _attachment(content: Any, media_type: str, name: str) -> Response:
    """A download. An opened file may already be unlinked from its folder: the reader keeps it alive."""
    if isinstance(content, bytes):
        response = Response(content, mimetype=media_type.split(";")[0])
        response.headers.set("Content-Disposition", "attachment", filename=name)
        return response
    return send_file(content, mimetype=media_type, as_attachment=True, download_name=name)


def _export_form(slug: str) -> ExportForm:
    form = ExportForm()
    _choose_wave(slug, form, _("全部批次"))
    form.channel.choices = [
        SelectChoice("", _("全部渠道")),
        *(SelectChoice(name, word) for name, word in CHANNEL_WORDS.items()),
    ]
    return form


def _choose_wave(slug: str, form: ExportForm | ImportForm, none: str) -> None:
    with services().database.read() as session:
        version = _newest(session, slug)
        names = session.scalars(
            select(Wave.name).filter_by(questionnaire_id=version.questionnaire_id).order_by(Wave.id.desc())
        )
        form.wave.choices = [SelectChoice("", none), *(SelectChoice(name) for name in names)]


def _export_page(slug: str, form: ExportForm) -> str:
    with services().database.read() as session:
        branches = reading.branch_names(session, scope_of(current_user))
    return render_template("responses/export.html", slug=slug, form=form, branches=branches)


def _import_page(slug: str, form: ImportForm, **found: object) -> str:
    with services().database.read() as session:
        fields = published(_newest(session, slug)).definition.fields()
    names = [field.name for field in fields]
    return render_template(
        "responses/import.html", slug=slug, form=form, names=names, most_shown=MOST_SHOWN, **found
    )


def _newest(session: Session, slug: str) -> Version:
    return reading.find_newest(session, slug) or abort(404)


def _writer() -> Writer:
    return Writer(services().auditor, current_user.username)
