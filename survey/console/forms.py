"""The console's forms."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from survey.console.models import CHANNELS

CHANNEL_WORDS = {
    "web": _("网页链接"),
    "qr": _("二维码"),
    "kiosk": _("自助机具"),
    "paper": _("纸质问卷"),
    "hotline": _("客服热线"),
    "mail": _("邮件"),
    "box": _("意见箱"),
    "import": _("文件导入"),
    "api": _("程序接口"),
}
TYPE_WORDS = {
    "consent": _("知情同意"),
    "information": _("说明"),
    "single": _("单选"),
    "multiple": _("多选"),
    "matrix": _("矩阵"),
    "nps": _("推荐度 0 到 10"),
    "text": _("开放题"),
}
REGION_WORDS = {
    "east": _("华东"),
    "north": _("华北"),
    "south": _("华南"),
    "central": _("华中"),
    "northwest": _("西北"),
    "southwest": _("西南"),
}


def region_word(region: str) -> str:
    """What a region is called; a bank may have regions of its own."""
    return str(REGION_WORDS.get(region, region))


STATE_WORDS = {"planned": _("未开始"), "open": _("进行中"), "closed": _("已结束")}


class DefinitionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A questionnaire as a file, or as text to be mended on the page."""

    file = FileField(_("问卷文件"), description=_("YAML 或 JSON 文件。选了文件，就以文件为准。"))
    stem = HiddenField()  # the name of the file sent before: the slug of a definition that names none
    text = TextAreaField(
        _("问卷内容（YAML）"),
        description=_("也可以直接在这里粘贴或改正。"),
        render_kw={"rows": 18, "spellcheck": "false"},
    )


class WaveForm(FlaskForm):  # type: ignore[misc]
    """A new wave of the newest version."""

    name = StringField(
        _("批次名称"),
        [InputRequired(_("请填写批次名称。")), Length(max=80, message=_("最多 80 个字。"))],
        description=_("例如 2026Q4。"),
    )
    opens = DateField(_("开始日期"), [Optional()], description=_("不填则立即开始。"))
    closes = DateField(_("结束日期"), [Optional()], description=_("当天 24 点前都可以填写；不填则一直开放。"))

    def period(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """The first and the last moment in the organisation's zone; a closing day is open to its end."""
        first, last = time(0, 0), time(23, 59, 59)
        return _moment(self.opens.data, first, zone), _moment(self.closes.data, last, zone)


class CollectorForm(FlaskForm):  # type: ignore[misc]
    """A new place where answers come in."""

    channel = SelectField(
        _("渠道"),
        choices=[SelectChoice(name, CHANNEL_WORDS[name]) for name in CHANNELS if name != "import"],
    )
    branch = StringField(
        _("网点代码"),
        [Length(max=40)],
        description=_("不填则属于全行。"),
        render_kw={"list": "branches", "autocomplete": "off"},
    )


def _moment(day: date | None, at: time, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, at, zone)
