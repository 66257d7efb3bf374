"""A release and an area in; whether its figure is lower or higher than those of its region and land, out.

"Lower than in the region. The difference is more than chance explains": a plain fact about two figures, with
noise and chance, not a claim that anything is unusual (`etl.findings.standout`).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from etl.findings.chance import holm, shift_p
from etl.findings.panels import Published, Vector, panel, plan, row_of
from etl.reconcile.areas import linear_variance
from geodata.levels import LEVELS, Level

ALARM = 0.05


@dataclass(frozen=True)
class Beside:
    """The figure of an area beside that of an area round it.

    code, level: of the area round it; direction: "none" where chance may explain the difference; ratio: own
    rate over that of the other; p: adjusted for the comparisons made.
    """

    code: str
    level: str
    direction: Literal["higher", "lower", "none"]
    ratio: float
    p: float


def beside_surroundings(release: Published, indicator: str, year: int, code: str) -> tuple[Beside, ...]:
    """An area beside its region and the land, in that order; () where its figure may not be read.

    The area is part of what it is compared with: tested is the difference from the rest of it, with the exact
    noise variance, chance as Poisson counts of one common rate. A grouping is compared with the land.
    KeyError for an unknown area or indicator, ValueError for an absent year.
    """
    level, row = row_of(release, code)
    figures = panel(release, indicator, level)
    at = figures.years.index(year)
    if level == Level.LAND or not figures.shown[at, row]:
        return ()
    round_it = [
        region
        for region in (release.regions.path(code) if level in tuple(LEVELS) else (release.regions.at(0),))
        if region.level in (Level.LAND, Level.REGIO) and region.code != code
    ]
    own = np.array([figures.estimate[at, row], figures.denominator[at, row], figures.variance[at, row]])
    outcome = [_one(release, indicator, year, code, other.code, own) for other in reversed(round_it)]
    adjusted = holm(np.array([p for p, _ in outcome])[:, None])[:, 0].tolist()
    return tuple(
        Beside(other.code, other.level, _direction(p, ratio), ratio, p)
        for other, p, (_, ratio) in zip(reversed(round_it), adjusted, outcome, strict=True)
        if not np.isnan(p)
    )


def _direction(p: float, ratio: float) -> Literal["higher", "lower", "none"]:
    if p > ALARM:
        return "none"
    return "higher" if ratio > 1 else "lower"


def _one(
    release: Published, indicator: str, year: int, code: str, other: str, own: Vector
) -> tuple[float, float]:
    """p and ratio of one area within another; own: its count, units, noise variance."""
    level, row = row_of(release, other)
    figures = panel(release, indicator, level)
    at = figures.years.index(year)
    count, units = figures.estimate[at, row], figures.denominator[at, row]
    if not (figures.shown[at, row] and units > own[1] and count > 0):
        return np.nan, np.nan
    share, rate = own[1] / units, max(count, 0.5) / units
    noise = (1 - 2 * share) * own[2] + share**2 * figures.variance[at, row]
    solved, ends = plan(release, indicator, year), [release.regions[one].position for one in (code, other)]
    if solved is not None and max(ends) < release.regions.tree_size:
        noise = linear_variance(solved, np.array(ends), np.array([1.0, -share]))
    low, high = shift_p(
        np.array([own[0] - share * count]),
        np.array([max(noise, 0.0)]),
        np.array([[rate * own[1]], [rate * (units - own[1])]]),
        np.array([[1 - share], [-share]]),
        np.zeros(1),
        1,
    )
    return float(min(2 * min(low[0], high[0]), 1.0)), float(own[0] / own[1] / (count / units))
