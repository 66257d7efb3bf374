"""An indicator and a level of a release in; how every area changed since the year before, out.

A change goes beyond noise, chance and growth of the population, beyond the change of the land, and beyond
what areas of this level usually change. False marks are held to a share of all marks on the map.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from etl.findings.chance import tails, two_sided
from etl.findings.compare import trend_spread, trends
from etl.findings.panels import Published, Vector, panel
from etl.release.panel import Panel
from etl.smallnumbers import adjusted

FALSE_SHARE = 0.05
"""Expected share of false marks among the areas marked on one map."""


@dataclass(frozen=True, eq=False)
class Changes:
    """Every area of a level between two years, (areas,) each; nan where one of them may not be read.

    ratio: rate of the second year over that of the first; beside_land: that, over the same of the land; p:
    two-sided; adjusted: for the number of areas (Benjamini-Hochberg).
    """

    years: tuple[int, int]
    ratio: Vector
    beside_land: Vector
    p: Vector
    adjusted: Vector

    @property
    def marked(self) -> NDArray[np.bool_]:
        """Areas that changed otherwise than the land."""
        return self.adjusted <= FALSE_SHARE


@lru_cache(maxsize=64)
def changes(release: Published, indicator: str, level: str) -> tuple[Changes, ...]:
    """Each year beside the one before, in order; () with fewer than two years.

    KeyError for an unknown indicator or level.
    """
    figures, land = panel(release, indicator, level), panel(release, indicator, "land")
    return tuple(_pair(_two(figures, at), _two(land, at)) for at in range(len(figures.years) - 1))


def _pair(figures: Panel, land: Panel) -> Changes:
    rows = np.arange(figures.estimate.shape[1])
    spread = trend_spread(figures, land)
    found = trends(figures, land, rows, 0.0 if np.isnan(spread) else spread)
    p = two_sided(*tails([found.null], max(len(rows), 1))[0])
    tested = np.isfinite(p)
    return Changes(
        (figures.years[0], figures.years[1]),
        np.where(tested, found.own, np.nan),
        np.where(tested, found.beside_land, np.nan),
        p,
        adjusted(p),
    )


def _two(figures: Panel, at: int) -> Panel:
    span = slice(at, at + 2)
    return Panel(
        figures.years[span],
        figures.estimate[span],
        figures.variance[span],
        figures.denominator[span],
        figures.klass[span],
        figures.status[span],
    )
