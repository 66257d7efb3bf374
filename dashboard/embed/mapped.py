"""A map in a frame. A `Question` goes in; a `Framed` with map, legend and table comes out."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dashboard.api.areas import chosen
from dashboard.embed.listed import table
from dashboard.embed.page import Framed
from dashboard.embed.question import Question
from dashboard.embed.words import Words, words
from dashboard.figures import svg, svg_map
from dashboard.figures.svg import tag
from dashboard.figures.svg import words as text
from dashboard.numbers import Reading, class_labels, read_cell, read_cells, unit_text, wide_margin
from etl.release.read import Store, take
from etl.release.values import Values
from geodata.levels import Level
from geodata.outlines import Outlines, unpack


def map_(asked: Question, store: Store, origin: str) -> Framed:
    """A map of one level, in the land or in one area. NotDrawnError for wijken or buurten of more."""
    told, release, indicator = words(asked.language), asked.release, asked.indicator
    within = asked.within.code if asked.within else None
    asked.guard("kaart")
    positions = chosen(release.regions, level=asked.level, inside=within)
    values = take(release.values(indicator.id, asked.year), positions)
    readings = read_cells(values, indicator, asked.language)
    names = [release.regions.names[position] for position in positions.tolist()]
    drawn = _drawn(asked, store, positions, values, names, readings)
    picture = tag("figure", drawn) if drawn else tag("p", text(told.no_map))
    title = asked.title("kaart")
    swatches = _legend(asked, told, values)
    legend = tag("ul", *(tag("li", box, text(label)) for box, label in swatches), class_="legenda")
    picture += _chosen(asked)
    body = picture + legend + table(told, told.area, names, readings)
    under = asked.under(f"{asked.year}, {told.per(asked.level)}")
    return Framed("kaart", title, under, body, asked.address(origin), drawing=drawn, swatches=swatches)


def _chosen(asked: Question) -> str:
    """The area that is pointed out, in words."""
    if asked.area is None:
        return ""
    where = np.array([asked.area.position], dtype=np.int32)
    values = asked.release.some(asked.indicator.id, asked.year, where)
    reading = read_cell(values, 0, asked.indicator, asked.language)
    said = [part for part in (reading.count, reading.margin) if part]
    told = f"{reading.figure} {reading.unit}" if reading.shown else reading.figure
    name = tag("strong", text(asked.area.name))
    return tag("p", name, text(": " + "; ".join([told, *said]) + "."), class_="aangewezen")


def _drawn(
    asked: Question,
    store: Store,
    positions: NDArray[np.int32],
    values: Values,
    names: Sequence[str],
    readings: Sequence[Reading],
) -> str:
    outlines = _outlines(store, asked.release.info.vintage)
    gemeente = asked.gemeente
    below = asked.level in (Level.WIJK, Level.BUURT)
    sketch = outlines.gemeenten.get(gemeente.position) if below and gemeente else outlines.land
    row_of = {position: row for row, position in enumerate(positions.tolist())}
    paths = sketch.paths.get(asked.level, ()) if sketch else ()
    shapes = tuple(pair for pair in paths if pair[0] in row_of)
    if not shapes:
        return ""
    rows = [row_of[position] for position, _ in shapes]
    unit = unit_text(asked.indicator, asked.language)

    def tell(at: int) -> str:
        reading = readings[rows[at]]
        return f"{names[rows[at]]}: {reading.figure}{' ' + unit if reading.shown else ''}"

    whole = asked.level == Level.GEMEENTE and asked.within is None
    borders = outlines.land.paths.get(Level.REGIO, ()) if whole else ()
    drawing = svg_map.Drawing(
        shapes,
        take(values, np.array(rows, dtype=np.int32)),
        tell,
        borders,
        asked.area.position if asked.area else None,
    )
    title = f"{asked.indicator.name[asked.language]}, {asked.year}"
    return svg_map.draw(drawing, asked.indicator, title=title, description=words(asked.language).table)


@lru_cache(maxsize=4)
def _outlines(store: Store, vintage: str) -> Outlines:
    return unpack(store.outlines(vintage))


def _legend(asked: Question, told: Words, values: Values) -> tuple[tuple[str, str], ...]:
    """Five classes, then what else is on this very map: swatch and label."""
    labels = class_labels(asked.indicator, asked.language)
    marks = [(f"k{number}", label) for number, label in enumerate(labels)]
    looks = set(svg_map.look(values, asked.indicator).tolist())
    marks += [(mark, told.status[mark]) for mark in svg_map.MARKS if mark in looks]
    if wide_margin(values).any():
        marks.append(("ruim", told.wide))
    return tuple((_swatch(name), label) for name, label in marks)


def _swatch(name: str) -> str:
    fill = svg_map.FILLS.get(name, svg.CLASS_FILLS[2])
    edge = "3" if name == "geheim" else None
    box = tag(
        "rect", x=0.5, y=0.5, width=23, height=13, fill=fill, stroke=svg.SOFT_INK, stroke_dasharray=edge
    )
    over = tag("rect", x=0.5, y=0.5, width=23, height=13, fill="url(#ruim)") if name == "ruim" else ""
    return tag("svg", box, over, viewBox="0 0 24 14", width=24, height=14, aria_hidden="true")
