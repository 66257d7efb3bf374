"""Figures as a table: below every drawing, and as an embed of its own. Readings go in; markup comes out."""

from collections.abc import Sequence

import numpy as np

from dashboard.api.areas import chosen
from dashboard.embed.page import Framed
from dashboard.embed.question import Question
from dashboard.embed.words import Words, words
from dashboard.figures import svg_plain
from dashboard.figures.svg import tag
from dashboard.figures.svg import words as text
from dashboard.language import sort_key
from dashboard.numbers import Reading, read_cell
from etl.release.read import take

MOST_DRAWN = 40
"""Rows of a table as a picture: more cannot be read there."""


def listing(asked: Question, origin: str) -> Framed:
    """Every area of one level in one area, or the areas asked for, by name. NotDrawnError for too many."""
    told, language, indicator = words(asked.language), asked.language, asked.indicator
    asked.guard("tabel")
    within = asked.within.code if asked.within else None
    positions = chosen(asked.release.regions, level=asked.level, inside=within)
    if asked.areas:
        positions = np.array([area.position for area in asked.areas], dtype=np.int32)
    values = take(asked.release.values(indicator.id, asked.year), positions)
    rows = [
        (asked.release.regions.names[position], read_cell(values, row, indicator, language))
        for row, position in enumerate(positions.tolist())
    ]
    if not asked.areas:
        rows.sort(key=lambda row: sort_key(row[0]))
    names, readings = [name for name, _ in rows], [reading for _, reading in rows]
    title = asked.title("tabel")
    per = "" if asked.areas else f", {told.per(asked.level)}"
    drawn = ""
    if len(rows) <= MOST_DRAWN:
        cells = [(name, reading.figure, reading.margin if reading.shown else "") for name, reading in rows]
        drawn = svg_plain.table((told.area, told.figure, told.margin), cells, title=title)
    return Framed(
        "tabel",
        title,
        asked.under(f"{asked.year}{per}"),
        _rows(told, told.area, names, readings, caption=title),
        asked.address(origin, tab="tabel"),
        drawing=drawn,
    )


def table(told: Words, first: str, names: Sequence[str], readings: Sequence[Reading]) -> str:
    """Every figure in words; closed until asked for, reachable by keyboard."""
    roll = tag("div", _rows(told, first, names, readings), class_="rol", tabindex=0, role="region",
               aria_label=told.table)  # fmt: skip
    return tag("details", tag("summary", text(told.table)), roll)


def _rows(
    told: Words, first: str, names: Sequence[str], readings: Sequence[Reading], caption: str = ""
) -> str:
    # Roles are told, because on a narrow screen the style sheet lays rows out otherwise and browsers then
    # forget that this is a table.
    head = (first, told.figure, told.margin, told.count)
    rows = (_line(name, reading) for name, reading in zip(names, readings, strict=True))
    titles = (tag("th", text(name), scope="col", role="columnheader") for name in head)
    header = tag("thead", tag("tr", *titles, role="row"), role="rowgroup")
    above = tag("caption", text(caption), class_="ongezien") if caption else ""
    return tag("table", above, header, tag("tbody", *rows, role="rowgroup"), role="table")


def _line(name: str, reading: Reading) -> str:
    first = tag("th", text(name), scope="row", role="rowheader")
    if not reading.shown and not reading.count:
        return tag("tr", first, tag("td", text(reading.figure), colspan=3, role="cell"), role="row")
    cells = (reading.figure, reading.margin, reading.count)
    return tag("tr", first, *(tag("td", text(cell or "–"), role="cell") for cell in cells), role="row")
