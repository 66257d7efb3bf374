"""One figure through the years, with its interval as a band. Values go in; a Plotly figure as data comes out."""

from typing import Any

import numpy as np

from dashboard.figures.svg import FONT, HAIRLINE, INK, LINE, SOFT_INK
from dashboard.figures.svg_trend import axis
from dashboard.numbers import Language, figure_text, shown_figure
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

HEIGHT = 190
BAND = "rgba(134, 171, 196, 0.35)"


def trend(
    years: tuple[int, ...],
    values: Values,
    indicator: Indicator,
    language: Language,
    *,
    reference: Values | None = None,
    reference_name: str = "",
) -> dict[str, Any]:
    """values: this area, a row a year; reference: the land in the same years, drawn dashed.

    Years that may not be shown leave a gap in the line and in the band.
    """
    line = _shown(values, indicator)
    label = [figure_text(value, indicator, language) for value in line]
    traces = _band(years, values, line) if bool(np.any(values.standard_error > 0)) else []
    if reference is not None:
        traces.append(_dashed(years, reference, indicator, language, reference_name))
    traces.append(
        {
            "type": "scatter",
            "x": list(years),
            "y": [None if np.isnan(value) else value for value in line],
            "customdata": label,
            "mode": "lines+markers",
            "line": {"color": LINE, "width": 2.2},
            "marker": {"color": LINE, "size": 7},
            "hovertemplate": "%{x}: <b>%{customdata}</b><extra></extra>",
        }
    )
    return {"data": traces, "layout": _layout(years, _top(values, line, reference, indicator), language)}


def _shown(values: Values, indicator: Indicator) -> list[float]:
    return [
        shown_figure(float(figure), indicator) if shown else float("nan")
        for figure, shown in zip(values.figure, values.shown, strict=True)
    ]


def _band(years: tuple[int, ...], values: Values, line: list[float]) -> list[dict[str, Any]]:
    """Two invisible lines with the space between them filled, one pair for each unbroken run of years."""
    traces: list[dict[str, Any]] = []
    for run in _runs(line):
        x = [years[row] for row in run]
        hidden = {"type": "scatter", "x": x, "mode": "lines", "hoverinfo": "skip", "line": {"width": 0}}
        lower = [float(values.figure_lower[row]) for row in run]
        upper = [float(values.figure_upper[row]) for row in run]
        traces += [hidden | {"y": lower}, hidden | {"y": upper, "fill": "tonexty", "fillcolor": BAND}]
    return traces


def _runs(line: list[float]) -> list[list[int]]:
    runs: list[list[int]] = [[]]
    for row, value in enumerate(line):
        if np.isnan(value):
            runs.append([])
        else:
            runs[-1].append(row)
    return [run for run in runs if run]


def _dashed(
    years: tuple[int, ...], values: Values, indicator: Indicator, language: Language, name: str
) -> dict[str, Any]:
    line = _shown(values, indicator)
    last = figure_text(line[-1], indicator, language)
    return {
        "type": "scatter",
        "x": list(years),
        "y": [None if np.isnan(value) else value for value in line],
        "mode": "lines+text",
        "line": {"color": SOFT_INK, "width": 1.4, "dash": "dot"},
        "text": [""] * (len(years) - 1) + [f"{name} {last}"],
        "textposition": "top left",
        "textfont": {"color": SOFT_INK, "size": 12},
        "customdata": [figure_text(value, indicator, language) for value in line],
        "hovertemplate": f"{name} %{{x}}: %{{customdata}}<extra></extra>",
        "cliponaxis": False,
    }


def _top(values: Values, line: list[float], reference: Values | None, indicator: Indicator) -> float:
    """Where the scale ends: past every line, and past a band unless that would flatten the lines."""
    lines = [value for value in line if not np.isnan(value)]
    if reference is not None:
        lines += [value for value in _shown(reference, indicator) if not np.isnan(value)]
    highest = max(lines, default=1.0)
    bands = [float(upper) for upper, shown in zip(values.figure_upper, values.shown, strict=True) if shown]
    return max(highest * 1.18, min(max(bands, default=0.0) * 1.05, highest * 2.5), 1e-9)


def _layout(years: tuple[int, ...], top: float, language: Language) -> dict[str, Any]:
    axis = {"fixedrange": True, "zeroline": False, "tickfont": {"color": SOFT_INK, "size": 12}}
    return {
        "height": HEIGHT,
        "margin": {"l": 38, "r": 12, "t": 14, "b": 26},
        "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "color": INK, "size": 13},
        "separators": ",." if language == "nl" else ".,",
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": HAIRLINE, "font": {"family": FONT, "color": INK}},
        "xaxis": axis
        | {"tickvals": list(years), "showgrid": False, "range": [years[0] - 0.25, years[-1] + 0.25]},
        "yaxis": axis | {"range": [0, top], "gridcolor": HAIRLINE, "nticks": 4},
    }
