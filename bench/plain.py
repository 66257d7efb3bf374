"""The counts of confidential rows as one would first write them: whole files in pandas; arrays of counts out.

For comparison only (bench/national.py). It shares no code with the engine but for finding files and columns.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from etl.catalogue.load import ADDRESSES, OBJECTS, PERSONS, Catalogue
from etl.catalogue.model import Indicator, Microdata, RunConfig
from etl.extract.sources import files_of, row_roles
from geodata.levels import LEVELS, Level
from geodata.regions import Regions

PERSON, OBJECT = ["person_kind", "person"], ["object_kind", "object"]


KNOWN = {
    "kind", "source", "counted", "where", "dated", "first_ever", "age", "located", "absent_residents",
}  # fmt: skip
"""What of a `Microdata` declaration is written out below."""


def expressible(indicator: Indicator) -> bool:
    """Whether these counts can be written below: a new way of counting is left out, not counted wrongly."""
    count = indicator.count
    return (
        isinstance(count, Microdata)
        and count.model_fields_set <= KNOWN
        and all(clause.model_fields_set <= {"column", "starts_with"} for clause in count.where)
    )


def count_plainly(
    indicators: Sequence[Indicator], config: RunConfig, catalogue: Catalogue, folder: Path, regions: Regions
) -> list[NDArray[np.int64]]:
    """(years, tree areas) counts of each indicator, contributions bounded per unit and year."""
    read = Reader(config, catalogue, folder)
    codes = [code.removeprefix("BU") for code in regions.codes[regions.slice(Level.BUURT)]]
    position = dict(zip(codes, range(len(codes)), strict=True))
    objects = read.rows(OBJECTS, (*OBJECT, "buurt"))
    objects["at"] = objects["buurt"].map(position)
    objects = objects.dropna(subset="at")[[*OBJECT, "at"]]
    return [_count(one, read, objects, config.years, regions) for one in indicators]


class Reader:
    """Whole source files as data frames, one column a role."""

    def __init__(self, config: RunConfig, catalogue: Catalogue, folder: Path) -> None:
        self.config, self.catalogue, self.folder = config, catalogue, folder

    def rows(self, name: str, roles: Sequence[str]) -> pd.DataFrame:
        source, division = self.catalogue.sources[name], str(self.config.division.year)
        columns = {source.columns[role].name.replace("{division}", division): role for role in roles}
        parts = []
        for year, file in files_of(self.config, name):
            path = self.folder / file
            spelt = {name.lower(): name for name in pq.read_schema(path).names}
            there = {spelt[name.lower()]: role for name, role in columns.items()}
            frame = pd.read_parquet(path, columns=list(there)).rename(columns=there)
            parts.append(frame.astype("str").assign(file_year=year or 0))
        return pd.concat(parts, ignore_index=True)


def _count(
    indicator: Indicator, read: Reader, objects: pd.DataFrame, years: Sequence[int], regions: Regions
) -> NDArray[np.int64]:
    count, protection = indicator.count, indicator.protection
    assert isinstance(count, Microdata) and protection is not None
    rows = read.rows(count.source, row_roles(indicator, count))
    for clause in count.where:
        rows = rows[rows[clause.column].str.startswith(clause.starts_with)]
    if "person_kind" in rows:
        rows = rows[rows["person_kind"] == "R"]
    rows = _dated(rows, count, years)
    if count.age:
        persons = read.rows(PERSONS, (*PERSON, "birth_year", "birth_month", "birth_day"))
        born = rows.merge(persons[persons["birth_year"].str.isdigit()].drop(columns="file_year"), on=PERSON)
        new_year = (born["birth_month"] == "01") & (born["birth_day"] == "01")
        age = born["year"] - born["birth_year"].astype(int) - (~new_year).astype(int)
        rows = born[age.between(count.age.min, count.age.max)]
    if count.absent_residents or count.located == "residence":
        rows = _lived(rows, count, read, years)
    placed = rows.merge(objects, on=OBJECT)
    order = ["start"] if count.located == "residence" else ["distance"]
    placed["distance"] = (placed["file_year"] - placed["year"]).abs()
    placed = placed.sort_values([*order, *OBJECT], ascending=[count.located != "residence", True, True])
    placed = placed.drop_duplicates(["year", *count.counted])
    if set(protection.keyed) != set(count.counted):
        placed = _bounded(placed, indicator.id, count, protection.keyed, protection.cap)
    return _table(placed, years, regions)


def _dated(rows: pd.DataFrame, count: Microdata, years: Sequence[int]) -> pd.DataFrame:
    if not count.dated:
        return rows.assign(year=rows["file_year"])[rows["file_year"].isin(years)]
    dated = pd.concat([rows.assign(date=rows[role]) for role in count.dated], ignore_index=True)
    if count.first_ever:
        dated = dated[dated["date"] == dated.groupby(list(count.counted))["date"].transform("min")]
    dated = dated[dated["date"].str[:4].isin([str(year) for year in years])]
    return dated.assign(year=dated["date"].str[:4].astype(int))


def _lived(rows: pd.DataFrame, count: Microdata, read: Reader, years: Sequence[int]) -> pd.DataFrame:
    spells = read.rows(ADDRESSES, (*PERSON, *OBJECT, "from", "until")).drop(columns="file_year")
    parts = []
    for year in years:
        here = rows[rows["year"] == year]
        stays = spells[(spells["from"] <= f"{year}0101") & (spells["until"] >= f"{year}0101")]
        if count.absent_residents:
            lived_in = stays[OBJECT].drop_duplicates()
            here = here.merge(lived_in, on=OBJECT, how="left", indicator=True)
            parts.append(here[here["_merge"] == "left_only"].drop(columns="_merge"))
        else:
            stays = stays.rename(columns={"from": "start"})
            parts.append(here.drop(columns=OBJECT, errors="ignore").merge(stays, on=PERSON))
    return pd.concat(parts, ignore_index=True)


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
    buurten = regions.slice(Level.BUURT)
    counts = np.zeros((len(years), regions.tree_size), dtype=np.int64)
    for (year, at), number in placed.groupby(["year", "at"]).size().items():
        counts[years.index(year), buurten.start + int(at)] = number
    for level in reversed(LEVELS[1:]):
        span = regions.slice(level)
        for row in counts:
            np.add.at(row, regions.parent[span], row[span])
    return counts
