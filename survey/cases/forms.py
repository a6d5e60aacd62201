"""The handler's forms."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

STATE_WORDS = {"open": _("待答复"), "answered": _("已答复"), "closed": _("已办结")}
FILTER_WORDS = {"overdue": _("已超期"), **STATE_WORDS}
LONGEST_ANSWER = 4000


class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The answer to a complaint."""

    answer = TextAreaField(
        _("答复"),
        [InputRequired(_("请填写答复。")), Length(max=LONGEST_ANSWER, message=_("最多 %(max)d 个字。"))],
        description=_("客户凭回执码可以看到这段答复。请勿写入姓名、电话或账号。"),
        render_kw={"rows": 8},
    )
