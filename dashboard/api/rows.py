"""Rows of /v1/waarden. A checked request goes in; seventeen columns a cell come out, as CSV or JSON.

The columns are the same in every format, and hold the stored numbers unrounded: rounding is for showing only
(dashboard/numbers.py). A withheld or missing cell has its status and empty numbers, never 0.
"""

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from dashboard.api.areas import chosen
from dashboard.api.parameters import Asked
from dashboard.numbers import STATUS_ORDER, unit_text
from etl.release.read import take
from etl.release.values import Values
from geodata.regions import Regions

NUMBER = {"type": ["number", "null"]}
TEXT = {"type": "string"}
COLUMNS: dict[str, dict[str, Any]] = {
    "indicator": TEXT,
    "jaar": {"type": "integer"},
    "niveau": TEXT,
    "gebiedscode": TEXT,
    "gebiedsnaam": TEXT,
    "schatting": NUMBER | {"description": "Aantal: een telling, of een schatting met ruis."},
    "standaardfout": NUMBER | {"description": "0 bij een openbare telling."},
    "ondergrens": NUMBER | {"description": "Ondergrens (95 %) van het aantal, geheel en niet onder 0."},
    "bovengrens": NUMBER,
    "cijfer": NUMBER | {"description": "Wat kaart en grafiek tonen, niet afgerond."},
    "cijferOndergrens": NUMBER,
    "cijferBovengrens": NUMBER,
    "eenheid": TEXT | {"description": "Eenheid van `cijfer`."},
    "klasse": {"type": "string", "enum": ["", *"ABCDEF"], "description": "Betrouwbaarheid, A is het best."},
    "status": {"type": "string", "enum": list(STATUS_ORDER)},
    "indeling": TEXT | {"description": "Jaargang van de gebieden."},
    "release": TEXT,
}
REST_COLUMNS: dict[str, dict[str, Any]] = {
    "indicator": TEXT,
    "jaar": {"type": "integer"},
    "gebiedscode": TEXT,
    "gebiedsnaam": TEXT,
    "niveau": TEXT | {"description": "Het niveau waarop dit deel in geen gebied staat."},
    "aantal": {"type": "number"},
}
Cell = str | int | float | None


def value_rows(asked: Asked) -> Iterator[tuple[Cell, ...]]:
    """One tuple of `COLUMNS` per year and area."""
    release, regions = asked.release, asked.release.regions
    indicator = release.indicators[str(asked.text("indicator"))]
    positions = chosen(
        regions, level=asked.text("niveau"), inside=asked.text("binnen"), codes=asked.texts("gebied")
    )
    areas = [(regions.level[at], regions.codes[at], regions.names[at]) for at in positions.tolist()]
    tail = (regions.vintage, release.info.id)
    unit = unit_text(indicator, "nl")
    for year in years(asked):
        values = take(release.values(indicator.id, year), positions)
        for area, numbers, klass, status in zip(areas, _numbers(values), *_marks(values), strict=True):
            yield (indicator.id, year, *area, *numbers, unit, klass, status, *tail)


def rest_rows(asked: Asked) -> Iterator[tuple[Cell, ...]]:
    """One tuple of `REST_COLUMNS` for each part of a count that lies in no area of the asked level.

    Told once, at the lowest area it is known to lie in, so that rows and rests together add up to the land.
    """
    level = asked.text("niveau")
    if level is None or asked.texts("gebied"):
        return
    release, regions = asked.release, asked.release.regions
    name, inside = str(asked.text("indicator")), asked.text("binnen")
    for year in years(asked):
        for position, amount in sorted(_own_rests(regions, release.rests(name, year, level)).items()):
            area = regions.at(position)
            path = {above.code for above in regions.path(area.code)}
            path |= {group.code for group in regions.groupings_of(area.code)}
            if inside is None or inside in path:
                yield (name, year, area.code, area.name, level, _plain(amount))


def _own_rests(regions: Regions, rests: Mapping[int, float]) -> dict[int, float]:
    """Without what is already told of areas inside: the store repeats a rest for every area above it."""
    own = {position: amount for position, amount in rests.items() if position < regions.tree_size}
    for position, amount in rests.items():
        above = int(regions.parent[position])
        if above in own:
            own[above] -= amount
    return {position: amount for position, amount in own.items() if amount}


def years(asked: Asked) -> tuple[int, ...]:
    """Years of the request: those asked for, else all of the indicator."""
    wanted = asked.texts("jaar")
    every = asked.release.years(str(asked.text("indicator")))
    return tuple(year for year in every if not wanted or str(year) in wanted)


def as_csv(asked: Asked) -> bytes:
    """UTF-8, comma, one header line, points in numbers, nothing where there is no number (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(value_rows(asked))
    return text.getvalue().encode()


def as_json(asked: Asked, address: str) -> bytes:
    """The rows under `waarden`, what no area carries under `nietToegedeeld`, and a link to itself."""
    info = asked.release.info
    body = {
        "_links": {"self": {"href": address}},
        "release": info.id,
        "fictief": info.fictional,
        "citaat": info.citation,
        "waarden": [dict(zip(COLUMNS, row, strict=True)) for row in value_rows(asked)],
        "nietToegedeeld": [dict(zip(REST_COLUMNS, row, strict=True)) for row in rest_rows(asked)],
    }
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _numbers(values: Values) -> Iterator[tuple[Cell, ...]]:
    columns = (
        values.estimate,
        values.standard_error,
        values.lower,
        values.upper,
        values.figure,
        values.figure_lower,
        values.figure_upper,
    )
    return zip(*([_plain(number) for number in column.tolist()] for column in columns), strict=True)


def _marks(values: Values) -> tuple[list[str], list[str]]:
    letters = np.array([*"ABCDEF", ""])[np.minimum(values.klass, 6)].tolist()
    return letters, np.array(STATUS_ORDER)[values.status].tolist()


def _plain(number: float) -> Cell:
    """None for nan; a whole number without '.0'; else the shortest text that reads back the same."""
    if math.isnan(number):
        return None
    return int(number) if number.is_integer() else number
