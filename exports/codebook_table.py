"""The codebook as rows of a table: what a sheet, or any other list of it, shows."""

from collections.abc import Iterator

from exports.codebook import METADATA_TEXTS, TIME_COLUMNS, Codebook, Column, Variable

TableRow = tuple[str, ...]

_HEADER = {
    "zh": (
        "列",
        "题目",
        "题目文字",
        "文字",
        "取值",
        "代码",
        "代码文字",
        "缺失",
        "反向计分",
        "版本",
    ),
    "en": (
        "column",
        "question",
        "question text",
        "text",
        "values",
        "code",
        "code text",
        "missing",
        "reversed",
        "versions",
    ),
}
_VALUES = {
    "code": {"zh": "一个代码", "en": "one code"},
    "codes": {
        "zh": "1 选中，0 未选中，空白为未回答本题；读回时，同一题的各列合成一个代码表",
        "en": "1 chosen, 0 not, empty: question not answered; its columns are read back as one list",
    },
    "integer": {"zh": "整数", "en": "integer"},
    "text": {"zh": "文字", "en": "text"},
}
_YES = {"zh": "是", "en": "yes"}


def table(codebook: Codebook, language: str) -> Iterator[TableRow]:
    """Notes on the whole export, an empty row, a header, then a row for every column and every code."""
    for note in notes(codebook, language):
        yield (note,)
    yield ()
    yield _HEADER[own_language(language)]
    for name, text in METADATA_TEXTS.items():
        yield (name, "", "", text.get(language), _metadata_values(codebook, name, language))
    for column in codebook.columns():
        yield from _column_rows(column, language)


def notes(codebook: Codebook, language: str) -> tuple[str, ...]:
    """What holds for the whole export: which questionnaire, which versions, which time zone."""
    title, versions = codebook.title.get(language), ", ".join(codebook.versions)
    if own_language(language) == "zh":
        return (
            f"问卷：{title}（{codebook.slug}）",
            f"版本：{versions}",
            f"时间按时区 {codebook.zone} 记录。",
            "空白单元格表示未回答；标为缺失的代码（如“不适用”）是回答，但不参加平均。",
        )
    return (
        f"Questionnaire: {title} ({codebook.slug})",
        f"Versions: {versions}",
        f"Times are in the zone {codebook.zone}.",
        "An empty cell is no answer; codes marked missing (not applicable) are answers, never averaged.",
    )


def _column_rows(column: Column, language: str) -> Iterator[TableRow]:
    variable = column.variable
    words_in = own_language(language)
    asked = variable.question_label(language)
    text = column.label(language)
    yield (
        column.name,
        variable.question,
        asked if asked != text else "",
        text,
        _VALUES[variable.kind][words_in],
        "",
        "",
        "",
        _YES[words_in] if variable.reversed else "",
        ", ".join(variable.versions),
    )
    if variable.kind == "code":
        yield from _code_rows(variable, language)


def _code_rows(variable: Variable, language: str) -> Iterator[TableRow]:
    for choice in variable.choices:
        missing = _YES[own_language(language)] if choice.missing else ""
        yield (variable.column, "", "", "", "", str(choice.code), choice.label(language), missing)


def _metadata_values(codebook: Codebook, name: str, language: str) -> str:
    if name in TIME_COLUMNS:
        return {"zh": f"时间，时区 {codebook.zone}", "en": f"time, zone {codebook.zone}"}[
            own_language(language)
        ]
    return _VALUES["text"][own_language(language)]


def own_language(language: str) -> str:
    """The language of the product's own words: Chinese unless English is wanted."""
    return "en" if language.startswith("en") else "zh"
