"""A release in, arrays of one level out: what every statistic here starts from, and the protocol it needs.

Reading a level costs a tenth of a second, so panels are kept: a published release never changes.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from etl.catalogue.model import Indicator
from etl.reconcile import Plan, Tree, precompute
from etl.release.panel import Panel
from geodata.levels import Level
from geodata.regions import Regions

Vector = NDArray[np.float64]
Rows = NDArray[np.int64]

KEPT = 512
"""Panels and models in memory: about 70 kB each for gemeenten, 0.7 MB for wijken."""


class Published(Protocol):
    """What the findings need of a release (`etl.release.read.Release`)."""

    def __hash__(self) -> int:
        """By identity: what was learnt of a release is kept with it."""

    @property
    def regions(self) -> Regions:
        """Areas."""

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        """Every indicator by id."""

    @property
    def figures(self) -> tuple[Indicator, ...]:
        """Indicators that are shown."""

    def years(self, indicator: str) -> tuple[int, ...]:
        """Years of this indicator, rising."""

    def panel(self, indicator: str, level: str) -> Panel:
        """Every year over one level."""

    def neighbours(self, level: str) -> Rows:
        """Pairs of positions that share a border."""

    def measurement_variance(self, indicator: str, year: int) -> Vector | None:
        """Noise variance of every measurement, None for a public indicator."""


@lru_cache(maxsize=KEPT)
def panel(release: Published, indicator: str, level: str) -> Panel:
    """Every year of an indicator over one level. KeyError for an unknown one."""
    return release.panel(indicator, level)


@lru_cache(maxsize=64)
def plan(release: Published, indicator: str, year: int) -> Plan | None:
    """Exact variances and covariances of the noise over the tree; None for an exact public indicator."""
    variance = release.measurement_variance(indicator, year)
    return None if variance is None else _solved(release.regions.parent.tobytes(), variance.tobytes())


@lru_cache(maxsize=16)
def _solved(parent: bytes, variance: bytes) -> Plan:
    """By content: years and indicators with the same noise share one plan of some 3 MB."""
    s2 = np.frombuffer(variance, dtype=np.float64)
    return precompute(Tree(np.frombuffer(parent, dtype=np.int32)[: s2.size]), s2)


def measured_figures(release: Published) -> tuple[Indicator, ...]:
    """Figures to test: with a rate, for a count alone says nothing beside another area's; and no context."""
    return tuple(entry for entry in release.figures if entry.rate is not None and entry.judged)


def row_of(release: Published, code: str) -> tuple[str, int]:
    """Level of an area and its row in that level's panels. KeyError for an unknown code."""
    region = release.regions[code]
    return region.level, region.position - release.regions.slice(region.level).start


def parent_rows(release: Published, level: str, above: str) -> Rows:
    """Row in tree level `above` of every area of tree level `level`."""
    regions = release.regions
    span = regions.slice(level)
    found = np.arange(span.start, span.stop)
    for _ in range(Level(level).depth - Level(above).depth):
        found = regions.parent[found]
    rows: Rows = found.astype(np.int64) - regions.slice(above).start
    return rows
