"""Bad data for every test: a typed reason or finite numbers, never NaN, a warning or a traceback."""

import json
import math

import numpy as np
import pytest

from analysis import plan
from analysis.registry import statistics
from analysis.result import NotComputable
from analysis.tables import Table

# One valid entry per test, over the columns a, b, c, d (numbers), g (groups) and t (text).
ENTRIES: dict[str, list[dict[str, object]]] = {
    "adjust": [{"ids": ["other"], "method": "holm"}],
    "anova": [
        {"outcome": "a", "group": "g"},
        {"outcome": "a", "group": "g", "variances": "equal"},
    ],
    "association_rules": [
        {"items": ["a", "b", "c"], "min_support": 0.1, "min_confidence": 0.5},
        {"items": ["a", "c"], "min_support": 0, "min_confidence": 0},
        {"items": ["a"], "min_support": 0.1, "min_confidence": 0.5},
    ],
    "bartlett_sphericity": [{"items": ["a", "b", "c"]}, {"items": ["a", "b"]}, {"items": ["a", "a"]}],
    "ces": [{"outcome": "a", "scale": [0, 10]}],
    "cfa": [
        {"model": "f =~ a + b + c"},
        {"model": "f =~ a + b"},
        {"model": "f =~ a"},
        {"model": "f =~ a + b; h =~ c + d"},
        {"model": "f =~ 1*a + x*b + x*c; a ~~ b"},
    ],
    "chi_square": [{"rows": "g", "columns": "a"}, {"rows": "t", "columns": "g", "correction": True}],
    "cohen_kappa": [
        {"raters": ["a", "b"]},
        {"raters": ["a", "t"], "weighting": "linear"},
        {"raters": ["a", "c"], "weighting": "quadratic", "levels": [1, 2, 3, 99]},
    ],
    "composite_reliability": [
        {"items": ["a", "b", "c"]},
        {"items": ["a", "b"]},
        {"loadings": [0.5, 0.7]},
        {"loadings": [1, -1]},
        {"loadings": [1.5]},
    ],
    "cronbach_alpha": [
        {"items": ["a", "b", "c"]},
        {"items": ["a", "b", "c"], "reverse": ["b"], "scale": [0, 10], "missing": "pairwise"},
        {"items": ["a"]},
        {"items": ["a", "a", "b"]},
    ],
    "csat": [{"outcome": "a", "scale": [0, 10]}],
    "efa": [
        {"items": ["a", "b", "c"], "factors": 1, "extraction": extraction, "rotation": rotation}
        for extraction in ("minres", "ml", "pa")
        for rotation in ("none", "oblimin")
    ]
    + [
        {"items": ["a", "b", "c", "d", "g"], "factors": factors, "rotation": rotation}
        for factors in (0, 1, 2, 9)
        for rotation in ("varimax", "promax", "oblimin")
    ],
    "fleiss_kappa": [{"raters": ["a", "b", "c"]}, {"raters": ["a", "t"]}, {"raters": ["a"]}],
    "frequencies": [{"outcome": "a"}, {"outcome": "t"}],
    "guttman_lambdas": [
        {"items": ["a", "b", "c", "d"]},
        {"items": ["a", "b"], "reverse": ["b"], "scale": [0, 10]},
    ],
    "icc": [{"raters": ["a", "b", "c"]}, {"raters": ["a", "c"]}, {"raters": ["a"]}, {"raters": ["a", "a"]}],
    "kmeans": [
        {"items": ["a", "b"], "clusters": 2, "seed": 1},
        {"items": ["a", "b", "c"], "clusters": 3, "standardize": True},
        {"items": ["a"], "clusters": 1},
        {"items": ["a"], "clusters": 0},
    ],
    "kmo": [
        {"items": ["a", "b", "c"]},
        {"items": ["a", "b"], "reverse": ["b"], "scale": [0, 10]},
        {"items": ["a"]},
    ],
    "krippendorff_alpha": [{"raters": ["a", "b", "t"], "level": "nominal"}]
    + [{"raters": ["a", "b", "c"], "level": level} for level in ("nominal", "ordinal", "interval", "ratio")]
    + [{"raters": ["a", "t"], "level": "ratio", "levels": ["x", "1"]}, {"raters": ["a"], "level": "nominal"}],
    "lca": [
        {"items": ["a", "b", "t"], "clusters": 2},
        {"items": ["a", "c"], "clusters": 1},
        {"items": ["g", "t"], "clusters": 9},
        {"items": ["a", "a"], "clusters": 2},
    ],
    "mcdonald_omega": [
        {"items": ["a", "b", "c"]},
        {"items": ["a", "b", "c", "d"], "reverse": ["b"], "scale": [0, 10]},
        {"items": ["a", "b"]},
        {"items": ["a", "b", "c", "d", "g"], "factors": 2},
        {"items": ["a", "b", "c", "d"], "factors": 3},
        {"items": ["a", "b", "c"], "factors": 0},
    ],
    "mean": [
        {"outcome": "a"},
        {"outcome": "a", "weights": "b"},
        {"outcome": "a", "weights": "d", "cluster": "g"},
        {"outcome": "a", "cluster": "t", "strata": "g"},
    ],
    "nps": [{"outcome": "a"}],
    "parallel_analysis": [{"items": ["a", "b", "c"], "iterations": 5}, {"items": ["a"], "iterations": 1}],
    "pls_index": [
        {"blocks": {"x": ["a", "b"], "y": ["c"]}, "paths": [["x", "y"]], "scale": [0, 10], "scheme": scheme}
        for scheme in ("path", "factorial")
    ]
    + [
        {
            "blocks": {"x": ["a"], "y": ["b", "c"], "z": ["d"]},
            "paths": [["x", "y"], ["z", "y"]],
            "scale": [0, 10],
            "bootstrap": 3,
        },
        {"blocks": {"x": ["a"], "y": ["b"], "z": ["c"]}, "paths": [["x", "y"]], "scale": [0, 10]},
    ],
    "proportion": [{"outcome": "a", "success": [1, 2]}, {"outcome": "t", "success": "x"}],
    "split_half": [
        {"items": ["a", "b", "c"]},
        {"items": ["a", "b"], "reverse": ["b"], "scale": [0, 10]},
        {"items": ["a"]},
    ],
    "t_test": [
        {"outcome": "a", "group": "g"},
        {"outcome": "a", "group": "g", "variances": "equal", "levels": ["1", "nobody"]},
        {"pair": ["a", "b"]},
        {"pair": ["a", "a"]},
    ],
    "dunn": [{"outcome": "a", "group": "g"}, {"outcome": "a", "group": "t", "adjust": "bh"}],
    "friedman": [{"items": ["a", "b", "c"]}, {"items": ["a"]}, {"items": ["a", "b"]}],
    "games_howell": [{"outcome": "a", "group": "g"}, {"outcome": "b", "group": "a", "confidence": 0.9}],
    "kruskal_wallis": [{"outcome": "a", "group": "g"}, {"outcome": "a", "group": "g", "levels": [1, 7]}],
    "levene": [{"outcome": "a", "group": "g"}, {"outcome": "a", "group": "g", "center": "mean"}],
    "mann_whitney": [
        {"outcome": "a", "group": "g"},
        {"outcome": "a", "group": "g", "continuity": True, "alternative": "less", "levels": [2, 1]},
    ],
    "repeated_anova": [{"items": ["a", "b", "c"]}, {"items": ["a"]}, {"items": ["a", "b"]}],
    "shapiro": [{"outcome": "a"}],
    "tukey": [{"outcome": "a", "group": "g"}, {"outcome": "b", "group": "a", "confidence": 0.9}],
    "wilcoxon": [
        {"pair": ["a", "b"]},
        {"pair": ["a", "a"], "continuity": True, "alternative": "greater"},
    ],
    "bowker": [{"pair": ["a", "b"]}, {"pair": ["a", "a"]}, {"pair": ["g", "t"]}],
    "cochran_armitage": [
        {"outcome": "a", "success": [1, 2], "group": "g"},
        {"outcome": "t", "success": "x", "group": "a", "scores": {"a": {"1": 0, "2": 5, "3": 7, "4": 7}}},
    ],
    "cochran_q": [{"items": ["a", "b", "c"]}, {"items": ["a"]}, {"items": ["g", "t"]}],
    "correlation": [
        {"items": ["a", "b", "c"]},
        {"pairs": [["a", "b"], ["a", "a"]], "method": "spearman"},
        {"items": ["a", "b", "g"], "method": "kendall", "missing": "pairwise"},
        {"items": ["a"]},
    ],
    "fisher_exact": [{"rows": "g", "columns": "a"}, {"rows": "t", "columns": "g", "alternative": "less"}],
    "linear_by_linear": [
        {"rows": "g", "columns": "a"},
        {"rows": "t", "columns": "g", "levels": ["x", "nobody"]},
    ],
    "mcnemar": [{"pair": ["a", "b"]}, {"pair": ["a", "g"], "correction": True, "levels": [1, 2]}],
    "nps_difference": [{"outcome": "a", "group": "g"}, {"outcome": "a", "group": "g", "levels": [2, 1]}],
    "proportion_difference": [{"outcome": "a", "success": [1, 2], "group": "g"}],
    "stuart_maxwell": [{"pair": ["a", "b"]}, {"pair": ["a", "a"]}, {"pair": ["g", "t"]}],
    "change_point": [{"series": "a"}],
    "ipa": [
        {"importance": ["a", "b"], "performance": ["c", "d"]},
        {"importance": ["a"], "performance": ["b"], "crosshair": "midpoint", "scale": [0, 10]},
        {"importance": ["a"], "performance": ["a"]},
    ],
    "logit": [
        {"outcome": "a", "predictors": ["b"]},
        {"outcome": "a", "predictors": ["b", "g"], "success": [4, 5]},
        {"outcome": "g", "predictors": ["a"], "success": 2, "robust": "hc3"},
        {"outcome": "g", "predictors": ["t", "a"], "success": 2, "robust": "cluster", "cluster": "b"},
        {"outcome": "g", "predictors": ["c", "c"], "success": 2},
    ],
    "mann_kendall": [{"series": "a"}, {"series": "b", "alternative": "greater"}],
    "ols": [
        {"outcome": "a", "predictors": ["b"]},
        {"outcome": "a", "predictors": ["b", "c", "t"]},
        {"outcome": "a", "predictors": ["g"], "robust": "hc3"},
        {"outcome": "a", "predictors": ["c"], "robust": "cluster", "cluster": "g"},
        {"outcome": "a", "predictors": ["a"], "cluster": "g"},
    ],
    "ordinal_logit": [
        {"outcome": "a", "predictors": ["b"]},
        {"outcome": "a", "predictors": ["b", "g"], "robust": "hc3"},
        {"outcome": "a", "predictors": ["b"], "levels": [5, 3, 1]},
        {"outcome": "t", "predictors": ["a"], "robust": "cluster", "cluster": "g"},
    ],
    "p_chart": [
        {"successes": "a", "sizes": "b"},
        {"successes": "c", "sizes": "a", "laney": "always"},
        {"successes": "a", "sizes": "d", "laney": "never"},
    ],
    "rake": [
        {"margins": {"g": {"1": 0.4, "2": 0.6}}},
        {"margins": {"g": {"1": 0.4, "2": 0.6}, "t": {"x": 1}}, "weights": "b"},
        {"margins": {"g": {"1": 1, "2": 1}, "a": {"1": 1, "2": 1, "3": 1, "4": 2}}, "trim": 1.5},
    ],
    "rao_scott": [
        {"rows": "g", "columns": "a"},
        {"rows": "g", "columns": "a", "weights": "b"},
        {"rows": "t", "columns": "g", "cluster": "a"},
        {"rows": "a", "columns": "b", "cluster": "t", "strata": "g"},
    ],
    "relative_importance": [
        {"outcome": "a", "predictors": ["b", "c"]},
        {"outcome": "a", "predictors": ["b"], "method": "johnson"},
        {"outcome": "a", "predictors": ["a", "b"]},
    ],
    "servqual_gap": [
        {"expectation": ["a", "b"], "perception": ["c", "d"]},
        {"expectation": ["a"], "perception": ["b"], "importance": [2], "reverse": ["b"]},
    ],
}


def _table(**columns: list[object]) -> Table:
    rows = len(next(iter(columns.values())))
    whole = {name: columns.get(name, columns["a"]) for name in ("a", "b", "c", "d")}
    return Table.from_columns(
        {**whole, "g": columns.get("g", [1, 2] * rows)[:rows], "t": columns.get("t", ["x"] * rows)}
    )


RANDOM = np.random.default_rng(1)
CASES = {
    "no row": _table(a=[]),
    "one row": _table(a=[3]),
    "two rows": _table(a=[3, 4], b=[4, 4], c=[1, 2]),
    "all missing": _table(a=[None] * 8),
    "constant": _table(a=[4] * 8),
    "constant fraction": _table(a=[0.1] * 9, b=[0.3] * 9),
    "constant in a group": _table(a=[4, 1, 4, 2, 4, 3, 4, 5], g=[1, 2] * 4),
    "one group": _table(a=[1, 2, 3, 4, 5], g=[1] * 5),
    "groups of one": _table(a=[1, 2, 3, 4, 5], g=[1, 2, 3, 4, 5]),
    "group of gaps": _table(a=[1, 2, None, None], g=[1, 1, 2, 2]),
    "all groups missing": _table(a=[1, 2, 3, 4], g=[None] * 4),
    "text in numbers": _table(a=["1", "2", "three", "4"]),
    "perfectly opposed": _table(a=[1, 2, 3, 4], b=[4, 3, 2, 1], c=[1, 2, 3, 4]),
    "identical columns": _table(a=[1, 2, 3, 4, 5]),
    "no overlap": _table(a=[1, 2, None, None], b=[None, None, 3, 4], c=[1, 2, 3, 4]),
    "all zero": _table(a=[0] * 6),
    "negative": _table(a=[-3, -2, -5, -1, -4], b=[-1, -1, -1, -1, -1]),
    "huge": _table(a=[1e300, -1e300, 1e308, 3.0], b=[1e308, 1e308, -1e308, 1.0], c=[1.0, 2.0, 3.0, 4.0]),
    "infinite": _table(a=[1.0, 2.0, math.inf, 4.0], b=[1.0, -math.inf, 2.0, 3.0]),
    "tiny": _table(a=[1e-300, 2e-300, 3e-300, 4e-300]),
    "far from zero": _table(a=[1e15 + i for i in range(6)], b=[1e15 - i * i for i in range(6)]),
    "nearly constant": _table(a=[1.0, 1.0, 1.0, 1.0 + 2e-16], b=[1.0, 1.0, 1.0, 1.0 + 4e-16]),
    "out of scale": _table(a=[1, 5, 9, 11, 99]),
    "fractions": _table(a=[0.5, 1.5, 9.5, 10.0]),
    "clusters in one stratum each": _table(a=[1, 2, 3, 4], g=[1, 1, 2, 2], t=["x", "x", "y", "y"]),
    "zero weights": _table(a=[1, 2, 3, 4], b=[0, 0, 0, 0], d=[0, 0, 0, 1]),
    "separated groups": _table(a=[1, 9, 1, 9, 1, 9], g=[1, 2] * 3),
    "zeros and ones": _table(
        a=[0, 1, 1, 0, 1, 1, 0, 0], b=[1, 1, 0, 0, 1, 1, 0, 1], c=[1, 0, 1, 0, 1, 0, 1, 0]
    ),
    "many": _table(a=RANDOM.integers(0, 11, 500).tolist(), b=RANDOM.normal(size=500).tolist()),
}


def _plan(test: str, entry: dict[str, object]) -> str:
    analyses = [{"id": "it", "test": test, **entry}]
    if test == "adjust":
        analyses.append({"id": "other", "test": "chi_square", "rows": "a", "columns": "g"})
    return json.dumps({"analyses": analyses})


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("test", sorted(statistics()))
def test_statistic__bad_data__finite_numbers_or_a_typed_reason(test: str, case: str) -> None:
    for entry in ENTRIES[test]:
        for where in ({}, {"where": {"g": [1, 7]}}, {"where": {"g": "nobody"}}):
            document = plan.run(CASES[case], _plan(test, {**entry, **where}), "en")
            result = json.loads(json.dumps(document, allow_nan=False))["results"]["it"]
            assert "null" not in json.dumps(result)
            if result["status"] == "not_computable":
                assert result["reason"]["code"] != "numerical_failure" or case in ("huge", "infinite", "tiny")
                assert result["reason"]["message"]
            else:
                assert result["status"] == "ok"
                assert result["sentence"]["zh"]
                assert result["sentence"]["en"]


def test_entries__every_registered_test__has_one() -> None:
    assert set(ENTRIES) == set(statistics())


@pytest.mark.parametrize(
    ("test", "entry", "case", "code"),
    [
        ("nps", {"outcome": "a"}, "no row", "no_rows"),
        ("nps", {"outcome": "a"}, "all missing", "no_rows"),
        ("nps", {"outcome": "a"}, "out of scale", "outside_scale"),
        ("nps", {"outcome": "a"}, "fractions", "outside_scale"),
        ("nps", {"outcome": "a"}, "text in numbers", "text_column"),
        ("csat", {"outcome": "a", "scale": [1, 5]}, "out of scale", "outside_scale"),
        ("cronbach_alpha", {"items": ["a"]}, "many", "too_few_items"),
        ("cronbach_alpha", {"items": ["a", "b"]}, "negative", "constant_item"),
        ("cronbach_alpha", {"items": ["a", "b"]}, "one row", "too_few_rows"),
        ("cronbach_alpha", {"items": ["a", "b"]}, "no overlap", "no_rows"),
        ("cronbach_alpha", {"items": ["a", "b"], "missing": "pairwise"}, "no overlap", "no_overlap"),
        ("cronbach_alpha", {"items": ["a", "b"]}, "perfectly opposed", "no_variance"),
        ("cronbach_alpha", {"items": ["a", "t"]}, "many", "text_column"),
        ("t_test", {"outcome": "a", "group": "g"}, "one group", "not_two_groups"),
        ("t_test", {"outcome": "a", "group": "g"}, "constant", "no_variance"),
        ("t_test", {"outcome": "a", "group": "g"}, "two rows", "group_too_small"),
        ("t_test", {"pair": ["a", "b"]}, "identical columns", "no_variance"),
        ("t_test", {"outcome": "a", "group": "g"}, "nearly constant", "no_variance"),
        ("anova", {"outcome": "a", "group": "g"}, "constant in a group", "constant_group"),
        ("anova", {"outcome": "a", "group": "g"}, "groups of one", "group_too_small"),
        ("anova", {"outcome": "a", "group": "g"}, "one group", "one_group"),
        ("anova", {"outcome": "a", "group": "g", "variances": "equal"}, "separated groups", "no_variance"),
        ("chi_square", {"rows": "g", "columns": "a"}, "one group", "one_category"),
        ("mean", {"outcome": "a"}, "one row", "too_few_rows"),
        (
            "mean",
            {"outcome": "a", "strata": "g", "cluster": "t"},
            "clusters in one stratum each",
            "lonely_cluster",
        ),
        ("mean", {"outcome": "a", "cluster": "g"}, "one group", "one_cluster"),
        ("mean", {"outcome": "a", "weights": "b"}, "zero weights", "no_weight"),
        ("mean", {"outcome": "a", "weights": "a"}, "negative", "negative_weight"),
        ("mean", {"outcome": "a"}, "huge", "not_finite"),
    ],
)
def test_statistic__named_defect__says_which(
    test: str, entry: dict[str, object], case: str, code: str
) -> None:
    table = CASES[case]
    outcome = plan.evaluate(plan.parse(_plan(test, entry), table.names), table)["it"]
    assert isinstance(outcome, NotComputable)
    assert outcome.reason == code


def test_adjust__an_analysis_without_p__is_named() -> None:
    entries = [{"id": "it", "test": "adjust", "ids": ["x"]}, {"id": "x", "test": "nps", "outcome": "a"}]
    table = CASES["many"]
    outcome = plan.evaluate(plan.parse(json.dumps({"analyses": entries}), table.names), table)["it"]
    assert isinstance(outcome, NotComputable)
    assert outcome.reason == "no_p"
    assert "x" in outcome.message.en
