"""Forms of the export and import pages."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from exports import FORMATS

FORMAT_WORDS = {
    "csv": _("CSV，用 Excel 打开：选项显示为文字"),
    "data-csv": _("数据 CSV：原始代码，可再导入"),
    "xlsx": _("Excel 工作簿：代码、文字和编码本"),
    "json": _("JSON：完整无损"),
    "parquet": _("Parquet：供分析程序使用"),
    "sav": _("SPSS"),
    "dta": _("Stata 15"),
}


class ExportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Which responses, in which format."""

    format = SelectField(_("格式"), choices=[SelectChoice(name, FORMAT_WORDS[name]) for name in FORMATS])
    wave = SelectField(_("批次"))
    channel = SelectField(_("渠道"))
    branch = StringField(
        _("网点代码"),
        [Length(max=40)],
        description=_("含下级网点；不填则为全部。"),
        render_kw={"list": "branches", "autocomplete": "off"},
    )

    def conditions(self) -> list[tuple[str, str]]:
        """The chosen conditions as `name=value` pairs."""
        fields = (self.wave, self.channel, self.branch)
        return [(field.name, field.data.strip()) for field in fields if field.data and field.data.strip()]


class ImportForm(FlaskForm):  # type: ignore[misc]
    """A response file, and how to read it."""

    file = FileField(
        _("答卷文件"),
        [FileRequired(_("请选择文件。"))],
        description=_(
            "CSV（UTF-8）、Excel、SPSS、Parquet 或本系统导出的 JSON。第一行是题目名称，编号列名为 id。"
        ),
    )
    mapping = FileField(_("映射文件（可选）"), description=_("YAML：列名与题目、文字与代码的对应。"))
    wave = SelectField(_("批次"))
    encoding = SelectField(
        _("CSV 编码"),
        choices=[SelectChoice("", "UTF-8"), SelectChoice("gb18030", _("GB18030（中文 Excel）"))],
    )
    good_rows_only = BooleanField(
        _("有错误的行另存为错误文件，其余照常导入"),
        description=_("不勾选时，只要有一行有错误，整个文件都不导入。"),
    )
