"""The confidential sources of one run in; lazy tables of their rows out, a column for each role."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import ibis
from ibis import _

from etl.catalogue.load import Catalogue
from etl.catalogue.microdata import Selection
from etl.catalogue.model import Indicator, RunConfig
from etl.catalogue.needs import ADDRESSES, LINKED, MEMBERS, OBJECT
from etl.extract.engine import Engine
from etl.extract.microdata import rows_of
from etl.extract.sources import places_of, roles_of
from geodata.regions import Regions

LINKABLE = "R"
"""The only value of RINPERSOONS whose RINPERSOON means the same person in every file."""
PEOPLE = ("person_kind", "owner_kind", "household_kind")
"""Roles of columns that say what kind of number stands beside them."""


@dataclass
class Reader:
    """What the steps of counting read from. every: all indicators of the run."""

    engine: Engine
    config: RunConfig
    catalogue: Catalogue
    folder: Path
    regions: Regions
    every: tuple[Indicator, ...]

    @property
    def days(self) -> dict[int, str]:
        """Reference year -> its 1 January, as files write it."""
        return {year: f"{year}0101" for year in self.config.years}

    def source(self, name: str, roles: Sequence[str]) -> Any:
        """All rows of a source with these roles and `file_year`."""
        source, places = self.catalogue.sources[name], places_of(self.config, name, self.folder)
        every = roles_of(source, self.every)
        return rows_of(self.engine, source, places, every, roles, self.config.division.year)

    def select(self, selection: Selection, roles: Sequence[str]) -> Any:
        """Rows of a selection, whatever their year; only people whose number can be linked."""
        roles = tuple(dict.fromkeys((*roles, *selection.columns)))
        rows = self.source(selection.source, roles)
        for kind in (role for role in PEOPLE if role in roles):
            rows = rows.filter(rows[kind] == LINKABLE)
        for clause in selection.where:
            cell = rows[clause.column]
            rows = rows.filter(ibis.or_(*(cell.startswith(start) for start in clause.starts_with)))
        for limit in selection.below:
            rows = rows.filter(rows[limit.column] < limit.amount)
        return rows

    def in_years(self, rows: Any, selection: Selection) -> Any:
        """Rows of a selection with the reference `year` they count for: of a date, a day, or the file."""
        if selection.dated:
            return self.dated_in_run(in_dates(rows, selection.dated))
        if selection.valid is None:
            return rows.mutate(year=_.file_year).filter(_.year.isin(self.config.years))
        first, last = rows[selection.valid.first], rows[selection.valid.last]
        if self._yearly(selection.source):
            day = rows.file_year.cast("string").concat("0101")
            held = rows.filter((first <= day) & (last >= day))
            return held.mutate(year=_.file_year).filter(_.year.isin(self.config.years))
        return together(
            rows.filter((first <= day) & (last >= day)).mutate(year=ibis.literal(year, "int64"))
            for year, day in self.days.items()
        )

    def dated_in_run(self, dated: Any) -> Any:
        """Rows whose `date` lies in a year of the run, with that year."""
        in_run = [str(year) for year in self.config.years]
        return dated.mutate(text=_.date.left(4)).filter(_.text.isin(in_run)).mutate(year=_.text.cast("int64"))

    def spells(self) -> Any:
        """Stays at an address that may hold 1 January of a year of the run; others fall out."""
        spells = self.source(ADDRESSES, LINKED[ADDRESSES]).rename(start="from").drop("file_year")
        first, last = min(self.days.values()), max(self.days.values())
        return spells.filter((_.start <= last) & (_.until >= first))

    @cached_property
    def registered(self) -> Any:
        """Stays at each object on each 1 January, `in_{year}`: all stays are read once for all indicators."""
        held = {
            f"in_{year}": ((_.start <= day) & (_.until >= day)).ifelse(1, 0).sum()
            for year, day in self.days.items()
        }
        return self.engine.keep(self.spells().group_by(list(OBJECT)).aggregate(**held), lasting=True)

    def members(self) -> Any:
        """Which household each person belongs to in each year."""
        return self.source(MEMBERS, LINKED[MEMBERS]).rename(year="file_year")

    def join(self, rows: Any, others: Any, keys: Sequence[str]) -> Any:
        """Rows joined with those of another file, worked out before anything else is joined to them.

        DuckDB 2.0 stops on chains of joins over compressed text (its issue 24807), and only when there are
        many rows; a small result in between costs nothing.
        """
        return self.engine.keep(rows.inner_join(others, list(keys)))

    def _yearly(self, name: str) -> bool:
        return all(year is not None for year, _place in places_of(self.config, name, self.folder))


def in_dates(rows: Any, roles: Sequence[str]) -> Any:
    """The rows once for each of these date columns, as `date`."""
    return together(rows.mutate(date=rows[role]) for role in roles)


def together(parts: Any) -> Any:
    """All rows of all parts; one part is itself."""
    # Spark keeps a whole number that was written out in a query in 32 bits, and unites like with like only.
    first, *others = (
        part.cast({name: "int64" for name, kind in part.schema().items() if kind.is_integer()})
        for part in parts
    )
    return ibis.union(first, *others) if others else first
