"""Dots with whiskers on one scale: an area, its surroundings, the land. Figures in; components out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.components import html
from dashboard.language import Language, number_text

TICKS = 4


@dataclass(frozen=True)
class Dot:
    """One row. figure: text as shown; value, lower, upper: on the scale, nan where there is no figure."""

    name: str
    figure: str
    value: float
    lower: float
    upper: float
    here: bool = False


def compared(dots: Sequence[Dot], axis_title: str, language: Language) -> html.Div:
    """Rows under each other, with an axis from 0 to a round number."""
    ticks = _ticks(dots)
    top = ticks[-1]
    return html.Div(
        [
            html.Ul([_row(dot, top) for dot in dots]),
            html.Div(
                [
                    html.Div(
                        [
                            html.Span(number_text(tick, language, _decimals(ticks)), style=_at(tick / top))
                            for tick in ticks
                        ],
                        className="axis",
                    ),
                    html.P(axis_title, className="axis-title"),
                ],
                **{"aria-hidden": "true"},
            ),
        ],
        className="compared",
    )


def strip(here: Dot, reference: float, top: float) -> html.Span:
    """One line from 0 to `top`: the area with its whisker; a tick where the reference lies, none for nan."""
    marks = _marks(here, top)
    if not math.isnan(reference):
        marks.insert(0, html.Span(className="tick", style=_at(min(max(reference, 0.0), top) / top)))
    return html.Span(marks, className="strip", **{"aria-hidden": "true"})


def _marks(dot: Dot, top: float) -> list[html.Span]:
    marks = []
    if not math.isnan(dot.value):
        low, high = (min(max(bound, 0.0), top) for bound in (dot.lower, dot.upper))
        if high > low:
            marks.append(
                html.Span(
                    className="whisker",
                    style={"left": f"{low / top:.2%}", "width": f"{(high - low) / top:.2%}"},
                )
            )
        marks.append(html.Span(className="dot", style=_at(min(max(dot.value, 0.0), top) / top)))
    return marks


def _row(dot: Dot, top: float) -> html.Li:
    return html.Li(
        [
            html.Span(dot.name, className="who"),
            html.Span(_marks(dot, top), className="line", **{"aria-hidden": "true"}),
            html.Span(dot.figure, className="value"),
        ],
        className="here" if dot.here else "",
    )


def _at(share: float) -> dict[str, str]:
    return {"left": f"{share:.2%}"}


def _ticks(dots: Sequence[Dot]) -> list[float]:
    """Round steps from 0 past the largest figure; a whisker may run off the scale, a dot may not."""
    known = [dot for dot in dots if not math.isnan(dot.value)]
    largest = max((dot.value for dot in known), default=0.0)
    reach = max((min(dot.upper, 2 * largest) for dot in known if not math.isnan(dot.upper)), default=1.0)
    wanted = max(largest, reach, 1e-9) / TICKS
    size = 10.0 ** math.floor(math.log10(wanted))
    step = next(factor * size for factor in (1, 2, 2.5, 5, 10) if factor * size >= wanted * 0.999)
    count = max(1, math.ceil(max(largest, reach) / step - 1e-9))
    return [number * step for number in range(count + 1)]


def _decimals(ticks: Sequence[float]) -> int:
    """Decimals the axis needs so that no two ticks read the same."""
    return next(
        (n for n in range(4) if all(abs(tick * 10**n - round(tick * 10**n)) < 1e-6 for tick in ticks)), 4
    )
