"""Areas and the portion of each that counts in; the figure of those portions together out.

For a circle that cuts through neighbourhoods. Only published estimates are added, each times its portion, so
it costs no privacy budget and tells nothing that is not published already. The variance of the sum is exact:
the noise of areas is not independent, and its covariances follow from the public noise levels and the tree
(`etl.reconcile.areas`). It is the variance of the noise: that people live spread evenly over an area is an
assumption that no variance covers, and who shows the figure says so.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.findings.panels import plan
from etl.findings.unions import Nodes, Vector, joint_status
from etl.frames import Status
from etl.reconcile.areas import linear_estimate, linear_variance
from etl.release.read import Release
from etl.release.values import Values, present


@dataclass(frozen=True, eq=False)
class Portions:
    """The portions as one.

    values: one row, of the members that are known; known: (members,) which have a count, and units to divide
    by; covered: part of the units that live in those, 0 to 1, nan where no units are known at all.
    """

    values: Values
    known: NDArray[np.bool_]
    covered: float


def portions(release: Release, indicator: str, year: int, nodes: Nodes, weights: Vector) -> Portions:
    """Sum of weight x figure over these disjoint places, count and units alike.

    nodes: positions in the tree, (members,); weights: 0 to 1. Members without a count or without units are
    left out of both sums, and told. With no member known, or a variance that cannot be known, the row is
    without a figure.
    KeyError when the release has no such year of the indicator, or the indicator has no rate.
    """
    entry, info = release.indicators[indicator], release.series_info(indicator, year)
    if entry.rate is None or info.denominator_year is None:
        raise KeyError(f"{indicator}: a portion of an area can be taken of a rate only")
    whole = release.values(indicator, year)
    units = release.values(entry.rate.denominator, info.denominator_year).estimate[nodes]
    known = np.isfinite(whole.estimate[nodes]) & np.isfinite(units)
    count = np.nan, np.nan
    status = joint_status(whole.status[nodes], whole.estimate[nodes])
    if known.any():
        count = _count(release, indicator, year, nodes[known], weights[known])
        status = joint_status(whole.status[nodes[known]], whole.estimate[nodes[known]])
    if np.isnan(count[0]) and status in (Status.OK, Status.VOORLOPIG):
        status = Status.ONTBREEKT
    inside = np.where(np.isfinite(units), units, 0.0) * weights
    values = present(
        np.array([count[0]]),
        np.array([count[1]]),
        np.array([inside[known].sum()]),
        np.array([status], dtype=np.uint8),
        per=entry.rate.per,
        reference_rate=None if info.reference_rate is None else np.array([info.reference_rate]),
    )
    covered = float(inside[known].sum() / inside.sum()) if inside.sum() > 0 else float("nan")
    return Portions(values, known, covered)


def _count(release: Release, indicator: str, year: int, nodes: Nodes, weights: Vector) -> tuple[float, float]:
    """The weighted sum and its exact variance; nan where it cannot be estimated."""
    whole = release.values(indicator, year)
    if nodes.size == 1:  # the area itself: its own figure to the last bit
        weight, error = float(weights[0]), float(whole.standard_error[nodes[0]])
        return weight * float(whole.estimate[nodes[0]]), (weight * error) ** 2
    if not whole.standard_error[nodes].any():
        return float(whole.estimate[nodes] @ weights), 0.0
    solved = plan(release, indicator, year)
    if solved is None:  # noisy figures without their noise levels: their joint margin is unknown
        return np.nan, np.nan
    tree = whole.estimate[None, : release.regions.tree_size]
    total = linear_estimate(solved, tree, nodes, weights)
    variance = linear_variance(solved, nodes, weights)
    return (float(total[0]), variance) if np.isfinite(variance) else (np.nan, np.nan)
