"""Tree and noise variances -> the coefficients of its least squares and every exact variance. Sees no data.

Gauss-Markov on a tree in closed form (docs/privacy.md; arXiv 2404.13164; Hay et al., VLDB 2010):

    upward     z_v = S_v + k_v (y_v - S_v),  S_v, b_v = sums of z and a over the children
               k_v = b_v / (b_v + s_v^2),    a_v = k_v s_v^2                     (a leaf: z = y, a = s^2)
    downward   x_c = z_c + g_c (x_v - S_v),  g_c = a_c / b_v,  V_c = a_c (1 - g_c) + g_c^2 V_v

s^2 = inf means not measured, s^2 = 0 publicly known. Each is the limit of the formulas above; see
`precompute`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from etl.errors import Fault, InputError
from etl.reconcile.tree import Tree

Vector = NDArray[np.float64]

# Exact sums of integers agree to rounding; beyond that, two statements cannot both be true.
EXACT_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything about the estimates of a tree that is known before any count is seen.

    All arrays are (nodes,) float64, in squared units of a count where they are variances: `s2` of the
    measurement; `a` of the estimate from the node's own subtree; `b` of the sum of the children's (inf for a
    leaf); `k` and `g` the upward and downward coefficients; `variance` of the final estimate, inf where
    nothing measured tells the node.
    """

    tree: Tree
    s2: Vector
    a: Vector
    b: Vector
    k: Vector
    g: Vector
    variance: Vector

    def to_arrays(self) -> dict[str, NDArray[np.float64] | NDArray[np.int32]]:
        """The plan as named arrays, to ship with a release: any covariance follows from them."""
        names = ("s2", "a", "b", "k", "g", "variance")
        return {"parent": self.tree.parent, **{name: getattr(self, name) for name in names}}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.float64] | NDArray[np.int32]]) -> "Plan":
        """The reverse of `to_arrays`. Raises ValueError naming absent arrays."""
        names = ("s2", "a", "b", "k", "g", "variance")
        if absent := [name for name in ("parent", *names) if name not in arrays]:
            raise ValueError(f"plan without {', '.join(absent)}: expected those of Plan.to_arrays")
        tree = Tree(np.asarray(arrays["parent"], dtype=np.int32))
        return cls(tree, **{name: np.asarray(arrays[name], dtype=np.float64) for name in names})

    @cached_property
    def open_children(self) -> NDArray[np.int64]:
        """(nodes,) how many children their own subtree says nothing about."""
        return _over_levels(self.tree, np.isinf(self.a).astype(np.float64)).astype(np.int64)

    @cached_property
    def known_below(self) -> Vector:
        """(nodes,) variance of the sum of those children that their own subtree does tell."""
        return _over_levels(self.tree, np.where(np.isinf(self.a), 0.0, self.a))

    def solve(self, y: NDArray[np.int64] | Vector) -> Vector:
        """Estimates for many columns: (columns, nodes) measurements -> (columns, nodes), in two passes.

        y is ignored where s2 is inf. The answer is nan where `variance` is inf, real-valued elsewhere, and
        never clipped: clipping before summing biases every sum. Raises InputError where exact counts
        contradict each other, ValueError for a wrong shape or a measurement that is not a number.
        """
        tree, measured = self.tree, np.isfinite(self.s2)
        if y.ndim != 2 or y.shape[1] != tree.size:
            raise ValueError(f"measurements of shape {y.shape}: expected (columns, {tree.size})")
        x = np.where(measured, y, 0.0)
        if not np.isfinite(x).all():
            node = int(np.argmax(~np.isfinite(x).all(axis=0)))
            raise ValueError(f"node {node} is measured but not a number in some column: give it s2 = inf")
        sums, faults = [], []
        for depth in reversed(range(len(tree.levels))):
            level = tree.levels[depth]
            below, k, own = tree.sum_children(x, depth), self.k[level], x[:, level]
            faults += _contradictions(self, depth, own, below)
            # k = 1 takes the measurement itself, so that a known count stays that count to the last bit.
            x[:, level] = np.where(k == 1, own, below + k * (own - below))
            sums.append(below)
        if faults:
            raise InputError(faults)
        for depth, level in enumerate(tree.levels[:-1]):
            lower = tree.levels[depth + 1]
            surplus = x[:, level] - sums[len(tree.levels) - 1 - depth]
            x[:, lower] += self.g[lower] * surplus[:, tree.parent[lower] - level.start]
        x[:, np.isinf(self.variance)] = np.nan
        return x


def precompute(tree: Tree, s2: Vector) -> Plan:
    """Coefficients and variances of one tree and one set of noise variances.

    s2: (nodes,) or (levels,), at least 0; inf is not measured, 0 is exact. Where children are unmeasured the
    limit s2 -> inf holds: a single such child takes all that its siblings leave over (g = 1), two or more
    share a total that tells none of them apart (variance inf). Raises ValueError for a negative, nan or
    misshapen s2.
    """
    s2 = _per_node(tree, s2)
    n = tree.size
    a, b, k, g, variance = (np.zeros(n) for _ in range(5))
    known, opened = np.zeros(n), np.zeros(n)
    for depth in reversed(range(len(tree.levels))):
        level = tree.levels[depth]
        known[level] = tree.sum_children(np.where(np.isinf(a), 0.0, a), depth)
        opened[level] = tree.sum_children(np.isinf(a).astype(np.float64), depth)
        silent = (opened[level] > 0) | (tree.fan_out[level] == 0)
        b[level] = np.where(silent, np.inf, known[level])
        a[level], k[level] = _merge(b[level], s2[level])
    variance[0] = a[0]
    for level in tree.levels[1:]:
        parent = tree.parent[level]
        own, total, lone = a[level], b[parent], np.isinf(a[level]) & (opened[parent] == 1)
        share = np.divide(own, total, out=np.zeros(own.size), where=np.isfinite(total) & (total > 0))
        rest = np.where(np.isinf(own), np.inf, np.where(np.isfinite(own), own, 0.0) * (1 - share))
        g[level] = np.where(lone, 1.0, share)
        inherited = np.multiply(g[level] ** 2, variance[parent], out=np.zeros(own.size), where=g[level] > 0)
        variance[level] = np.where(lone, known[parent], rest) + inherited
    return Plan(tree, s2, a, b, k, g, variance)


def _merge(b: Vector, s2: Vector) -> tuple[Vector, Vector]:
    """Variance and weight of a measurement merged with the sum of its children; either may be inf or 0."""
    told, measured = np.isfinite(b), np.isfinite(s2)
    both = told & measured
    total = np.where(both, b, 0.0) + np.where(both, s2, 0.0)
    k = np.where(measured & ~told, 1.0, np.divide(b, total, out=np.zeros(b.size), where=both & (total > 0)))
    merged = np.multiply(k, s2, out=np.zeros(b.size), where=measured)
    return np.where(measured, merged, b), k


def _over_levels(tree: Tree, values: Vector) -> Vector:
    return np.concatenate([tree.sum_children(values, depth) for depth in range(len(tree.levels))])


def _per_node(tree: Tree, s2: Vector) -> Vector:
    s2 = np.array(s2, dtype=np.float64)
    if s2.shape == (len(tree.levels),):
        s2 = s2[tree.depth]
    if s2.shape != (tree.size,):
        raise ValueError(f"s2 of shape {s2.shape}: expected ({tree.size},) or ({len(tree.levels)},)")
    if bad := int(np.count_nonzero(~(s2 >= 0))):
        raise ValueError(f"s2 is negative or nan at {bad} nodes, first at node {int(np.argmax(~(s2 >= 0)))}")
    return s2


def _contradictions(plan: Plan, depth: int, own: Vector, below: Vector) -> list[Fault]:
    """Nodes whose exact count is not the sum of their children, all exact too. Names places, never values."""
    level = plan.tree.levels[depth]
    exact = (plan.s2[level] == 0) & (plan.b[level] == 0)
    if not exact.any():
        return []
    off = np.abs(own - below) > EXACT_TOLERANCE * np.maximum(1.0, np.abs(own))
    columns = np.count_nonzero(off & exact, axis=0)
    return [
        Fault(
            "exact counts (s2 = 0)",
            f"node {level.start + int(i)}, level {depth}",
            f"a count other than the sum of its children in {columns[i]} of {len(own)} columns",
            "equal, for all of them are declared exact",
            "Correct the source, or do not declare all of them exact",
        )
        for i in np.flatnonzero(columns)
    ]
