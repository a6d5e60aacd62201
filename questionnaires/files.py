"""Questionnaires from files and into files: own YAML and JSON, both without loss.

FileRefused        the file cannot be read as a questionnaire; `findings` say where, what, what to do
"""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml
from pydantic import ValidationError

from questionnaires.checking import check
from questionnaires.definition import Questionnaire
from questionnaires.findings import Finding, error
from questionnaires.places import lines_by_place
from questionnaires.refusals import findings_of
from questionnaires.sources import MOST_BYTES, Source, SourceRefused, parse_json, parse_yaml
from questionnaires.texts import say

WIDTH: Final = 110

_FOREIGN_BREAKS: Final = frozenset("\x85\u2028\u2029")
_PARSERS: Final = {".yaml": parse_yaml, ".yml": parse_yaml, ".json": parse_json}


class FileRefused(Exception):
    """The file cannot be read as a questionnaire."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(finding.sentence("en") for finding in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file read and checked: the questionnaire, unless it could not be read, and all findings."""

    questionnaire: Questionnaire | None
    findings: tuple[Finding, ...]


def read(path: Path) -> Questionnaire:
    """The questionnaire in a file; FileRefused when it cannot be read as one."""
    return loads(_bytes(path), path.suffix, path.stem)


def loads(data: bytes, suffix: str, stem: str) -> Questionnaire:
    """The questionnaire in the bytes of a file; `stem` is its slug when the file names none."""
    return _questionnaire(_source(data, suffix, stem))


def inspect(path: Path) -> Inspected:
    """Read and check a file; every finding carries its line where the format has lines."""
    try:
        data = _bytes(path)
    except FileRefused as refused:
        return Inspected(None, refused.findings)
    return inspect_bytes(data, path.suffix, path.stem)


def inspect_bytes(data: bytes, suffix: str, stem: str) -> Inspected:
    """Read and check the bytes of a file, as `inspect` does."""
    try:
        source = _source(data, suffix, stem)
        questionnaire = _questionnaire(source)
    except FileRefused as refused:
        return Inspected(None, refused.findings)
    lines = lines_by_place(source)
    found = tuple(dataclasses.replace(one, line=_line(lines, one.where)) for one in check(questionnaire))
    return Inspected(questionnaire, found)


def dump_yaml(questionnaire: Questionnaire) -> bytes:
    """The questionnaire as YAML; the same questionnaire gives the same bytes."""
    document = questionnaire.document()
    text: str = yaml.dump(document, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=WIDTH)
    return text.encode("utf-8")


def dump_json(questionnaire: Questionnaire) -> bytes:
    """The questionnaire as JSON; the same questionnaire gives the same bytes."""
    return (json.dumps(questionnaire.document(), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


class _Writer(yaml.SafeDumper):
    """Writes what `sources` reads: no aliases, long texts as blocks."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _write_text(writer: _Writer, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    if not _FOREIGN_BREAKS.isdisjoint(text):
        style = '"'  # PyYAML writes these raw in every other style, and YAML reads them as line ends
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _write_text)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError:
        raise FileRefused((_unreadable(path),)) from None


def _source(data: bytes, suffix: str, stem: str) -> Source:
    parser = _PARSERS.get(suffix.lower())
    if parser is None:
        raise FileRefused((_unknown_format(suffix),))
    try:
        source = parser(data)
    except SourceRefused as refused:
        raise FileRefused((refused.finding,)) from None
    if isinstance(source.data, dict) and source.data.get("slug") is None:
        return dataclasses.replace(source, data={**source.data, "slug": stem})
    return source


def _questionnaire(source: Source) -> Questionnaire:
    try:
        return Questionnaire.model_validate(source.data)
    except ValidationError as failure:
        raise FileRefused(findings_of(failure, source)) from None


def _line(lines: dict[str, int], where: str) -> int | None:
    while where and where not in lines:
        where = where.rpartition("/")[0]
    return lines.get(where)


def _unreadable(path: Path) -> Finding:
    return error(
        path.name,
        "unreadable",
        say("这个文件不存在或不能读取。", "The file does not exist or cannot be read."),
        say("请检查路径和权限。", "Check the path and the permissions."),
    )


def _unknown_format(suffix: str) -> Finding:
    known = ", ".join(_PARSERS)
    return error(
        "",
        "unknown_format",
        say(f"不认识后缀 “{suffix[:20]}”。", f"Files ending in '{suffix[:20]}' are not known."),
        say(f"可用的有 {known}。", f"Use one of {known}."),
    )
