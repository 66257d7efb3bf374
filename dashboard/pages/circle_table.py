"""The neighbourhoods of a circle with their share. A `Circle` and its sum go in; a table comes out."""

from typing import Any

from dashboard.components import html
from dashboard.components.shell import soft_link
from dashboard.language import percent_text
from dashboard.numbers import read_cell, unit_text
from dashboard.pages.circle_figure import Summed
from dashboard.pages.circle_state import Circle
from dashboard.text import Words
from etl.release.read import Release
from geodata.levels import Level

OPEN = 12
"""Up to this many lines stand open."""


def table(release: Release, state: Circle, text: Words, found: Summed) -> html.Details:
    """A line for every buurt the circle touches, numbered as on the map."""
    head = [
        html.Th(text("circle.column_number"), scope="col", className="number"),
        html.Th(text("level.buurt"), scope="col"),
        html.Th(text("circle.column_share"), scope="col", className="number"),
        html.Th(text("area.column_figure", unit=unit_text(state.indicator, state.language)), scope="col"),
        html.Th(text("panel.margin"), scope="col"),
        html.Th(text("panel.count"), scope="col"),
    ]
    gemeenten = {release.regions.path(release.regions.codes[node])[2].code for node in found.nodes}
    lines = [_line(release, state, found, row, named=len(gemeenten) > 1) for row in range(len(found.nodes))]
    summary = text("circle.table", n=len(lines))
    rolls = html.Div(
        html.Table([html.Thead(html.Tr(head)), html.Tbody(lines)], className="plain circle-table"),
        className="rolls",
        tabIndex=0,
        role="region",
        **{"aria-label": summary},
    )
    return html.Details([html.Summary(summary), rolls], className="all-figures", open=len(lines) <= OPEN)


def _line(release: Release, state: Circle, found: Summed, row: int, *, named: bool) -> html.Tr:
    regions, node = release.regions, int(found.nodes[row])
    reading = read_cell(found.buurten, row, state.indicator, state.language)
    gemeente = next(one for one in regions.path(regions.codes[node]) if one.level == Level.GEMEENTE)
    query = "?taal=en" if state.language == "en" else ""
    name: list[Any] = [soft_link(regions.names[node], f"/gebied/{regions.codes[node]}{query}")]
    name += [html.Small(gemeente.name)] if named else []
    return html.Tr(
        [
            html.Td(str(row + 1), className="number"),
            html.Th(name, scope="row"),
            html.Td(share_text(float(found.share[row]), state), className="number"),
            html.Td(reading.figure, className="" if reading.shown else "status"),
            html.Td(reading.margin),
            html.Td(reading.count),
        ]
    )


def share_text(share: float, state: Circle) -> str:
    """ "45 %"; what is less than one in a hundred says so, and 100 % is kept for a whole buurt."""
    if 0 < share < 0.01:
        return f"<\u00a0{percent_text(0.01, state.language)}"
    return percent_text(min(share, 0.99) if share < 1 else 1, state.language)
