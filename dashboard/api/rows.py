"""Rows of /v1/waarden. A checked request goes in; seventeen columns a cell come out, as CSV, JSON or a table.

The columns are the same in every format, and hold the stored numbers unrounded: rounding is for showing only
(dashboard/numbers.py). A withheld or missing cell has its status and empty numbers, never 0.

Texts are put together by Arrow, column by column: a national map has 14,500 rows, and one answer may not take
longer than a blink.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dashboard.api.areas import chosen
from dashboard.api.parameters import Asked
from dashboard.numbers import STATUS_ORDER, unit_text
from etl.catalogue.model import Indicator
from etl.release.read import Release, take
from etl.release.values import CLASS_LETTERS, Values
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
    "bovengrens": NUMBER | {"description": "Bovengrens (95 %) van het aantal, geheel en niet onder 0."},
    "cijfer": NUMBER | {"description": "Wat kaart en grafiek tonen, niet afgerond."},
    "cijferOndergrens": NUMBER | {"description": "Ondergrens (95 %) van het cijfer."},
    "cijferBovengrens": NUMBER | {"description": "Bovengrens (95 %) van het cijfer."},
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
MEASURES = {
    "schatting": "estimate",
    "standaardfout": "standard_error",
    "ondergrens": "lower",
    "bovengrens": "upper",
    "cijfer": "figure",
    "cijferOndergrens": "figure_lower",
    "cijferBovengrens": "figure_upper",
}
"""Number columns -> where `Values` has them."""
LETTERS = (*CLASS_LETTERS, "")
Cell = str | int | float | None
# Arrow's own pool keeps what it once had; a web process gives it back.
pa.set_memory_pool(pa.system_memory_pool())


@dataclass(frozen=True, eq=False)
class Block:
    """Rows of one year: the areas asked for, and their figures in that order."""

    year: int
    positions: NDArray[np.int32]
    values: Values


@dataclass(frozen=True, eq=False)
class Rows:
    """All rows of a request: every year over the same areas. kept: leave years read in memory for others."""

    release: Release
    indicator: Indicator
    years: tuple[int, ...]
    positions: NDArray[np.int32]
    kept: bool = True

    def __len__(self) -> int:
        return len(self.years) * len(self.positions)

    def blocks(self, first: int = 0, last: int | None = None) -> Iterator[Block]:
        """Rows `first` up to `last`, a year at a time."""
        width = len(self.positions)
        stop = len(self) if last is None else min(last, len(self))
        for number, year in enumerate(self.years):
            low, high = max(first - number * width, 0), min(stop - number * width, width)
            if low < high:
                some = self.positions[low:high]
                yield Block(year, some, self._figures(year, some))

    def _figures(self, year: int, positions: NDArray[np.int32]) -> Values:
        if self.kept:
            return take(self.release.values(self.indicator.id, year), positions)
        return self.release.some(self.indicator.id, year, positions)


def asked_rows(asked: Asked) -> Rows:
    """The rows that a request is about."""
    release = asked.release
    positions = chosen(
        release.regions,
        level=asked.text("niveau"),
        inside=asked.text("binnen"),
        codes=asked.texts("gebied"),
    )
    return Rows(release, release.indicators[str(asked.text("indicator"))], years(asked), positions)


def years(asked: Asked) -> tuple[int, ...]:
    """Years of the request: those asked for, else all of the indicator."""
    wanted = asked.texts("jaar")
    every = asked.release.years(str(asked.text("indicator")))
    return tuple(year for year in every if not wanted or str(year) in wanted)


def csv_head() -> bytes:
    """The header line."""
    return ",".join(COLUMNS).encode() + b"\r\n"


def csv_lines(rows: Rows, block: Block) -> bytes:
    """UTF-8, comma, points in numbers, nothing where there is no number (RFC 4180)."""
    release, entry = rows.release, rows.indicator
    unit = _csv_cell(unit_text(entry, "nl"))
    marks = [f",{unit},{letter},{status}," for letter in LETTERS for status in STATUS_ORDER]
    numbers = _number_texts(block.values, "")
    return as_bytes(
        pc.binary_join_element_wise(
            f"{entry.id},{block.year},",
            _area_texts(release).csv.take(pa.array(block.positions)),
            pc.binary_join_element_wise(*numbers, ","),
            _marks(block.values, marks),
            f"{release.info.vintage},{release.info.id}\r\n",
            "",
        )
    )


def json_objects(rows: Rows, block: Block) -> pa.StringArray:
    """One JSON object a row, keys in the order of `COLUMNS`."""
    release, entry = rows.release, rows.indicator
    unit = json.dumps(unit_text(entry, "nl"), ensure_ascii=False)
    marks = [
        f',"eenheid":{unit},"klasse":"{letter}","status":"{status}",'
        for letter in LETTERS
        for status in STATUS_ORDER
    ]
    parts: list[Any] = [
        f'{{"indicator":"{entry.id}","jaar":{block.year},',
        _area_texts(release).json.take(pa.array(block.positions)),
    ]
    for name, column in zip(MEASURES, _number_texts(block.values, "null"), strict=True):
        parts += [f'"{name}":' if name == "schatting" else f',"{name}":', column]
    tail = f'"indeling":"{release.info.vintage}","release":"{release.info.id}"}}'
    return pc.binary_join_element_wise(*parts, _marks(block.values, marks), tail, "")


def number_lists(block: Block) -> pa.StringArray:
    """The numbers of each row with commas between, in the order of `MEASURES`, null where there is none."""
    return pc.binary_join_element_wise(*_number_texts(block.values, "null"), ",")


def as_bytes(texts: pa.StringArray) -> bytes:
    """All texts one after the other."""
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return b""
    ends = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return memoryview(data)[ends[0] : ends[-1]].tobytes()


def table(rows: Rows, block: Block) -> pa.Table:
    """The same rows as an Arrow table; null where there is no number, and no class where none is known."""
    release, count = rows.release, len(block.positions)
    regions, values = release.regions, block.values
    levels, codes, names = _area_texts(release).columns
    where = pa.array(block.positions)
    columns: dict[str, pa.Array] = {
        "indicator": _repeated(rows.indicator.id, count),
        "jaar": pa.array(np.full(count, block.year, dtype=np.int16)),
        "niveau": levels.take(where),
        "gebiedscode": codes.take(where),
        "gebiedsnaam": names.take(where),
    }
    for name, attribute in MEASURES.items():
        columns[name] = pa.array(getattr(values, attribute), from_pandas=True)
    letters = pa.array([*CLASS_LETTERS, None])
    columns |= {
        "eenheid": _repeated(unit_text(rows.indicator, "nl"), count),
        "klasse": letters.take(pa.array(np.minimum(values.klass, 6))),
        "status": pa.array(STATUS_ORDER).take(pa.array(values.status)),
        "indeling": _repeated(regions.vintage, count),
        "release": _repeated(release.info.id, count),
    }
    return pa.table(columns)


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
                yield (name, year, area.code, area.name, level, plain(amount))


def plain(number: float) -> Cell:
    """None for nan; a whole number without '.0'; else the shortest text that reads back the same."""
    if np.isnan(number):
        return None
    return int(number) if float(number).is_integer() else float(number)


def _own_rests(regions: Regions, rests: Mapping[int, float]) -> dict[int, float]:
    """Without what is already told of areas inside: the store repeats a rest for every area above it."""
    own = {position: amount for position, amount in rests.items() if position < regions.tree_size}
    for position, amount in rests.items():
        above = int(regions.parent[position])
        if above in own:
            own[above] -= amount
    return {position: amount for position, amount in own.items() if amount}


class _AreaTexts:
    """What every row says of its area, (areas,) each; written once for a release, when first asked for."""

    def __init__(self, regions: Regions) -> None:
        self._regions = regions

    @property
    def _areas(self) -> Iterator[tuple[str, str, str]]:
        return zip(self._regions.level, self._regions.codes, self._regions.names, strict=True)

    @cached_property
    def csv(self) -> pa.StringArray:
        """Level, code and name as a line of CSV has them."""
        return pa.array(f"{level},{code},{_csv_cell(name)}," for level, code, name in self._areas)

    @cached_property
    def json(self) -> pa.StringArray:
        """The same as a JSON object has them."""
        return pa.array(
            f'"niveau":"{level}","gebiedscode":"{code}","gebiedsnaam":{json.dumps(name, ensure_ascii=False)},'
            for level, code, name in self._areas
        )

    @cached_property
    def columns(self) -> tuple[pa.StringArray, pa.StringArray, pa.StringArray]:
        """Level, code and name as columns."""
        return pa.array(self._regions.level), pa.array(self._regions.codes), pa.array(self._regions.names)


@lru_cache(maxsize=8)
def _area_texts(release: Release) -> _AreaTexts:
    return _AreaTexts(release.regions)


def _number_texts(values: Values, null: str) -> list[pa.StringArray]:
    """Shortest texts that read back the same (Arrow's): 5, 0.1, 1e-7; `null` where there is no number."""
    columns = (getattr(values, attribute) + 0.0 for attribute in MEASURES.values())
    return [pc.fill_null(pc.cast(pa.array(one, from_pandas=True), pa.string()), null) for one in columns]


def _marks(values: Values, texts: list[str]) -> pa.StringArray:
    """The text of each row's class and status, out of all combinations."""
    place = np.minimum(values.klass, 6).astype(np.int32) * len(STATUS_ORDER) + values.status
    return pa.array(texts).take(pa.array(place))


def _csv_cell(text: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="").writerow([text])
    return out.getvalue()


def _repeated(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), count)
