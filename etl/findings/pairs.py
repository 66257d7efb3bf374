"""A release, one area and some others in; whether each differs from it by more than noise and chance, out.

Only what chance and noise explain is left out here: areas may well differ for ordinary reasons. For what is
unusual see `etl.findings.standout`.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from etl.findings.panels import Published, panel, plan, row_of
from etl.reconcile.areas import linear_variance
from etl.smallnumbers import change_between
from geodata.regions import Regions

ALARM = 0.05
Difference = Literal["higher", "lower", "none", "unknown"]


def differences(
    release: Published, indicator: str, year: int, base: str, others: Sequence[str]
) -> tuple[Difference, ...]:
    """How the rate of each of `others` lies to that of `base`: (others,).

    One test for each pair: `etl.smallnumbers.change_between` at their joint rate, with the exact noise
    variance of their difference; p times the number of pairs (Bonferroni). "unknown": one of the two has no
    figure that may be read, or one lies inside the other. KeyError for an unknown area or indicator,
    ValueError for an absent year.
    """
    p, sign = np.full(len(others), np.nan), np.zeros(len(others))
    for at, other in enumerate(others):
        if _apart(release.regions, base, other):
            p[at], sign[at] = _pair(release, indicator, year, base, other)
    adjusted = np.minimum(p * np.count_nonzero(~np.isnan(p)), 1.0)
    found: list[Difference] = []
    for chance, way in zip(adjusted.tolist(), sign.tolist(), strict=True):
        if np.isnan(chance):
            found.append("unknown")
        else:
            found.append("none" if chance > ALARM else "higher" if way > 0 else "lower")
    return tuple(found)


def _pair(release: Published, indicator: str, year: int, base: str, other: str) -> tuple[float, float]:
    """p and direction of one pair; nan without two readable figures."""
    count, variance, units, nodes = np.zeros(2), np.zeros(2), np.zeros(2), np.zeros(2, dtype=np.int64)
    for at, code in enumerate((base, other)):
        level, row = row_of(release, code)
        figures = panel(release, indicator, level)
        when = figures.years.index(year)
        if not figures.shown[when, row]:
            return np.nan, 0.0
        count[at], variance[at] = figures.estimate[when, row], figures.variance[when, row]
        units[at] = figures.denominator[when, row]
        nodes[at] = release.regions[code].position
    growth = units[1] / units[0]
    noise = variance[1] + growth**2 * variance[0]
    solved = plan(release, indicator, year)
    if solved is not None and (nodes < release.regions.tree_size).all():
        noise = linear_variance(solved, nodes, np.array([-growth, 1.0]))
    one = np.ones(1)
    joint = max(float(count.sum() / units.sum()), 0.5 / float(units.sum()))
    outcome = change_between(
        count[0] * one, 0 * one, count[1] * one, noise * one, units[0] * one, units[1] * one, joint
    )
    return float(outcome.p[0]), float(np.sign(outcome.difference[0]))


def _apart(regions: Regions, base: str, other: str) -> bool:
    """Whether two areas share no place."""
    first, second = (
        {place for one in _held(regions, code) for place in _below(regions, one)} for code in (base, other)
    )
    return first.isdisjoint(second)


def _held(regions: Regions, code: str) -> list[str]:
    position = regions[code].position
    return [regions.codes[place] for place in regions.members.get(position, (position,))]


def _below(regions: Regions, code: str) -> list[int]:
    """Positions of the buurten of a tree area."""
    found: list[int] = regions.within(code, "buurt").tolist()
    return found
