"""All sources of one run: configuration, catalogue and folder in; their files, tables and faults out."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from etl.catalogue.load import Catalogue
from etl.catalogue.model import Indicator, RunConfig, Source
from etl.catalogue.needs import needs_of, sources_of
from etl.catalogue.runs import config_faults
from etl.errors import Fault, GeodataError, InputError
from etl.extract.earlier import coded_in, fitted, known_codes, lineage_of
from etl.extract.engine import Engine
from etl.extract.forms import Place, content_digest
from etl.extract.microdata import Checks, stored
from etl.extract.statline.read import Request
from etl.extract.statline.read import read as read_statline
from etl.extract.table import PublicTable, read_table
from geodata.lineage import Lineage
from geodata.regions import Regions


@dataclass(frozen=True)
class Given:
    """A public source as it was read: its table, and the files that hold it."""

    table: PublicTable
    files: tuple[Path, ...]


def check_sources(
    config: RunConfig, catalogue: Catalogue, folder: Path, regions: Regions | None = None
) -> None:
    """Read every source of the run; InputError with the faults of configuration and all files together."""
    faults = config_faults(config, catalogue) + source_faults(config, catalogue, folder, regions)
    if faults:
        raise InputError(faults)


def source_faults(
    config: RunConfig,
    catalogue: Catalogue,
    folder: Path,
    regions: Regions | None,
    engine: Engine | None = None,
    read: dict[str, Given] | None = None,
) -> list[Fault]:
    """Faults of every source file that the run can reach, held against its declaration.

    regions: the division whose codes the sources must use (None: codes are not checked); engine: what keeps
    the confidential files for counting (None: one for these checks only); read: takes every public source
    without a fault, by name. What the configuration itself lacks is not repeated here: see `config_faults`.
    """
    known = tuple(name for name in config.indicators if name in catalogue.indicators)
    config = config.model_copy(update={"indicators": known})
    needed = catalogue.needed(config)
    codes = frozenset(regions.codes) if regions is not None else None
    lineage, faults = _lineage(config, folder, regions)
    names = dict.fromkeys(name for indicator in needed for name in sources_of(indicator))
    reachable = [catalogue.sources[name] for name in names if name in config.sources]
    for source in reachable:
        if config.sources[source.id].database and not source.confidential:
            where, found = f"sources.{source.id}", "a table of a database"
            expected = "a file: only confidential sources are read from a database"
            faults.append(Fault(f"config {config.id}", where, found, expected))
        elif not source.confidential:
            carried = bool(config.sources[source.id].coded_in)
            given, some = _read(config, catalogue, folder, source.id, None if carried else codes, lineage)
            faults += some
            if given is not None and read is not None:
                read[source.id] = given
    confidential = [source for source in reachable if source.confidential]
    if confidential:
        with nullcontext(engine) if engine else Engine.opened() as rows:
            checks = Checks(rows, config.division.year, codes)
            for source in confidential:
                roles = roles_of(source, needed)
                faults += _undated_state(config, source, needed)
                for _year, place in places_of(config, source.id, folder):
                    faults += checks.file(source, place, roles)
    return faults


def _lineage(config: RunConfig, folder: Path, regions: Regions | None) -> tuple[Lineage | None, list[Fault]]:
    """The history of the division; None when it is not known or faulty, then codes are not checked."""
    if regions is None:
        return None, []
    try:
        return lineage_of(config, folder, regions), []
    except GeodataError as error:
        return None, list(error.faults)


def places_of(config: RunConfig, name: str, folder: Path) -> list[tuple[int | None, Place]]:
    """(year, file or table) of each part of a confidential source; year None: one for all years."""
    database = config.sources[name].database
    if not database:
        return [(year, Place(file, folder / file)) for year, file in files_of(config, name)]
    return [
        (year, Place(f"table {table} in {database}", None, table, database))
        for year, table in files_of(config, name)
    ]


def table_digests(
    config: RunConfig, catalogue: Catalogue, name: str, folder: Path, engine: Engine
) -> dict[str, str]:
    """Name -> digest of the rows of each table of a source in a database. InputError when one is gone."""
    source, digests = catalogue.sources[name], {}
    roles = roles_of(source, catalogue.needed(config))
    for _year, place in places_of(config, name, folder):
        path = stored(engine, source, place, roles, config.division.year)[1]
        digests[place.label] = content_digest(engine, path)
    return digests


def files(config: RunConfig, catalogue: Catalogue, name: str, folder: Path) -> list[Path]:
    """The files of one source in the order of their years; of StatLine, the answers that the run reads."""
    if catalogue.sources[name].kind == "statline":
        return list(read_statline(statline_request(config, catalogue, folder, name))[1])
    return _paths(config, folder, name)


def _paths(config: RunConfig, folder: Path, name: str) -> list[Path]:
    return [folder / file for _year, file in files_of(config, name)]


def files_of(config: RunConfig, name: str) -> list[tuple[int | None, str]]:
    """(year, path under the sources folder) of each file of a source; year None: one file for all years.

    Of a source in a database: the names of its tables.
    """
    given = config.sources[name]
    file = given.table or given.file
    if "{year}" not in file:
        only = given.years[0] if len(given.years) == 1 else None
        return [(only, file)]
    return [(year, file.replace("{year}", str(year))) for year in given.years or config.years]


def years_of(config: RunConfig, name: str) -> tuple[int, ...]:
    """Reference years of the run for which a source has figures."""
    given = config.sources[name].years or config.years
    return tuple(year for year in config.years if year in given)


def roles_of(source: Source, indicators: Iterable[Indicator]) -> tuple[str, ...]:
    """Roles of the columns of a source that these indicators rely on."""
    needed = (need for indicator in indicators for need in needs_of(indicator))
    return tuple(dict.fromkeys(need.role for need in needed if need.source == source.id))


def statline_request(
    config: RunConfig, catalogue: Catalogue, folder: Path, name: str, codes: Collection[str] | None = None
) -> Request:
    """What a run asks of one StatLine source."""
    file, years = config.sources[name].file, years_of(config, name)
    return Request(catalogue.sources[name], folder / file, file, years, config.division.land.code, codes)


def read_public(
    config: RunConfig,
    catalogue: Catalogue,
    folder: Path,
    name: str,
    codes: Collection[str] | None = None,
    lineage: Lineage | None = None,
) -> PublicTable:
    """A public source, all its files together. Raises InputError with all its faults.

    codes: the areas of the division, needed where a source declares what to do with others; lineage: needed
    where some years carry the codes of an earlier division, which they keep here.
    """
    codes = codes if catalogue.sources[name].kind == "statline" else None
    given, faults = _read(config, catalogue, folder, name, codes, lineage)
    if given is None:
        raise InputError(faults)
    return given.table


def _read(
    config: RunConfig,
    catalogue: Catalogue,
    folder: Path,
    name: str,
    codes: Collection[str] | None,
    lineage: Lineage | None = None,
) -> tuple[Given | None, list[Fault]]:
    coded = coded_in(config, name)
    # A division that the configuration lacks is a fault of its own: see `config_faults`.
    if not coded or lineage is None or set(coded.values()) - set(lineage.vintages):
        return _read_whole(config, catalogue, folder, name, codes)
    known = known_codes(config, name, lineage)
    given, faults = _read_whole(config, catalogue, folder, name, known)
    if given is None:
        return None, faults
    statline = catalogue.sources[name].statline
    leave_out = statline is not None and statline.other_areas == "leave-out"
    table, some = fitted(given.table, coded, lineage, config.sources[name].file, leave_out=leave_out)
    return (None if some else Given(table, given.files)), some


def _read_whole(
    config: RunConfig, catalogue: Catalogue, folder: Path, name: str, codes: Collection[str] | None
) -> tuple[Given | None, list[Fault]]:
    source, parts = catalogue.sources[name], []
    if source.kind == "statline":
        try:
            return Given(*read_statline(statline_request(config, catalogue, folder, name, codes))), []
        except InputError as error:
            return None, list(error.faults)
    roles = roles_of(source, catalogue.needed(config))
    faults = _undated(config, source)
    for year, file in files_of(config, name):
        part, some = read_table(source, folder / file, file, roles, year, codes)
        faults += some
        if part is not None:
            parts.append(part)
            faults += _absent_years(config, source, file, year, part)
    if faults:
        return None, faults
    values = {role: np.concatenate([part.values[role] for part in parts]) for role in roles}
    area = tuple(code for part in parts for code in part.area)
    table = PublicTable(area, np.concatenate([part.year for part in parts]), values)
    return Given(table, tuple(_paths(config, folder, name))), []


def _undated(config: RunConfig, source: Source) -> list[Fault]:
    if "year" in source.columns or all(year is not None for year, _ in files_of(config, source.id)):
        return []
    expected = "years = [..] with one year, or {year} in the name of the file"
    return [
        Fault(f"config {config.id}", f"sources.{source.id}", "a file without a column for the year", expected)
    ]


def _undated_state(config: RunConfig, source: Source, indicators: Iterable[Indicator]) -> Iterator[Fault]:
    """A state on 1 January needs a file for each year: one file would give every year the same figures."""
    have = {year for year, _ in files_of(config, source.id)}
    for indicator in indicators:
        ahead = {need.ahead for need in needs_of(indicator) if need.source == source.id} - {None}
        wanted = sorted({year + one for year in config.years for one in ahead if one is not None})
        lacking = [str(year) for year in wanted if year not in have]
        if lacking:
            where, found = f"sources.{source.id}", f"no file for {', '.join(lacking)}"
            yield Fault(f"config {config.id}", where, found, f"a file a year, for indicator {indicator.id}")


def _absent_years(
    config: RunConfig, source: Source, file: str, year: int | None, table: PublicTable
) -> Iterator[Fault]:
    """A year that was promised and has no row at all points to a file that was cut off or is another one."""
    if "year" not in source.columns:
        return
    promised = (year,) if year is not None else config.sources[source.id].years or config.years
    there = set(table.year.tolist())
    for one in promised:
        if one not in there:
            remedy = "Fetch the file again, or take the year out of the configuration"
            yield Fault(file, source.columns["year"].name, f"no row for {one}", "rows for each year", remedy)
