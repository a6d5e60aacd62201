"""Bytes of a YAML or JSON file into plain data, with the line each part stands on.

YAML is read from its events, never by constructing objects: no tags, no aliases (so no bombs), bounded
depth, no repeated keys. Plain words follow YAML 1.2: `no`, `on` and `12:30` are text, not false or 750.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from questionnaires.findings import Finding, error
from questionnaires.texts import Message, say

MOST_BYTES: Final = 2_000_000
MOST_NESTED: Final = 32

Path = tuple[str | int, ...]

_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL: Final = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{0,18}([eE][-+][0-9]{1,3})?")
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class SourceRefused(Exception):
    """The file cannot be read as data at all; `finding` says why and where."""

    def __init__(self, code: str, message: Message, remedy: Message, line: int | None = None) -> None:
        super().__init__(code)
        self.finding: Finding = error("", code, message, remedy, line)


@dataclass(frozen=True, slots=True)
class Source:
    """Plain data of a file and the line of each part of it (YAML only; JSON keeps none)."""

    data: object
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int | None:
        """The line of that part, or of the nearest part around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


def parse_yaml(data: bytes) -> Source:
    """The one document of a YAML file."""
    builder = _Builder()
    try:
        for event in yaml.parse(_text(data), Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        raise _broken(mark.line + 1 if mark else None) from None
    except yaml.YAMLError:
        raise _broken(None) from None
    if builder.documents == 0:
        raise SourceRefused(
            "empty_file",
            say("文件是空的。", "The file is empty."),
            say("请写入问卷内容。", "Write a questionnaire into it."),
        )
    return Source(builder.root, builder.lines)


def parse_json(data: bytes) -> Source:
    """A JSON file; a key given twice or a number that is none (NaN) is refused."""
    try:
        return Source(json.loads(_text(data), object_pairs_hook=_unique, parse_constant=_refuse_number))
    except json.JSONDecodeError as failure:
        raise SourceRefused(
            "broken_json",
            say("JSON 写法有误，读不下去。", "The JSON is not well formed."),
            say(
                "请检查这一行前后的引号、逗号和括号。", "Check quotes, commas and brackets around this line."
            ),
            failure.lineno,
        ) from None
    except RecursionError:
        raise _too_deep(None) from None
    except ValueError:  # an integer of thousands of digits
        raise _bad_number() from None


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise SourceRefused(
            "too_big",
            say(f"文件超过 {MOST_BYTES} 字节。", f"The file is larger than {MOST_BYTES} bytes."),
            say("请拆成几份问卷。", "Split it into several questionnaires."),
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise SourceRefused(
            "not_utf8",
            say("文件不是 UTF-8 编码。", "The file is not UTF-8."),
            say("请在编辑器里另存为 UTF-8。", "Save it as UTF-8 in your editor."),
            data.count(b"\n", 0, failure.start) + 1,
        ) from None


@dataclass(slots=True)
class _Open:
    """A mapping or list that is still being filled."""

    container: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


class _Builder:
    """Takes YAML events one by one and builds plain data beside a table of lines."""

    def __init__(self) -> None:
        self.root: object = None
        self.documents = 0
        self.lines: dict[Path, int] = {}
        self._open: list[_Open] = []

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._start({} if isinstance(event, yaml.MappingStartEvent) else [], event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise _alias(line)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._document(line)

    def _document(self, line: int) -> None:
        self.documents += 1
        if self.documents > 1:
            raise SourceRefused(
                "second_document",
                say("一个文件里有多份文档（---）。", "The file holds several documents (---)."),
                say("请每个文件只写一份问卷。", "Keep one questionnaire to a file."),
                line,
            )

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        _refuse_tag(event.tag, line)
        if self._expects_key():
            self._key(event.value, line)
        else:
            self._add(_plain_value(event.value) if event.style in (None, "") else event.value, line)

    def _start(
        self, container: dict[str, Any] | list[Any], event: yaml.CollectionStartEvent, line: int
    ) -> None:
        _refuse_tag(event.tag, line)
        if self._expects_key():
            raise SourceRefused(
                "bad_key",
                say("键必须是文字。", "A key has to be plain text."),
                say("请改正冒号左边的内容。", "Correct what stands left of the colon."),
                line,
            )
        if len(self._open) >= MOST_NESTED:
            raise _too_deep(line)
        self._open.append(_Open(container, self._add(container, line)))

    def _expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].container, dict) and self._open[-1].key is None

    def _key(self, key: str, line: int) -> None:
        current = self._open[-1]
        if key in current.container:
            raise _duplicate_key(key, line)
        current.key = key
        self.lines[(*current.path, key)] = line

    def _add(self, value: object, line: int) -> Path:
        """Put a value where it belongs and give its path."""
        if not self._open:
            self.root = value
            self.lines[()] = line
            return ()
        current = self._open[-1]
        if isinstance(current.container, dict):
            key = str(current.key)
            current.container[key] = value
            current.key = None
            return (*current.path, key)
        path = (*current.path, len(current.container))
        current.container.append(value)
        self.lines[path] = line
        return path


def _plain_value(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _duplicate_key(next(_repeated(pairs)), None)
    return found


def _repeated(pairs: list[tuple[str, object]]) -> Iterator[str]:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            yield key
        seen.add(key)


def _refuse_tag(tag: str | None, line: int) -> None:
    if tag is not None and tag != "!":
        raise SourceRefused(
            "tag",
            say("问卷文件里不能用 YAML 标签（!…）。", "YAML tags (!…) are not used in questionnaires."),
            say("请删去感叹号和它后面的词。", "Remove the exclamation mark and its word."),
            line,
        )


def _broken(line: int | None) -> SourceRefused:
    return SourceRefused(
        "broken_yaml",
        say("YAML 写法有误，读不下去。", "The YAML is not well formed."),
        say(
            "请检查这一行前后的缩进、引号和冒号；文字里有“: ”或“#”时要加引号；不要用制表符缩进。",
            "Check indentation, quotes and colons around this line; text with ': ' or '#' needs quotes;"
            " do not indent with tabs.",
        ),
        line,
    )


def _alias(line: int) -> SourceRefused:
    return SourceRefused(
        "alias",
        say("问卷文件里不能用 YAML 别名（*名称）。", "YAML aliases (*name) are not used in questionnaires."),
        say(
            "请把共用的选项写在 lists 里，用名称引用。", "Put shared options under lists and use their name."
        ),
        line,
    )


def _duplicate_key(key: str, line: int | None) -> SourceRefused:
    return SourceRefused(
        "duplicate_key",
        say(f"键 “{key[:60]}” 出现了两次。", f"The key '{key[:60]}' is given twice."),
        say("请只留一个。", "Keep one of them."),
        line,
    )


def _too_deep(line: int | None) -> SourceRefused:
    return SourceRefused(
        "too_deep",
        say("层次过深。", "The data are nested too deeply."),
        say("请检查缩进和括号。", "Check indentation and brackets."),
        line,
    )


def _refuse_number(word: str) -> None:
    raise _bad_number()


def _bad_number() -> SourceRefused:
    return SourceRefused(
        "bad_number",
        say(
            "有一个数不能使用（NaN、Infinity 或位数过多）。",
            "A number cannot be used (NaN, Infinity, too many digits).",
        ),
        say("请写普通的数。", "Write an ordinary number."),
    )
