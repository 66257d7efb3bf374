"""Private indicators of one unit in; contributions of a dataset without and with one unit more out.

The unit that is added is the worst one there can be: it counts in every indicator and in every year it can,
with more than the cap allows, all of it in one buurt, and of all keys it has one of which the bound on
indicators keeps the dearest. What is left of it is up to the real bounds.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import ibis
import pyarrow as pa

from etl.aggregate.microdata import bounded_counts
from etl.catalogue.microdata import Microdata
from etl.catalogue.model import Indicator, Protection, RunConfig
from etl.extract.engine import Engine, silent_engine
from etl.frames import TrueCounts
from etl.privacy.accounting import DROPPED_CLIP, indicator_cost
from geodata.levels import Level
from geodata.regions import Regions

Row = tuple[int, str, str, int]
OTHERS = 30
FAR_TOO_MANY = DROPPED_CLIP + 2
"""Times its cap that the added unit tries to contribute in a year: beyond what counts as dropped."""


def neighbours(
    indicators: Sequence[Indicator], config: RunConfig, regions: Regions
) -> tuple[dict[str, TrueCounts], dict[str, TrueCounts]]:
    """Counts of the same data without and with the worst unit, through the real bounds, by indicator id."""
    with silent_engine(), Engine.opened() as engine:
        return tuple(_counts(engine, indicators, config, regions, added) for added in (False, True))  # type: ignore[return-value]


def _counts(
    engine: Engine, indicators: Sequence[Indicator], config: RunConfig, regions: Regions, added: bool
) -> dict[str, TrueCounts]:
    found: dict[str, Any] = {}
    for one in indicators:
        rows = list(_others(one, config, regions))
        if added:
            rows += _worst(one, _key(one, indicators, config), config, regions)
        columns = dict(zip(("year", "unit", "counted", "position"), zip(*rows, strict=True), strict=True))
        found[one.id] = ibis.memtable(pa.table({name: list(cells) for name, cells in columns.items()}))
    return bounded_counts(indicators, found, config, engine, regions)


def protection_of(indicator: Indicator) -> Protection:
    """How a private indicator is protected. ValueError for a public one."""
    if indicator.protection is None:
        raise ValueError(f"{indicator.id} is public: there is nothing to audit")
    return indicator.protection


def _others(indicator: Indicator, config: RunConfig, regions: Regions) -> Iterator[Row]:
    buurten = regions.slice(Level.BUURT)
    size = buurten.stop - buurten.start
    for number in range(OTHERS):
        unit = f"other{number:03d}"
        for year in config.years:
            yield year, unit, unit, buurten.start + (7 * number + year) % size


def _key(indicator: Indicator, indicators: Sequence[Indicator], config: RunConfig) -> str:
    """The first key whose hashes put the dearest indicators of its unit in front; see `bound_indicators`."""
    unit = protection_of(indicator).unit
    costs = {
        one.id: indicator_cost(protection_of(one), len(config.years))
        for one in indicators
        if protection_of(one).unit == unit
    }
    most = config.privacy[unit].max_indicators
    dearest = set(sorted(costs, key=lambda name: -costs[name])[:most])
    for number in count():
        key = f"worst{number}"
        ranks = {name: hashlib.sha256(f"|{key}|{name}".encode()).hexdigest() for name in costs}
        if set(sorted(costs, key=lambda name: ranks[name])[:most]) == dearest:
            break
    return key


def _worst(indicator: Indicator, key: str, config: RunConfig, regions: Regions) -> Iterator[Row]:
    """Once in its life means one year only: the way of counting sees to that, and its own tests hold it."""
    protection, buurt = protection_of(indicator), regions.slice(Level.BUURT).start
    years = config.years[:1] if protection.once == "life" else config.years
    itself = isinstance(indicator.count, Microdata) and set(indicator.count.counted) == set(protection.keyed)
    things = 1 if itself else protection.cap * FAR_TOO_MANY
    for year in years:
        for thing in range(things):
            yield year, key, f"{key}|{thing}", buurt
