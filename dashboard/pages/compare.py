"""Up to six areas beside each other, `/vergelijk`. A query string goes in; one figure of all comes out.

Choosing is a plain form and links, so it works without scripts. The first area is what the others are held
beside.
"""

from functools import partial
from typing import Any
from urllib.parse import urlencode

import numpy as np
from flask import Flask, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from dashboard.borders import breaks
from dashboard.components import html
from dashboard.components.compared import Dot, compared
from dashboard.components.markup import drawn, fragment, markup
from dashboard.components.shell import soft_link
from dashboard.components.source_line import source_line
from dashboard.components.terms import explained
from dashboard.components.withdrawn import card, notice
from dashboard.figures import svg_trend
from dashboard.language import list_text
from dashboard.numbers import read_cell, shown_figure, unit_text
from dashboard.pages.area_place import row
from dashboard.pages.compare_example import examples
from dashboard.pages.compare_form import form
from dashboard.pages.compare_state import PATH, Comparison, parse
from dashboard.pages.drawn import Content, Page
from dashboard.text import Words, words
from etl.findings import differences
from etl.release.read import Release, Store
from etl.release.values import Values
from geodata.regions import Region

BODY = f"{PATH}/inhoud"


def draw(store: Store, release: Release, search: str) -> Content:
    """The page at this query string. UnknownError for an unknown area or indicator."""
    state = parse(search, release)
    text = words(state.language)
    address = state.query(BODY) if not state.asked else f"{BODY}?{search.removeprefix('?')}"
    names = list_text([area.name for area in state.areas], text.language)
    other = "nl" if text.language == "en" else "en"
    return Content(
        tree=fragment(address, className="area compare"),
        title=text("compare.title_of", areas=names) if names else text("compare.title"),
        description=text("compare.description"),
        kind="compare-page",
        other_language=state.query(taal=other),
        fragments={address: partial(body, store, release, state, text)},
    )


def register(server: Flask, store: Store) -> None:
    """Put /vergelijk/inhoud on `server`: the page without menu, for a visitor who is here already."""

    def view() -> Response:
        query = request.query_string.decode("utf-8", "replace")
        try:
            release = store.release()
            state = parse(query, release)
        except SQLAlchemyError:
            abort(503)
        except LookupError:
            abort(404)
        shown = markup(body(store, release, state, words(state.language)))
        return Response(shown, headers={"X-Robots-Tag": "noindex"})

    server.add_url_rule(BODY, "compare.body", view)


def body(store: Store, release: Release, state: Comparison, text: Words) -> list[Any]:
    """Everything between menu and foot."""
    top = [html.H1(text("compare.heading")), html.P(text("compare.lead"), className="age")]
    parts: list[Any] = [html.Div(top, className="area-top"), form(release, state, text)]
    if not state.areas and not state.asked:
        parts.append(examples(release, state, text))
    withdrawn = notice(store, release, state.indicator.id)
    if state.areas and withdrawn:
        parts.append(card(withdrawn, state.indicator, text))
    elif state.areas:
        parts += [_beside(release, state, text), _through_time(release, state, text)]
    line = source_line(release.info, text)
    return explained([*parts, line], text)


def _beside(release: Release, state: Comparison, text: Words) -> html.Section:
    """Dots on one scale, then the same in a table with what may be said of each difference."""
    indicator, language = state.indicator, state.language
    positions = np.array([area.position for area in state.areas], dtype=np.int32)
    values = release.some(indicator.id, state.year, positions)
    land = release.regions.at(0)
    of_land = release.some(indicator.id, state.year, np.array([0], dtype=np.int32))
    rows = [(area.name, row(values, at)) for at, area in enumerate(state.areas)]
    if all(area.code != land.code for area in state.areas):
        rows.append((land.name, of_land))
    dots = [_dot(name, one, state, here=at == 0) for at, (name, one) in enumerate(rows)]
    unit = unit_text(indicator, language)
    axis = f"{unit[:1].upper()}{unit[1:]}, {state.year}"
    return html.Section(
        [
            html.H2(f"{indicator.name[language]}, {state.year}"),
            html.P(indicator.explanation[language], className="explained"),
            compared(dots, axis, language),
            _table(release, state, text, rows),
            _download(release, state, text),
            html.P([html.Strong(text("panel.not_said") + ": "), indicator.not_said[language]]),
        ],
        className="card compare-card",
    )


def _dot(name: str, values: Values, state: Comparison, *, here: bool) -> Dot:
    reading = read_cell(values, 0, state.indicator, state.language)
    if not reading.shown:
        return Dot(name, "–", np.nan, np.nan, np.nan, here)
    figure = shown_figure(float(values.figure[0]), state.indicator)
    return Dot(
        name, reading.figure, figure, float(values.figure_lower[0]), float(values.figure_upper[0]), here
    )


def _table(release: Release, state: Comparison, text: Words, rows: list[tuple[str, Values]]) -> html.Div:
    first = state.areas[0]
    others = state.areas[1:]
    codes = [area.code for area in others]
    found = differences(release, state.indicator.id, state.year, first.code, codes)
    told = ["", *(text(f"compare.{kind}", base=first.name) for kind in found), ""]
    query = "?taal=en" if state.language == "en" else ""
    links: list[Any] = [soft_link(area.name, f"/gebied/{area.code}{query}") for area in state.areas]
    names = links + [name for name, _ in rows[len(links) :]]
    head = [
        text("table.area"),
        text("area.column_figure", unit=unit_text(state.indicator, state.language)),
        text("panel.margin"),
        text("panel.count"),
    ]
    head += [text("compare.beside", base=first.name)] if others else []
    lines = []
    for (_, values), name, verdict in zip(rows, names, told, strict=False):
        reading = read_cell(values, 0, state.indicator, state.language)
        cells = [
            html.Td(reading.figure, className="" if reading.shown else "status"),
            html.Td(reading.margin),
            html.Td(reading.count),
        ]
        cells += [html.Td(verdict or "–")] if others else []
        lines.append(html.Tr([html.Th(name, scope="row"), *cells]))
    return html.Div(
        [
            html.Div(
                html.Table(
                    [
                        html.Thead(html.Tr([html.Th(part, scope="col") for part in head])),
                        html.Tbody(lines),
                    ],
                    className="plain",
                ),
                className="rolls",
                tabIndex=0,
                role="region",
                **{"aria-label": text("compare.table")},
            ),
            html.P(text("compare.tested"), className="small") if others else None,
        ]
    )


def _download(release: Release, state: Comparison, text: Words) -> html.P:
    """All years of these areas and the land, of this very release."""
    codes = dict.fromkeys([*(area.code for area in state.areas), release.regions.codes[0]])
    asked = {"indicator": state.indicator.id, "gebied": ",".join(codes)}
    query = urlencode(asked | {"release": release.info.id, "formaat": "csv"}, safe=",")
    return html.P(html.A(text("area.to_csv"), href=f"/v1/waarden?{query}"), className="card-links")


def _through_time(release: Release, state: Comparison, text: Words) -> html.Section | None:
    """A small line for each area, all on one axis, the land dashed in each."""
    land = release.regions.at(0)
    series = [_series(release, state, area) for area in state.areas]
    if len(series[0].years) < 2:
        return None
    of_land = _series(release, state, land)
    reach = max(svg_trend.largest(one, of_land) for one in series)
    figures = []
    for area, one in zip(state.areas, series, strict=True):
        beside = None if area.code == land.code else of_land
        broken = breaks(release, state.indicator, area.code, text)
        picture = svg_trend.draw(state.indicator, one, beside, state.language, reach=reach, breaks=broken)
        below = [html.P(why, className="small break") for why in broken.values()]
        figures.append(
            html.Figure(
                [html.Figcaption(area.name), html.Div(drawn(picture), className="drawn-trend"), *below],
                className="small-multiple",
            )
        )
    keys = [("line", text("compare.line")), ("dashed", land.name)]
    keys += [("band", text("area.band"))] if state.indicator.private else []
    return html.Section(
        [
            html.H2(text("panel.trend")),
            html.P(
                [html.Span([html.Span(className=f"key {kind}"), told]) for kind, told in keys],
                className="small keys",
            ),
            html.Div(figures, className="small-multiples"),
        ],
        className="card compare-card",
    )


def _series(release: Release, state: Comparison, area: Region) -> svg_trend.Series:
    return svg_trend.Series(area.name, *release.over_time(state.indicator.id, area.code))


PAGE = Page("compare", PATH, draw)
