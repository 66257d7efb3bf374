"""Weighted sums over many neighbourhoods in, their exact noise variances out, all at once.

The same taking apart as `etl.reconcile.areas`, level by level from below: at each family with weights w the
variance sum a w^2 - b m^2 stays behind, and the part m = sum(w a) / b moves up to the parent.
"""

import numpy as np

from etl.findings.panels import Rows, Vector
from etl.reconcile import Plan


def noise_variance(plan: Plan, group: Rows, node: Rows, weight: Vector, groups: int) -> Vector:
    """Exact noise variance of sum of weight x estimate within each group: (groups,).

    group, node, weight: (terms,), nodes of one and the same level. nan where a term is of an area that is
    told by its parent only, as at a level that was not measured.
    """
    total = np.zeros(groups)
    group, node, weight = _gathered(group, node, weight, plan.tree.size)
    for _ in range(int(plan.tree.depth[node[0]]) if node.size else 0):
        own = plan.a[node]
        total += np.bincount(group, own * weight**2, groups)
        parent = plan.tree.parent[node].astype(np.int64)
        group, node, summed = _gathered(group, parent, own * weight, plan.tree.size)
        below = plan.b[node]
        with np.errstate(invalid="ignore", divide="ignore"):
            moved = summed / below
            weight = np.where(below > 0, moved, 0.0)
            total -= np.bincount(group, np.where(below > 0, weight**2 * below, 0.0), groups)
    total += np.bincount(group, weight**2 * plan.variance[0], groups)
    return np.where(np.isfinite(total), np.maximum(total, 0.0), np.nan)


def _gathered(group: Rows, node: Rows, value: Vector, nodes: int) -> tuple[Rows, Rows, Vector]:
    """Each node once in each group, with the sum of its values."""
    key, place = np.unique(group * nodes + node, return_inverse=True)
    return key // nodes, key % nodes, np.bincount(place, value, len(key)).astype(np.float64)
