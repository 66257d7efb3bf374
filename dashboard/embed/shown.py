"""What the embeds show: map, trend and one figure. A checked request goes in; a `Framed` comes out.

Every number in here comes from `dashboard.numbers`, like everywhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from dashboard.api.areas import chosen
from dashboard.embed.page import Framed
from dashboard.embed.words import Words, words
from dashboard.figures import svg, svg_map, svg_trend
from dashboard.figures.svg import tag
from dashboard.figures.svg import words as text
from dashboard.numbers import Language, Reading, class_labels, read_cell, unit_text, wide_margin
from etl.catalogue.model import Indicator
from etl.release.read import Release, Store, take
from etl.release.values import Values
from geodata.levels import LEVELS, Level
from geodata.outlines import Outlines, unpack
from geodata.regions import Region


@dataclass(frozen=True)
class Question:
    """What an embed is asked: all of it known to exist in the release. area: None is the land."""

    release: Release
    indicator: Indicator
    year: int
    level: str
    area: Region | None
    within: Region | None
    language: Language

    @property
    def place(self) -> Region:
        """The area the embed is about."""
        return self.area or self.release.regions.at(0)

    def address(self, origin: str) -> str:
        """The same view on our own site."""
        query = {"indicator": self.indicator.id, "jaar": self.year, "niveau": self.level}
        query |= {"gebied": self.area.code} if self.area else {}
        query |= {"binnen": self.within.code} if self.within else {}
        query |= {"taal": "en"} if self.language == "en" else {}
        return f"{origin}/?{urlencode(query)}"


class NotDrawnError(LookupError):
    """This map is too large to draw: wijken and buurten need a gemeente."""


def trend(asked: Question, origin: str) -> Framed:
    """One area through time, the land beside it."""
    told, indicator, language = words(asked.language), asked.indicator, asked.language
    years, values = asked.release.over_time(indicator.id, asked.place.code)
    area = svg_trend.Series(asked.place.name, years, values)
    land = None
    if asked.area is not None and indicator.rate is not None:
        region = asked.release.regions.at(0)
        land = svg_trend.Series(region.name, *asked.release.over_time(indicator.id, region.code))
    captions = [told.dashed.format(name=land.name)] if land else []
    if (values.shown & (values.figure_upper > values.figure_lower)).any():
        captions.insert(0, told.band)
    drawn = svg_trend.draw(indicator, area, land, language)
    caption = " ".join(captions)
    below = tag("figcaption", text(caption)) if caption else ""
    readings = [read_cell(values, row, indicator, language) for row in range(len(years))]
    table = _table(told, told.year, [str(year) for year in years], readings)
    title = f"{indicator.name[language]}, {asked.place.name}"
    body = tag("figure", drawn, below) + table
    under = _under(asked, "")
    return Framed("trend", title, under, body, asked.address(origin), drawing=drawn, caption=caption)


def figure(asked: Question, origin: str) -> Framed:
    """One figure with its unit, count and margin."""
    position = np.array([asked.place.position], dtype=np.int32)
    values = take(asked.release.values(asked.indicator.id, asked.year), position)
    reading = read_cell(values, 0, asked.indicator, asked.language)
    lines = [line for line in (reading.count, reading.margin, reading.reliability) if line]
    kind = "groot" if reading.shown else "groot woorden"
    body = tag("p", text(reading.figure), class_=kind) + "".join(tag("p", text(line)) for line in lines)
    title = f"{asked.indicator.name[asked.language]}, {asked.place.name}"
    return Framed("cijfer", title, _under(asked, str(asked.year)), body, asked.address(origin))


def map_(asked: Question, store: Store, origin: str) -> Framed:
    """A map of one level, in the land or in one area. NotDrawnError for wijken or buurten of more."""
    told, release, indicator = words(asked.language), asked.release, asked.indicator
    within = asked.within.code if asked.within else None
    if asked.level in (Level.WIJK, Level.BUURT) and (asked.within is None or _gemeente(asked) is None):
        raise NotDrawnError
    positions = chosen(release.regions, level=asked.level, inside=within)
    values = take(release.values(indicator.id, asked.year), positions)
    readings = [read_cell(values, row, indicator, asked.language) for row in range(len(positions))]
    names = [release.regions.names[position] for position in positions.tolist()]
    drawn = _drawn(asked, store, positions, values, names, readings)
    picture = tag("figure", drawn) if drawn else tag("p", text(told.no_map))
    place = asked.within.name if asked.within else release.regions.names[0]
    title = f"{indicator.name[asked.language]}, {place}"
    swatches = _legend(asked, told, values)
    legend = tag("ul", *(tag("li", box, text(label)) for box, label in swatches), class_="legenda")
    body = picture + legend + _table(told, told.area, names, readings)
    per = told.per_level.get(asked.level, told.other_level.format(level=asked.level))
    under = _under(asked, f"{asked.year}, {per}")
    return Framed("kaart", title, under, body, asked.address(origin), drawing=drawn, swatches=swatches)


def _drawn(
    asked: Question,
    store: Store,
    positions: NDArray[np.int32],
    values: Values,
    names: Sequence[str],
    readings: Sequence[Reading],
) -> str:
    outlines = _outlines(store, asked.release.info.vintage)
    gemeente = _gemeente(asked)
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


def _gemeente(asked: Question) -> Region | None:
    """The gemeente the map lies in, None when it is larger than one."""
    if asked.within is None:
        return None
    path = asked.release.regions.path(asked.within.code)
    return next((region for region in path if region.level == Level.GEMEENTE), None)


@lru_cache(maxsize=4)
def _outlines(store: Store, vintage: str) -> Outlines:
    return unpack(store.outlines(vintage))


def _under(asked: Question, more: str) -> str:
    parts = (unit_text(asked.indicator, asked.language), more)
    return ", ".join(part for part in parts if part)


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


def _table(told: Words, first: str, names: Sequence[str], readings: Sequence[Reading]) -> str:
    """Every figure in words; closed until asked for, reachable by keyboard."""
    head = (first, told.figure, told.margin, told.count)
    rows = (
        tag(
            "tr",
            tag("th", text(name), scope="row"),
            *(tag("td", text(cell or "–")) for cell in (reading.figure, reading.margin, reading.count)),
        )
        for name, reading in zip(names, readings, strict=True)
    )
    header = tag("thead", tag("tr", *(tag("th", text(name), scope="col") for name in head)))
    table = tag("table", header, tag("tbody", *rows))
    roll = tag("div", table, class_="rol", tabindex=0, role="region", aria_label=told.table)
    return tag("details", tag("summary", text(told.table)), roll)


def default_level(release: Release, within: Region | None) -> str:
    """The level below the area the map is of; gemeenten for the land, regions and groupings."""
    if within is None or within.level not in LEVELS:
        return Level.GEMEENTE.value
    depth = Level(within.level).depth
    return LEVELS[min(max(depth + 1, Level.GEMEENTE.depth), Level.BUURT.depth)].value
