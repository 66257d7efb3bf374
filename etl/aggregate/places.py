"""Rows in, rows with the position of the one area they count in, out: `located` of the catalogue.

A person is where registered on 1 January, an object where it stands, an event where its row says. What lies
in no area of the map falls out.
"""

from collections.abc import Sequence
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from etl.aggregate.reader import Reader
from etl.catalogue.microdata import Microdata
from etl.catalogue.needs import LINKED, OBJECT, OBJECTS, PERSON
from geodata.levels import Level


def placed(read: Reader, rows: Any, count: Microdata) -> Any:
    """Rows (year, unit, counted, position), one for each thing counted in a year."""
    if count.located == "residence":
        found = _in_buurt(read, _at_residence(read, rows, ["unit", "counted"]), count.placed_by)
        order = [_.start.desc(), _.object_kind, _.object, _.position]
    elif count.located == "object":
        found = _in_buurt(read, rows, count.placed_by)
        order = [(_.file_year - _.year).abs(), _.object_kind, _.object, _.position]
    else:
        found = _in_own_area(read, rows, Level(count.located))
        order = [(_.file_year - _.year).abs(), _.position]
        if count.from_elsewhere:
            found = _from_elsewhere(read, found, count.placed_by)
    first = ibis.row_number().over(group_by=["year", "counted"], order_by=order)
    return found.mutate(first=first).filter(_.first == 0).select("year", "unit", "counted", "position")


def _at_residence(read: Reader, rows: Any, besides: Sequence[str]) -> Any:
    """The addresses where each person is registered on 1 January, instead of any other the row may have."""
    rows = rows.select("year", *besides, *PERSON).distinct()
    joined = read.join(rows, read.spells(), PERSON)
    day = joined.year.cast("string").concat("0101")
    return joined.filter((joined.start <= day) & (joined.until >= day))


def _in_buurt(read: Reader, rows: Any, placed_by: Sequence[str]) -> Any:
    """Rows of objects with the position of their buurt, and of its gemeente."""
    sources = [read.source(name, LINKED[OBJECTS]).drop("file_year") for name in placed_by]
    objects = ibis.union(*sources) if len(sources) > 1 else sources[0]
    return read.join(rows, objects, OBJECT).inner_join(_areas(read, Level.BUURT), "buurt")


def _in_own_area(read: Reader, rows: Any, level: Level) -> Any:
    """Rows with the position of the area that their own column names."""
    return read.engine.keep(rows.inner_join(_areas(read, level), level.value))


def _from_elsewhere(read: Reader, rows: Any, placed_by: Sequence[str]) -> Any:
    """Rows of persons who live in another gemeente than the row is about; who lives nowhere falls out."""
    homes = _in_buurt(read, _at_residence(read, rows, []), placed_by)
    order = [_.start.desc(), _.object_kind, _.object, _.position]
    first = ibis.row_number().over(group_by=["year", *PERSON], order_by=order)
    homes = homes.mutate(first=first).filter(_.first == 0).select("year", *PERSON, home=_.gemeente_position)
    return read.join(rows, homes, ["year", *PERSON]).filter(_.home != _.position)


def _areas(read: Reader, level: Level) -> Any:
    """Code without its two letters -> position, for the areas of one level; of buurten also the gemeente."""
    regions = read.regions
    span = regions.slice(level)
    positions = np.arange(span.start, span.stop)
    columns: dict[str, Any] = {
        level.value: [code[2:] for code in regions.codes[span]],
        "position": positions,
    }
    if level == Level.BUURT:
        columns["gemeente_position"] = regions.parent[regions.parent[positions]].astype(np.int64)
    return read.engine.lookup(pa.table(columns))
