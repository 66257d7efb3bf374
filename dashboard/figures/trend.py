"""One figure through the years, its interval as a band. Values go in; a Plotly figure as data comes out."""

from collections.abc import Collection
from typing import Any

import numpy as np

from dashboard.figures.svg import FONT, HAIRLINE, INK, LINE, SOFT_INK
from dashboard.figures.svg_trend import axis as round_axis
from dashboard.language import Language, number_text
from dashboard.numbers import figure_text
from etl.catalogue.model import Indicator
from etl.release.values import Values

GRAPH_CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "displaylogo": False,
    "scrollZoom": False,
    "doubleClick": False,
    "responsive": True,
}
"""No button bar and no upload to anybody's cloud (plotly.js 4 offers one by default)."""

BAND = "rgba(134, 171, 196, 0.35)"


def trend(
    years: tuple[int, ...],
    values: Values,
    indicator: Indicator,
    language: Language,
    *,
    reference: Values | None = None,
    reference_name: str = "",
    breaks: Collection[int] = (),
) -> dict[str, Any]:
    """values: this area, a row a year; reference: the land in the same years, drawn dashed; breaks: years in
    which the line starts anew, with a dotted line before them.

    Years that may not be shown leave a gap in the line and in the band.
    """
    line = _shown(values)
    label = [figure_text(value, indicator, language) for value in line]
    broken = sorted(set(breaks) & set(years[1:]))
    traces = _band(years, values, line, broken) if bool(np.any(values.standard_error > 0)) else []
    points: list[tuple[float, float | None, str]] = list(zip(years, _points(line), label, strict=True))
    # A point without a figure half-way: the line stops there, and starts anew.
    points = sorted([*points, *((year - 0.5, None, "") for year in broken)], key=lambda point: point[0])
    if reference is not None:
        traces.append(_dashed(years, reference, indicator, language, reference_name))
    traces.append(
        {
            "type": "scatter",
            "x": [x for x, _, _ in points],
            "y": [y for _, y, _ in points],
            "customdata": [text for _, _, text in points],
            "mode": "lines+markers",
            "line": {"color": LINE, "width": 2.2},
            "marker": {"color": LINE, "size": 7},
            "cliponaxis": False,
            "hovertemplate": "%{x}: <b>%{customdata}</b><extra></extra>",
        }
    )
    largest = _largest(values, line, reference)
    layout = _layout(years, largest, indicator, language)
    if broken:
        layout["shapes"] = [_break(year) for year in broken]
    return {"data": traces, "layout": layout}


def _break(year: int) -> dict[str, Any]:
    """A dotted line before the year in which the line starts anew."""
    across = {"xref": "x", "x0": year - 0.5, "x1": year - 0.5, "yref": "paper", "y0": 0, "y1": 1}
    return across | {"type": "line", "line": {"color": SOFT_INK, "width": 1.5, "dash": "dot"}}


def _shown(values: Values) -> list[float]:
    """Figures that may be shown, never below 0, nan elsewhere; unrounded, so that no line leaves its band."""
    return [
        max(float(figure), 0.0) if shown else float("nan")
        for figure, shown in zip(values.figure, values.shown, strict=True)
    ]


def _points(line: list[float]) -> list[float | None]:
    return [None if np.isnan(value) else value for value in line]


def _band(
    years: tuple[int, ...], values: Values, line: list[float], breaks: Collection[int]
) -> list[dict[str, Any]]:
    """Two invisible lines with the space between them filled, one pair for each unbroken run of years."""
    traces: list[dict[str, Any]] = []
    for run in _runs(line, years, breaks):
        x = [years[row] for row in run]
        hidden = {"type": "scatter", "x": x, "mode": "lines", "hoverinfo": "skip", "line": {"width": 0}}
        lower = [float(values.figure_lower[row]) for row in run]
        upper = [float(values.figure_upper[row]) for row in run]
        traces += [hidden | {"y": lower}, hidden | {"y": upper, "fill": "tonexty", "fillcolor": BAND}]
    return traces


def _runs(line: list[float], years: tuple[int, ...], breaks: Collection[int]) -> list[list[int]]:
    runs: list[list[int]] = [[]]
    for row, value in enumerate(line):
        if np.isnan(value) or years[row] in breaks:
            runs.append([])
        if not np.isnan(value):
            runs[-1].append(row)
    return [run for run in runs if run]


def _dashed(
    years: tuple[int, ...], values: Values, indicator: Indicator, language: Language, name: str
) -> dict[str, Any]:
    line = _shown(values)
    return {
        "type": "scatter",
        "x": list(years),
        "y": _points(line),
        "mode": "lines",
        "line": {"color": SOFT_INK, "width": 1.4, "dash": "dash"},
        "customdata": [figure_text(value, indicator, language) for value in line],
        "hovertemplate": f"{name} %{{x}}: %{{customdata}}<extra></extra>",
    }


def _largest(values: Values, line: list[float], reference: Values | None) -> float:
    """The highest point drawn: of a line, or of a band."""
    points = line + [
        float(upper) for upper, shown in zip(values.figure_upper, values.shown, strict=True) if shown
    ]
    points += [] if reference is None else _shown(reference)
    return max((point for point in points if not np.isnan(point)), default=1.0)


def _layout(
    years: tuple[int, ...], largest: float, indicator: Indicator, language: Language
) -> dict[str, Any]:
    top, ticks = round_axis(largest)
    common = {"fixedrange": True, "zeroline": False, "tickfont": {"color": SOFT_INK, "size": 11}}
    decimals = 1 if indicator.rate and top < 10 else 0
    return {
        "margin": {"l": 39, "r": 14, "t": 14, "b": 24},
        "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "color": INK, "size": 13},
        "separators": ",." if language == "nl" else ".,",
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": HAIRLINE, "font": {"family": FONT, "color": INK}},
        "xaxis": common
        | {
            "tickvals": list(years),
            "showgrid": False,
            "range": [years[0], years[-1]],
            "ticks": "outside",
            "ticklen": 5,
            "tickcolor": "rgba(0,0,0,0)",
        },
        "yaxis": common
        | {
            "range": [0, top * 1.012],
            "gridcolor": HAIRLINE,
            "tickvals": list(ticks),
            "ticktext": [number_text(tick, language, decimals if tick % 1 else 0) for tick in ticks],
        },
    }
