import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires.checking import check
from questionnaires.definition import Questionnaire
from questionnaires.files import FileRefused, dump_json, dump_yaml, inspect, loads, read
from questionnaires.findings import Finding
from tests.questionnaires.building import consent, document, matrix, scale, single
from tests.questionnaires.strategies import JSON, documents

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

MINIMAL = """
title: {zh: 标题, en: Title}
languages: [zh, en]
pages:
  - name: first
    title: {zh: 一, en: One}
    questions:
      - type: text
        name: note
        text: {zh: 意见, en: Note}
"""


def refusals(data: str | bytes, suffix: str = ".yaml") -> list[Finding]:
    with pytest.raises(FileRefused) as refused:
        loads(data if isinstance(data, bytes) else data.encode(), suffix, "stem")
    return list(refused.value.findings)


@PATIENT
@given(documents())
def test_yaml__written_and_read__is_the_same_questionnaire(data: dict[str, object]) -> None:
    questionnaire = Questionnaire.model_validate(data)
    written = dump_yaml(questionnaire)
    again = loads(written, ".yaml", "other")
    assert again == questionnaire
    assert dump_yaml(again) == written
    assert again.digest == questionnaire.digest


@PATIENT
@given(documents())
def test_json__written_and_read__is_the_same_questionnaire(data: dict[str, object]) -> None:
    questionnaire = Questionnaire.model_validate(data)
    written = dump_json(questionnaire)
    assert loads(written, ".json", "other") == questionnaire
    assert dump_json(loads(written, ".json", "other")) == written


@PATIENT
@given(st.binary(max_size=200) | st.text(st.sampled_from("ab:-[]{}#&*!?|>'\"%@` \n\t1")).map(str.encode))
def test_loads__any_bytes__refused_with_findings_or_read(data: bytes) -> None:
    for suffix in (".yaml", ".json"):
        findings = refusals(data, suffix)
        assert findings
        assert all(finding.message["zh"] and finding.remedy["en"] for finding in findings)


def test_loads__no_slug__takes_the_stem() -> None:
    assert loads(MINIMAL.encode(), ".yaml", "visit").slug == "visit"


def test_read__file__gives_the_questionnaire(tmp_path: Path) -> None:
    path = tmp_path / "visit.YAML"
    path.write_text("\ufeff" + MINIMAL, encoding="utf-8")
    assert read(path).slug == "visit"


def test_loads__words_that_yaml_1_1_would_change__stay_text() -> None:
    options = (
        "[{code: no, text: {zh: off}}, {code: 12:30, text: {zh: 2024-01-01}}, {code: 0123, text: {zh: y}}]"
    )
    source = MINIMAL.replace("type: text", "type: single").replace(
        "name: note", f"name: note\n        options: {options}"
    )
    (field,) = loads(source.encode(), ".yaml", "s").fields()
    assert [option.code for option in field.options] == ["no", "12:30", "0123"]
    assert [option.text.get("zh") for option in field.options] == ["off", "2024-01-01", "y"]


def test_loads__shared_list__is_resolved_and_written_by_name_again() -> None:
    options = single()["options"]
    data = document(single(options="points"), matrix(options="points"), lists={"points": options})
    questionnaire = Questionnaire.model_validate(data)
    assert len(questionnaire.question("csat").options) == 6  # type: ignore[attr-defined]  # a Single
    assert questionnaire.document()["pages"][0]["questions"][0]["options"] == "points"  # type: ignore[index]


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("", "empty_file", None),
        ("a: [", "broken_yaml", 2),
        ("title: {zh: a}\n\tlanguages: [zh]", "broken_yaml", 2),
        ("a: 1\nb: 2\na: 3", "duplicate_key", 3),
        ("a: &x [1]\nb: *x", "alias", 2),
        ("a: !!python/object/apply:os.system [ls]", "tag", 1),
        ("a: 1\n---\nb: 2", "second_document", 2),
        ("? {a: 1}\n: 2", "bad_key", 1),
        ("[" * 100, "too_deep", 1),
        (b"a: 1\nb: \xd6\xd0", "not_utf8", 2),
        (b"a" * 2_000_001, "too_big", None),
    ],
)
def test_loads__yaml_that_cannot_be_data__names_the_line(
    source: str | bytes, code: str, line: int | None
) -> None:
    (finding,) = refusals(source)
    assert (finding.code, finding.line) == (code, line)


def test_loads__yaml_alias_bomb__refused_at_the_first_alias() -> None:
    bomb = "a: &a [x]\n" + "".join(f"{new}: &{new} [*{old}, *{old}]\n" for old, new in pairwise("abcdefgh"))
    assert [finding.code for finding in refusals(bomb)] == ["alias"]


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ('{\n"a": }', "broken_json", 2),
        ('{"a": 1, "a": 2}', "duplicate_key", None),
        ('{"a": NaN}', "bad_number", None),
        ("1" * 5000, "bad_number", None),
        ("[" * 200_000, "too_deep", None),
    ],
)
def test_loads__json_that_cannot_be_data__is_refused(source: str, code: str, line: int | None) -> None:
    (finding,) = refusals(source, ".json")
    assert (finding.code, finding.line) == (code, line)


def test_loads__unknown_suffix__names_those_it_knows() -> None:
    (finding,) = refusals(MINIMAL, ".doc")
    assert finding.code == "unknown_format"
    assert ".yaml" in finding.remedy["zh"]


@pytest.mark.parametrize(
    ("before", "after", "where", "code", "line"),
    [
        ("type: text", "type: essay", "note", "unknown_type", 8),
        ("type: text", "kind: text", "note", "missing_key", 8),
        ("type: text", "type: single\n        options: nowhere", "note/options", "missing_list", 9),
        ("name: note", "lenes: 2\n        name: note", "note/lenes", "unknown_key", 9),
        ("name: note", "lines: 0\n        name: note", "note/lines", "out_of_range", 9),
        ("name: note", "required: yes\n        name: note", "note/required", "wrong_form", 9),
        ("name: note", "purpose: fun\n        name: note", "note/purpose", "wrong_choice", 9),
        ("name: note", "name: 12", "12/name", "wrong_form", 9),
        ("text: {zh: 意见, en: Note}", "tags: []", "note/text", "missing_key", 8),
        ("text: {zh: 意见, en: Note}", "text: 意见", "note/text", "wrong_form", 10),
        ("zh: 意见", 'zh: "\\x01"', "note/text/zh", "bad_character", 10),
        ("languages: [zh, en]", "languages: zh", "languages", "wrong_form", 3),
        ("languages: [zh, en]", "languages: [中文]", "languages/1", "wrong_form", 3),
    ],
)
def test_loads__wrong_part__is_named_with_its_line(
    before: str, after: str, where: str, code: str, line: int
) -> None:
    (finding,) = refusals(MINIMAL.replace(before, after, 1))
    assert (finding.where, finding.code, finding.line) == (where, code, line)


def test_loads__many_faults__all_told_at_once_without_words_of_the_parser() -> None:
    source = MINIMAL.replace("type: text", "type: essay").replace(
        "languages: [zh, en]", "languages: 5\nfacets: 3"
    )
    findings = refusals(source)
    assert [finding.code for finding in findings] == ["wrong_form", "wrong_form", "unknown_type"]
    told = " ".join(finding.sentence("en") + finding.sentence("zh") for finding in findings)
    assert "pydantic" not in told
    assert "Input should" not in told


def test_loads__fault_in_a_shared_list__told_once() -> None:
    options = [{"code": 1.5, "text": {"zh": "a"}}]
    data = document(single(options="points"), single("other", options="points"), lists={"points": options})
    (finding,) = refusals(json.dumps(data), ".json")
    assert finding.where == "lists/points/1/code"


@st.composite
def spoiled(draw: st.DrawFn) -> object:
    """A sound document with one part replaced, or one key added, by any JSON."""
    whole = json.loads(json.dumps(document(consent(), matrix(), single(), scales=[scale()], lists={"l": []})))
    part: dict[str, object] | list[object] = whole
    while True:
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        key = draw(
            st.sampled_from([*keys, "new"]) if isinstance(part, dict) else st.sampled_from(keys or [0])
        )
        inner = part[key] if key in keys else None  # type: ignore[call-overload,index]
        if not inner or not isinstance(inner, dict | list) or draw(st.booleans()):
            break
        part = inner
    if isinstance(part, dict) or keys:
        part[key] = draw(JSON)  # type: ignore[call-overload,index]
    return whole


@PATIENT
@given(spoiled())
def test_loads__one_part_is_anything__refused_in_our_words_or_read(data: object) -> None:
    try:
        told = [*check(loads(json.dumps(data).encode(), ".json", "stem"))]
    except FileRefused as refused:
        told = [*refused.findings]
    for finding in told:
        assert "Input should" not in finding.sentence("en")
        assert all(finding.message.values())
        assert all(finding.remedy.values())


def test_inspect__faults_of_meaning__carry_their_line(tmp_path: Path) -> None:
    path = tmp_path / "visit.yaml"
    path.write_text(
        MINIMAL
        + "facets: [nobody]\nscales:\n  - {name: s, title: {zh: 量, en: S}, items: [gone], range: [1, 5]}\n"
    )
    inspected = inspect(path)
    assert inspected.questionnaire is not None
    found = {(finding.code, finding.where, finding.line) for finding in inspected.findings}
    assert ("dangling_reference", "scales/s/items", 13) in found
    assert any(code == "dangling_reference" and line == 11 for code, where, line in found)


def test_inspect__file_that_cannot_be_read__gives_findings_and_no_questionnaire(tmp_path: Path) -> None:
    path = tmp_path / "visit.yaml"
    path.write_text("a: [")
    assert inspect(path).questionnaire is None
    assert inspect(path).findings[0].code == "broken_yaml"


def test_read__no_such_file__refused_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"gone\.yaml"):
        read(tmp_path / "gone.yaml")


def test_document__consent_and_defaults__only_what_differs_is_written() -> None:
    questionnaire = Questionnaire.model_validate(document(consent(required=True), single(required=False)))
    written = dump_yaml(questionnaire).decode()
    assert "required" not in written
    assert "type: consent" in written
