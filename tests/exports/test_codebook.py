import pytest
from hypothesis import given
from hypothesis import strategies as st

import exports
from exports.codebook import METADATA_COLUMNS, answer_columns, merged_order
from exports.codebook_table import table
from tests.exports.sample import BOOK, SMALL, VERSION
from tests.questionnaires import building

NEWER = "9b1c" * 16


def test_columns__one_version__question_order_with_a_column_an_option() -> None:
    assert [column.name for column in BOOK.columns()] == [
        "csat",
        "segment",
        "s1",
        "s2",
        "used/counter",
        "used/kiosk",
        "used/web",
        "used/none",
        "nps",
        "suggestion",
    ]


def test_build__versions_differ__all_names_and_codes_stay() -> None:
    older = building.questionnaire(
        {**building.single("csat"), "options": building.points(5, 1)}, building.open_text("remark")
    )
    newer = building.questionnaire(
        {**building.single("csat"), "text": building.text("new"), "options": building.points(5, 3, 1)},
        building.nps("nps"),
        building.open_text("remark"),
    )
    book = exports.build([(VERSION, older), (NEWER, newer)])
    assert [variable.name for variable in book.variables] == ["csat", "nps", "remark"]
    csat = book.variables[0]
    assert [choice.code for choice in csat.choices] == [5, 3, 1]
    assert csat.label("zh") == "csat 〔3f2a3f2a〕 / new 〔9b1c9b1c〕"
    assert csat.choices[0].label("zh") == "option 5"
    assert book.variables[1].versions == (NEWER,)


def test_build__kind_changed__widest_that_holds_both() -> None:
    single = building.questionnaire(building.single("a"), building.single("b"))
    changed = building.questionnaire(building.multiple("a"), building.open_text("b"))
    book = exports.build([(VERSION, single), (NEWER, changed)])
    assert [variable.kind for variable in book.variables] == ["codes", "text"]


def test_build__code_as_number_and_as_text__one_code() -> None:
    numbers = building.questionnaire({**building.single("a"), "options": building.points(1, 2)})
    texts = building.questionnaire({**building.single("a"), "options": building.points("1", "x")})
    book = exports.build([(VERSION, numbers), (NEWER, texts)])
    assert [choice.code for choice in book.variables[0].choices] == [1, "x", 2]


def test_build__question_named_as_a_metadata_column__prefixed() -> None:
    book = exports.build(
        [(VERSION, building.questionnaire(building.single("branch"), building.single("q_id")))]
    )
    assert [column.name for column in book.columns()] == ["q_branch", "q_id"]
    assert answer_columns(["branch", "q_branch"]) == {"branch": "q_q_branch", "q_branch": "q_branch"}


@pytest.mark.parametrize("versions", [[], [(VERSION, SMALL), (VERSION, SMALL)]])
def test_build__no_version_or_one_twice__refused(versions: list[tuple[str, object]]) -> None:
    with pytest.raises(ValueError, match="versions"):
        exports.build(versions)  # type: ignore[arg-type]


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), max_size=4))
def test_merged_order__any_orders__each_name_once(orders: list[list[str]]) -> None:
    merged = merged_order(orders)
    assert sorted(merged) == sorted({name for order in orders for name in order})


def test_merged_order__first_order__kept() -> None:
    assert merged_order([["a", "b", "c"], ["a", "x", "b"], ["y", "c", "z"]]) == ["y", "a", "x", "b", "c", "z"]


def test_table__chinese_and_english__zone_and_every_column() -> None:
    for language, zone in (("zh", "时区 Asia/Shanghai"), ("en", "zone Asia/Shanghai")):
        lines = list(table(BOOK, language))
        assert any(zone in cell for line in lines for cell in line)
        named = {line[0] for line in lines if line}
        assert named >= {*METADATA_COLUMNS, *(column.name for column in BOOK.columns())}
        assert ("csat", "na") in {(line[0], line[5]) for line in lines if len(line) > 5}
