"""The researcher's pages: questionnaires, their versions, waves and collectors."""

import io
from pathlib import Path

import segno
from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy.orm import Session

from questionnaires.definition import Questionnaire as Definition
from survey.accounts.models import Branch
from survey.accounts.scope import scope_of
from survey.audit import Writer
from survey.console import reading
from survey.console.definitions import published
from survey.console.drafts import Draft, inspect_draft
from survey.console.forms import (
    CHANNEL_WORDS,
    STATE_WORDS,
    TYPE_WORDS,
    CollectorForm,
    DefinitionForm,
    WaveForm,
    region_word,
)
from survey.console.models import Collector, Version, Wave
from survey.console.publishing import DefinitionRefused, add_collector, open_wave, publish
from survey.kiosk.enrolling import new_enrolment_code
from survey.language import page_language, say
from survey.links import survey_url
from survey.messages import Refused
from survey.security import allow
from survey.services import services

blueprint = Blueprint("console", __name__, url_prefix="/console")

PAGE = 50
WITH_LINK = ("web", "qr", "mail")
blueprint.add_app_template_global(CHANNEL_WORDS.__getitem__, "channel_word")
blueprint.add_app_template_global(region_word, "region_word")


@blueprint.get("/")
@allow("admin", "researcher")
def overview() -> ResponseReturnValue:
    with services().database.read() as session:
        rows = reading.questionnaires(session, scope_of(current_user), page_language())
    return render_template("console/overview.html", rows=rows)


@blueprint.route("/questionnaires/new", methods=["GET", "POST"])
@allow("admin", "researcher")
def new_questionnaire() -> ResponseReturnValue:
    """Upload, check and publish a definition; what was sent stays on the page until it is published."""
    form = DefinitionForm()
    if not form.validate_on_submit():
        return render_template("console/new_questionnaire.html", form=form, draft=None)
    draft = _draft(form)
    form.text.data = draft.text
    if draft.definition is None or "publish" not in request.form:
        code = 200 if draft.is_sound else 422
        return render_template("console/new_questionnaire.html", form=form, draft=draft), code
    return _publish(draft.definition)


@blueprint.get("/questionnaires/<slug>/")
@allow("admin", "researcher")
def questionnaire(slug: str) -> ResponseReturnValue:
    scope = scope_of(current_user)
    with services().database.read() as session:
        newest = _newest(session, slug)
        return render_template(
            "console/questionnaire.html",
            slug=slug,
            definition=published(newest).definition,
            versions=reading.versions(session, newest.questionnaire_id, scope),
            waves=reading.waves(session, newest.questionnaire_id, scope),
            states=STATE_WORDS,
        )


@blueprint.get("/questionnaires/<slug>/versions/<int:number>/")
@allow("admin", "researcher")
def preview(slug: str, number: int) -> ResponseReturnValue:
    """What a version asks, in words and codes."""
    with services().database.read() as session:
        version = reading.find_version(session, slug, number) or abort(404)
        definition = published(version).definition
    return render_template(
        "console/preview.html", slug=slug, version=version, definition=definition, type_words=TYPE_WORDS
    )


@blueprint.route("/questionnaires/<slug>/waves/new", methods=["GET", "POST"])
@allow("admin", "researcher")
def new_wave(slug: str) -> ResponseReturnValue:
    form = WaveForm()
    here = services()
    with here.database.read() as session:
        version = _newest(session, slug).number
    if form.validate_on_submit():
        opens, closes = form.period(here.settings.zone)
        try:
            with here.database.write() as session:
                name = form.name.data.strip()
                wave = open_wave(session, slug, name, _writer(), opens_at=opens, closes_at=closes)
                return redirect(url_for("console.wave", wave_id=wave.id))
        except Refused as refused:
            form.form_errors.append(say(refused.message))
    code = 422 if form.is_submitted() else 200
    return render_template("console/new_wave.html", slug=slug, form=form, version=version), code


@blueprint.get("/waves/<int:wave_id>/")
@allow("admin", "researcher")
def wave(wave_id: int) -> ResponseReturnValue:
    return _wave_page(wave_id, CollectorForm(formdata=None))


@blueprint.post("/waves/<int:wave_id>/collectors")
@allow("admin", "researcher")
def new_collector(wave_id: int) -> ResponseReturnValue:
    form = CollectorForm()
    if form.validate_on_submit():
        try:
            _add_collector(wave_id, form)
            return redirect(url_for("console.wave", wave_id=wave_id))
        except Refused as refused:
            form.branch.errors = [*form.branch.errors, say(refused.message)]
    return _wave_page(wave_id, form), 422


@blueprint.post("/collectors/<int:collector_id>/enrolment-code")
@allow("admin", "researcher")
def enrolment_code(collector_id: int) -> ResponseReturnValue:
    """A one-time code that turns a browser into this collector's kiosk; shown this once."""
    with services().database.write() as session:
        collector = reading.find_collector(session, collector_id, scope_of(current_user)) or abort(404)
        if collector.channel != "kiosk":
            abort(404)
        _show_enrolment_code(session, collector)
        return redirect(url_for("console.wave", wave_id=collector.wave_id))


@blueprint.get("/collectors/<int:collector_id>/qr.svg")
@allow("admin", "researcher")
def qr_code(collector_id: int) -> ResponseReturnValue:
    """The collector's link as a QR code that can be printed at any size."""
    here = services()
    with here.database.read() as session:
        collector = reading.find_collector(session, collector_id, scope_of(current_user)) or abort(404)
        address = survey_url(here.settings.public_url, collector.token)
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", scale=8, border=4, light="white")
    return Response(picture.getvalue(), mimetype="image/svg+xml")


def _draft(form: DefinitionForm) -> Draft:
    upload = form.file.data
    if upload is not None and upload.filename:
        path = Path(upload.filename)
        form.stem.data = path.stem
        return inspect_draft(upload.read(), path.suffix or ".yaml", path.stem)
    return inspect_draft((form.text.data or "").encode(), ".yaml", form.stem.data or "questionnaire")


def _publish(definition: Definition) -> ResponseReturnValue:
    try:
        with services().database.write() as session:
            version = publish(session, definition, _writer())
            number = version.number
    except DefinitionRefused as refused:
        flash(say(refused.message), "error")
        return redirect(url_for("console.new_questionnaire"))
    flash(_("已发布 %(slug)s 第 %(number)s 版。", slug=definition.slug, number=number), "success")
    return redirect(url_for("console.questionnaire", slug=definition.slug))


def _wave_page(wave_id: int, form: CollectorForm) -> str:
    scope = scope_of(current_user)
    page = max(1, request.args.get("page", 1, type=int))
    here = services()
    with here.database.read() as session:
        found = session.get(Wave, wave_id) or abort(404)
        rows, total = reading.collectors(session, wave_id, scope, page, PAGE)
        branches = reading.branch_names(session, scope)
    return render_template(
        "console/wave.html",
        wave=found,
        state=reading.state_of(found, reading.now()),
        states=STATE_WORDS,
        collectors=rows,
        total=total,
        page=page,
        pages=-(-total // PAGE),
        form=form,
        branches=branches,
        page_url=lambda number: url_for("console.wave", wave_id=wave_id, page=number),
        address=lambda token: survey_url(here.settings.public_url, token),
        with_link=WITH_LINK,
    )


def _add_collector(wave_id: int, form: CollectorForm) -> None:
    code = (form.branch.data or "").strip()
    with services().database.write() as session:
        found = session.get(Wave, wave_id) or abort(404)
        branch = _branch(session, code) if code else None
        collector = add_collector(session, found, form.channel.data, _writer(), branch=branch)
        if collector.channel == "kiosk":
            _show_enrolment_code(session, collector)


def _branch(session: Session, code: str) -> Branch:
    """The branch of that code in this person's scope; others do not exist."""
    found = scope_of(current_user).find(session, code)
    if found is None:
        raise Refused(
            f"没有代码为 “{code}” 的网点。请从列表中选择。",
            f"there is no branch '{code}'. Choose one of the list.",
        )
    return found


def _show_enrolment_code(session: Session, collector: Collector) -> None:
    code = new_enrolment_code(session, collector, _writer())
    words = _("自助机具的注册码：%(code)s。10 分钟内有效，只能用一次，只在这里显示一次。", code=code)
    flash(words, "success")


def _newest(session: Session, slug: str) -> Version:
    return reading.find_newest(session, slug) or abort(404)


def _writer() -> Writer:
    return Writer(services().auditor, current_user.username)
