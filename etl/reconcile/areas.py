"""A plan and a weighted set of areas -> their exact estimate, variance and covariance, without any matrix.

Given its parent, a child's estimate depends on nothing above: Cov(children | parent) = diag(a) - a a'/b. So a
weighted sum of nodes is taken apart level by level from below. At each family with weights w the part (w - m)
stays behind as variance sum a (w - m)^2 and the part m = sum(w a) / b moves up to the parent. All terms are
positive, none cancel. A child that its own subtree tells nothing about (a = inf) forces m to be its weight;
two of them with different weights make the sum impossible to estimate.
"""

import numpy as np
from numpy.typing import NDArray

from etl.reconcile.plan import Plan, Vector
from etl.reconcile.tree import Tree

Nodes = NDArray[np.int64]


def covariance(plan: Plan, i: int, j: int) -> float:
    """Exact covariance of two estimates; the variance for i = j; nan where either cannot be estimated."""
    if i == j:
        return float(plan.variance[i])
    return _covariance(plan, np.array([i, j]), np.eye(2))


def linear_variance(plan: Plan, nodes: Nodes, weights: Vector) -> float:
    """Exact variance of a weighted sum of estimates; inf where it cannot be estimated."""
    variance = _covariance(plan, nodes, np.column_stack([weights, weights]))
    return np.inf if np.isnan(variance) else variance


def disjoint(tree: Tree, nodes: Nodes) -> Nodes:
    """The same places, each once: repeated nodes and nodes below another chosen node drop out."""
    if nodes.size and (nodes.min() < 0 or nodes.max() >= tree.size):
        raise ValueError(f"nodes {nodes.min()}..{nodes.max()}: expected 0..{tree.size - 1}")
    chosen = np.unique(nodes)
    covered, above = np.zeros(chosen.size, dtype=bool), tree.parent[chosen]
    while (above >= 0).any():
        covered |= np.isin(above, chosen)
        above = np.where(above >= 0, tree.parent[above], -1)
    return chosen[~covered]


def linear_estimate(plan: Plan, estimate: Vector, nodes: Nodes, weights: Vector) -> Vector:
    """Weighted sum of estimates, (columns, nodes) -> (columns,); nan where it cannot be estimated.

    Nodes without an estimate of their own are traded for their parent minus their siblings, which works when
    all unknown children of that parent carry one weight.
    """
    unknown = np.isinf(plan.variance[nodes])
    total: Vector = estimate[:, nodes[~unknown]] @ weights[~unknown]
    pending: dict[int, float] = {}
    for node, weight in zip(nodes[unknown].tolist(), weights[unknown].tolist(), strict=True):
        pending[node] = pending.get(node, 0.0) + weight
    while pending:
        node = max(pending)  # level by level: the highest position has nothing pending below it
        weight, parent = pending[node], int(plan.tree.parent[node])
        if weight == 0:
            del pending[node]
            continue
        if parent < 0:
            return np.full(len(estimate), np.nan)
        family = plan.tree.children(parent)
        strangers = family[np.isinf(plan.a[family])].tolist()
        if any(pending.get(other, 0.0) != weight for other in strangers):
            return np.full(len(estimate), np.nan)
        for other in strangers:
            del pending[other]
        total = total - weight * estimate[:, family[np.isfinite(plan.a[family])]].sum(axis=1)
        if np.isinf(plan.variance[parent]):
            pending[parent] = pending.get(parent, 0.0) + weight
        else:
            total = total + weight * estimate[:, parent]
    return total


def _covariance(plan: Plan, nodes: Nodes, weights: Vector) -> float:
    """Covariance of two weighted sums, weights (size, 2); nan where one of them cannot be estimated."""
    tree, total = plan.tree, 0.0
    depth_of = tree.depth[nodes]
    carried, carried_weights = np.empty(0, dtype=np.int64), np.empty((0, 2))
    for depth in range(int(depth_of.max(initial=0)), 0, -1):
        here = depth_of == depth
        chosen, w = _gather(np.append(nodes[here], carried), np.vstack([weights[here], carried_weights]))
        above, family = np.unique(tree.parent[chosen].astype(np.int64), return_inverse=True)
        moved = _weight_moving_up(plan, chosen, w, above, family)
        if moved is None:
            return np.nan
        known = np.where(np.isinf(plan.a[chosen]), 0.0, plan.a[chosen])
        left = w - moved[family]
        untouched = np.maximum(plan.known_below[above] - np.bincount(family, known, above.size), 0.0)
        total += float(known @ (left[:, 0] * left[:, 1]) + untouched @ (moved[:, 0] * moved[:, 1]))
        carried, carried_weights = above, moved
    at_root = depth_of == 0
    root = carried_weights.sum(axis=0) + weights[at_root].sum(axis=0)
    if np.isinf(plan.variance[0]):
        return np.nan if root.any() else total
    return total + float(root[0] * root[1] * plan.variance[0])


def _gather(nodes: Nodes, weights: Vector) -> tuple[Nodes, Vector]:
    """Each node once, with the sum of its weights."""
    unique, inverse = np.unique(nodes, return_inverse=True)
    summed = np.zeros((unique.size, weights.shape[1]))
    np.add.at(summed, inverse, weights)
    return unique, summed


def _weight_moving_up(plan: Plan, chosen: Nodes, w: Vector, above: Nodes, family: Nodes) -> Vector | None:
    """(parents, 2) weight that each family hands to its parent; None where the sum cannot be estimated."""
    unknown = np.isinf(plan.a[chosen])
    weighted = np.zeros((above.size, 2))
    np.add.at(weighted, family, np.where(unknown, 0.0, plan.a[chosen])[:, None] * w)
    total = plan.known_below[above][:, None]
    moved = np.divide(weighted, total, out=np.zeros_like(weighted), where=total > 0)
    is_open = plan.open_children[above] > 0
    if not is_open.any():
        return moved
    # An unknown child that was not chosen has weight 0.
    absent = plan.open_children[above] > np.bincount(family[unknown], minlength=above.size)
    high = np.tile(np.where(absent, 0.0, -np.inf)[:, None], 2)
    low = np.tile(np.where(absent, 0.0, np.inf)[:, None], 2)
    np.maximum.at(high, family[unknown], w[unknown])
    np.minimum.at(low, family[unknown], w[unknown])
    if (high != low)[is_open].any():
        return None
    return np.where(is_open[:, None], high, moved)
