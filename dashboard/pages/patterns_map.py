"""Groups drawn on a map, with a legend. A view and its groups go in; components come out."""

from typing import Any

import numpy as np

from dashboard.components import html
from dashboard.components.markup import drawn
from dashboard.figures import svg_groups
from dashboard.figures.svg_groups import Ground, Marked
from dashboard.pages.area_place import Place
from dashboard.pages.patterns_found import Found
from dashboard.pages.patterns_state import Patterns
from geodata.drawn import polygons
from geodata.levels import Level
from geodata.outlines import Paths, Sketch

NUMBERED = 30
"""Up to this many groups carry the number they have in the list."""


def map_(place: Place, state: Patterns, found: Found) -> list[Any]:
    """The drawing and its legend; nothing where no shape is known. place: any, for the shapes behind it."""
    text = place.words
    ground = _ground(place, state)
    if ground is None:
        return []
    shapes = _shapes(place, state, found)
    inside = set(found.inside.tolist())
    numbered = len(found.groups) <= NUMBERED
    marked = []
    for number, group in enumerate(found.groups, start=1):
        # The largest one here carries the number of its group.
        here = [position for position in group.positions if position in shapes and position in inside]
        first = max(here, key=lambda position: len(shapes[position]), default=-1)
        marked += [
            Marked(position, shapes[position], group.high, number if numbered else 0, position == first)
            for position in here
        ]
    codes, query = place.release.regions.codes, "?taal=en" if text.language == "en" else ""
    kind = {position: text("patterns.high" if group.high else "patterns.low") for group in found.groups
            for position in group.positions}  # fmt: skip

    def tell(position: int) -> str:
        return f"{place.full_name(place.release.regions.at(position))}: {kind[position]}"

    picture = svg_groups.draw(
        ground,
        marked,
        tell=tell,
        link=lambda position: f"/gebied/{codes[position]}{query}",
        title=text("patterns.map_label", indicator=state.indicator.name[text.language],
                   levels=text(f"levels.{state.level}"), year=state.year),
        description=text("patterns.map_said", n=len(found.groups)),
    )  # fmt: skip
    keys = [html.Li([html.Span(className=f"swatch group-{kind}"), text(f"patterns.key_{kind}")])
            for kind in ("high", "low", "usual")]  # fmt: skip
    return [html.Div(drawn(picture), className="drawn-map"), html.Ul(keys, className="group-keys")]


def _ground(place: Place, state: Patterns) -> Ground | None:
    """Areas below the marks: of one gemeente its own, else gemeenten."""
    outlines, area = place.outlines, state.area
    if area is not None and area.level == Level.GEMEENTE and state.level != Level.GEMEENTE:
        sketch = outlines.gemeenten.get(area.position)
        paths = () if sketch is None else sketch.paths.get(state.level, ())
        return Ground(paths) if paths else None
    gemeenten: Paths = outlines.land.paths.get(Level.GEMEENTE, ())
    if area is not None:
        inside = set(place.release.regions.within(area.code, Level.GEMEENTE).tolist())
        gemeenten = tuple(pair for pair in gemeenten if pair[0] in inside)
    regios = outlines.land.paths.get(Level.REGIO, ()) if area is None else ()
    return Ground(gemeenten, regios) if gemeenten else None


def _shapes(place: Place, state: Patterns, found: Found) -> dict[int, str]:
    """Position -> path of every marked area, in the units of what lies below it."""
    outlines, regions, area = place.outlines, place.release.regions, state.area
    wanted = {position for group in found.groups for position in group.positions}
    if state.level == Level.GEMEENTE:
        return {
            position: path for position, path in outlines.land.paths[Level.GEMEENTE] if position in wanted
        }
    if area is not None and area.level == Level.GEMEENTE:
        own = outlines.gemeenten[area.position].paths.get(state.level, ())
        return {position: path for position, path in own if position in wanted}
    above = {position: int(regions.parent[position]) for position in wanted}
    if state.level == Level.BUURT:
        above = {position: int(regions.parent[wijk]) for position, wijk in above.items()}
    shapes = {}
    for gemeente in set(above.values()) & set(outlines.gemeenten):
        sketch = outlines.gemeenten[gemeente]
        for position, path in sketch.paths.get(state.level, ()):
            if position in wanted:
                shapes[position] = _moved(sketch, path, outlines.land, 1 if area is None else 10)
    return shapes


def _moved(sketch: Sketch, path: str, land: Sketch, grain: int) -> str:
    """A path of a gemeente in the units of the land, in whole parts of `1 / grain`; never empty."""
    rings: list[str] = []
    for ring in (ring for polygon in polygons(sketch, path) for ring in polygon):
        corners = (ring - (land.west, land.north)) * (1 / land.metres, -1 / land.metres)
        fine = np.rint(corners * grain).astype(int)
        steps = np.diff(fine, axis=0)
        steps = steps[steps.any(axis=1)]
        kept = steps[:-1] if len(steps) > 3 else np.array([[grain, 0], [0, grain], [-grain, 0]])
        if len(steps) > 3 or not rings:
            start = f"M{fine[0, 0] / grain:g} {fine[0, 1] / grain:g}"
            rings.append(start + "l" + " ".join(f"{x / grain:g} {y / grain:g}" for x, y in kept) + "z")
    return "".join(rings)
