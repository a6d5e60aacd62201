"""The administrator's and the auditor's pages."""

import tempfile
from pathlib import Path
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from survey.accounts.models import Branch, User
from survey.accounts.people import add_user, find_branch, import_branches, read_branches
from survey.accounts.scope import Scope
from survey.admin import reading, staffing
from survey.admin.forms import (
    KIND_WORDS,
    ROLE_WORDS,
    BranchFileForm,
    DutiesForm,
    EventFilterForm,
    PersonForm,
)
from survey.admin.words import action_word
from survey.audit import Writer
from survey.console.reading import branch_names
from survey.kiosk.enrolling import revoke
from survey.kiosk.models import Device
from survey.language import say
from survey.messages import Refused
from survey.security import allow
from survey.services import services

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

EVENTS_A_PAGE: Final = 100


@blueprint.get("/")
@allow("admin")
def overview() -> ResponseReturnValue:
    return _people_page(PersonForm(formdata=None))


@blueprint.post("/people")
@allow("admin")
def add_person() -> ResponseReturnValue:
    form = PersonForm()
    if form.validate_on_submit():
        try:
            with services().database.write() as session:
                name = form.username.data.strip()
                branch = _branch(session, form)
                add_user(session, name, form.role.data, form.password.data, _writer(), branch=branch)
            flash(_("已添加 %(name)s。", name=name), "success")
            return redirect(url_for("admin.overview"))
        except Refused as refused:
            form.form_errors.append(say(refused.message))
    return _people_page(form), 422


@blueprint.route("/people/<int:user_id>/", methods=["GET", "POST"])
@allow("admin")
def person(user_id: int) -> ResponseReturnValue:
    """One person's role and branch."""
    with services().database.read() as session:
        user = session.get(User, user_id) or abort(404)
    form = DutiesForm()
    if form.validate_on_submit():
        try:
            with services().database.write() as session:
                mine = session.get_one(User, user_id)
                staffing.change_duties(session, mine, form.role.data, _branch(session, form), _writer())
            flash(_("已保存。%(name)s 下一次点击起生效。", name=user.username), "success")
            return redirect(url_for("admin.overview"))
        except Refused as refused:
            form.form_errors.append(say(refused.message))
    if form.is_submitted():
        return _person_page(user, form), 422
    return _person_page(user, _duties_of(user))


@blueprint.post("/people/<int:user_id>/password")
@allow("admin")
def reset_password(user_id: int) -> ResponseReturnValue:
    """A new password, shown this once; the old sessions end."""
    with services().database.write() as session:
        user = session.get(User, user_id) or abort(404)
        password = staffing.reset_password(session, user, _writer())
    # Not flashed: that would write the password into a cookie.
    words = _("%(name)s 的新密码：%(password)s。只在这里显示一次。", name=user.username, password=password)
    return _person_page(user, _duties_of(user), told=words)


@blueprint.post("/people/<int:user_id>/active")
@allow("admin")
def set_active(user_id: int) -> ResponseReturnValue:
    """Close an account, or open it again."""
    wanted = request.form.get("active") == "1"
    try:
        with services().database.write() as session:
            user = session.get(User, user_id) or abort(404)
            (staffing.activate if wanted else staffing.deactivate)(session, user, _writer())
    except Refused as refused:
        flash(say(refused.message), "error")
    else:
        words = _("已启用 %(name)s。") if wanted else _("已停用 %(name)s，其登录已全部结束。")
        flash(words % {"name": user.username}, "success")
    return redirect(url_for("admin.person", user_id=user_id))


@blueprint.route("/branches/", methods=["GET", "POST"])
@allow("admin")
def branches() -> ResponseReturnValue:
    """The branch tree, and its import from a table."""
    form = BranchFileForm()
    if form.validate_on_submit():
        try:
            count = _import_branches(form)
            flash(_("已导入 %(count)s 个机构。", count=count), "success")
            return redirect(url_for("admin.branches"))
        except Refused as refused:
            form.form_errors.append(say(refused.message))
    with services().database.read() as session:
        rows = reading.branches(session)
    code = 422 if form.is_submitted() else 200
    return render_template("admin/branches.html", rows=rows, form=form, kinds=KIND_WORDS), code


@blueprint.get("/devices/")
@allow("admin")
def devices() -> ResponseReturnValue:
    with services().database.read() as session:
        rows = reading.devices(session)
    return render_template("admin/devices.html", rows=rows)


@blueprint.post("/devices/<device_id>/revoke")
@allow("admin")
def revoke_device(device_id: str) -> ResponseReturnValue:
    """Stop a kiosk: what it sends from now on is refused."""
    with services().database.write() as session:
        if session.get(Device, device_id) is None:
            abort(404)
        device = revoke(session, device_id, _writer())
    flash(_("已停用设备 %(name)s。", name=device.name), "success")
    return redirect(url_for("admin.devices"))


@blueprint.get("/audit/")
@allow("admin", "auditor")
def audit() -> ResponseReturnValue:
    """Audit events, newest first, by filter and page."""
    form = EventFilterForm(request.args)
    page = max(1, request.args.get("page", 1, type=int))
    here = services()
    with here.database.read() as session:
        choices = [SelectChoice("", _("全部"))]
        form.action.choices = choices + [
            SelectChoice(action, action_word(action)) for action in reading.actions(session)
        ]
        wanted = _event_filter(form) if form.validate() else reading.EventFilter()
        events, total = reading.events(session, wanted, here.settings.zone, page, EVENTS_A_PAGE)
    return render_template(
        "admin/audit.html",
        form=form,
        events=events,
        total=total,
        page=page,
        pages=-(-total // EVENTS_A_PAGE),
        page_url=_page_url,
        action_word=action_word,
    )


@blueprint.post("/audit/verify")
@allow("admin", "auditor")
def verify_audit() -> ResponseReturnValue:
    """Recount every event and every seal."""
    here = services()
    with here.database.read() as session:
        verdict = here.auditor.verify(session)
    if verdict.is_whole:
        words = _("审计记录完整：共 %(events)s 条，其中 %(sealed)s 条已封存。")
        flash(words % {"events": verdict.events, "sealed": verdict.sealed}, "success")
    else:
        words = _("审计记录被改动。事件：%(events)s；封存：%(seals)s。请立即报告。")
        found = {"events": list(verdict.changed_events) or "—", "seals": list(verdict.broken_seals) or "—"}
        flash(words % found, "error")
    return redirect(url_for("admin.audit"))


def _people_page(form: PersonForm) -> str:
    with services().database.read() as session:
        rows = reading.people(session)
    return render_template("admin/people.html", rows=rows, form=form, roles=ROLE_WORDS, branches=_branches())


def _person_page(user: User, form: DutiesForm, told: str = "") -> str:
    return render_template("admin/person.html", user=user, form=form, branches=_branches(), told=told)


def _duties_of(user: User) -> DutiesForm:
    role = user.roles[0].name if user.roles else None
    return DutiesForm(formdata=None, role=role, branch=user.branch.code if user.branch is not None else "")


def _branches() -> list[tuple[str, str]]:
    with services().database.read() as session:
        return branch_names(session, Scope())


def _branch(session: Session, form: DutiesForm) -> Branch | None:
    code = (form.branch.data or "").strip()
    return find_branch(session, code) if code else None


def _import_branches(form: BranchFileForm) -> int:
    here = services()
    with tempfile.TemporaryDirectory(dir=here.settings.home) as folder:
        path = Path(folder) / "branches.csv"
        form.file.data.save(path)
        try:
            rows = read_branches(path)
        except UnicodeDecodeError as error:
            raise Refused(
                "网点表不是 UTF-8。请另存为“CSV UTF-8”。", "the table is not UTF-8. Save it as CSV UTF-8."
            ) from error
    with here.database.write() as session:
        return import_branches(session, rows, _writer())


def _event_filter(form: EventFilterForm) -> reading.EventFilter:
    texts = {
        name: (form[name].data or "").strip() for name in ("actor", "action", "object_type", "object_id")
    }
    return reading.EventFilter(**texts, first=form.first.data, last=form.last.data)


def _page_url(number: int) -> str:
    return url_for("admin.audit", **{**request.args.to_dict(), "page": number})


def _writer() -> Writer:
    return Writer(services().auditor, current_user.username)
