"""Areas that changed since the year before, more than noise and chance. A view in; components out."""

from typing import Any

import numpy as np

from dashboard.components import html
from dashboard.components.shell import soft_link
from dashboard.numbers import read_cell, unit_text
from dashboard.pages.area_place import Place
from dashboard.pages.patterns_found import Found
from dashboard.pages.patterns_state import Patterns
from etl.findings import changes
from geodata.levels import Level

LEVELS = (Level.GEMEENTE, Level.WIJK)
"""Of buurten a year says too little: of 13,000 real ones six changed by more than chance."""


def change(place: Place, state: Patterns, found: Found) -> list[Any]:
    """A table of the areas that changed otherwise than the land, or why there is none."""
    text, release = place.words, place.release
    if state.level not in LEVELS:
        return [html.P(text("patterns.change_level"))]
    tested = {one.years[1]: one for one in changes(release, state.indicator.id, state.level.value)}
    pair = tested.get(state.year)
    if pair is None:
        return [html.P(text("patterns.change_first", year=state.year))]
    rows = found.inside - release.regions.slice(state.level).start
    number = int(np.isfinite(pair.p[rows]).sum())
    years = {"first": pair.years[0], "last": pair.years[1], "levels": text(f"levels.{state.level}")}
    level = text(f"level.{state.level}").lower()
    if not number:
        return [html.P(text("patterns.change_unknown", **years))]
    marked = found.inside[pair.marked[rows]]
    if not len(marked):
        return [
            html.P(text("patterns.change_none"), className="nothing"),
            html.P(text("patterns.change_none_why", n=number, level=level, **years)),
        ]
    told = text("patterns.change_some", marked=len(marked), n=number, land=place.land.name, **years)
    return [html.P(told), _table(place, state, pair.years, [0, *marked.tolist()])]


def _table(place: Place, state: Patterns, years: tuple[int, int], positions: list[int]) -> html.Div:
    """The land first, to hold the others beside; then by code."""
    text, release, indicator = place.words, place.release, state.indicator
    query = "?taal=en" if text.language == "en" else ""
    values = [release.some(indicator.id, year, np.array(positions, dtype=np.int32)) for year in years]
    unit = unit_text(indicator, text.language)
    head = [html.Th(text("table.area"), scope="col")]
    head += [html.Th(f"{year} ({unit})", scope="col", className="number") for year in years]
    lines = []
    for row, position in enumerate(positions):
        region = release.regions.at(position)
        name = soft_link(place.full_name(region), f"/gebied/{region.code}{query}")
        readings = [read_cell(one, row, indicator, text.language) for one in values]
        cells = [html.Td(reading.figure, className="number") for reading in readings]
        lines.append(html.Tr([html.Th(name, scope="row"), *cells]))
    label = text("patterns.change")
    return html.Div(
        html.Table([html.Thead(html.Tr(head)), html.Tbody(lines)], className="plain"),
        className="rolls",
        tabIndex=0,
        role="region",
        **{"aria-label": label},
    )
