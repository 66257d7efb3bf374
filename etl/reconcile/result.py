"""Measurements and their variances -> estimates, and what people ask of them: covariances, unions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.reconcile import areas
from etl.reconcile.plan import Plan, Vector, precompute
from etl.reconcile.tree import Tree


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """Best linear unbiased estimates of every node and column; children add up to their parent.

    estimate: (columns, nodes), nan where nothing measured tells the node; plans: one a set of noise
    variances; plan_of: (columns,) the plan that each column was solved with.
    """

    estimate: Vector
    plans: tuple[Plan, ...]
    plan_of: NDArray[np.int64]

    @property
    def variance(self) -> Vector:
        """Exact variance: (nodes,), or (columns, nodes) where columns differ; inf where unknown."""
        if len(self.plans) == 1:
            return self.plans[0].variance
        return np.stack([plan.variance for plan in self.plans])[self.plan_of]

    def covariance(self, i: int, j: int, column: int | None = None) -> float:
        """Exact covariance of the estimates of any two nodes; nan where either cannot be estimated.

        `column` is needed only where columns were measured differently. O(depth).
        """
        if column is None and len(self.plans) > 1:
            raise ValueError(f"columns were measured in {len(self.plans)} different ways: say which column")
        return areas.covariance(self.plans[self.plan_of[column or 0]], i, j)

    def union(self, nodes: Sequence[int] | NDArray[np.int64]) -> tuple[Vector, Vector]:
        """Estimate (columns,) and exact variance (or (columns,)) of a union of areas.

        Every place is counted once: a repeated node, and a node given together with its own ancestor, drop
        out. An unmeasured area still counts when its siblings and its parent settle the union. O(size x
        depth).
        """
        chosen = areas.disjoint(self.plans[0].tree, np.asarray(nodes, dtype=np.int64))
        return self.linear(chosen, np.ones(chosen.size))

    def linear(
        self, nodes: Sequence[int] | NDArray[np.int64], weights: Sequence[float] | Vector
    ) -> tuple[Vector, Vector]:
        """Estimate and exact variance of a weighted sum of areas, say a difference; see `union`."""
        place, weight = np.asarray(nodes, dtype=np.int64), np.asarray(weights, dtype=np.float64)
        estimate = np.empty(len(self.estimate))
        for number, plan in enumerate(self.plans):
            columns = self.plan_of == number
            estimate[columns] = areas.linear_estimate(plan, self.estimate[columns], place, weight)
        variances = np.array([areas.linear_variance(plan, place, weight) for plan in self.plans])
        return estimate, variances[0] if len(self.plans) == 1 else variances[self.plan_of]


def least_squares(tree: Tree, y: NDArray[np.int64] | Vector, s2: Vector) -> LeastSquares:
    """Generalised least squares of many columns of measurements on one tree.

    y: (columns, nodes) counts; s2: noise variance per node or per level, or (columns, nodes) where columns
    differ, as when a source withholds other areas each year. inf: not measured, 0: exact. Errors: see
    `Plan.solve` and `precompute`. Time and memory are linear in y.
    """
    s2 = np.asarray(s2, dtype=np.float64)
    if s2.ndim < 2:
        plan = precompute(tree, s2)
        return LeastSquares(plan.solve(y), (plan,), np.zeros(len(y), dtype=np.int64))
    if len(s2) != len(y):
        raise ValueError(f"s2 for {len(s2)} columns and measurements for {len(y)}: expected as many")
    known: dict[bytes, int] = {}
    plan_of = np.array([known.setdefault(row.tobytes(), len(known)) for row in s2], dtype=np.int64)
    plans = tuple(precompute(tree, s2[int(np.argmax(plan_of == number))]) for number in range(len(known)))
    estimate = np.empty((len(y), tree.size))
    for number, plan in enumerate(plans):
        estimate[plan_of == number] = plan.solve(y[plan_of == number])
    return LeastSquares(estimate, plans, plan_of)
