import re
from collections import Counter

import pytest

from survey.demo.interviews import CODERS, Document, codebook, codings, documents

GROUPS = {
    "management": 2,
    "account_manager": 3,
    "service_staff": 2,
    "retail": 2,
    "hnw": 1,
    "corporate": 1,
    "sme": 1,
}


def characters_coded(document: Document, coder: str) -> set[tuple[int, str]]:
    return {
        (place, coding.code)
        for coding in codings()
        if coding.document == document.name and coding.coder == coder
        for place in range(coding.start, coding.end)
    }


def test_documents__all__ten_interviews_and_two_groups_of_the_right_people() -> None:
    assert Counter(document.kind for document in documents()) == {"interview": 10, "focus_group": 2}
    assert Counter(document.group for document in documents()) == GROUPS
    assert len({document.title for document in documents()}) == 12


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.name)
def test_document__text__dialogue_of_the_right_length_without_marks(document: Document) -> None:
    assert 1200 <= len(document.text) <= 3000
    assert re.fullmatch(r"((主持人|受访者[A-J])：.+\n)+", document.text)
    assert not re.search("[⟦⟧｜]", document.text)
    speakers = set(re.findall("^(.+?)：", document.text, re.MULTILINE))
    assert len(speakers) == 2 if document.kind == "interview" else len(speakers) >= 5


def test_codebook__tree__each_code_after_its_parent_with_a_definition() -> None:
    seen: set[str] = set()
    for code in codebook():
        parent = code.path.rpartition("/")[0]
        assert not parent or parent in seen
        assert code.definition
        seen.add(code.path)
    assert 20 <= len(seen) == len(codebook()) <= 30
    names = [code.path.rpartition("/")[2] for code in codebook()]
    assert len(set(names)) == len(names)


def test_codings__each__quote_stands_in_its_document_in_one_turn() -> None:
    texts = {document.name: document.text for document in documents()}
    paths = {code.path for code in codebook()}
    for coding in codings():
        assert texts[coding.document][coding.start : coding.end] == coding.quote
        assert coding.quote.strip() == coding.quote != ""
        assert "\n" not in coding.quote
        assert coding.code in paths
    assert codings() == codings()


def test_codings__both_coders__read_every_document_and_use_every_leaf() -> None:
    for coder in CODERS:
        assert {coding.document for coding in codings() if coding.coder == coder} == {
            d.name for d in documents()
        }
    assert {coding.code for coding in codings()} == {code.path for code in codebook() if "/" in code.path}


def test_codings__two_coders__agree_mostly_and_not_always() -> None:
    shares = []
    for document in documents():
        first, second = (characters_coded(document, coder) for coder in CODERS)
        shares.append(len(first & second) / len(first | second))
    assert 0.6 < sum(shares) / len(shares) < 0.9
    assert max(shares) < 1 or min(shares) < 0.9


def test_documents__export_import_company__its_story_is_told_and_coded() -> None:
    (document,) = (document for document in documents() if document.group == "corporate")
    assert all(
        words in document.text for words in ("五个工作日", "第十五个工作日", "四点五", "四点八", "结汇")
    )
    codes = {coding.code.rpartition("/")[2] for coding in codings() if coding.document == document.name}
    assert {"审批慢", "利率与承诺不符", "结算差错", "部门推诿", "考虑离开", "信息传递滞后"} <= codes
