"""Rows in, counts over every public cell out.

count_public: tables that are public already; count_private: confidential rows, and public counts that a
demonstration treats as if they were confidential.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from etl.aggregate.as_private import count_as_private
from etl.aggregate.microdata import count_microdata
from etl.aggregate.public import count_public
from etl.catalogue.load import Catalogue
from etl.catalogue.microdata import Microdata
from etl.catalogue.model import Indicator, RunConfig
from etl.extract.engine import Engine
from etl.frames import TrueCounts
from geodata.regions import Regions

__all__ = ["count_as_private", "count_microdata", "count_private", "count_public"]


def count_private(
    indicators: Sequence[Indicator],
    config: RunConfig,
    catalogue: Catalogue,
    folder: Path,
    regions: Regions,
    say: Callable[[str], None] = lambda _text: None,
    engine: Engine | None = None,
) -> tuple[TrueCounts, ...]:
    """True counts of every private indicator of a run, in the order given.

    engine: what the confidential sources were checked with (None: a new one).
    """
    rows = [one for one in indicators if isinstance(one.count, Microdata)]
    tables = [one for one in indicators if not isinstance(one.count, Microdata)]
    counts = count_microdata(rows, config, catalogue, folder, regions, say, engine) if rows else ()
    found = {true.indicator: true for true in counts}
    found |= {true.indicator: true for true in count_as_private(tables, config, catalogue, folder, regions)}
    return tuple(found[one.id] for one in indicators)
