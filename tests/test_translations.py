"""The English pages are whole, and what is compiled is what is written."""

import re

from tests.translations import FOLDER, catalogue, compiled, used


def test_english__every_text_of_the_pages_is_translated() -> None:
    known = catalogue()
    missing = [text for text in used() if not (found := known.get(text)) or not found.string]
    assert not missing, f"run python -m tests.translations and translate: {missing}"


def test_english__placeholders_are_those_of_the_chinese() -> None:
    for message in catalogue():
        names = [
            sorted(re.findall(r"%\(\w+\)s|%%|%s", text)) for text in (message.id, message.string) if text
        ]
        assert len(names) < 2 or names[0] == names[1], message.id


def test_english__no_chinese_left_in_it() -> None:
    left = [
        message.string
        for message in catalogue()
        if message.id and re.search("[\u4e00-\u9fff]", message.string)
    ]
    assert left == []


def test_catalogue__compiled_from_what_is_written() -> None:
    assert (FOLDER / "messages.mo").read_bytes() == compiled(catalogue())
