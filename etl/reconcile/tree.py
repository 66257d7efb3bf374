"""Parent of every area -> the measurement tree: its levels, and sums over children. Public, no data."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Tree:
    """The areas of one vintage as a tree, numbered level by level from the root down.

    parent: (nodes,) int32, the position of each node's parent, -1 for the root at position 0. Fan-out is
    free, one child is fine, and a node of any level may be a leaf. Raises ValueError naming the first node
    out of order.
    """

    parent: NDArray[np.int32]

    def __post_init__(self) -> None:
        parent = np.array(self.parent, dtype=np.int32)  # a copy: the caller's array must not change the tree
        parent.setflags(write=False)
        object.__setattr__(self, "parent", parent)
        if parent.ndim != 1 or parent.size == 0 or parent[0] != -1:
            raise ValueError(
                f"parent of shape {parent.shape}: expected (nodes,), the root, -1, at position 0"
            )
        if parent.size > 1 and parent[1:].min() < 0:
            node = 1 + int(np.argmax(parent[1:] < 0))
            raise ValueError(f"node {node} has parent {parent[node]}: only node 0 is the root")
        _ = self.levels

    @property
    def size(self) -> int:
        """Number of nodes."""
        return int(self.parent.size)

    @cached_property
    def levels(self) -> tuple[slice, ...]:
        """One slice of positions a level, root first."""
        levels, start, stop = [slice(0, 1)], 0, 1
        while stop < self.size:
            beyond = self.parent[stop:] >= stop
            end = stop + int(np.argmax(beyond)) if beyond.any() else self.size
            if end == stop or self.parent[stop:end].min() < start:
                node = stop if end == stop else stop + int(np.argmax(self.parent[stop:end] < start))
                raise ValueError(
                    f"node {node} has parent {self.parent[node]}, expected one of {start}..{stop - 1}: "
                    "sort the nodes level by level, each level after the one above it"
                )
            start, stop = stop, end
            levels.append(slice(start, stop))
        return tuple(levels)

    @cached_property
    def depth(self) -> NDArray[np.int32]:
        """(nodes,) number of steps to the root."""
        widths = [level.stop - level.start for level in self.levels]
        return np.repeat(np.arange(len(widths), dtype=np.int32), widths)

    @cached_property
    def fan_out(self) -> NDArray[np.int64]:
        """(nodes,) number of children; 0 for a leaf."""
        return np.bincount(self.parent[1:], minlength=self.size).astype(np.int64)

    @cached_property
    def _families(self) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], ...]:
        """Per level: the nodes below it sorted by parent, where each family starts, and the parents."""
        families = []
        for level in self.levels[1:]:
            order = np.argsort(self.parent[level], kind="stable") + level.start
            parents, starts = np.unique(self.parent[order], return_index=True)
            families.append((order, starts, parents.astype(np.int64)))
        return tuple(families)

    def children(self, node: int) -> NDArray[np.int64]:
        """Positions of the children of one node, in tree order."""
        depth = int(self.depth[node])
        if depth + 1 == len(self.levels):
            return np.empty(0, dtype=np.int64)
        below = self.levels[depth + 1]
        found: NDArray[np.int64] = below.start + np.flatnonzero(self.parent[below] == node)
        return found

    def sum_children(self, values: NDArray[np.float64], depth: int) -> NDArray[np.float64]:
        """Sums over the children of each node of one level: (..., nodes) -> (..., width); 0 at a leaf."""
        level = self.levels[depth]
        sums = np.zeros((*values.shape[:-1], level.stop - level.start))
        if depth + 1 < len(self.levels):
            order, starts, parents = self._families[depth]
            below = self.levels[depth + 1]
            # Codes sort by parent as a rule; then a view does and no copy is made.
            in_order = bool(np.all(order[1:] > order[:-1]))
            family = values[..., below] if in_order else values[..., order]
            sums[..., parents - level.start] = np.add.reduceat(family, starts, axis=-1)
        return sums
