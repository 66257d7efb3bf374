"""The variance of many weighted sums at once is that of each by itself, and that of a dense solution."""

import numpy as np
import pytest

from etl.findings.neighbourhoods import noise_variance
from etl.reconcile import precompute
from etl.reconcile.areas import linear_variance
from tests.samples import national


@pytest.fixture(scope="module")
def plan():
    s2 = np.array([1 / (2 * float(national.RHO * share)) for share in national.SHARES])
    return precompute(national.national_tree(), s2)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_each_group_as_by_itself(plan, depth):
    rng, level = np.random.default_rng(depth), plan.tree.levels[depth]
    node = rng.integers(level.start, level.stop, 40)
    weight, group = rng.normal(size=40), np.repeat(np.arange(8), 5)
    alone = [linear_variance(plan, node[group == one], weight[group == one]) for one in range(8)]
    assert noise_variance(plan, group, node, weight, 8) == pytest.approx(alone)


def test_a_publicly_known_zero_weighs_nothing():
    tree = national.national_tree()
    s2 = np.array([1.0, 1.0, 1.0, 1.0, 1.0])[tree.depth]
    zero = tree.levels[-1].start
    s2[zero] = 0.0
    plan = precompute(tree, s2)
    node = np.array([zero, zero + 1])
    expected = linear_variance(plan, node, np.ones(2))
    assert noise_variance(plan, np.zeros(2, dtype=np.int64), node, np.ones(2), 1) == pytest.approx(expected)
