from collections import Counter

from survey.demo.branches import HEAD_OFFICE, has_changed, units


def test_units__whole_bank__320_in_a_tree_of_four_kinds() -> None:
    bank = units()
    kinds = Counter(unit.kind for unit in bank)
    assert kinds == {"head_office": 1, "branch": 18, "sub_branch": 72, "outlet": 229}
    assert {unit.region for unit in bank if unit.kind != "head_office"} == {
        "east",
        "north",
        "south",
        "central",
        "northwest",
        "southwest",
    }


def test_units__names_and_codes__unique() -> None:
    bank = units()
    assert len({unit.name for unit in bank}) == len({unit.code for unit in bank}) == len(bank)


def test_units__each__stands_after_a_parent_one_kind_above_in_the_same_region() -> None:
    above = {"branch": "head_office", "sub_branch": "branch", "outlet": "sub_branch"}
    known = {}
    for unit in units():
        if unit.code != HEAD_OFFICE:
            parent = known[unit.parent_code]
            assert parent.kind == above[unit.kind]
            assert parent.region in ("", unit.region)
            assert has_changed(unit.code) == has_changed(parent.code) or parent.kind == "head_office"
        known[unit.code] = unit


def test_has_changed__branches__a_third() -> None:
    branches = [unit for unit in units() if unit.kind == "branch"]
    assert sum(has_changed(unit.code) for unit in branches) * 3 == len(branches)
