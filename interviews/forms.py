"""The coding room's forms."""

from collections.abc import Iterable
from pathlib import PurePath

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import ColorField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from interviews.codebook import LONGEST_CODE_NAME, LONGEST_DEFINITION
from interviews.coding import LONGEST_DOCUMENT_NAME, LONGEST_PROJECT_NAME
from interviews.models import Code
from interviews.reading import CodeRow
from interviews.texts import ENCODINGS

TOP = ""
_NAME_NEEDED = InputRequired(_("请输入名称。"))


class ProjectForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A new project."""

    name = StringField(
        _("项目名称"),
        [_NAME_NEEDED, Length(max=LONGEST_PROJECT_NAME)],
        description=_("例如：2026 年客户关怀访谈。"),
    )


class DocumentForm(FlaskForm):  # type: ignore[misc]
    """A new document, as a file or pasted."""

    file = FileField(_("文件"), description=_(".txt 或 .docx。选了文件，就以文件为准。"))
    encoding = SelectField(
        _("字符编码"),
        choices=[SelectChoice("", _("自动识别")), *(SelectChoice(name, name) for name in ENCODINGS)],
        description=_("预览里若有乱码，回到这里指明字符编码。"),
    )
    text = TextAreaField(_("或者粘贴文本"), render_kw={"rows": 8})
    name = StringField(
        _("文档名称"),
        [Length(max=LONGEST_DOCUMENT_NAME)],
        description=_("不填则用文件名。"),
    )

    @property
    def wanted_name(self) -> str:
        """The name that was typed, else the file's without its suffix."""
        typed: str = (self.name.data or "").strip()
        upload = self.file.data
        return typed or (PurePath(upload.filename or "").stem if upload else "")


class CodeForm(FlaskForm):  # type: ignore[misc]
    """A new code."""

    name = StringField(_("编码名称"), [_NAME_NEEDED, Length(max=LONGEST_CODE_NAME)])
    parent = SelectField(_("上级编码"))
    definition = TextAreaField(_("定义"), [Length(max=LONGEST_DEFINITION)], render_kw={"rows": 3})

    def offer_parents(self, codes: Iterable[CodeRow]) -> "CodeForm":
        """Offer the codes of the project as parents."""
        self.parent.choices = parent_choices(codes)
        return self


class DescribeForm(FlaskForm):  # type: ignore[misc]
    """The name, definition and colour of a code."""

    name = StringField(_("编码名称"), [_NAME_NEEDED, Length(max=LONGEST_CODE_NAME)])
    definition = TextAreaField(_("定义"), [Length(max=LONGEST_DEFINITION)], render_kw={"rows": 4})
    colour = ColorField(_("颜色"))


class MoveForm(FlaskForm):  # type: ignore[misc]
    """Another place for a code in the tree."""

    parent = SelectField(_("移到哪个编码之下"))

    def offer_parents(self, codes: Iterable[CodeRow], moved: Code) -> "MoveForm":
        """Offer every code that is not the moved one or below it."""
        self.parent.choices = parent_choices(code for code in codes if not code.place.startswith(moved.path))
        return self


def parent_choices(codes: Iterable[CodeRow]) -> list[SelectChoice]:
    """The top and the codes by their path, as a select offers them."""
    return [
        SelectChoice(TOP, _("（最上级）")),
        *(SelectChoice(str(code.id), code.full_name) for code in codes),
    ]
