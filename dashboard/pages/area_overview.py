"""Every rate of an area in one table: theme by theme, its margin drawn, beside others. A `Place` goes in."""

import math
from typing import Any

import numpy as np

from dashboard.components import html
from dashboard.components.compared import strip
from dashboard.pages.area_card import dot, flag
from dashboard.pages.area_place import Place, Shown
from etl.catalogue.model import Theme

OVERVIEW = "overzicht"


def overview(place: Place) -> html.Section | None:
    """The table; links lead to the cards. None where no figure is a rate."""
    rates = [one for one in place.shown if one.indicator.rate is not None]
    if not rates:
        return None
    text = place.words
    columns = [beside.name for beside in max((one.around for one in rates), key=len)]
    head = [html.Th(text("area.column_indicator"), scope="col")]
    head += [html.Th(text("panel.margin"), scope="col", className="strip-head")]
    head += [html.Th(name, scope="col", className="number") for name in columns]
    bodies = [_theme(place, theme, rates, columns) for theme in place.release.themes]
    table = html.Table(
        [html.Thead(html.Tr(head)), *(body for body in bodies if body is not None)],
        className="plain overview",
    )
    return html.Section(
        [
            html.H2(text("area.overview")),
            html.Div(
                table,
                className="rolls",
                tabIndex=0,
                role="region",
                **{"aria-label": text("area.overview")},
            ),
            html.P(text("area.strip"), className="small"),
        ],
        className="overview-box",
        id=OVERVIEW,
    )


def _theme(place: Place, theme: Theme, rates: list[Shown], columns: list[str]) -> html.Tbody | None:
    lines = [_line(place, one, columns) for one in rates if one.indicator.theme == theme.id]
    if not lines:
        return None
    name = html.Th(theme.name[place.language], scope="rowgroup", colSpan=len(columns) + 2)
    return html.Tbody([html.Tr(name, className="group"), *lines])


def _line(place: Place, shown: Shown, columns: list[str]) -> html.Tr:
    by_name = {beside.name: beside.reading for beside in shown.around}
    cells = []
    for name in columns:
        reading = by_name.get(name)
        told = "–" if reading is None else reading.figure
        if reading is not None and not reading.shown:
            told = place.words(f"legend.{reading.status}")
        if shown.withdrawn is not None:
            told = place.words("retraction.short") if name == columns[0] else "–"
            reading = None
        status = "" if reading is not None and reading.shown else " status"
        here = " here" if name == columns[0] else ""
        cells.append(html.Td(told, className=f"number{status}{here}"))
    name_cell = [
        html.A(shown.indicator.name[place.language], href=f"#{shown.indicator.id}"),
        flag(place, shown),
        html.Small(f"{shown.reading.unit}, {shown.year}"),
        html.Small(shown.withdrawn.reason[place.language]) if shown.withdrawn else None,
    ]
    return html.Tr(
        [html.Th(name_cell, scope="row"), html.Td(_drawn(place, shown), className="strip-cell"), *cells]
    )


def _drawn(place: Place, shown: Shown) -> list[Any]:
    """The area's dot with its margin, and where the land lies; the same in words for who cannot see it."""
    if shown.withdrawn is not None:
        return []
    if not shown.reading.shown:
        return [html.Span(className=f"strip none {shown.reading.status}")]
    own = dot(shown.indicator, shown.around[0])
    land = dot(shown.indicator, shown.around[-1]).value if len(shown.around) > 1 else math.nan
    top = np.nanmax([own.value, min(own.upper, 2 * own.value), land]) * 1.1
    margin = html.Span(shown.reading.margin, className="unseen") if shown.reading.margin else None
    return [strip(own, land, float(top)), margin]
