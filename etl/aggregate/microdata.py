"""Confidential rows in, `TrueCounts` over every public cell out, counted once for every engine Ibis knows.

A person counts where they live on 1 January, an object where it stands, and never in two buurten a year. The
cells come from the map: a buurt without a single row is a zero like any other.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import ibis
import numpy as np
from ibis import _
from numpy.typing import NDArray

from etl.aggregate.bound import bound_contributions, bound_indicators
from etl.aggregate.rows import Rows, microdata_of, protection_of
from etl.catalogue.load import Catalogue
from etl.catalogue.model import Indicator, RunConfig
from etl.extract.engine import Engine, silent_engine
from etl.frames import TrueCounts
from etl.privacy.accounting import DROPPED_CLIP
from geodata.levels import LEVELS
from geodata.regions import Regions

Columns = dict[str, NDArray[Any]]


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
            found[indicator.id] = counting.keep_last(partial(rows.contributions, indicator))
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
        kept = bound_indicators({one.id: found[one.id] for one in group}, budget.max_indicators, engine.keep)
        for indicator in group:
            protection, table = protection_of(indicator), kept[indicator.id]
            if set(protection.keyed) != set(microdata_of(indicator).counted):
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
