"""What stands in a frame: trend, comparison and one figure here. A `Question` goes in; a `Framed` comes out.

Every number in here comes from `dashboard.numbers`, like everywhere else.
"""

import numpy as np

from dashboard.borders import breaks
from dashboard.embed.listed import listing, table
from dashboard.embed.mapped import map_
from dashboard.embed.page import Framed
from dashboard.embed.question import Question
from dashboard.embed.words import words
from dashboard.figures import svg_compare, svg_plain, svg_trend
from dashboard.figures.svg import tag
from dashboard.figures.svg import words as text
from dashboard.language import date_text
from dashboard.numbers import Reading, read_cell, read_cells, shown_figure
from dashboard.text import words as site_words
from etl.release.read import Retraction, Store
from etl.release.values import Values


def framed(kind: str, asked: Question, store: Store, origin: str) -> Framed:
    """The embed of this kind. NotDrawnError for more than fits in one frame."""
    if kind == "kaart":
        return map_(asked, store, origin)
    make = {"trend": trend, "vergelijking": comparison, "cijfer": figure, "tabel": listing}
    return make[kind](asked, origin)


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
    broken = breaks(asked.release, indicator, asked.place.code, site_words(language))
    drawn = svg_trend.draw(indicator, area, land, language, breaks=broken)
    captions += broken.values()
    caption = " ".join(captions)
    below = tag("figcaption", text(caption)) if caption else ""
    readings = read_cells(values, indicator, language)
    body = tag("figure", drawn, below) + table(told, told.year, [str(year) for year in years], readings)
    title = asked.title("trend")
    link = asked.address(origin)
    return Framed("trend", title, asked.under(""), body, link, drawing=drawn, caption=caption)


def figure(asked: Question, origin: str) -> Framed:
    """One figure with its unit, count and margin."""
    position = np.array([asked.place.position], dtype=np.int32)
    values = asked.release.some(asked.indicator.id, asked.year, position)
    reading = read_cell(values, 0, asked.indicator, asked.language)
    why = "" if reading.shown else words(asked.language).why_not.get(reading.status, "")
    lines = [line for line in (reading.count, reading.margin, reading.reliability, why) if line]
    kind = "groot" if reading.shown else "groot woorden"
    body = tag("p", text(reading.figure), class_=kind) + "".join(tag("p", text(line)) for line in lines)
    title = asked.title("cijfer")
    drawn = svg_plain.figure(reading.figure, lines, is_number=reading.shown, title=title)
    return Framed("cijfer", title, asked.under(str(asked.year)), body, asked.address(origin), drawing=drawn)


def comparison(asked: Question, origin: str) -> Framed:
    """Areas beside each other on one scale, the land last. NotDrawnError for more than fit."""
    asked.guard("vergelijking")
    told, indicator, language = words(asked.language), asked.indicator, asked.language
    positions = [area.position for area in asked.areas]
    with_land = indicator.rate is not None and 0 not in positions
    positions += [0] if with_land else []
    values = asked.release.some(indicator.id, asked.year, np.array(positions, dtype=np.int32))
    names = [asked.release.regions.names[position] for position in positions]
    readings = read_cells(values, indicator, language)
    rows = [
        _row(name, reading, values, at, asked, here=not (with_land and at == len(names) - 1))
        for at, (name, reading) in enumerate(zip(names, readings, strict=True))
    ]
    title = asked.title("vergelijking")
    said = "; ".join(f"{name}: {reading.figure}" for name, reading in zip(names, readings, strict=True))
    drawn = svg_compare.draw(rows, title, f"{asked.under('')}. {said}.", language)
    caption = told.whisker if any(row.shown and row.high > row.low for row in rows) else ""
    below = tag("figcaption", text(caption)) if caption else ""
    body = tag("figure", drawn, below) + table(told, told.area, names, readings)
    under, link = asked.under(str(asked.year)), asked.comparison(origin)
    return Framed("vergelijking", title, under, body, link, drawing=drawn, caption=caption)


def withdrawn(asked: Question, notice: Retraction, origin: str) -> Framed:
    """A figure that is no longer to be used: that it is so and why, instead of the figure."""
    told, language = words(asked.language), asked.language
    title = told.retracted.format(date=date_text(notice.date, language))
    why = told.retracted_why.format(reason=notice.reason[language])
    body = tag("p", text(title + "."), class_="groot woorden") + tag("p", text(why))
    body += tag("p", text(told.retracted_where))
    link = f"{origin}/verantwoording{'?taal=en' if language == 'en' else ''}#correcties"
    caption = f"{title}. {why} {told.retracted_where}"
    name = asked.indicator.name[language]
    return Framed("ingetrokken", name, asked.under(""), body, link, caption=caption)


def _row(
    name: str, reading: Reading, values: Values, at: int, asked: Question, *, here: bool
) -> svg_compare.Row:
    if not reading.shown:
        return svg_compare.Row(name, reading.figure, 0.0, 0.0, 0.0, shown=False, here=here)
    low, high = float(values.figure_lower[at]), float(values.figure_upper[at])
    number = shown_figure(float(values.figure[at]), asked.indicator)
    return svg_compare.Row(name, reading.figure, number, low, high, here=here)
