"""Plans: what is refused whole and with which id, what the words of YAML mean, what comes out."""

import hashlib
import json
from pathlib import Path

import pytest

from analysis import plan, reading
from analysis.plan import PlanRefused
from analysis.result import NotComputable, Result
from analysis.tables import Table

TABLE = Table.from_columns(
    {
        "csat": [1, 2, 3, 4, 5, 5, 4, None],
        "nps": [0, 3, 7, 8, 9, 10, 10, 6],
        "group": ["Yes", "No", "Yes", "No", "Yes", "No", "No", "Yes"],
        "when": ["12:30", "None", "12:30", "NA", "12:30", None, "NA", "1_000"],
        "two": [1, 2, 1, 2, 1, 2, 3, 3],
    }
)


def _refused(text: str) -> list[tuple[str, str]]:
    with pytest.raises(PlanRefused) as caught:
        plan.run(TABLE, text)
    for language in ("zh", "en"):
        assert all(problem.line(language) for problem in caught.value.problems)
    return [(problem.id, problem.code) for problem in caught.value.problems]


def _one(entry: str) -> Result | NotComputable:
    return plan.evaluate(plan.parse(f"analyses:\n  - {{id: x, {entry}}}", TABLE.names), TABLE)["x"]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("test: npz, outcome: nps", "unknown_test"),
        ("outcome: nps", "missing_input"),
        ("test: nps", "missing_input"),
        ("test: nps, outcome: ~", "missing_input"),
        ("test: nps, outcome: nobody", "unknown_column"),
        ("test: nps, outcome: [nps]", "bad_value"),
        ("test: nps, outcome: nps, colour: red", "unknown_key"),
        ("test: nps, outcome: nps, where: {nobody: 1}", "unknown_column"),
        ("test: nps, outcome: nps, where: [two]", "bad_value"),
        ("test: nps, outcome: nps, confidence: 95", "bad_value"),
        ("test: nps, outcome: nps, confidence: .nan", "bad_value"),
        ("test: nps, outcome: nps, missing: most", "unknown_choice"),
        ("test: nps, outcome: nps, alternative: bigger", "unknown_choice"),
        ("test: nps, outcome: nps, weights: nobody", "unknown_column"),
        ("test: nps, outcome: nps, seed: 1.5", "bad_value"),
        ("test: t_test, outcome: csat", "missing_input"),
        ("test: t_test, pair: [csat]", "bad_value"),
        ("test: t_test, pair: [csat, nps], group: two", "bad_value"),
        ("test: t_test, outcome: csat, group: two, variances: both", "unknown_choice"),
        ("test: t_test, outcome: csat, group: two, levels: [1, 1]", "bad_value"),
        ("test: csat, outcome: csat", "missing_input"),
        ("test: csat, outcome: csat, scale: [5, 1]", "bad_value"),
        ("test: csat, outcome: csat, scale: [1, 5], top: 5", "bad_value"),
        ("test: chi_square, rows: csat, columns: two, correction: maybe", "unknown_choice"),
        ("test: cronbach_alpha, items: []", "missing_input"),
        ("test: cronbach_alpha, items: [csat, nps], reverse: [nps]", "missing_input"),
        ("test: cronbach_alpha, items: [csat, nps], reverse: [two], scale: [1, 5]", "unknown_choice"),
        ("test: composite_reliability", "missing_input"),
        ("test: composite_reliability, items: [csat, nps, two], loadings: [0.5]", "bad_value"),
        ("test: composite_reliability, items: [csat, nps, two], reverse: [csat]", "missing_input"),
        ("test: efa, items: [csat, nps, two]", "missing_input"),
        ("test: efa, items: [csat, nps, two], factors: 1, rotation: quartimax", "unknown_choice"),
        ("test: cfa, model: F =~ csat + nps + nobody", "unknown_column"),
        ("test: cfa, model: csat ~ nps", "bad_value"),
        ("test: cfa, model: [csat]", "bad_value"),
        ("test: cfa, model: F =~ csat + nps + two, estimator: WLS", "unknown_choice"),
        ("test: cohen_kappa, raters: [csat, nps, two]", "bad_value"),
        ("test: krippendorff_alpha, raters: [csat, nps]", "missing_input"),
        ("test: kmeans, items: [csat]", "missing_input"),
        ("test: kmeans, items: [csat], clusters: two", "bad_value"),
        ("test: association_rules, items: [csat, two], min_support: 0.1", "missing_input"),
        (
            "test: pls_index, blocks: {x: [csat], y: [two]}, paths: [[x, z]], scale: [1, 5]",
            "unknown_choice",
        ),
        ("test: pls_index, blocks: {x: [csat], y: [two]}, paths: [[x, x]], scale: [1, 5]", "bad_value"),
        (
            "test: pls_index, blocks: {x: [csat], y: [nobody]}, paths: [[x, y]], scale: [1, 5]",
            "unknown_column",
        ),
        ("test: pls_index, blocks: {x: [csat], y: [two]}, paths: [x, y], scale: [1, 5]", "bad_value"),
        ("test: adjust, ids: [nobody]", "unknown_id"),
        ("test: adjust, ids: [x], method: hochberg", "unknown_choice"),
    ],
)
def test_parse__a_faulty_entry__refused_with_its_id(entry: str, code: str) -> None:
    assert (("x", code)) in _refused(
        f"analyses:\n  - {{id: good, test: nps, outcome: nps}}\n  - {{id: x, {entry}}}"
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_yaml"),
        ("analyses: [", "bad_yaml"),
        ("just words", "bad_yaml"),
        ("analyses: []", "missing_input"),
        ("other: 1", "unknown_key"),
        ("analyses: {id: x}", "missing_input"),
        ("analyses:\n  - {id: x, id: y, test: nps, outcome: nps}", "bad_yaml"),
        ("analyses: &a [*a]", "bad_yaml"),
    ],
)
def test_parse__not_a_plan__refused(text: str, code: str) -> None:
    assert code in {found for _, found in _refused(text)}


def test_parse__several_faults__all_are_named() -> None:
    text = """
    analyses:
      - {id: x, test: nps, outcome: nps}
      - {id: x, test: nps, outcome: nps}
      - {test: nps, outcome: nps}
      - {id: y, test: csat, outcome: csat, scale: [1, 5], rows: a, columns: b}
    """
    found = _refused(text)
    assert found == [
        ("x", "repeated_id"),
        ("#3", "missing_input"),
        ("y", "unknown_key"),
        ("y", "unknown_key"),
    ]


def test_run__words_that_yaml_would_convert__mean_what_they_say() -> None:
    kept = _one("test: frequencies, outcome: two, where: {group: No}")
    assert isinstance(kept, Result)
    assert kept.n == 4
    clock = _one("test: proportion, outcome: when, success: 12:30")
    assert isinstance(clock, Result)
    assert (clock.n, clock.n_missing, clock["successes"]) == (7, 1, 3)
    none = _one("test: proportion, outcome: when, success: [None, NA, 1_000]")
    assert isinstance(none, Result)
    assert (none["successes"], none.warnings) == (4, ())


def test_run__levels__pick_and_order_and_are_not_missing() -> None:
    result = _one("test: t_test, outcome: csat, group: two, levels: [2.0, 1]")
    assert isinstance(result, Result)
    assert result["means"] == {"2": pytest.approx(11 / 3), "1": 3.0}
    assert (result.n, result.n_missing) == (6, 0)  # group 3 is out of view; one of its answers is a gap
    assert result.number("mean_difference") > 0


def test_run__an_input_that_the_test_cannot_use__is_warned_of() -> None:
    result = _one("test: nps, outcome: nps, weights: two, missing: pairwise")
    assert isinstance(result, Result)
    assert [warning.code for warning in result.warnings] == ["small_sample", "input_ignored", "input_ignored"]


def test_run__success_that_never_occurs__is_warned_of() -> None:
    result = _one("test: proportion, outcome: csat, success: [5, 6]")
    assert isinstance(result, Result)
    assert [warning.code for warning in result.warnings] == ["unseen_level"]


def test_run__one_sided__half_the_p() -> None:
    both = _one("test: t_test, outcome: csat, group: two, levels: [1, 2]")
    less = _one("test: t_test, outcome: csat, group: two, levels: [1, 2], alternative: less")
    assert isinstance(both, Result)
    assert isinstance(less, Result)
    assert less.number("p") == pytest.approx(both.number("p") / 2)
    assert less["ci"] == both["ci"]


def test_run__adjust__stands_where_the_plan_has_it() -> None:
    text = """
    analyses:
      - {id: all, test: adjust, ids: [a, b], method: bonferroni}
      - {id: a, test: t_test, pair: [csat, nps]}
      - {id: b, test: chi_square, rows: group, columns: two}
    """
    results = plan.evaluate(plan.parse(text, TABLE.names), TABLE)
    assert list(results) == ["all", "a", "b"]
    a, adjusted = results["a"], results["all"]
    assert isinstance(a, Result)
    assert isinstance(adjusted, Result)
    assert adjusted["p_adjusted"]["a"] == pytest.approx(min(1, 2 * a.number("p")))  # type: ignore[call-overload, index]


def test_run__document__has_the_shape_of_the_interface(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_text("score,text\n9,a\n10,b\n,c\n", encoding="utf-8")
    text = "analyses:\n  - {id: nps, test: nps, outcome: score}\n  - {id: no, test: nps, outcome: text}"
    document = json.loads(json.dumps(plan.run(reading.read(file), text, "en"), allow_nan=False))
    assert document["data"] == {"rows": 3, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    good, bad = document["results"]["nps"], document["results"]["no"]
    assert {"test", "status", "method", "n", "n_missing", "nps", "warnings", "sentence"} <= set(good)
    assert (good["status"], good["n"], good["n_missing"], good["nps"]) == ("ok", 2, 1, 100)
    assert set(good["sentence"]) == {"zh", "en"}
    assert [set(warning) for warning in good["warnings"]] == [{"code", "message"}]
    assert (bad["status"], bad["reason"]["code"]) == ("not_computable", "text_column")
    assert "text" in bad["reason"]["message"]


def test_run__chinese__messages_follow_the_language() -> None:
    document = json.loads(json.dumps(plan.run(TABLE, "analyses: [{id: x, test: nps, outcome: group}]", "zh")))
    assert document["results"]["x"]["reason"]["message"].startswith("列 group")
