"""How a foreign file's columns and values stand for questions and codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from exports.refusals import ResponsesRefused, refused

Code = int | str


@dataclass(frozen=True, slots=True)
class ResponseMapping:
    """Column → question, `name/code` or column of our exports (None: not read); by question, value → code."""

    columns: Mapping[str, str | None] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Code]] = field(default_factory=dict)


def mapping_from_document(document: object) -> ResponseMapping:
    """The mapping in a document such as a YAML file gives; ResponsesRefused names what is wrong.

    columns: {Q1: csat, 备注: null}
    values: {csat: {非常满意: 5, 满意: 4}}
    """
    if document is None:
        return ResponseMapping()
    if not isinstance(document, Mapping) or not document.keys() <= {"columns", "values"}:
        raise refused(
            "映射文件只能有 columns（列: 题目）和 values（题目: {值: 代码}）两部分。",
            "A mapping file has two parts: columns (column: question), values (question: {value: code}).",
        )
    values = _part(document, "values")
    return ResponseMapping(
        columns={
            str(column): _target(column, target) for column, target in _part(document, "columns").items()
        },
        values={str(question): _codes(question, codes) for question, codes in values.items()},
    )


def _part(document: Mapping[object, object], name: str) -> Mapping[object, object]:
    part = document.get(name)
    if part is None:
        return {}
    if not isinstance(part, Mapping):
        raise _wrong(name)
    return part


def _target(column: object, target: object) -> str | None:
    if target is None or isinstance(target, str):
        return target
    raise _wrong(f"columns/{column}")


def _codes(question: object, codes: object) -> dict[str, Code]:
    if not isinstance(codes, Mapping):
        raise _wrong(f"values/{question}")
    # A YAML key may be a number, but a cell is looked up by its text.
    read: dict[str, Code] = {}
    for value, code in codes.items():
        if isinstance(code, bool) or not isinstance(code, int | str):
            raise _wrong(f"values/{question}/{value}")
        read[str(value)] = code
    return read


def _wrong(where: str) -> ResponsesRefused:
    return refused(
        f"映射文件的 {where} 写法不对：列对应题目名称或 null，值对应代码。",
        f"The mapping file's {where} is wrong: a column has a question name or null, a value a code.",
    )
