"""Noisy counts of a tree of areas -> least-squares estimates that add up, with exact variances.

    tree = Tree(parent)                          the public structure, level by level
    result = least_squares(tree, y, s2)          many columns at once
    result.estimate, result.variance, result.covariance(i, j), result.union(nodes)
    lower, upper = interval(result.estimate, result.variance)

`plan` is the part that looks at no data, `result` what people ask of the outcome, `intervals` what they are
shown.
"""

from etl.reconcile.intervals import interval, shown_interval
from etl.reconcile.plan import Plan, precompute
from etl.reconcile.result import LeastSquares, least_squares
from etl.reconcile.tree import Tree

__all__ = ["LeastSquares", "Plan", "Tree", "interval", "least_squares", "precompute", "shown_interval"]
