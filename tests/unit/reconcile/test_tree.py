"""What the tree accepts, refuses and adds up."""

import numpy as np
import pytest

from etl.reconcile import Tree


def test_levels_depth_and_children_of_an_uneven_tree():
    tree = Tree(np.array([-1, 0, 0, 0, 2, 2, 3, 6]))
    assert tree.levels == (slice(0, 1), slice(1, 4), slice(4, 7), slice(7, 8))
    assert tree.depth.tolist() == [0, 1, 1, 1, 2, 2, 2, 3]
    assert tree.fan_out.tolist() == [3, 0, 2, 1, 0, 0, 1, 0]
    assert [tree.children(node).tolist() for node in (0, 1, 2, 7)] == [[1, 2, 3], [], [4, 5], []]


def test_children_need_not_stand_together():
    tree = Tree(np.array([-1, 0, 0, 2, 1, 2, 1]))
    values = np.array([[0.0, 0, 0, 1, 10, 100, 1000]])
    assert tree.sum_children(values, 1).tolist() == [[1010, 101]]
    assert tree.children(1).tolist() == [4, 6]


def test_the_caller_cannot_change_the_tree_afterwards():
    parent = np.array([-1, 0, 0])
    tree = Tree(parent)
    parent[2] = 1
    assert tree.parent.tolist() == [-1, 0, 0]
    with pytest.raises(ValueError, match="read-only"):
        tree.parent[2] = 1


@pytest.mark.parametrize(
    ("parent", "message"),
    [
        ([], "expected .nodes,., the root"),
        ([0, 0], "the root, -1, at position 0"),
        ([-1, 0, -1], "node 2 has parent -1: only node 0 is the root"),
        ([-1, 1], r"node 1 has parent 1, expected one of 0\.\.0"),
        ([-1, 0, 1, 0], r"node 3 has parent 0, expected one of 1\.\.1: sort the nodes level by level"),
        ([-1, 0, 5], r"node 2 has parent 5, expected one of 1\.\.1"),
    ],
)
def test_a_broken_order_is_refused_by_node(parent, message):
    with pytest.raises(ValueError, match=message):
        Tree(np.array(parent, dtype=np.int32))
