"""Charts as plotly dictionaries (JSON): made without the plotly package, drawn by its plotly.min.js."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.result import Bilingual

Figure = dict[str, object]

ACCENT, INK, GREY, GRID = "#0b6e6e", "#1b1f24", "#9aa1a9", "#e3e6ea"
CATEGORIES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")  # Okabe & Ito
DIVERGING = ("#8c510a", "#d8b365", "#c9cdd2", "#5ab4ac", "#0b6e6e")  # brown to teal, grey middle
FONT = '-apple-system, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
TOO_SMALL = Bilingual("样本不足", "too few answers")
ANSWERS = Bilingual("答卷数", "answers")


@dataclass(frozen=True, slots=True)
class Axis:
    """The range of values and what stands after a number; rates are given in percent."""

    low: float
    high: float
    suffix: str = ""


RATE, NPS = Axis(0, 100, "%"), Axis(-100, 100)


@dataclass(frozen=True, slots=True)
class Point:
    """One estimate with its interval and n; `value` None says that n is too small to show one.

    `note` is one more line of the hover: the version that was asked, for instance.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One series of a trend; `breaks` are positions of points before which the line is interrupted."""

    name: str
    points: tuple[Point, ...]
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One item of a Likert chart: the counts of its answers, least favourable first."""

    name: str
    counts: tuple[int, ...]


def trend(title: str, lines: Sequence[Line], axis: Axis, language: str = "zh") -> Figure:
    """Lines with points and interval bands over waves, each named at its end; versions break the line.

    Waves in which no line has a point that may be shown are hatched.
    At most six lines: ValueError beyond, since colours would no longer tell them apart.
    """
    if len(lines) > len(CATEGORIES):
        raise ValueError(f"lines: at most {len(CATEGORIES)}")
    colours = (ACCENT,) if len(lines) == 1 else CATEGORIES
    data: list[object] = []
    for line, colour in zip(lines, colours, strict=False):
        parts = [part for part in _parts(line) if part]
        for part in parts:
            data += _band(part, colour)
        data += [_points(line.name, part, colour, axis, language) for part in parts]
    ends = [_end_label(line, colour) for line, colour in zip(lines, colours, strict=False)]
    waves = list(dict.fromkeys(point.label for line in lines for point in line.points))
    shown = {point.label for line in lines for point in line.points if point.value is not None}
    if hidden := [wave for wave in waves if wave not in shown]:
        data.append(_hatched(hidden, axis, language, across="x") | {"textangle": -90})
    layout = _layout(title) | {
        "xaxis": {
            "type": "category",
            "showgrid": False,
            "fixedrange": True,
            "categoryorder": "array",
            "categoryarray": waves,
        },
        "yaxis": _value_axis(axis),
        "annotations": [end for end in ends if end] if len(lines) > 1 else [],
    }
    return {"data": data, "layout": layout}


def dots(
    title: str, points: Sequence[Point], axis: Axis, language: str = "zh", reference: float | None = None
) -> Figure:
    """Estimates with whiskers, one row each in the order given; rows too small to show are hatched."""
    shown = [point for point in points if point.value is not None]
    hidden = [point for point in points if point.value is None]
    data: list[object] = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [point.value for point in shown],
            "y": [point.label for point in shown],
            "error_x": _whiskers(shown, ACCENT),
            "marker": {"color": ACCENT, "size": 8},
            "customdata": [_hover_numbers(point) for point in shown],
            "hovertemplate": f"%{{y}}<br>{_hover('x', axis, language)}<extra></extra>",
        }
    ]
    if hidden:
        data.append(_hatched([point.label for point in hidden], axis, language, across="y"))
    lines = [] if reference is None else [_reference(reference)]
    layout = _layout(title) | {
        "xaxis": _value_axis(axis),
        "yaxis": {
            "type": "category",
            "autorange": "reversed",
            "automargin": True,
            "fixedrange": True,
            "categoryorder": "array",
            "categoryarray": [point.label for point in points],
        },
        "shapes": lines,
        "height": 120 + 28 * len(points),
    }
    return {"data": data, "layout": layout}


def likert(title: str, bars: Sequence[Bar], categories: Sequence[str], language: str = "zh") -> Figure:
    """Diverging stacked bars of five answer categories, the middle one astride zero, best item on top.

    `categories` name the counts of each bar, least favourable first. ValueError when they are not five.
    """
    if len(categories) != len(DIVERGING) or any(len(bar.counts) != len(DIVERGING) for bar in bars):
        raise ValueError("categories: five are drawn")
    ranked = sorted((bar for bar in bars if sum(bar.counts)), key=_score, reverse=True)
    data: list[object] = []
    for position, sign, weight in ((2, -1, 0.5), (1, -1, 1), (0, -1, 1), (2, 1, 0.5), (3, 1, 1), (4, 1, 1)):
        shares = [100 * bar.counts[position] / sum(bar.counts) for bar in ranked]
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": categories[position],
                "y": [bar.name for bar in ranked],
                "x": [sign * weight * share for share in shares],
                "marker": {"color": DIVERGING[position]},
                "legendrank": position,
                "legendgroup": str(position),
                "showlegend": not (position == 2 and sign < 0),
                "customdata": [
                    [share, bar.counts[position], sum(bar.counts)]
                    for share, bar in zip(shares, ranked, strict=True)
                ],
                "hovertemplate": f"%{{y}}<br>{categories[position]}: %{{customdata[0]:.1f}}% "
                f"(%{{customdata[1]}}/%{{customdata[2]}} {ANSWERS.get(language)})<extra></extra>",
            }
        )
    layout = _layout(title) | {
        "barmode": "relative",
        "bargap": 0.3,
        "showlegend": True,
        "legend": {"orientation": "h", "traceorder": "normal", "y": -0.15},
        "xaxis": {"range": [-100, 100], "showticklabels": False, "fixedrange": True, "zerolinecolor": GREY},
        "yaxis": {"type": "category", "autorange": "reversed", "automargin": True, "fixedrange": True},
        "height": 160 + 32 * len(ranked),
    }
    return {"data": data, "layout": layout}


def _parts(line: Line) -> list[list[Point]]:
    """The line cut at its breaks and where a point cannot be shown."""
    parts: list[list[Point]] = [[]]
    for position, point in enumerate(line.points):
        if position in line.breaks or point.value is None:
            parts.append([])
        if point.value is not None:
            parts[-1].append(point)
    return parts


def _band(part: Sequence[Point], colour: str) -> list[Mapping[str, object]]:
    if len(part) < 2 or any(point.low is None or point.high is None for point in part):
        return []
    there, back = [p.label for p in part], [p.label for p in reversed(part)]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": there + back,
            "y": [p.high for p in part] + [p.low for p in reversed(part)],
            "fill": "toself",
            "fillcolor": colour + "26",
            "line": {"width": 0},
            "hoverinfo": "skip",
        }
    ]


def _points(name: str, part: Sequence[Point], colour: str, axis: Axis, language: str) -> Mapping[str, object]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [point.label for point in part],
        "y": [point.value for point in part],
        "line": {"color": colour, "width": 2},
        "marker": {"size": 7},
        "error_y": _whiskers(part, colour) | {"visible": len(part) == 1},  # a band needs two points
        "customdata": [_hover_numbers(point) for point in part],
        "hovertemplate": f"%{{x}}<br>{_hover('y', axis, language)}<extra>{name}</extra>",
    }


def _end_label(line: Line, colour: str) -> Mapping[str, object] | None:
    last = next((point for point in reversed(line.points) if point.value is not None), None)
    if last is None:
        return None
    return {
        "x": last.label,
        "y": last.value,
        "text": line.name,
        "xanchor": "left",
        "xshift": 8,
        "showarrow": False,
        "font": {"color": colour},
    }


def _whiskers(points: Sequence[Point], colour: str) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [(p.high or 0.0) - (p.value or 0.0) if p.high is not None else 0.0 for p in points],
        "arrayminus": [(p.value or 0.0) - (p.low or 0.0) if p.low is not None else 0.0 for p in points],
        "color": colour,
        "thickness": 1.5,
    }


def _hatched(labels: Sequence[str], axis: Axis, language: str, across: str) -> dict[str, object]:
    """Bars over the whole range of values at the labels, which lie on the axis `across`."""
    along = "x" if across == "y" else "y"
    return {
        "type": "bar",
        "orientation": "h" if across == "y" else "v",
        across: list(labels),
        along: [axis.high - axis.low] * len(labels),
        "base": axis.low,
        "marker": {"color": "#ffffff", "pattern": {"shape": "/", "fgcolor": GRID, "size": 6}},
        "text": [TOO_SMALL.get(language)] * len(labels),
        "textposition": "inside",
        "insidetextanchor": "middle",
        "hoverinfo": "skip",
    }


def _reference(value: float) -> Mapping[str, object]:
    line = {"color": GREY, "dash": "dot", "width": 1}
    return {"type": "line", "x0": value, "x1": value, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _hover_numbers(point: Point) -> list[float | str | None]:
    return [point.low, point.high, point.n, f"<br>{point.note}" if point.note else ""]


def _hover(letter: str, axis: Axis, language: str) -> str:
    unit = axis.suffix
    return (
        f"%{{{letter}:.1f}}{unit} [%{{customdata[0]:.1f}}{unit}, %{{customdata[1]:.1f}}{unit}]"
        f"<br>{ANSWERS.get(language)} %{{customdata[2]}}%{{customdata[3]}}"
    )


def _score(bar: Bar) -> float:
    return sum(position * often for position, often in enumerate(bar.counts)) / sum(bar.counts)


def _value_axis(axis: Axis) -> dict[str, object]:
    return {
        "range": [axis.low, axis.high],
        "ticksuffix": axis.suffix,
        "gridcolor": GRID,
        "zeroline": axis.low < 0,
        "zerolinecolor": GREY,
        "fixedrange": True,
    }


def _layout(title: str) -> dict[str, object]:
    return {
        "title": {"text": title, "x": 0, "xanchor": "left", "font": {"size": 16}},
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 56, "r": 24, "t": 48, "b": 40},
        "showlegend": False,
        "hovermode": "closest",
    }
