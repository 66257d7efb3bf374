"""A public table in, `Estimates` out: what the source says of an area wins, what it leaves out is summed.

A published score cannot be summed; the units in buurten of some of its classes can (`PublicClassed`). Exact,
so variance 0, but for what had to be shared out of areas of an earlier division. What a source gives for a
gemeente and for none of its buurten is kept as `rest`; a sum with a withheld part is withheld, a sum with an
absent part is absent.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from etl.aggregate.carried import Carried, carry
from etl.catalogue.load import Catalogue
from etl.catalogue.model import Indicator, PublicClassed, PublicColumn, RunConfig
from etl.errors import Fault, InputError
from etl.extract.earlier import coded_in, lineage_of
from etl.extract.sources import Given, read_public, years_of
from etl.extract.table import PublicTable
from etl.frames import Estimates, Status
from geodata.levels import LEVELS, Level
from geodata.regions import Regions

Floats = NDArray[np.float64]
Statuses = NDArray[np.uint8]


def count_public(
    indicators: Iterable[Indicator],
    config: RunConfig,
    catalogue: Catalogue,
    folder: Path,
    regions: Regions,
    read: Mapping[str, Given] | None = None,
) -> dict[str, Estimates]:
    """Public indicators by id, over all areas, for each year of the run that their source has.

    read: sources that the checks read already; every other one is read here, once. Denominators of
    `PublicClassed` indicators must be among them. Levels that an indicator is not published at are left empty
    (`nvt`). Raises InputError when a table is faulty or names an area `regions` lacks.
    """
    lineage = lineage_of(config, folder, regions)
    tables: dict[str, tuple[Carried, NDArray[np.int64]]] = {}
    counts: dict[str, Estimates] = {}
    # Units first, then what counts them again by class.
    for indicator in sorted(indicators, key=lambda one: isinstance(one.count, PublicClassed)):
        name = indicator.count.source
        coded = coded_in(config, name)
        if name not in tables:
            given = (read or {}).get(name)
            codes = frozenset(regions.codes)
            table = given.table if given else read_public(config, catalogue, folder, name, codes, lineage)
            carried = carry(table, coded, lineage) if coded else Carried(table)
            tables[name] = carried, positions_of(carried.table, regions, config.sources[name].file)
        units = counts.get(indicator.rate.denominator) if indicator.rate else None
        file = config.sources[name].file
        found = _count(indicator, *tables[name], years_of(config, name), regions, units, file)
        counts[indicator.id] = replace(
            found, coded_in={year: coded[year] for year in found.years if year in coded}
        )
    return counts


def _count(
    indicator: Indicator,
    carried: Carried,
    at: NDArray[np.int64],
    years: tuple[int, ...],
    regions: Regions,
    units: Estimates | None,
    file: str,
) -> Estimates:
    table = carried.table
    count = indicator.count
    estimate = np.full((len(years), len(regions)), np.nan)
    status = np.full((len(years), len(regions)), Status.ONTBREEKT, dtype=np.uint8)
    rest: dict[int, dict[tuple[int, str], float]] = {}
    variance = np.zeros(estimate.shape)
    for row, year in enumerate(years):
        if isinstance(count, PublicColumn):
            chosen = table.rows(count.column, year)
            _place(estimate[row], status[row], at[chosen], table.values[count.column][chosen])
            _complete(estimate[row], status[row], regions, count.sum_from)
        elif isinstance(count, PublicClassed) and units is not None:
            chosen = table.rows(count.column, year)
            classes = table.values[count.column][chosen]
            near = units.years.index(units.nearest(year))
            known = ~np.isnan(classes)
            here, inside = at[chosen][known], np.isin(classes[known], count.classes)
            _buurten_only(here, regions, file)
            estimate[row, here] = np.where(inside, units.estimate[near, here], 0.0)
            status[row, here] = np.where(inside, units.status[near, here], Status.OK)
            _sum_what_has_a_class(estimate[row], status[row], regions)
        else:
            raise TypeError(f"{indicator.id} is no public count, or its denominator is not counted with it")
        rest[year] = _rest(estimate[row], regions)
        variance[row] = carried.spread.get((count.column, year), 0.0)
    _leave_out(estimate, status, rest, set(LEVELS) - set(indicator.levels), regions)
    variance[np.isnan(estimate)] = np.nan
    return Estimates(indicator.id, years, estimate, variance, status, rest)


def positions_of(table: PublicTable, regions: Regions, file: str) -> NDArray[np.int64]:
    """Position of the area of each row. InputError naming areas that `regions` lacks."""
    position = {code: number for number, code in enumerate(regions.codes)}
    unknown = sorted({code for code in table.area if code not in position})
    if unknown:
        found = f"{len(unknown)} unknown, the first: {', '.join(unknown[:20])}"
        raise InputError([Fault(file, "area codes", found, "areas of the division")])
    return np.array([position[code] for code in table.area], dtype=np.int64)


def _place(estimate: Floats, status: Statuses, at: NDArray[np.int64], values: Floats) -> None:
    estimate[at] = values
    status[at] = np.where(np.isnan(values), Status.GEHEIM, Status.OK)


def _complete(estimate: Floats, status: Statuses, regions: Regions, sum_from: Level | None) -> None:
    """Fill the levels the source leaves out with sums of the level below, then the groupings."""
    if sum_from is not None:
        for level in regions.levels:
            if level != sum_from:
                estimate[regions.slice(level)] = np.nan
                status[regions.slice(level)] = Status.ONTBREEKT
    for level in reversed(LEVELS[:-1]):
        here = regions.slice(level)
        below = regions.slice(LEVELS[level.depth + 1])
        given, known_below = (bool((status[span] != Status.ONTBREEKT).any()) for span in (here, below))
        if not given and known_below:
            parents = regions.parent[below]
            _sum_up(estimate, status, np.arange(below.start, below.stop), parents, here)
    for group, members in regions.members.items():
        if status[group] == Status.ONTBREEKT:
            inside = np.array(members, dtype=np.int64)
            _sum_up(estimate, status, inside, np.full(len(inside), group), slice(group, group + 1))


def _sum_up(
    estimate: Floats, status: Statuses, children: NDArray[np.int64], parents: NDArray[np.int32], here: slice
) -> None:
    """A sum is a figure only when all its parts are; one withheld part makes the sum withheld."""
    size = len(estimate)
    total = np.bincount(parents, weights=np.nan_to_num(estimate[children]), minlength=size)
    closed = np.bincount(parents, weights=status[children] == Status.GEHEIM, minlength=size) > 0
    absent = np.bincount(parents, weights=status[children] == Status.ONTBREEKT, minlength=size) > 0
    estimate[here] = np.where(closed | absent, np.nan, total)[here]
    status[here] = np.where(closed, Status.GEHEIM, np.where(absent, Status.ONTBREEKT, Status.OK))[here]


def _buurten_only(at: NDArray[np.int64], regions: Regions, file: str) -> None:
    """A class of a wijk or gemeente would count its buurten twice."""
    buurten = regions.slice(Level.BUURT)
    other = at[(at < buurten.start) | (at >= buurten.stop)]
    if len(other):
        found = f"{len(other)} of other levels, the first: {regions.codes[other[0]]}"
        raise InputError([Fault(file, "area codes", found, "buurten only", "Take the table by buurt")])


def _sum_what_has_a_class(estimate: Floats, status: Statuses, regions: Regions) -> None:
    """Sums over buurten; one without a class adds nothing, for it is in none of the classes."""
    silent = status == Status.ONTBREEKT
    for level in reversed(LEVELS[:-1]):
        below = regions.slice(LEVELS[level.depth + 1])
        children, here = np.arange(below.start, below.stop)[~silent[below]], regions.slice(level)
        _sum_up(estimate, status, children, regions.parent[children], here)
        some = np.bincount(regions.parent[children], minlength=len(estimate)) > 0
        silent[here] = ~some[here]
    for group, members in regions.members.items():
        inside = np.array([one for one in members if not silent[one]], dtype=np.int64)
        _sum_up(estimate, status, inside, np.full(len(inside), group), slice(group, group + 1))
        silent[group] = not len(inside)
    estimate[silent], status[silent] = np.nan, Status.ONTBREEKT


def _leave_out(
    estimate: Floats,
    status: Statuses,
    rest: dict[int, dict[tuple[int, str], float]],
    levels: Collection[Level],
    regions: Regions,
) -> None:
    """Empty the levels at which an indicator is not published, as `etl.publish.reconcile` does."""
    for level in levels:
        spans = [regions.slice(level)]
        if level == Level.GEMEENTE:
            spans.append(slice(regions.tree_size, len(regions)))
        for span in spans:
            estimate[:, span], status[:, span] = np.nan, Status.NVT
    for year, parts in rest.items():
        rest[year] = {
            (area, level): value
            for (area, level), value in parts.items()
            if level not in levels
            and regions.level[area] not in levels
            and (area < regions.tree_size or Level.GEMEENTE not in levels)
        }


def _rest(estimate: Floats, regions: Regions) -> dict[tuple[int, str], float]:
    """(area, lower level) -> what the area has beyond the areas of that level inside it, where not zero."""
    rest = {}
    for level in LEVELS[1:]:
        known = np.zeros(len(regions))
        span = regions.slice(level)
        if np.isnan(estimate[span]).all():
            continue  # the source says nothing at this level: there is nothing to be a rest of
        known[span] = np.nan_to_num(estimate[span])
        for upper in reversed(LEVELS[1 : level.depth + 1]):
            inside = regions.slice(upper)
            known += np.bincount(regions.parent[inside], weights=known[inside], minlength=len(regions))
        above = np.arange(span.start)
        if level.depth >= Level.GEMEENTE.depth:
            for group, members in regions.members.items():
                known[group] = known[list(members)].sum()
            above = np.append(above, list(regions.members))
        gap = estimate[above] - known[above]
        for number in np.flatnonzero(np.abs(np.nan_to_num(gap)) > 1e-9):
            rest[(int(above[number]), str(level))] = float(gap[number])
    return rest
