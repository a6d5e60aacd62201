"""What is written in an exact format is read back with equal ids and answers."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exports
from questionnaires.validation import check_answers
from tests.exports.sample import BOOK, PAYLOADS, SMALL, row

FORMATS = ("data-csv", "json", "parquet", "xlsx")

# What the validator lets through: it strips texts and takes control characters out of them.
WORDS = (st.text(max_size=40) | st.sampled_from(PAYLOADS)).map(
    lambda text: check_answers(SMALL, {"suggestion": text}).answers.get("suggestion")
)
SCALE = st.sampled_from([None, 5, 4, 3, 2, 1, "na"])
CHOSEN = st.lists(st.sampled_from(["counter", "kiosk", "web"]), unique=True) | st.just(["none"])
ANSWERS = st.fixed_dictionaries(
    {
        "csat": SCALE,
        "segment": st.sampled_from([None, "hnw", "sme"]),
        "s1": SCALE,
        "s2": SCALE,
        "used": CHOSEN,
        "nps": st.none() | st.integers(0, 10),
        "suggestion": WORDS,
    }
).map(lambda answers: check_answers(SMALL, answers).answers)


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=40, deadline=None)
@given(responses=st.lists(ANSWERS, max_size=8))
def test_export__read_back__equal_ids_answers_and_metadata(
    format: str, responses: list[dict[str, object]]
) -> None:
    rows = [row(number, **answers) for number, answers in enumerate(responses, 1)]
    with TemporaryDirectory() as folder:
        out = Path(folder) / f"out{exports.FORMATS[format].suffix}"
        exports.write(format, rows, BOOK, out)
        read = list(exports.read_responses(out, SMALL).rows)
    assert [one.refusals for one in read] == [()] * len(rows)
    assert [one.id for one in read] == [one.id for one in rows]
    checked = [check_answers(SMALL, one.answers) for one in read]
    assert [one.errors for one in checked] == [()] * len(rows)
    assert [one.answers for one in checked] == responses
    for one in read:
        assert one.metadata["branch"] == "E11"
        assert one.times["submitted_at"] == rows[0].submitted_at
