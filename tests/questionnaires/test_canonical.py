import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.canonical import canonical_json, plain, sha256_hex
from questionnaires.definition import Questionnaire
from tests.questionnaires.strategies import questionnaires

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


def test_canonical_json__keys_beyond_the_basic_plane__sorted_by_code_point() -> None:
    assert canonical_json({"😀": 1, "\uff01": 2, "b": 3, "a": 4}) == '{"a":4,"b":3,"！":2,"😀":1}'.encode()


def test_canonical_json__chinese_quotes_and_control_characters__escaped_only_where_json_demands() -> None:
    assert (
        canonical_json({"意见": '他说"好"\n\x01\u2028'}) == '{"意见":"他说\\"好\\"\\n\\u0001\u2028"}'.encode()
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, b"5"),
        (5.0, b"5"),
        (-0.0, b"0"),
        (0.5, b'"0.5"'),
        (1e-7, b'"0.0000001"'),
        (Decimal("4.50"), b'"4.50"'),
    ],
)
def test_canonical_json__numbers__whole_as_integers_and_others_as_strings(
    value: object, expected: bytes
) -> None:
    assert canonical_json(value) == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: 2}, {"a": {1}}, "\ud800", object()])
def test_canonical_json__no_canonical_form__value_error(value: object) -> None:
    with pytest.raises(ValueError, match=r"value|key|surrogates"):
        canonical_json(value)


def test_canonical_json__nested_without_end__value_error() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="nested"):
        canonical_json(deep)


@given(PLAIN)
def test_canonical_json__read_back__gives_the_value(value: object) -> None:
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), PLAIN), st.randoms())
def test_canonical_json__order_of_keys__does_not_matter(value: dict[str, object], random: object) -> None:
    keys = list(value)
    random.shuffle(keys)  # type: ignore[attr-defined]  # Hypothesis's own Random
    assert canonical_json({key: value[key] for key in keys}) == canonical_json(value)


@given(questionnaires())
def test_plain__questionnaire__hashes_like_it_and_reads_back_equal(questionnaire: Questionnaire) -> None:
    assert canonical_json(plain(questionnaire)) == canonical_json(questionnaire)
    assert Questionnaire.model_validate(plain(questionnaire)) == questionnaire


def test_sha256_hex__empty__is_the_published_value() -> None:
    # FIPS 180-4 example for the empty message
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
