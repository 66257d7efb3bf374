"""All sources of one run behind one door: configuration, catalogue and folder in; checked tables and rows out.

`check_sources` reads everything and raises all faults together; `open_sources` hands out tables (arrays) and
microdata (lazy, in a database engine with bounded memory), each read once.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from etl.catalogue.load import Catalogue, config_faults, sources_of
from etl.catalogue.model import Indicator, Microdata, RunConfig, Source
from etl.errors import Fault, InputError
from etl.extract.microdata import Engine, microdata_faults
from etl.extract.table import PublicTable, read_table


@dataclass
class Sources:
    """The sources of one run, read when first asked for.

    `engine` holds the confidential rows; it is closed, and what it wrote aside is gone, at the end of the run.
    """

    config: RunConfig
    catalogue: Catalogue
    folder: Path
    engine: Engine
    _tables: dict[str, PublicTable] = field(default_factory=dict, repr=False)

    def table(self, name: str) -> PublicTable:
        """A public table, all its files together. Raises InputError with all its faults."""
        if name not in self._tables:
            table, faults = _read(self.config, self.catalogue, self.folder, name, None)
            if table is None:
                raise InputError(faults)
            self._tables[name] = table
        return self._tables[name]

    def files(self, name: str) -> dict[int | None, Path]:
        """Year -> file of a source; None for one file that serves all years."""
        return {year: self.folder / file for year, file in files_of(self.config, name)}

    def years(self, name: str) -> tuple[int, ...]:
        """Reference years of the run for which the source has figures."""
        given = self.config.sources[name].years or self.config.years
        return tuple(year for year in self.config.years if year in given)


@contextmanager
def open_sources(config: RunConfig, catalogue: Catalogue, folder: Path) -> Iterator[Sources]:
    """The sources of a run, for as long as the block lasts. Raises InputError when the configuration is wrong."""
    faults = config_faults(config, catalogue)
    if faults:
        raise InputError(faults)
    with Engine.opened() as engine:
        yield Sources(config, catalogue, folder, engine)


def check_sources(
    config: RunConfig, catalogue: Catalogue, folder: Path, codes: Collection[str] | None = None
) -> None:
    """Read every source of the run and hold it against its declaration.

    codes: the area codes of the division (None: not checked). Raises InputError with the faults of all files.
    """
    faults = config_faults(config, catalogue)
    if faults:
        raise InputError(faults)
    needed = catalogue.needed(config)
    widths: dict[str, tuple[int, str]] = {}
    names = dict.fromkeys(name for indicator in needed for name in sources_of(indicator))
    with Engine.opened() as engine:
        for name in names:
            source = catalogue.sources[name]
            if source.confidential:
                roles = roles_of(name, needed)
                files = [(year, folder / file, file) for year, file in files_of(config, name)]
                faults += microdata_faults(engine, source, files, roles, config.division.year, codes, widths)
            else:
                faults += _read(config, catalogue, folder, name, codes)[1]
    if faults:
        raise InputError(faults)


def files_of(config: RunConfig, name: str) -> list[tuple[int | None, str]]:
    """(year, path under the sources folder) of each file of a source; year None: one file for all years."""
    given = config.sources[name]
    if "{year}" not in given.file:
        only = given.years[0] if len(given.years) == 1 else None
        return [(only, given.file)]
    return [(year, given.file.replace("{year}", str(year))) for year in given.years or config.years]


def roles_of(name: str, indicators: Collection[Indicator]) -> tuple[str, ...]:
    """Roles of the columns of a source that these indicators rely on."""
    roles: dict[str, None] = {}
    for indicator in indicators:
        count = indicator.count
        if not isinstance(count, Microdata):
            if count.source == name:
                roles[count.column] = None
        elif name in sources_of(indicator):
            roles |= dict.fromkeys(_microdata_roles(name, indicator, count))
    return tuple(roles)


def _microdata_roles(name: str, indicator: Indicator, count: Microdata) -> tuple[str, ...]:
    if name != count.source:
        return ()  # a linking file: all its declared columns, see Engine
    keyed = indicator.protection.keyed if indicator.protection else ()
    place = ("person_kind", "person") if count.located == "residence" else ("object_kind", "object")
    return (*count.counted, *keyed, *place, *(clause.column for clause in count.where), *count.dated)


def _read(
    config: RunConfig, catalogue: Catalogue, folder: Path, name: str, codes: Collection[str] | None
) -> tuple[PublicTable | None, list[Fault]]:
    """All files of a public source as one table."""
    source, files = catalogue.sources[name], files_of(config, name)
    roles = roles_of(name, catalogue.needed(config))
    faults = _undated(config, source, files)
    parts = []
    for year, file in files:
        part, some = read_table(source, folder / file, file, roles, year, codes)
        faults += some
        if part is not None:
            parts.append(part)
            faults += _absent_years(config, source, file, year, part)
    if faults:
        return None, faults
    values = {role: np.concatenate([part.values[role] for part in parts]) for role in roles}
    area = tuple(code for part in parts for code in part.area)
    return PublicTable(area, np.concatenate([part.year for part in parts]), values), []


def _undated(config: RunConfig, source: Source, files: list[tuple[int | None, str]]) -> list[Fault]:
    if "year" in source.columns or all(year is not None for year, _ in files):
        return []
    where, found = f"sources.{source.id}", "one file without a column for the year"
    return [
        Fault(f"config {config.id}", where, found, "years = [..] with one year, or {year} in the file name")
    ]


def _absent_years(
    config: RunConfig, source: Source, file: str, year: int | None, table: PublicTable
) -> Iterator[Fault]:
    """A year that was promised and has no row at all points to a file that was cut off or is another one."""
    if year is not None and "year" not in source.columns:
        return
    promised = (year,) if year is not None else config.sources[source.id].years or config.years
    there = set(table.year.tolist())
    for one in promised:
        if one not in there:
            remedy = "Fetch the file again, or take the year out of the configuration"
            yield Fault(file, source.columns["year"].name, f"no row for {one}", "rows for each year", remedy)
