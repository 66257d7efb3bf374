"""A public table by buurt in; `PublicCounts` out, to treat as if they were confidential: a demonstration.

Real figures, so that the method can be held against a truth nobody here invented. Rows of other levels are
left alone: they also hold what has no known buurt. Which buurten have no row is public, and stays so.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from etl.aggregate.public import positions_of
from etl.catalogue.load import Catalogue
from etl.catalogue.model import Indicator, PublicAsPrivate, RunConfig
from etl.extract.sources import read_public, years_of
from etl.extract.table import PublicTable
from etl.frames import PublicCounts
from geodata.levels import LEVELS, Level
from geodata.regions import Regions


def count_as_private(
    indicators: Sequence[Indicator], config: RunConfig, catalogue: Catalogue, folder: Path, regions: Regions
) -> tuple[PublicCounts, ...]:
    """Counts over the tree areas and years of the run, in the order given; a withheld cell counts 0.

    An area is absent in a year when no buurt in it has a row. Raises InputError when the table is faulty or
    lacks a year of the run.
    """
    counts = []
    for indicator in indicators:
        count = indicator.count
        if not isinstance(count, PublicAsPrivate):
            raise TypeError(f"{indicator.id} is not counted from a public table as if it were private")
        table = read_public(config, catalogue, folder, count.source, frozenset(regions.codes))
        at = positions_of(table, regions, config.sources[count.source].file)
        years = years_of(config, count.source)
        counts.append(_count(indicator.id, table, count.column, at, years, regions))
    return tuple(counts)


def _count(
    name: str,
    table: PublicTable,
    role: str,
    at: NDArray[np.int64],
    years: tuple[int, ...],
    regions: Regions,
) -> PublicCounts:
    counts = np.zeros((len(years), regions.tree_size), dtype=np.int64)
    present = np.zeros(counts.shape, dtype=bool)
    buurten = regions.slice(Level.BUURT)
    for row, year in enumerate(years):
        chosen = table.rows(role, year) & (at >= buurten.start) & (at < buurten.stop)
        counts[row, at[chosen]] = np.nan_to_num(table.values[role][chosen]).astype(np.int64)
        present[row, at[chosen]] = True
        for level in reversed(LEVELS[1:]):
            inside = regions.slice(level)
            np.add.at(counts[row], regions.parent[inside], counts[row, inside])
            np.logical_or.at(present[row], regions.parent[inside], present[row, inside])
    return PublicCounts(name, years, counts, absent=~present)
