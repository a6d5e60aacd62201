"""The administrator's forms."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from survey.accounts.people import PASSWORD_MINIMUM
from survey.security import ROLES

ROLE_WORDS = {
    "admin": _("管理员"),
    "researcher": _("研究员"),
    "manager": _("管理者"),
    "handler": _("投诉处理员"),
    "clerk": _("网点录入员"),
    "auditor": _("审计员"),
}
KIND_WORDS = {
    "head_office": _("总行"),
    "branch": _("分行"),
    "sub_branch": _("支行"),
    "outlet": _("网点"),
}


class DutiesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A role, and the branch whose subtree is in view."""

    role = SelectField(_("角色"), choices=[SelectChoice(name, ROLE_WORDS[name]) for name in ROLES])
    branch = StringField(
        _("网点代码"),
        [Length(max=40)],
        description=_("只看这个网点及其下级的数据；不填则看全行。"),
        render_kw={"list": "branches", "autocomplete": "off"},
    )


class PersonForm(DutiesForm):
    """Somebody new."""

    username = StringField(
        _("用户名"),
        [InputRequired(_("请填写用户名。")), Length(max=80, message=_("最多 80 个字符。"))],
        render_kw={"autocomplete": "off"},
    )
    password = PasswordField(
        _("初始密码"),
        [InputRequired(_("请填写密码。")), Length(min=PASSWORD_MINIMUM, message=_("至少 %(min)d 个字符。"))],
        render_kw={"autocomplete": "new-password"},
    )


class BranchFileForm(FlaskForm):  # type: ignore[misc]
    """A table of branches."""

    file = FileField(
        _("网点表"),
        [FileRequired(_("请选择文件。"))],
        description=_("CSV，第一行为 code,name,parent_code,region。代码已有的网点会更新。"),
    )


class EventFilterForm(FlaskForm):  # type: ignore[misc]
    """Which audit events to list; sent in the address, so it needs no token."""

    class Meta:
        csrf = False

    actor = StringField(_("谁"))
    action = SelectField(_("做了什么"), validate_choice=False)
    object_type = StringField(_("对象类型"))
    object_id = StringField(_("对象编号"))
    first = DateField(_("从"), [Optional()])
    last = DateField(_("到"), [Optional()])
