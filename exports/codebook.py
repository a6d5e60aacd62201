"""The codebook: what the columns and codes of an export mean, over one or several questionnaire versions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from questionnaires.definition import Code, Field, LocalText, Option, Questionnaire

Kind = Literal["code", "codes", "integer", "text"]

TIME_COLUMNS = ("started_at", "submitted_at", "received_at")
METADATA_COLUMNS = (
    "id",
    "version",
    "wave",
    "collector",
    "branch",
    "channel",
    "locale",
    "status",
    *TIME_COLUMNS,
)
METADATA_TEXTS = {
    "id": LocalText({"zh": "答卷编号", "en": "Response id"}),
    "version": LocalText({"zh": "问卷版本", "en": "Questionnaire version"}),
    "wave": LocalText({"zh": "批次", "en": "Wave"}),
    "collector": LocalText({"zh": "投放", "en": "Collector"}),
    "branch": LocalText({"zh": "网点编号", "en": "Branch code"}),
    "channel": LocalText({"zh": "渠道", "en": "Channel"}),
    "locale": LocalText({"zh": "答题语言", "en": "Language of the respondent"}),
    "status": LocalText({"zh": "状态", "en": "Status"}),
    "started_at": LocalText({"zh": "开始时间", "en": "Started"}),
    "submitted_at": LocalText({"zh": "提交时间", "en": "Submitted"}),
    "received_at": LocalText({"zh": "接收时间", "en": "Received"}),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A text and the versions that used it."""

    text: LocalText
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option code of a variable, with what it was called."""

    code: Code
    wordings: tuple[Wording, ...]
    missing: bool

    def label(self, language: str) -> str:
        """The text of the option; where versions differ, each text with its versions."""
        return joined(self.wordings, language)


@dataclass(frozen=True, slots=True)
class Variable:
    """One stored answer name, as all its versions together define it."""

    name: str
    column: str
    kind: Kind
    wordings: tuple[Wording, ...]
    question: str
    question_wordings: tuple[Wording, ...]
    choices: tuple[Choice, ...]
    reversed: bool
    versions: tuple[str, ...]

    def label(self, language: str) -> str:
        """The question's text, for a matrix row the item's; where versions differ, each with its versions."""
        return joined(self.wordings, language)

    def question_label(self, language: str) -> str:
        """The text of the whole question: for a matrix row the words above the matrix."""
        return joined(self.question_wordings, language)

    @property
    def numeric(self) -> bool:
        """Whether every answer is an integer."""
        whole_codes = all(isinstance(choice.code, int) for choice in self.choices)
        return self.kind == "integer" or (self.kind == "code" and bool(self.choices) and whole_codes)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table of answers: a variable, or one option of a multiple choice (0/1)."""

    name: str
    variable: Variable
    choice: Choice | None = None

    def label(self, language: str) -> str:
        """Question text, followed by the option's for a 0/1 column."""
        text = self.variable.label(language)
        return text if self.choice is None else f"{text} — {self.choice.label(language)}"


@dataclass(frozen=True, slots=True)
class Codebook:
    """Names, texts and codes of an export; `zone` is the time zone its times are written in."""

    slug: str
    title: LocalText
    versions: tuple[str, ...]
    languages: tuple[str, ...]
    variables: tuple[Variable, ...]
    zone: str

    def columns(self) -> tuple[Column, ...]:
        """The answer columns in order, a multiple choice as one column an option."""
        return tuple(column for variable in self.variables for column in columns_of(variable))


def build(versions: Sequence[tuple[str, Questionnaire]], zone: str = "Asia/Shanghai") -> Codebook:
    """The codebook over the given versions (identifier as in Row.version, definition), oldest first.

    Names are joined: a question that only some versions ask keeps its column, placed after the question it
    followed; a code that only some versions offer stays. ValueError without a version or with a repeated one.
    """
    names = tuple(version for version, _ in versions)
    if not names or len(set(names)) != len(names):
        raise ValueError("versions: at least one is needed, each once")
    newest = versions[-1][1]
    asked: dict[str, list[_Asked]] = {}
    for version, questionnaire in versions:
        for field in questionnaire.fields():
            question = questionnaire.question(field.question)
            asked.setdefault(field.name, []).append(_Asked(version, field, question.text))
    order = merged_order([[field.name for field in questionnaire.fields()] for _, questionnaire in versions])
    columns = answer_columns(order)
    variables = tuple(_variable(columns[name], asked[name]) for name in order)
    languages = tuple(dict.fromkeys(tag for _, questionnaire in versions for tag in questionnaire.languages))
    return Codebook(newest.slug, newest.title, names, languages, variables, zone)


def columns_of(variable: Variable) -> Iterator[Column]:
    """The columns of one variable, in order."""
    if variable.kind != "codes":
        yield Column(variable.column, variable)
        return
    for choice in variable.choices:
        yield Column(f"{variable.column}/{choice.code}", variable, choice)


def joined(wordings: Sequence[Wording], language: str) -> str:
    """One text if all wordings agree in the language, else all of them, each naming its versions."""
    by_text: dict[str, list[str]] = {}
    for wording in wordings:
        by_text.setdefault(wording.text.get(language), []).extend(wording.versions)
    if len(by_text) == 1:
        return next(iter(by_text))
    return " / ".join(
        f"{text} 〔{', '.join(short(version) for version in versions)}〕"
        for text, versions in by_text.items()
    )


def short(version: str) -> str:
    """The beginning of a version's hash, as people quote it."""
    return version[:8]


def answer_columns(names: Sequence[str]) -> dict[str, str]:
    """The column of each answer name: the name, but q_name where an export has a column of that name."""
    taken = {*names, *METADATA_COLUMNS}
    columns = {}
    for name in names:
        column = name
        if name in METADATA_COLUMNS:
            column = next(free for free in _prefixed(name) if free not in taken)
            taken.add(column)
        columns[name] = column
    return columns


def merged_order(orders: Iterable[Sequence[str]]) -> list[str]:
    """All names once; one that a later order adds stands right after the name it follows there."""
    merged: list[str] = []
    for order in orders:
        known = set(merged)
        position = 0
        for name in order:
            if name in known:
                position = merged.index(name) + 1
            else:
                merged.insert(position, name)
                position += 1
    return merged


def _prefixed(name: str) -> Iterator[str]:
    while True:
        name = f"q_{name}"
        yield name


@dataclass(frozen=True, slots=True)
class _Asked:
    """One answer name in one version."""

    version: str
    field: Field
    question_text: LocalText


def _variable(column: str, asked: Sequence[_Asked]) -> Variable:
    latest = asked[-1].field
    return Variable(
        name=latest.name,
        column=column,
        kind=_common_kind([one.field.kind for one in asked]),
        wordings=_wordings((one.version, one.field.text) for one in asked),
        question=latest.question,
        question_wordings=_wordings((one.version, one.question_text) for one in asked),
        choices=tuple(_choices(asked)),
        reversed=any(one.field.reversed for one in asked),
        versions=tuple(one.version for one in asked),
    )


def _common_kind(kinds: Sequence[Kind]) -> Kind:
    """The kind that can hold the answers of all versions; a name that changed its nature becomes text."""
    distinct = set(kinds)
    if len(distinct) == 1:
        return kinds[0]
    return "codes" if distinct == {"code", "codes"} else "text"


def _choices(asked: Sequence[_Asked]) -> Iterator[Choice]:
    """The codes of all versions. 1 and "1" are one code: no table could tell them apart."""
    offered: dict[str, list[tuple[str, Option]]] = {}
    for one in asked:
        for option in one.field.options:
            offered.setdefault(str(option.code), []).append((one.version, option))
    for code in merged_order([[str(option.code) for option in one.field.options] for one in asked]):
        yield Choice(
            code=offered[code][0][1].code,
            wordings=_wordings((version, option.text) for version, option in offered[code]),
            missing=any(option.missing for _, option in offered[code]),
        )


def _wordings(texts: Iterable[tuple[str, LocalText]]) -> tuple[Wording, ...]:
    versions_of: dict[LocalText, list[str]] = {}
    for version, text in texts:
        versions_of.setdefault(text, []).append(version)
    return tuple(Wording(text, tuple(versions)) for text, versions in versions_of.items())
