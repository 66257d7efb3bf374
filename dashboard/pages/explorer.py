"""The map explorer, `/`. A release and a query string go in; choices, map or table, and a panel come out."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from flask import Flask, Response, abort, request

from dashboard.components import html
from dashboard.components.controls import controls, quick_bar
from dashboard.components.drawing import DRAWING_PATH, drawing, drawing_address, without_scripts
from dashboard.components.map import Tiles, map_spec, map_view
from dashboard.components.markup import fragment, markup
from dashboard.components.panel import panel, subject
from dashboard.components.shell import soft_link
from dashboard.components.table import table
from dashboard.components.withdrawn import instead, notice
from dashboard.components.years import YEARS_PATH, small_maps, years_address
from dashboard.ids import Ids
from dashboard.language import date_text
from dashboard.pages.drawn import Content, Page
from dashboard.text import Words, words
from dashboard.view_state import MAP, SMALL, TABLE, UnknownError, ViewState, parse, release_of
from etl.release.read import Release, Retraction, Store

TABLE_PATH = "/tabel"
_MIN_ZOOM, _MAX_ZOOM = 100, 101
"""Bytes of a PMTiles header (specification version 3) that hold the lowest and highest zoom."""


def draw(store: Store, release: Release, search: str) -> Content:
    """The explorer at this query string. UnknownError for an unknown area, indicator or release."""
    newest, release = release, _asked(store, release, search)
    view = parse(search, release)
    text = words(view.language)
    tiles = _tiles(store, release.info.vintage)
    withdrawn = notice(store, release, view.indicator)
    about = subject(view, release, text, withdrawn)
    name = about.indicator.name[view.language]
    facts = {"indicator": name, "area": about.region.name, "year": view.year}
    spec = map_spec(view, release, tiles, text)
    table_at, years_at = f"{TABLE_PATH}?{view.query}", years_address(view)
    return Content(
        tree=[
            html.H1(_heading(view, name, text), className="unseen", id=Ids.HEADING),
            _release_line(view, release, newest, text),
            controls(view, release, text),
            quick_bar(view, release, text),
            _withdrawn(withdrawn, text)
            if withdrawn
            else html.Div(
                [
                    _tabs(view, text),
                    map_view(view, release, tiles, text),
                    fragment(table_at, id=Ids.TABLE, className="table-view") if view.tab == TABLE else None,
                    fragment(years_at, id=Ids.YEARS, className="table-view years-view")
                    if view.tab == SMALL
                    else None,
                ],
                className="stage",
            ),
            panel(about),
        ],
        title=text("site.title", **facts),
        description=text("site.description", **facts),
        kind="explorer",
        other_language=view.but(language="nl" if view.language == "en" else "en").address,
        fragments={
            table_at: partial(table, view, release, text),
            years_at: partial(small_maps, store, release, view),
            drawing_address(view): partial(without_scripts, store, release, view),
        },
        preload=(spec["values"],) if view.tab == MAP and not withdrawn else (),
    )


def _withdrawn(about: Retraction, text: Words) -> html.Div:
    """What stands where the map would."""
    return html.Div(html.Div(instead(about, text), className="table-view"), className="stage")


def _asked(store: Store, newest: Release, search: str) -> Release:
    """The release a query string names, else the newest."""
    asked = release_of(search)
    try:
        return newest if asked is None else store.release(asked)
    except KeyError:
        raise UnknownError("release", asked or "") from None


def _release_line(view: ViewState, release: Release, newest: Release, text: Words) -> html.P | None:
    """That these figures are of a named release, and the way out of it."""
    if view.release is None:
        return None
    date = date_text(release.info.published.date(), view.language)
    key = "frozen" if release.info.id == newest.info.id else "older"
    said = text(f"release.{key}", title=release.info.title[view.language], date=date)
    link = soft_link(text("release.newest"), view.but(release=None).address)
    return html.P([said, " ", link if key == "older" else None], className="older")


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
        for key, tab in (("map", MAP), ("table", TABLE), ("years", SMALL))
    ]
    return html.Nav(tabs, className="tabs", **{"aria-label": text("tabs.title")})


@lru_cache(maxsize=8)
def _tiles(store: Store, vintage: str) -> Tiles:
    """Zoom levels of a vintage's archive, read once."""
    header = store.tiles(vintage)[:127]
    return Tiles(header[_MIN_ZOOM], header[_MAX_ZOOM])


def register(server: Flask, store: Store) -> None:
    """Put /tabel, /jaren and /tekening on `server`: parts of the explorer, HTML without a page round it."""

    def part(make: Callable[[Release, ViewState], Any]) -> Callable[[], Response]:
        def view() -> Response:
            search = request.query_string.decode("utf-8", "replace")
            try:
                release = _asked(store, store.release(), search)
                asked = parse(search, release)
            except LookupError:
                abort(404)
            return Response(markup(make(release, asked)), headers={"X-Robots-Tag": "noindex"})

        return view

    parts: dict[str, Callable[[Release, ViewState], Any]] = {
        TABLE_PATH: lambda release, view: table(view, release, words(view.language)),
        YEARS_PATH: partial(small_maps, store),
        DRAWING_PATH: partial(drawing, store),
    }
    for path, make in parts.items():
        server.add_url_rule(path, f"explorer{path.replace('/', '.')}", part(make))


PAGE = Page("map", "/", draw)
