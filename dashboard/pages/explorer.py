"""The map explorer, `/`. A release and a query string go in; choices, map or table, and a panel come out."""

from functools import lru_cache, partial

from dash import html
from flask import Flask, Response, abort, request

from dashboard.components.controls import controls, quick_bar
from dashboard.components.map import Tiles, map_spec, map_view
from dashboard.components.markup import fragment, markup
from dashboard.components.panel import panel, subject
from dashboard.components.shell import soft_link
from dashboard.components.table import table
from dashboard.ids import Ids
from dashboard.pages.drawn import Content, Page
from dashboard.text import Words, words
from dashboard.view_state import MAP, TABLE, ViewState, parse
from etl.release.read import Release, Store

TABLE_PATH = "/tabel"
_MIN_ZOOM, _MAX_ZOOM = 100, 101
"""Bytes of a PMTiles header (specification version 3) that hold the lowest and highest zoom."""


def draw(store: Store, release: Release, search: str) -> Content:
    """The explorer at this query string. UnknownError for an unknown area or indicator."""
    view = parse(search, release)
    text = words(view.language)
    tiles = _tiles(store, release.info.vintage)
    about = subject(view, release, text)
    name = about.indicator.name[view.language]
    facts = {"indicator": name, "area": about.region.name, "year": view.year}
    address = f"{TABLE_PATH}?{view.query}"
    spec = map_spec(view, release, tiles, text)
    return Content(
        tree=[
            html.H1(_heading(view, name, text), className="unseen", id=Ids.HEADING),
            controls(view, release, text),
            quick_bar(view, release, text),
            html.Div(
                [
                    _tabs(view, text),
                    map_view(view, release, tiles, text),
                    fragment(address, id=Ids.TABLE, className="table-view") if view.tab == TABLE else None,
                ],
                className="stage",
            ),
            panel(about),
        ],
        title=text("site.title", **facts),
        description=text("site.description", **facts),
        kind="explorer",
        other_language=view.but(language="nl" if view.language == "en" else "en").address,
        fragments={address: partial(table, view, release, text)},
        preload=(spec["values"],) if view.tab == MAP else (),
    )


def _heading(view: ViewState, name: str, text: Words) -> str:
    return text("map.heading", indicator=name, level=text(f"level.{view.level}").lower(), year=view.year)


def _tabs(view: ViewState, text: Words) -> html.Nav:
    tabs = [
        soft_link(
            text(f"tabs.{key}"),
            view.but(tab=tab).address,
            className="tab",
            **({"aria-current": "true"} if tab == view.tab else {}),
        )
        for key, tab in (("map", MAP), ("table", TABLE))
    ]
    return html.Nav(tabs, className="tabs", **{"aria-label": text("tabs.title")})


@lru_cache(maxsize=8)
def _tiles(store: Store, vintage: str) -> Tiles:
    """Zoom levels of a vintage's archive, read once."""
    header = store.tiles(vintage)[:127]
    return Tiles(header[_MIN_ZOOM], header[_MAX_ZOOM])


def register(server: Flask, store: Store) -> None:
    """Put /tabel on `server`: the table of a view as HTML, without a page round it."""

    def view() -> Response:
        try:
            release = store.release()
            asked = parse(request.query_string.decode("utf-8", "replace"), release)
        except LookupError:
            abort(404)
        body = markup(table(asked, release, words(asked.language)))
        return Response(body, headers={"X-Robots-Tag": "noindex"})

    server.add_url_rule(TABLE_PATH, "explorer.table", view)


PAGE = Page("map", "/", draw)
