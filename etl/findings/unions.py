"""Any set of areas in, the figure of their union out: a count with its exact interval, counted once.

Noisy counts of areas are not independent (they were made to add up), so their variances cannot be added: the
variance of the sum follows from the public noise levels and the tree (`etl.reconcile.areas`). Exact public
counts are summed. One member without a figure leaves the union without: a withheld count must not come out as
a difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from etl.frames import Status
from etl.reconcile import Plan, Tree, precompute
from etl.reconcile.areas import disjoint, linear_estimate, linear_variance
from etl.release.read import Release
from etl.release.values import Values, present
from geodata.regions import Regions

Nodes = NDArray[np.int64]
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Members:
    """Who counts.

    nodes: positions in the tree, each place once; overlap: a code -> the other code that has (part of) it.
    """

    nodes: Nodes
    overlap: Mapping[str, str]


def members(regions: Regions, codes: Sequence[str]) -> Members:
    """The places behind these codes: groupings become their gemeenten, what lies in another code drops out.

    A code given twice lies in itself. KeyError for an unknown code, ValueError without any.
    """
    if not codes:
        raise ValueError("a union of no areas: expected at least one code")
    claimed: dict[int, str] = {}
    overlap: dict[str, str] = {}
    for code in codes:
        position = regions[code].position
        for node in regions.members.get(position, (position,)):
            if node in claimed:
                overlap[code] = claimed[node]
            claimed.setdefault(node, code)
    chosen = disjoint(_tree(regions), np.array(sorted(claimed), dtype=np.int64))
    for node in sorted(set(claimed) - set(chosen.tolist())):
        above = int(regions.parent[node])
        while above not in claimed:
            above = int(regions.parent[above])
        overlap[claimed[node]] = claimed[above]
    return Members(chosen, overlap)


def union(release: Release, indicator: str, year: int, nodes: Nodes) -> Values:
    """Figure of the union of these places (`members`) in a year, as one row like any other figure.

    KeyError when the release has no such year of the indicator.
    """
    entry, info = release.indicators[indicator], release.series_info(indicator, year)
    whole = release.values(indicator, year)
    estimate, variance = _count(release, indicator, year, nodes, whole)
    denominator = None
    if entry.rate is not None and info.denominator_year is not None:
        below = release.values(entry.rate.denominator, info.denominator_year).estimate
        denominator = np.array([below[nodes].sum()])
    return present(
        np.array([estimate]),
        np.array([variance]),
        denominator,
        np.array([joint_status(whole.status[nodes], whole.estimate[nodes])], dtype=np.uint8),
        per=None if denominator is None or entry.rate is None else entry.rate.per,
        reference_rate=None if info.reference_rate is None else np.array([info.reference_rate]),
    )


def combined(plan: Plan, estimate: Vector, nodes: Nodes) -> tuple[Vector, float]:
    """Sum over disjoint places and its exact variance: estimate (columns, tree areas) -> (columns,), ()."""
    weights = np.ones(nodes.size)
    return linear_estimate(plan, estimate, nodes, weights), linear_variance(plan, nodes, weights)


def _count(release: Release, indicator: str, year: int, nodes: Nodes, whole: Values) -> tuple[float, float]:
    known = np.isfinite(whole.estimate[nodes])
    if not known.all():
        return np.nan, np.nan
    if nodes.size == 1:  # the area itself: its own figure to the last bit
        return float(whole.estimate[nodes[0]]), float(whole.standard_error[nodes[0]] ** 2)
    if not whole.standard_error[nodes].any():
        return float(whole.estimate[nodes].sum()), 0.0
    plan = _plan(release, indicator, year)
    if plan is None:
        raise KeyError(f"{indicator}: noisy figures without their noise levels")
    tree = whole.estimate[None, : release.regions.tree_size]
    total, variance = combined(plan, tree, nodes)
    return float(total[0]), variance


def joint_status(status: NDArray[np.uint8], estimate: Vector) -> Status:
    """Status of a union: withheld wins over missing; one provisional member makes the union provisional."""
    lacking = status[~np.isfinite(estimate)]
    if lacking.size:
        return Status.GEHEIM if (lacking == Status.GEHEIM).any() else Status.ONTBREEKT
    return Status.VOORLOPIG if (status == Status.VOORLOPIG).any() else Status.OK


@lru_cache(maxsize=32)
def _plan(release: Release, indicator: str, year: int) -> Plan | None:
    """Coefficients of one series, about 1.5 MB at national size; None where nothing is noisy."""
    variance = release.measurement_variance(indicator, year)
    return None if variance is None else precompute(_tree(release.regions), variance)


def _tree(regions: Regions) -> Tree:
    return Tree(regions.parent[: regions.tree_size])
