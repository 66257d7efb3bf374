"""The parts of an area on a small map. A place and an indicator go in; drawing, legend, list come out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.components import html
from dashboard.components.markup import drawn
from dashboard.components.small_legend import small_legend
from dashboard.figures import svg_map
from dashboard.numbers import Reading, read_cells, unit_text
from dashboard.pages.area_place import Place
from dashboard.pages.area_years import first_year, pooled
from etl.catalogue.model import Indicator
from etl.release.read import take
from etl.release.values import Values
from geodata.levels import LEVELS, Level
from geodata.outlines import Paths

NUMBERED = 10
"""Up to this many shapes carry a number that leads to the list below the map."""


@dataclass(frozen=True)
class Parts:
    """The areas on the map. level: theirs; positions: (areas,) in the order of codes; values: same order;
    first, last: years they are about, the same unless years are taken together.
    """

    level: str
    first: int
    last: int
    positions: NDArray[np.int32]
    values: Values
    names: tuple[str, ...]
    readings: tuple[Reading, ...]

    @property
    def numbered(self) -> bool:
        """Whether they carry numbers."""
        return 1 < len(self.positions) <= NUMBERED


def parts(place: Place, indicator: Indicator, year: int) -> Parts | None:
    """What to draw: the level below, for a buurt its wijk around it; None where there is nothing to divide.

    year: the newest of the indicator. Where it has a figure to show for fewer than half of them, and some
    years together for more: those.
    """
    level, code = _level_below(place, indicator)
    if level is None:
        return None
    positions, newest = place.inside(code, level)
    if len(positions) < 2:
        return None
    values, first = newest[indicator.id], year
    if 2 * values.shown.sum() < len(positions):
        together = pooled(place.release, indicator.id, year)
        if together is not None and together.shown[positions].sum() > values.shown.sum():
            values, first = take(together, positions), first_year(indicator, year)
    readings = read_cells(values, indicator, place.language)
    names = tuple(place.release.regions.names[position] for position in positions.tolist())
    return Parts(level, first, year, positions, values, names, readings)


def _level_below(place: Place, indicator: Indicator) -> tuple[str | None, str]:
    """Level to draw, and the area inside which."""
    region, regions = place.region, place.release.regions
    if region.level == Level.BUURT and region.parent is not None:
        few = len(regions.children(region.parent)) < 2
        inside = regions[region.parent].parent if few else region.parent
        return (Level.BUURT.value, inside) if inside is not None else (None, region.code)
    if region.level not in tuple(LEVELS):
        return Level.GEMEENTE.value, region.code
    depth = Level(region.level).depth + 1
    for level in LEVELS[depth:]:
        if level in indicator.levels and len(regions.within(region.code, level)) > 1:
            return level.value, region.code
    return None, region.code


def area_map(place: Place, indicator: Indicator, found: Parts) -> list[Any]:
    """Heading, drawing with text alternative, legend and numbered list."""
    words = place.words
    level = words(f"levels.{found.level}")
    heading = html.H4(words("area.map_title", levels=level[:1].upper() + level[1:]))
    if not found.values.shown.any():
        none = words("area.map_none", n=len(found.positions), levels=level)
        uncertain = any(reading.status == "te-onzeker" for reading in found.readings)
        return [heading, html.P(none, className=f"no-figure {'te-onzeker' if uncertain else 'ontbreekt'}")]
    picture = drawing(place, indicator, found)
    if not picture:
        return []
    together = words("area.map_years", first=found.first, last=found.last)
    return [
        heading,
        html.P(together, className="small") if found.first < found.last else None,
        html.Div(drawn(picture), className="drawn-map"),
        small_legend(indicator, found.values, words),
        _list(found) if found.numbered else None,
    ]


def drawing(place: Place, indicator: Indicator, found: Parts) -> str:
    """The map as SVG; empty where no shape is known, or no part has a figure that may be read."""
    shapes = _shapes(place, found)
    if len(shapes) < 2 or not found.values.shown.any():
        return ""
    row_of = {position: row for row, position in enumerate(found.positions.tolist())}
    rows = [row_of[position] for position, _ in shapes]
    unit = unit_text(indicator, place.language)

    def tell(at: int) -> str:
        reading = found.readings[rows[at]]
        return f"{found.names[rows[at]]}: {reading.figure}{' ' + unit if reading.shown else ''}"

    labels = {at: str(row + 1) for at, row in enumerate(rows)} if found.numbered else {}
    map_ = svg_map.Drawing(
        shapes,
        take(found.values, np.array(rows, dtype=np.int32)),
        tell,
        chosen=place.region.position,
        labels=labels,
    )
    level = place.words(f"level.{found.level}").lower()
    title = place.words(
        "area.map_label",
        indicator=indicator.name[place.language],
        level=level,
        area=place.region.name,
        year=span(found),
    )
    return svg_map.draw(
        map_, indicator, title=title, description=in_words(place, indicator, found), key=f"-{indicator.id}"
    )


def span(found: Parts) -> str:
    """The year or years of the map: 2024, 2022-2024."""
    return str(found.last) if found.first == found.last else f"{found.first}-{found.last}"


def in_words(place: Place, indicator: Indicator, found: Parts) -> str:
    """The map's message for who cannot see it: how far the figures lie apart, how many there are none of."""
    shown = [reading for reading in found.readings if reading.shown]
    figures = found.values.figure[found.values.shown]
    low, high = shown[int(figures.argmin())].figure, shown[int(figures.argmax())].figure
    told = place.words("area.map_range", low=low, high=high, unit=unit_text(indicator, place.language))
    silent = len(found.readings) - len(shown)
    more = place.words("area.map_silent", n=silent) if silent else ""
    return " ".join(part for part in (told, more, place.words("area.map_table")) if part)


def _shapes(place: Place, found: Parts) -> Paths:
    below = found.level in (Level.WIJK, Level.BUURT)
    gemeente = place.gemeente
    sketch = place.outlines.land
    if below:
        if gemeente is None or gemeente.position not in place.outlines.gemeenten:
            return ()
        sketch = place.outlines.gemeenten[gemeente.position]
    inside = set(found.positions.tolist())
    return tuple(pair for pair in sketch.paths.get(found.level, ()) if pair[0] in inside)


def _list(found: Parts) -> html.Ol:
    """The parts by number, each with its figure."""
    return html.Ol(
        [
            html.Li(
                [html.Span(name), html.Span(reading.figure if reading.shown else "–", className="value")],
                **({} if reading.shown else {"title": reading.figure}),
            )
            for name, reading in zip(found.names, found.readings, strict=True)
        ],
        className="parts",
    )
