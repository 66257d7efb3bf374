"""The counts of confidential rows as one would first write them: whole files in pandas; arrays of counts out.

For comparison only (bench/national.py). It shares no code with the engine but for finding files and columns.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bench.plain_means import households
from bench.plain_narrow import narrowed, of_age, stays_on
from etl.catalogue.load import Catalogue
from etl.catalogue.microdata import Microdata, Selection
from etl.catalogue.model import Indicator, RunConfig
from etl.catalogue.needs import ADDRESSES, HOUSEHOLD, OBJECTS, OTHER_OBJECTS, row_roles
from etl.extract.sources import files_of
from geodata.levels import LEVELS, Level
from geodata.regions import Regions

PERSON, OBJECT = ["person_kind", "person"], ["object_kind", "object"]


def expressible(indicator: Indicator) -> bool:
    """Whether these counts can be written in pandas: all that are counted from confidential rows."""
    return isinstance(indicator.count, Microdata)


def count_plainly(
    indicators: Sequence[Indicator], config: RunConfig, catalogue: Catalogue, folder: Path, regions: Regions
) -> list[NDArray[np.int64]]:
    """(years, tree areas) counts of each indicator, contributions bounded per unit and year."""
    read = Reader(config, catalogue, folder)
    span = regions.slice(Level.BUURT)
    buurten = pd.DataFrame({"buurt": [code[2:] for code in regions.codes[span]]})
    buurten["at"] = range(span.start, span.stop)
    objects = {name: read.rows(name, (*OBJECT, "buurt")) for name in (OBJECTS, OTHER_OBJECTS)}
    placed = {name: rows.merge(buurten, on="buurt")[[*OBJECT, "at"]] for name, rows in objects.items()}
    return [_count(one, read, placed, config.years, regions) for one in indicators]


class Reader:
    """Whole source files as data frames, one column a role."""

    def __init__(self, config: RunConfig, catalogue: Catalogue, folder: Path) -> None:
        self.config, self.catalogue, self.folder = config, catalogue, folder

    def rows(self, name: str, roles: Sequence[str]) -> pd.DataFrame:
        source, division = self.catalogue.sources[name], str(self.config.division.year)
        wanted = {source.columns[role].name.replace("{division}", division).lower(): role for role in roles}
        parts = []
        for year, file in files_of(self.config, name):
            known = pq.read_schema(self.folder / file).names
            columns = {column: wanted[column.lower()] for column in known if column.lower() in wanted}
            frame = pd.read_parquet(self.folder / file, columns=list(columns)).rename(columns=columns)
            texts = {role: "str" for role in frame if source.columns[role].type != "amount"}
            parts.append(frame.astype(texts).assign(file_year=year or 0))
        return pd.concat(parts, ignore_index=True)

    def select(self, selection: Selection, roles: Sequence[str]) -> pd.DataFrame:
        """Rows of a selection, whatever their year; only people whose number can be linked."""
        rows = self.rows(selection.source, tuple(dict.fromkeys((*roles, *selection.columns))))
        for clause in selection.where:
            rows = rows[rows[clause.column].str.startswith(clause.starts_with)]
        for limit in selection.below:
            rows = rows[rows[limit.column] < limit.amount]
        for kind in ("person_kind", "owner_kind", "household_kind"):
            rows = rows[rows[kind] == "R"] if kind in rows else rows
        return rows


def _count(
    indicator: Indicator,
    read: Reader,
    objects: dict[str, pd.DataFrame],
    years: Sequence[int],
    regions: Regions,
) -> NDArray[np.int64]:
    count, protection = cast(Microdata, indicator.count), indicator.protection
    assert protection is not None
    if count.rule:
        rows = households(read, count, years).assign(file_year=lambda found: found["year"])
        rows = rows.assign(**dict(zip(PERSON, (rows[role] for role in HOUSEHOLD), strict=True)))
    else:
        rows = narrowed(read, read.select(count, row_roles(indicator, count)), count, years)
    rows = of_age(read, rows, count.age) if count.age else rows
    there = pd.concat([objects[name] for name in count.placed_by])
    placed = _placed(read, rows, count, there, years, regions)
    placed = placed.drop_duplicates(["year", *count.counted])
    if set(protection.keyed) != set(count.counted):
        placed = _bounded(placed, indicator.id, count, protection.keyed, protection.cap)
    return _table(placed, years, regions)


def _placed(
    read: Reader,
    rows: pd.DataFrame,
    count: Microdata,
    objects: pd.DataFrame,
    years: Sequence[int],
    regions: Regions,
) -> pd.DataFrame:
    """Rows with the position `at` of their area, the one that holds first where there are several."""
    if count.located in ("residence", "object"):
        if count.located == "residence":
            stays = read.rows(ADDRESSES, (*PERSON, *OBJECT, "from", "until"))
            stays = stays_on(stays, years).rename(columns={"from": "start"}).drop(columns="file_year")
            rows = rows.drop(columns=OBJECT, errors="ignore").merge(stays, on=[*PERSON, "year"])
        placed = rows.merge(objects, on=OBJECT)
        order = ["start"] if count.located == "residence" else ["distance"]
        placed["distance"] = (placed["file_year"] - placed["year"]).abs()
        return placed.sort_values([*order, *OBJECT], ascending=[order == ["distance"], True, True])
    span = regions.slice(Level(count.located))
    areas = pd.DataFrame({count.located: [code[2:] for code in regions.codes[span]]})
    areas["at"] = range(span.start, span.stop)
    placed = rows.merge(areas, on=count.located).sort_values("at")
    if not count.from_elsewhere:
        return placed
    people = rows[["year", *PERSON, "file_year"]].drop_duplicates(["year", *PERSON])
    home = count.model_copy(update={"located": "residence", "from_elsewhere": False})
    homes = _placed(read, people, home, objects, years, regions).drop_duplicates(["year", *PERSON])
    homes["home"] = regions.parent[regions.parent[homes["at"]]]
    both = placed.merge(homes[["year", *PERSON, "home"]], on=["year", *PERSON])
    return both[both["home"] != both["at"]]


def _bounded(
    placed: pd.DataFrame, name: str, count: Microdata, keyed: Sequence[str], cap: int
) -> pd.DataFrame:
    """At most `cap` of each unit and year, chosen by the same hash as the engine's."""

    def joined(roles: Sequence[str]) -> "pd.Series[str]":
        return placed[list(roles)].agg("|".join, axis=1)

    text = f"{name}|" + joined(keyed) + "|" + joined(count.counted) + "|" + placed["year"].astype(str)
    placed = placed.assign(hash=[hashlib.sha256(one.encode()).hexdigest() for one in text])
    ranked = placed.sort_values("hash").groupby(["year", *keyed]).cumcount()
    return placed.loc[ranked[ranked < cap].index]


def _table(placed: pd.DataFrame, years: Sequence[int], regions: Regions) -> NDArray[np.int64]:
    counts = np.zeros((len(years), regions.tree_size), dtype=np.int64)
    for (year, at), number in placed.groupby(["year", "at"]).size().items():
        counts[years.index(year), int(at)] = number
    for level in reversed(LEVELS[1:]):
        span = regions.slice(level)
        for row in counts:
            np.add.at(row, regions.parent[span], row[span])
    return counts
