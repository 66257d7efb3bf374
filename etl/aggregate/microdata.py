"""Confidential rows in, `TrueCounts` over every public cell out, counted once for every engine Ibis knows.

A person counts where they live on 1 January, an object where it stands, and never in two buurten a year. The
cells come from the map: a buurt without a single row is a zero like any other.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from ibis import _
from numpy.typing import NDArray

from etl.aggregate.bound import bound_contributions, bound_indicators
from etl.catalogue.load import ADDRESSES, LINKED, OBJECTS, PERSONS, Catalogue
from etl.catalogue.model import Age, Indicator, Microdata, Protection, RunConfig
from etl.extract.engine import Engine, silent_engine
from etl.extract.microdata import rows_of
from etl.extract.sources import places_of, roles_of, row_roles
from etl.frames import TrueCounts
from etl.privacy.accounting import DROPPED_CLIP
from geodata.levels import LEVELS, Level
from geodata.regions import Regions

Columns = dict[str, NDArray[Any]]
PERSON, OBJECT = ["person_kind", "person"], ["object_kind", "object"]
LINKABLE = "R"
"""The only value of RINPERSOONS whose RINPERSOON means the same person in every file."""


def count_microdata(
    indicators: Iterable[Indicator],
    config: RunConfig,
    catalogue: Catalogue,
    folder: Path,
    regions: Regions,
    say: Callable[[str], None] = lambda _text: None,
    engine: Engine | None = None,
) -> tuple[TrueCounts, ...]:
    """True counts of private indicators over the tree areas and years of the run, in the order given.

    All private indicators of a run belong in one call: the bound on indicators per unit runs over them
    together. say: hears the step that starts; engine: what the sources were checked with (None: a new one).
    Raises EtlError when the engine stops, without its words.
    """
    wanted = list(indicators)
    with silent_engine(), nullcontext(engine) if engine else Engine.opened() as counting:
        every = {one.id: one for one in (*catalogue.needed(config), *wanted)}
        rows = Rows(counting, config, catalogue, folder, regions, tuple(every.values()))
        found = {}
        for indicator in wanted:
            say(f"tellen: {indicator.name.nl}")
            found[indicator.id] = counting.keep(rows.contributions(indicator))
        counts = bounded_counts(wanted, found, config, counting, regions)
    return tuple(counts[indicator.id] for indicator in wanted)


def bounded_counts(
    indicators: Sequence[Indicator],
    found: dict[str, Any],
    config: RunConfig,
    engine: Engine,
    regions: Regions,
) -> dict[str, TrueCounts]:
    """Contributions of all private indicators of a run, bounded per unit and counted, by indicator id.

    found: indicator id -> table (year, unit, counted, position), see `Rows.contributions`.
    """
    counts = {}
    for unit, budget in config.privacy.items():
        group = [one for one in indicators if one.protection and one.protection.unit == unit]
        kept = bound_indicators({one.id: found[one.id] for one in group}, budget.max_indicators)
        for indicator in group:
            protection, table = _protected(indicator), kept[indicator.id]
            if set(protection.keyed) != set(_microdata(indicator).counted):
                table = bound_contributions(table, indicator.id, protection.cap)
            per_cell = engine.fetch(table.group_by(["year", "position"]).aggregate(n=_.count()))
            counts[indicator.id] = _true_counts(indicator.id, config.years, per_cell, regions)
            if indicator.can_lose(len(group), budget.max_indicators):
                dropped = _dropped(found[indicator.id], table, protection.cap, config.years, engine)
                counts[indicator.id] = replace(counts[indicator.id], dropped=dropped)
    return counts


def _true_counts(name: str, years: tuple[int, ...], per_cell: Columns, regions: Regions) -> TrueCounts:
    counts = np.zeros((len(years), regions.tree_size), dtype=np.int64)
    row = {year: number for number, year in enumerate(years)}
    at = [row[year] for year in per_cell["year"].tolist()]
    counts[at, per_cell["position"].astype(np.int64)] = per_cell["n"]
    _add_up(counts, regions)
    return TrueCounts(name, years, counts)


def _dropped(all_of: Any, kept: Any, cap: int, years: tuple[int, ...], engine: Engine) -> NDArray[np.int64]:
    """Contributions that the bounds dropped in each year, one unit's counting up to DROPPED_CLIP x cap."""
    before = all_of.group_by(["year", "unit"]).aggregate(n=_.count())
    after = kept.group_by(["year", "unit"]).aggregate(m=_.count())
    gone = before.left_join(after, ["year", "unit"]).mutate(gone=_.n - ibis.coalesce(_.m, 0))
    clipped = gone.mutate(gone=ibis.least(_.gone, DROPPED_CLIP * cap))
    found = engine.fetch(clipped.group_by("year").aggregate(n=_.gone.sum()))
    per_year = dict(zip(found["year"].tolist(), found["n"].tolist(), strict=True))
    return np.array([per_year.get(year, 0) for year in years], dtype=np.int64)


def _add_up(counts: NDArray[np.int64], regions: Regions) -> None:
    """Fill every level above buurt with the sum of its children."""
    for level in reversed(LEVELS[1:]):
        inside = regions.slice(level)
        for row in counts:
            np.add.at(row, regions.parent[inside], row[inside])


@dataclass
class Rows:
    """The confidential rows of one run as contributions, ready to be counted. every: its indicators."""

    engine: Engine
    config: RunConfig
    catalogue: Catalogue
    folder: Path
    regions: Regions
    every: tuple[Indicator, ...]

    def contributions(self, indicator: Indicator) -> Any:
        """Lazy table (year, unit, counted, position): one row for each distinct thing counted in a year."""
        count, protection = _microdata(indicator), _protected(indicator)
        rows = self._source(count.source, row_roles(indicator, count))
        for clause in count.where:
            cell = rows[clause.column]
            rows = rows.filter(ibis.or_(*(cell.startswith(start) for start in clause.starts_with)))
        if "person_kind" in rows.columns:
            rows = rows.filter(_.person_kind == LINKABLE)
        rows = self._with_year(rows, count)
        if count.absent_residents:
            rows = self._absent(rows)
        if count.age:
            rows = self._of_age(rows, count.age)
        rows = rows.mutate(counted=_joined(rows, count.counted), unit=_joined(rows, protection.keyed))
        rows = self._at_residence(rows) if count.located == "residence" else rows
        placed = self._placed(rows)
        first = ibis.row_number().over(group_by=["year", "counted"], order_by=_preference(placed, count))
        return placed.mutate(first=first).filter(_.first == 0).select("year", "unit", "counted", "position")

    def _source(self, name: str, roles: Sequence[str]) -> Any:
        source, places = self.catalogue.sources[name], places_of(self.config, name, self.folder)
        every = roles_of(source, self.every)
        return rows_of(self.engine, source, places, every, roles, self.config.division.year)

    def _spells(self) -> Any:
        """Stays at an address that may hold 1 January of a year of the run; others fall out."""
        spells = self._source(ADDRESSES, LINKED[ADDRESSES]).rename(start="from").drop("file_year")
        first, last = min(self.config.years), max(self.config.years)
        return spells.filter((_.start <= f"{last}0101") & (_.until >= f"{first}0101"))

    def _with_year(self, rows: Any, count: Microdata) -> Any:
        """The reference year of each row: of its dates, of its unit's first date, or of its file."""
        if not count.dated:
            return rows.mutate(year=_.file_year).filter(_.year.isin(self.config.years))
        dated = ibis.union(*(rows.mutate(date=rows[role]) for role in count.dated))
        if count.first_ever:
            keys = list(count.counted)
            first = dated.group_by(keys).aggregate(first_date=_.date.min())
            dated = self._join(dated, first, keys).filter(_.date == _.first_date)
        in_run = [str(year) for year in self.config.years]
        dated = dated.mutate(text=_.date.left(4)).filter(_.text.isin(in_run))
        return dated.mutate(year=_.text.cast("int64"))

    def _of_age(self, rows: Any, age: Age) -> Any:
        """Rows of persons of this age on 1 January; whoever has no known year of birth is in no age."""
        persons = self._source(PERSONS, LINKED[PERSONS]).drop("file_year")
        born = self._join(rows, persons.filter(_.birth_year.re_search(r"^[0-9]{4}$")), PERSON)
        birthday_today = (born.birth_month == "01") & (born.birth_day == "01")
        years = born.year - born.birth_year.cast("int64") - birthday_today.ifelse(0, 1)
        return born.mutate(age=years).filter((_.age >= age.min) & (_.age <= age.max))

    def _at_residence(self, rows: Any) -> Any:
        """The address where the person is registered on 1 January, instead of any other the row may have."""
        rows = rows.select("year", "unit", "counted", *PERSON).distinct()
        joined = self._join(rows, self._spells(), PERSON)
        day = joined.year.cast("string").concat("0101")
        return joined.filter((joined.start <= day) & (joined.until >= day))

    def _absent(self, rows: Any) -> Any:
        """Rows whose object has nobody registered on 1 January of the year: the stays are read once."""
        spells, days = self._spells(), {year: f"{year}0101" for year in self.config.years}
        lived_in = spells.group_by(OBJECT).aggregate(
            **{f"in_{year}": ((_.start <= day) & (_.until >= day)).any() for year, day in days.items()}
        )
        known = rows.left_join(lived_in, OBJECT)
        registered = ibis.or_(*((known.year == year) & known[f"in_{year}"] for year in days))
        return self.engine.keep(known.filter(~registered.fill_null(False)).select(rows.columns))

    def _placed(self, rows: Any) -> Any:
        """Rows with the position of the buurt of their object; what lies in no buurt of the map falls out."""
        span = self.regions.slice(Level.BUURT)
        codes = [code.removeprefix("BU") for code in self.regions.codes[span]]
        positions = list(range(span.start, span.stop))
        buurten = self.engine.lookup(pa.table({"buurt": codes, "position": positions}))
        objects = self._source(OBJECTS, LINKED[OBJECTS]).drop("file_year")
        return self._join(rows, objects, OBJECT).inner_join(buurten, "buurt")

    def _join(self, rows: Any, others: Any, keys: list[str]) -> Any:
        """Rows joined with those of another file, worked out before anything else is joined to them.

        DuckDB 2.0 stops on chains of joins over compressed text (its issue 24807), and only when there are
        many rows; a small result in between costs nothing.
        """
        return self.engine.keep(rows.inner_join(others, keys))


def _preference(placed: Any, count: Microdata) -> list[Any]:
    """Which of several places of one counted thing holds: a total order on the thing's own cells."""
    if count.located == "residence":
        return [placed.start.desc(), placed.object_kind, placed.object, placed.position]
    return [(placed.file_year - placed.year).abs(), placed.object_kind, placed.object, placed.position]


def _joined(rows: Any, roles: Sequence[str]) -> Any:
    """Several keys as one text."""
    text = rows[roles[0]]
    for role in roles[1:]:
        text = text.concat("|", rows[role])
    return text


def _microdata(indicator: Indicator) -> Microdata:
    if not isinstance(indicator.count, Microdata):
        raise TypeError(f"{indicator.id} is public: use count_public")
    return indicator.count


def _protected(indicator: Indicator) -> Protection:
    if indicator.protection is None:
        raise TypeError(f"{indicator.id} has no [protection]: confidential rows may not be counted without")
    return indicator.protection
