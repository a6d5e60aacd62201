"""Hypothesis strategies: whole questionnaires, and the JSON that anybody may send as answers."""

from hypothesis import strategies as st

from questionnaires.definition import Questionnaire
from tests.questionnaires.building import NOT_APPLICABLE, document, text

# What an editor can hold: any character but control characters and lone surrogates.
WORDS = st.text(
    st.characters(
        exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32)), "\x7f", "\ufffe", "\uffff"]
    )
    | st.sampled_from("\n\t 是否no~:#-'\"{}[]&*!|>%@`0159.😀\u2028\x85\ufeff"),
    max_size=25,
)
LOCAL = st.dictionaries(st.sampled_from(["zh", "en", "zh-Hant"]), WORDS, min_size=1)
CODES = st.integers(-20, 20) | st.sampled_from(
    ["na", "no", "1e3", "0x1f", "012", "12:30", "null", "~", "18_29"]
)


def options(codes: st.SearchStrategy[int | str] = CODES) -> st.SearchStrategy[list[dict[str, object]]]:
    one = st.fixed_dictionaries(
        {"code": codes, "text": LOCAL},
        optional={"missing": st.booleans(), "exclusive": st.booleans()},
    )
    return st.lists(one, min_size=1, max_size=6, unique_by=lambda option: str(option["code"]))


def _question(
    kind: str, name: str, more: dict[str, st.SearchStrategy[object]]
) -> st.SearchStrategy[dict[str, object]]:
    common = {"help": LOCAL, "required": st.booleans(), "tags": st.lists(WORDS, max_size=2)}
    return st.fixed_dictionaries(
        {"type": st.just(kind), "name": st.just(name), "text": LOCAL, **more}, optional=common
    )


def _any_question(name: str) -> st.SearchStrategy[dict[str, object]]:
    chosen = options() | st.just("shared")
    rows = st.lists(
        st.fixed_dictionaries({"name": st.sampled_from([f"{name}_{row}" for row in "abc"]), "text": LOCAL}),
        min_size=1,
        unique_by=lambda row: row["name"],
    )
    notice = dict.fromkeys(("who", "contact", "purpose", "method", "kinds", "retention", "rights"), LOCAL)
    return st.one_of(
        _question("information", name, {}),
        _question("consent", name, dict(notice)),
        _question("single", name, {"options": chosen}),
        _question("multiple", name, {"options": chosen, "min": st.integers(0, 2), "max": st.integers(2, 9)}),
        _question("matrix", name, {"options": chosen, "items": rows}),
        _question("nps", name, {"low": LOCAL, "high": LOCAL}),
        _question("text", name, {"lines": st.integers(1, 40), "max_length": st.integers(1, 200)}),
    )


@st.composite
def documents(draw: st.DrawFn) -> dict[str, object]:
    """The data of a questionnaire file that can be read, though not always one without findings."""
    names = draw(st.lists(st.sampled_from([f"q{n}" for n in range(8)]), min_size=1, unique=True))
    questions = [draw(_any_question(name)) for name in names]
    shared = draw(st.just([NOT_APPLICABLE]) | options())
    scales = st.fixed_dictionaries(
        {"name": st.just("s"), "title": st.just(text("s")), "range": st.just([1, 5])},
        optional={"minimum_answered": st.floats(0, 1), "items": st.just(["q0"]), "scoring": st.just("sum")},
    )
    return {
        **document(*questions),
        "title": draw(LOCAL),
        "lists": {"shared": shared},
        "scales": draw(st.lists(scales, max_size=1)),
        "facets": draw(st.lists(st.sampled_from(names), max_size=2)),
    }


def questionnaires() -> st.SearchStrategy[Questionnaire]:
    return documents().map(Questionnaire.model_validate)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | CODES
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
