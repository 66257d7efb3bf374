"""The figure of a circle in words, beside its gemeente and the land. A `Circle` in; components out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.components import html
from dashboard.components.compared import Dot, compared
from dashboard.numbers import (
    Reading,
    count_text,
    read_cell,
    reliability_words,
    shown_figure,
    unit_text,
)
from dashboard.pages.circle_shapes import Ground
from dashboard.pages.circle_state import Circle
from dashboard.text import Words
from etl.findings import Portions, portions
from etl.release.read import Release, take
from etl.release.values import Values
from geodata.levels import Level

ENOUGH = 0.9
"""Part of the units in a circle that must live in buurten with a figure; below it the circle has none."""


@dataclass(frozen=True, eq=False)
class Summed:
    """A circle, added up. nodes: positions of its buurten, rising; share: of each inside the circle; buurten:
    their figures; all: the sum; whole: that of the buurten wholly inside, None where there are none; touched:
    that of all of them, as if each lay inside.
    """

    nodes: NDArray[np.int64]
    share: NDArray[np.float64]
    buurten: Values
    all: Portions
    whole: Portions | None
    touched: Portions

    @property
    def enough(self) -> bool:
        """Whether the buurten with a figure hold enough of the circle to speak of it."""
        return self.all.covered >= ENOUGH


def summed(release: Release, ground: Ground, state: Circle) -> Summed:
    """Add up a circle that has a centre."""
    if state.centre is None:
        raise ValueError("a circle without a centre: expected a place")
    nodes, share = ground.inside(state.centre, 1000 * state.radius)
    indicator, year = state.indicator.id, state.year
    inside = nodes[share == 1]
    return Summed(
        nodes,
        share,
        take(release.values(indicator, year), nodes.astype(np.int32)),
        portions(release, indicator, year, nodes, share),
        portions(release, indicator, year, inside, np.ones(len(inside))) if inside.size else None,
        portions(release, indicator, year, nodes, np.ones(len(nodes))),
    )


def figure(release: Release, state: Circle, text: Words, found: Summed) -> list[Any]:
    """Figure, margin, count, what is not known, and what stands beside it."""
    reading = read_cell(found.all.values, 0, state.indicator, state.language)
    shown = reading.shown and found.enough
    return [
        *(_told(state, text, found, reading) if shown else _untold(text, found, reading)),
        _unknown(state, text, found) if shown else None,
        _bounds(state, text, found) if shown else None,
        *_company(release, state, text, found, shown=shown),
        html.P([html.Strong(text("panel.not_said") + ": "), state.indicator.not_said[state.language]]),
    ]


def estimated(state: Circle, found: Summed) -> str:
    """The count in words: "ongeveer", for parts of buurten are estimated even where buurten are counted."""
    exact = bool(found.all.values.standard_error[0] == 0) and bool((found.share == 1).all())
    return count_text(float(found.all.values.estimate[0]), state.indicator, state.language, exact=exact)


def _told(state: Circle, text: Words, found: Summed, reading: Reading) -> list[Any]:
    values = found.all.values
    exact = bool(values.standard_error[0] == 0)
    margin = text("circle.counted") if exact else _capital(reading.margin) + "."
    if not exact and values.letter(0) in ("D", "E"):
        margin += f" {_capital(reliability_words(values.letter(0), state.language))}."
    count = text("area.in_year", count=estimated(state, found), year=state.year)
    return [
        html.P(
            [html.Span(reading.figure, className="big"), " ", html.Span(reading.unit)], className="figure"
        ),
        html.P(margin, className="margin"),
        html.P(_capital(count) + ".", className="count"),
    ]


def _untold(text: Words, found: Summed, reading: Reading) -> list[Any]:
    every, lacking = len(found.nodes), int((~found.all.known).sum())
    if found.enough:
        lines = [f"{_capital(reading.figure)}."]
        status = reading.status
        if status in ("te-onzeker", "nvt"):
            lines.append(text("circle.larger"))
    else:
        lines = [text("circle.none", n=lacking, all=every) if every > 1 else text("circle.none_alone")]
        status = "ontbreekt"
    return [html.Div([html.P(line) for line in lines], className=f"no-figure {status}")]


def _unknown(state: Circle, text: Words, found: Summed) -> html.P | None:
    lacking = int((~found.all.known).sum())
    if not lacking:
        return None
    percent = round(100 * found.all.covered)
    key = "circle.lacking_empty" if percent == 100 else "circle.lacking"
    told = text(key, n=lacking, all=len(found.nodes), percent=percent)
    return html.P(told, className="lacking")


def _bounds(state: Circle, text: Words, found: Summed) -> html.P | None:
    """What is sure without knowing where in a buurt people live."""
    n, whole = len(found.nodes), int((found.share == 1).sum())
    if n == whole:
        return html.P(text("circle.all_whole", n=n), className="explained")
    told = [text("circle.parts", n=whole, all=n) if whole else text("circle.parts_none", n=n)]
    if found.all.values.standard_error[0] == 0:
        low = 0.0 if found.whole is None else float(found.whole.values.estimate[0])
        if not np.isnan(low):
            high = float(found.touched.values.estimate[0])
            low_text, high_text = (
                count_text(bound, state.indicator, state.language, exact=True) for bound in (low, high)
            )
            told.append(text("circle.bounds", low=low_text, high=high_text))
    return html.P(" ".join(told), className="explained")


def _company(release: Release, state: Circle, text: Words, found: Summed, *, shown: bool) -> list[Any]:
    here = text("circle.here", radius=state.radius_text)
    dots = [_dot(here, found.all.values, state, here=True) if shown else _blank(here)]
    if state.at is not None:
        above = {area.level: area for area in release.regions.path(state.at.code)}
        for level in (Level.GEMEENTE, Level.LAND):
            area = above[level]
            values = release.some(state.indicator.id, state.year, np.array([area.position], dtype=np.int32))
            dots.append(_dot(area.name, values, state, here=False))
    axis = _capital(f"{unit_text(state.indicator, state.language)}, {state.year}")
    return [html.H3(text("panel.compared")), compared(dots, axis, state.language)]


def _dot(name: str, values: Values, state: Circle, *, here: bool) -> Dot:
    reading = read_cell(values, 0, state.indicator, state.language)
    if not reading.shown:
        return _blank(name, here=here)
    low, high = float(values.figure_lower[0]), float(values.figure_upper[0])
    return Dot(name, reading.figure, shown_figure(float(values.figure[0]), state.indicator), low, high, here)


def _blank(name: str, *, here: bool = True) -> Dot:
    return Dot(name, "–", np.nan, np.nan, np.nan, here)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
