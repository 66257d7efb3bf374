"""The earlier divisions of a run: configuration and sources folder in; their lineage, files and codes out."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from etl.catalogue.files import EarlierDivision
from etl.catalogue.model import RunConfig
from etl.errors import Fault
from etl.extract.table import PublicTable, listed
from geodata.checks import Finding
from geodata.division import DivisionFiles
from geodata.earlier import EarlierFiles, read_lineage
from geodata.levels import Level
from geodata.lineage import Lineage
from geodata.regions import Regions


def lineage_of(config: RunConfig, folder: Path, regions: Regions) -> Lineage:
    """The history of the division of a run. GeodataError with all faults of its files."""
    return read_lineage([_files(config, one) for one in config.earlier], folder, regions)


def earlier_files(config: RunConfig) -> tuple[str, ...]:
    """Names of all files that the history comes from."""
    return tuple(name for one in config.earlier for name in (one.tree, one.groupings_file, one.changes))


def coded_in(config: RunConfig, source: str) -> dict[int, str]:
    """Year -> earlier division in whose codes this source gives it."""
    return {year: vintage for vintage, years in config.sources[source].coded_in.items() for year in years}


def known_codes(config: RunConfig, source: str, lineage: Lineage) -> frozenset[str]:
    """Every code that some year of a source may use."""
    vintages = set(coded_in(config, source).values())
    earlier = (code for vintage in vintages for code in lineage.of(vintage).areas)
    return frozenset(lineage.regions.codes) | frozenset(earlier)


def fitted(
    table: PublicTable, coded: Mapping[int, str], lineage: Lineage, file: str, *, leave_out: bool = False
) -> tuple[PublicTable, list[Fault]]:
    """The rows whose code is of the division of their year, and a fault for each figure elsewhere.

    A table that lists all areas of all years leaves the others empty: such rows are no figures. leave_out:
    the source declares that figures of other areas are dropped.
    """
    upper = {region.code for region in lineage.regions if region.level in (Level.LAND, Level.REGIO)}
    known = {vintage: upper | set(lineage.of(vintage).areas) for vintage in set(coded.values())}
    now = frozenset(lineage.regions.codes)
    years = table.year.tolist()
    kept = np.array(
        [
            code in (known[coded[year]] if year in coded else now)
            for code, year in zip(table.area, years, strict=True)
        ],
        dtype=bool,
    )
    empty = np.all([np.isnan(values) for values in table.values.values()], axis=0)
    wrong = [
        Finding(f"row {number + 1}", f"{table.area[number]} in {years[number]}")
        for number in np.flatnonzero(~kept & ~empty).tolist()
    ]
    remedy = "Say under coded_in of this source which years carry the codes of which division"
    expected = "an area of the division of that year"
    faults = [] if leave_out else list(listed(file, "area codes", expected, wrong, remedy))
    return table.only(kept), faults


def _files(config: RunConfig, one: EarlierDivision) -> EarlierFiles:
    division = config.division
    regio = one.regio or division.regio
    files = DivisionFiles(
        vintage=one.vintage,
        year=one.year,
        land_code=division.land.code,
        land_name=division.land.name,
        boundaries="",
        tree=one.tree,
        groupings_file=one.groupings_file,
        regio=(regio.code, regio.name),
    )
    return EarlierFiles(files, one.changes)
