"""The map that moves: MapLibre over the drawn map. A `Question` and its `Framed` go in; a `Framed` comes out.

The only embed with scripts, all from our own address. Without scripts or WebGL the drawing is what one sees.
"""

import json
from dataclasses import replace
from functools import lru_cache

from dashboard import files
from dashboard.components.map import Tiles, map_spec
from dashboard.embed.page import Framed
from dashboard.embed.question import Question
from dashboard.figures.svg import tag
from dashboard.text import words
from dashboard.view_state import ViewState
from etl.release.read import Store

SCRIPT = "embed-map.js"
_MIN_ZOOM, _MAX_ZOOM = 100, 101
"""Bytes of a PMTiles header (specification version 3) that hold the lowest and highest zoom."""


def moving(framed: Framed, asked: Question, store: Store) -> Framed:
    """The same frame with a map that moves laid over its drawing; unchanged where nothing is drawn."""
    if not framed.drawing:
        return framed
    text, release = words(asked.language), asked.release
    view = ViewState(
        indicator=asked.indicator.id,
        year=asked.year,
        level=asked.level,
        area=asked.area.code if asked.area else None,
        within=asked.within.code if asked.within else None,
        language=asked.language,
        release=release.info.id,
    )
    spec = map_spec(view, release, _tiles(store, release.info.vintage), text)
    # A frame fetches what it shows: no shapes of other levels ahead, no names of towns in a map of one town.
    spec |= {"ahead": [], "places": [] if asked.gemeente else spec["places"]}
    level = text(f"level.{asked.level}").lower()
    label = text("map.label", indicator=asked.indicator.name[asked.language], level=level, year=asked.year)
    told = json.dumps(spec, separators=(",", ":"))
    box = tag(
        "div", framed.drawing, id="kaart", class_="kaart-vlak", role="region", aria_label=label, data_map=told
    )
    hidden = tag("p", framed.under, class_="ongezien", id="kaart-samenvatting")
    body = framed.body.replace(framed.drawing, box, 1)
    return replace(framed, kind="kaart beweegt", body=hidden + body, head=_head())


def _head() -> str:
    scripts = (files.address(name) for name in ("maplibre-gl.js", SCRIPT))
    return f'<link rel="stylesheet" href="{files.address("maplibre-gl.css")}">' + "".join(
        f'<script defer src="{address}"></script>' for address in scripts
    )


@lru_cache(maxsize=8)
def _tiles(store: Store, vintage: str) -> Tiles:
    header = store.tiles(vintage)[:127]
    return Tiles(header[_MIN_ZOOM], header[_MAX_ZOOM])
