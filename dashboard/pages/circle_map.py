"""The circle drawn over its neighbourhoods, with a legend. A `Circle` and its sum in; components out."""

from typing import Any

import numpy as np

from dashboard.components import html
from dashboard.components.markup import drawn
from dashboard.components.small_legend import small_legend
from dashboard.figures import svg_circle, svg_map
from dashboard.numbers import read_cell, unit_text
from dashboard.pages.circle_figure import Summed
from dashboard.pages.circle_shapes import AIR, UNITS, Ground
from dashboard.pages.circle_state import Circle, radius_text
from dashboard.text import Words
from etl.release.read import Release, take

NUMBERED = 20
"""Up to this many buurten carry the number of their line in the table."""
_IN_SIGHT = 0.97
"""A number stands within this part of the circle."""


def map_(release: Release, ground: Ground, state: Circle, text: Words, found: Summed) -> list[Any]:
    """Drawing, legend, and what a click does; empty where nothing is to be drawn."""
    if state.centre is None:
        return []
    shapes = ground.paths(state.centre, 1000 * state.radius)
    positions = np.array([position for position, _ in shapes], dtype=np.int32)
    values = take(release.values(state.indicator.id, state.year), positions)
    unit, language = unit_text(state.indicator, state.language), state.language

    def tell(row: int) -> str:
        reading = read_cell(values, row, state.indicator, language)
        name = release.regions.names[positions[row]]
        return f"{name}: {reading.figure}{' ' + unit if reading.shown else ''}"

    def link(row: int) -> str:
        return state.round(release.regions.codes[positions[row]])

    inside = np.isin(positions, found.nodes)
    kilometres = 0.5 if state.radius >= 1 else 0.1
    round_ = svg_circle.Round(
        shapes,
        float(UNITS),
        AIR * UNITS,
        values,
        inside,
        tell,
        link,
        _labels(found, dict(shapes)),
        (UNITS * kilometres / state.radius, f"{radius_text(kilometres, language)} km"),
    )
    title = text("circle.map_label", indicator=state.indicator.name[language], radius=state.radius_text,
                 year=state.year)  # fmt: skip
    picture = svg_circle.draw(round_, state.indicator, title=title, description=text("circle.map_said"))
    return [
        html.Div(drawn(picture), className="drawn-map"),
        small_legend(state.indicator, take(values, np.flatnonzero(inside).astype(np.int32)), text),
        html.P(text("circle.map_click"), className="small"),
    ]


def _labels(found: Summed, path_of: dict[int, str]) -> dict[int, tuple[str, float, float]]:
    """Numbers of the table on the map, each in the part of its buurt that lies in the circle."""
    if not 1 < len(found.nodes) <= NUMBERED:
        return {}
    labels = {}
    for number, node in enumerate(found.nodes.tolist(), start=1):
        if node not in path_of:
            continue
        place = svg_map.label_point(path_of[node], _IN_SIGHT * UNITS)
        if place:
            labels[number] = (str(number), *place)
    return labels
