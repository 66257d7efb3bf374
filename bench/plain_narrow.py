"""Which rows count, as one would first write it in pandas: rows of a source in, with their year, out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from etl.catalogue.microdata import Age, AtLeast, Microdata, Residents, Selection
from etl.catalogue.needs import ADDRESSES, HOUSEHOLDS, MEMBERS, PERSONS

if TYPE_CHECKING:
    from bench.plain import Reader

PERSON, OBJECT, HOUSEHOLD = (
    ["person_kind", "person"],
    ["object_kind", "object"],
    ["household_kind", "household"],
)


def narrowed(read: Reader, rows: pd.DataFrame, count: Microdata, years: Sequence[int]) -> pd.DataFrame:
    """Rows that every word of the count lets through, with their year."""
    if count.at_least:
        return _with_signs(read, rows, count.at_least, years)
    rows = dated(rows, count, years)
    if count.within:
        objects = dated(read.select(count.within, OBJECT), count.within, years)
        rows = rows.merge(objects[["year", *OBJECT]].drop_duplicates(), on=["year", *OBJECT])
    return _with_residents(read, rows, count.residents, years) if count.residents else rows


def dated(rows: pd.DataFrame, count: Selection, years: Sequence[int]) -> pd.DataFrame:
    """Rows with the reference year they count for."""
    if count.valid:
        return stays_on(rows, years, count.valid.first, count.valid.last)
    if not count.dated:
        return rows.assign(year=rows["file_year"])[rows["file_year"].isin(years)]
    found = pd.concat([rows.assign(date=rows[role]) for role in count.dated], ignore_index=True)
    counted = list(getattr(count, "counted", ()))
    if getattr(count, "repeated", None):
        return _repeated(found, count, counted, years)  # type: ignore[arg-type]
    if getattr(count, "first_ever", False):
        found = found[found["date"] == found.groupby(counted)["date"].transform("min")]
    found = found[found["date"].str[:4].isin([str(year) for year in years])]
    return found.assign(year=found["date"].str[:4].astype(int))


def _repeated(
    found: pd.DataFrame, count: Microdata, counted: list[str], years: Sequence[int]
) -> pd.DataFrame:
    assert count.repeated is not None
    dates = found[[*counted, "date"]].drop_duplicates()
    in_year, parts = dates["date"].str[:4].astype(int), []
    for year in years:
        times = dates[in_year.between(year - count.repeated.years, year - 1)].groupby(counted).size()
        parts.append(times[times >= count.repeated.times].reset_index()[counted].assign(year=year))
    return pd.concat(parts, ignore_index=True).assign(file_year=lambda rows: rows["year"])


def stays_on(
    stays: pd.DataFrame, years: Sequence[int], first: str = "from", last: str = "until"
) -> pd.DataFrame:
    """Rows that hold on a 1 January, once for each; a file of one year says what holds in that year only."""
    parts = []
    for year in years:
        there = stays[stays["file_year"].isin((0, year))]
        held = (there[first] <= f"{year}0101") & (there[last] >= f"{year}0101")
        parts.append(there[held].assign(year=year))
    return pd.concat(parts, ignore_index=True)


def of_age(read: Reader, rows: pd.DataFrame, age: Age) -> pd.DataFrame:
    """Rows of persons of this age on 1 January."""
    persons = read.rows(PERSONS, (*PERSON, "birth_year", "birth_month", "birth_day"))
    born = rows.merge(persons[persons["birth_year"].str.isdigit()].drop(columns="file_year"), on=PERSON)
    new_year = (born["birth_month"] == "01") & (born["birth_day"] == "01")
    years = born["year"] - born["birth_year"].astype(int) - (~new_year).astype(int)
    return born[years.between(age.min, age.max)]


def _with_signs(read: Reader, rows: pd.DataFrame, at_least: AtLeast, years: Sequence[int]) -> pd.DataFrame:
    found = []
    for number, sign in enumerate(at_least.signs):
        keys = HOUSEHOLD if sign.of == "household" else PERSON
        seen = dated(read.select(sign, keys), sign, years)[["year", *keys]]
        if sign.of == "household":
            members = read.rows(MEMBERS, (*PERSON, *HOUSEHOLD)).rename(columns={"file_year": "year"})
            seen = members.merge(seen, on=["year", *HOUSEHOLD])
        seen = of_age(read, seen, sign.age) if sign.age else seen
        found.append(seen[["year", *PERSON]].drop_duplicates().assign(sign=number))
    size = pd.concat(found).groupby(["year", *PERSON]).size()
    enough = size[size >= at_least.number].reset_index()[["year", *PERSON]]
    return rows.drop_duplicates(PERSON).merge(enough, on=PERSON)


def _with_residents(read: Reader, rows: pd.DataFrame, want: Residents, years: Sequence[int]) -> pd.DataFrame:
    stays = stays_on(read.rows(ADDRESSES, (*PERSON, *OBJECT, "from", "until")), years)
    at = ["year", *OBJECT]
    if want.max is not None:
        size = stays.groupby(at).size()
        many = size[size > want.max].reset_index()[at]
        both = rows.merge(many, on=at, how="left", indicator=True)
        return both[both["_merge"] == "left_only"].drop(columns="_merge")
    stays = stays.merge(rows[at].drop_duplicates(), on=at)[[*at, *PERSON]].drop_duplicates()
    stays = of_age(read, stays, want.age) if want.age else stays
    if want.households > 1:
        numbers = stays_on(read.rows(HOUSEHOLDS, (*PERSON, "household", "from", "until")), years)
        one = numbers.groupby(["year", *PERSON])["household"].min().reset_index()
        stays = stays.merge(one, on=["year", *PERSON], how="left")
        alone = stays["person_kind"] + "|" + stays["person"]
        stays["household"] = stays["household"].fillna(alone)
    else:
        stays["household"] = ""
    sizes = stays.groupby(at).agg(persons=("person", "size"), households=("household", "nunique"))
    enough = sizes[(sizes["persons"] >= want.min) & (sizes["households"] >= want.households)]
    return rows.merge(enough.reset_index()[at], on=at)
