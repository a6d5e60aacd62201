"""Words from the table of cut-offs, numbers in sentences, figures, and what importing the package loads."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import analysis
from analysis import figures, wording, words
from analysis.figures import Axis, Bar, Line, Point

ROOT = Path(__file__).parents[2]


def test_word__interval__judged_by_its_worse_end() -> None:
    assert words.word("cronbach_alpha", (0.795, 0.82)).en == "acceptable"
    assert words.word("cronbach_alpha", (0.8, 0.82)).zh == "良好"
    assert words.word("rmsea", (0.03, 0.07)).en == "acceptable"
    assert words.word("cohen_d", (-0.1, 0.9)).en == "negligible"
    assert words.word("cohen_d", (-0.9, -0.55)).en == "medium"


def test_cutoffs__every_measure__cited_ordered_and_complete() -> None:
    for name, table in words.cutoffs().items():
        bounds = [band.bound for band in table.bands]
        assert table.source, name
        assert bounds[-1] is None, name
        given = [bound for bound in bounds if bound is not None]
        assert given == sorted(given, reverse=not table.small_is_good), name
        assert all(band.word.zh and band.word.en for band in table.bands), name


def test_wording__numbers__as_the_house_writes_them() -> None:
    assert [wording.p_value(p) for p in (0.0131, 0.0004, 0.9999, 0)] == [
        "p=0.013",
        "p<0.001",
        "p=1.000",
        "p<0.001",
    ]
    assert [wording.number(x) for x in (0.0, -0.0, 3.14159, 0.0004, -0.001)] == [
        "0.00",
        "0.00",
        "3.14",
        "0.00040",
        "-0.0010",
    ]
    assert wording.percent(0.0) == "0.0%"
    assert wording.count(12345) == "12\u202f345"
    assert wording.level(0.95) == "95%"
    assert wording.names(map(str, range(10))).endswith("(+2)")
    assert [wording.number(x) for x in (float("inf"), float("nan"), 1e300)] == ["inf", "nan", "1e+300"]


def _walk(value: object) -> None:
    json.dumps(value, allow_nan=False)


def test_trend__a_gap_and_a_break__cut_the_line() -> None:
    points = tuple(
        Point(f"W{i}", None if i == 2 else 70.0 + i, 68.0 + i, 72.0 + i, 12 if i == 2 else 400)
        for i in range(6)
    )
    figure = figures.trend("满意率上升了吗？", [Line("全行", points, breaks=(4,))], figures.RATE)
    _walk(figure)
    data = figure["data"]
    assert isinstance(data, list)
    drawn = [trace["x"] for trace in data if trace.get("mode") == "lines+markers"]
    assert drawn == [["W0", "W1"], ["W3"], ["W4", "W5"]]
    assert data[-1]["x"] == ["W2"]  # hatched: too few answers


def test_trend__many_lines__refused() -> None:
    with pytest.raises(ValueError, match="lines"):
        figures.trend("?", [Line(str(i), ()) for i in range(7)], figures.NPS)


def test_dots__small_group__is_hatched_and_has_no_value() -> None:
    points = [Point("东区", 80.0, 75.0, 84.0, 300), Point("西北", None, None, None, 5)]
    figure = figures.dots("哪些分行不同？", points, figures.RATE, reference=81.2)
    _walk(figure)
    data = figure["data"]
    assert isinstance(data, list)
    assert data[0]["y"] == ["东区"]
    assert data[1]["y"] == ["西北"]
    assert data[1]["text"] == ["样本不足"]


def test_likert__five_categories__add_to_a_hundred_and_best_comes_first() -> None:
    bars = [Bar("差", (40, 30, 20, 5, 5)), Bar("好", (0, 5, 5, 40, 50)), Bar("空", (0,) * 5)]
    figure = figures.likert("客户满意什么？", bars, ["1", "2", "3", "4", "5"])
    _walk(figure)
    data = figure["data"]
    assert isinstance(data, list)
    assert data[0]["y"] == ["好", "差"]
    assert sum(abs(trace["x"][0]) for trace in data) == pytest.approx(100)
    with pytest.raises(ValueError, match="categories"):
        figures.likert("?", [Bar("x", (1, 2))], ["a", "b"])


def test_axis__range__is_drawn_as_given() -> None:
    figure = figures.trend("?", [Line("a", (Point("W1", 3.2, 3.0, 3.4, 50),))], Axis(1, 5))
    assert figure["layout"]["yaxis"]["range"] == [1, 5]  # type: ignore[index]


def test_import__analysis_and_results__load_nothing_heavy() -> None:
    script = (
        "import sys, analysis, analysis.result, analysis.figures; "
        "print([m for m in ('numpy', 'scipy', 'polars', 'jieba', 'plotly', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_submodules__each_name__loads() -> None:
    for name in analysis.__all__:
        assert getattr(analysis, name).__name__ == f"analysis.{name}"
    with pytest.raises(AttributeError):
        _ = analysis.nothing
    here = {path.stem for path in (ROOT / "analysis").glob("*.py")} - {"__init__"}
    assert here <= set(analysis.__all__)
