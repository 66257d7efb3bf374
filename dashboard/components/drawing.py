"""The map as a drawing, for who has no WebGL or no scripts. A view goes in; components with an SVG come out.

A drawing of the land has room for gemeenten; wijken and buurten are drawn of one gemeente. Which level is
drawn stands beside it when it is not the level of the view.
"""

from functools import lru_cache

import numpy as np

from dashboard.api.areas import within
from dashboard.components import html
from dashboard.components.markup import drawn
from dashboard.components.shell import soft_link
from dashboard.figures import svg_map
from dashboard.figures.svg_small import coarser
from dashboard.numbers import read_cell, unit_text
from dashboard.text import Words, words
from dashboard.view_state import TABLE, ViewState, levels_of
from etl.release.read import Release, Store, take
from geodata.levels import Level
from geodata.outlines import Outlines, Paths, unpack

DRAWING_PATH = "/tekening"
COARSE, FINE = 3, 60
"""From so many shapes of the land on, their corners lie on a grid of so many units: the page stays light."""
BELOW = (Level.WIJK, Level.BUURT)


def drawing_address(view: ViewState) -> str:
    """Where the drawing of a view is."""
    return f"{DRAWING_PATH}?{view.query}"


@lru_cache(maxsize=4)
def outlines(store: Store, vintage: str) -> Outlines:
    """Drawn shapes of a vintage, read once."""
    return unpack(store.outlines(vintage))


@lru_cache(maxsize=48)
def drawing(store: Store, release: Release, view: ViewState) -> html.Div:
    """The picture, the line that says which level it shows, and the way to the table."""
    text = words(view.language)
    level, place = drawn_level(view, release)
    found = outlines(store, release.info.vintage)
    shapes, borders = shapes_of(found, release, level, place), borders_of(found, release, level, place)
    notes = [html.P(text("map.no_map"), className="for-no-map")]
    if level != view.level:
        notes.append(
            html.P(text(f"map.drawn_{level}" if level in ("gemeente", "regio") else "map.drawn_other"))
        )
    notes.append(html.P(soft_link(text("map.to_table"), view.but(tab=TABLE).address), className="for-no-map"))
    picture = (
        drawn(_picture(shapes, borders, release, view, text)) if shapes else html.P(text("map.no_drawing"))
    )
    return html.Div([html.Div(notes, className="drawing-notes"), html.Div(picture, className="picture")])


def without_scripts(store: Store, release: Release, view: ViewState) -> html.Noscript:
    """The drawing for the document itself. Who has scripts never paints it: without a graphics card, painting
    its 342 shapes first held up the moving map by one to two seconds (two cores, software WebGL).
    """
    return html.Noscript(drawing(store, release, view))


def drawn_level(view: ViewState, release: Release) -> tuple[str, str]:
    """Level the drawing shows, and the code of the area it is of."""
    whole = view.within or release.regions.codes[0]
    if view.level not in BELOW:
        return view.level, whole
    for code in (view.within, view.area):
        path = release.regions.path(code) if code else ()
        gemeente = next((region.code for region in path if region.level == Level.GEMEENTE), None)
        if gemeente:
            return view.level, gemeente
    levels = levels_of(release.indicators[view.indicator], release)
    return (Level.GEMEENTE.value if Level.GEMEENTE in levels else levels[0]), whole


def shapes_of(drawn_shapes: Outlines, release: Release, level: str, place: str) -> Paths:
    """Shapes of the areas of a level inside a place; none when nothing of it is drawn."""
    sketch = drawn_shapes.land
    if level in BELOW:
        sketch = drawn_shapes.gemeenten.get(release.regions[place].position, sketch)
    inside = set(within(release.regions, place, level).tolist())
    found = tuple(pair for pair in sketch.paths.get(level, ()) if pair[0] in inside)
    return found if level in BELOW or len(found) < FINE else coarser(found, COARSE)


def borders_of(drawn_shapes: Outlines, release: Release, level: str, place: str) -> Paths:
    """Borders of the regions, over a drawing of all gemeenten."""
    whole = level == Level.GEMEENTE and release.regions[place].level == Level.LAND
    return coarser(drawn_shapes.land.paths.get(Level.REGIO, ()), COARSE) if whole else ()


def _picture(shapes: Paths, borders: Paths, release: Release, view: ViewState, text: Words) -> str:
    indicator, regions = release.indicators[view.indicator], release.regions
    positions = np.array([position for position, _ in shapes], dtype=np.int32)
    values = take(release.values(view.indicator, view.year), positions)
    unit = unit_text(indicator, view.language)

    def tell(row: int) -> str:
        reading = read_cell(values, row, indicator, view.language)
        figure = f"{reading.figure} {unit}" if reading.shown else reading.figure
        return f"{regions.names[positions[row]]}: {figure}"

    def link(row: int) -> str:
        return view.but(area=regions.codes[positions[row]]).address

    chosen = regions[view.area].position if view.area else None
    picture = svg_map.draw(
        svg_map.Drawing(shapes, values, tell, borders, chosen, link=link),
        indicator,
        title=text("map.drawing", indicator=indicator.name[view.language], year=view.year),
        description=text("map.drawing_said"),
        key="-tekening",
    )
    # An image hides what is inside it from a screen reader; this one holds links.
    return picture.replace('role="img"', 'role="group"', 1)
