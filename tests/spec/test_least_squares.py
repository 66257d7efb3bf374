"""Random trees in, our two passes beside a dense solve out: estimate, variance and covariance within 1e-9.

The oracle shares no formula with the product. It parametrises the leaves, removes the exact counts through a
null space, and solves the weighted normal equations with a pseudo-inverse.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import InputError
from etl.reconcile import Plan, Tree, least_squares, precompute

CLOSE = 1e-9


@dataclass(frozen=True)
class Dense:
    """Generalised least squares by matrices: x = rows @ leaves; `tells(w)`: can w'x be estimated?"""

    estimate: np.ndarray
    covariance: np.ndarray
    reach: np.ndarray
    scope: np.ndarray

    def tells(self, weights):
        """A sum is estimable when it does not move along a direction that no measurement sees."""
        unseen = np.eye(len(self.reach)) - self.reach
        return bool(np.abs(weights @ self.scope @ unseen).max(initial=0) < 1e-7)


def dense(parent, y, s2):
    n = len(parent)
    leaves = sorted(set(range(n)) - set(parent))
    rows = np.zeros((n, len(leaves)))
    for column, leaf in enumerate(leaves):
        node = leaf
        while node >= 0:
            rows[node, column] = 1
            node = parent[node]
    exact, measured = s2 == 0, np.isfinite(s2) & (s2 > 0)
    start = np.linalg.pinv(rows[exact]) @ y[exact] if exact.any() else np.zeros(len(leaves))
    _, values, right = np.linalg.svd(rows[exact]) if exact.any() else (None, np.zeros(0), np.eye(len(leaves)))
    free = right[int((values > 1e-9).sum()) :].T  # directions in which the leaves may move: exact @ free = 0
    scope = rows @ free
    scope[np.abs(scope) < 1e-10] = 0  # rounding must not pass for a direction that some measurement sees
    design = scope[measured] / np.sqrt(s2[measured])[:, None]
    information = np.linalg.pinv(design.T @ design, rcond=1e-11, hermitian=True)
    gap = (y - rows @ start)[measured] / np.sqrt(s2[measured])
    estimate = rows @ start + scope @ information @ design.T @ gap
    reach = np.linalg.pinv(design, rcond=1e-11) @ design if measured.any() else np.zeros((free.shape[1],) * 2)
    return Dense(estimate, scope @ information @ scope.T, reach, scope)


@st.composite
def measured_trees(draw):
    """A tree of 1-16 nodes with any fan-out, counts that fit, zero and infinite variances among them."""
    n = draw(st.integers(1, 16))
    parent = [-1]
    for _ in range(n - 1):
        # Level by level: a parent never lies before the one last used.
        parent.append(draw(st.integers(max(parent[-1], 0), min(len(parent) - 1, max(parent[-1], 0) + 3))))
    variances = st.sampled_from([0.0, 0.0, 0.3, 1.0, 2.5, 40.0, np.inf, np.inf])
    s2 = np.array([draw(variances) for _ in range(n)])
    leaf = np.array([draw(st.integers(0, 40)) for _ in range(n)])
    truth = leaf.copy()
    truth[[node for node in range(n) if node in parent]] = 0
    for node in range(n - 1, 0, -1):
        truth[parent[node]] += truth[node]
    noise = np.array([draw(st.integers(-9, 9)) for _ in range(n)])
    return parent, np.where(s2 > 0, truth + noise, truth), s2


@settings(max_examples=120, deadline=None)
@given(measured_trees(), st.data())
def test_estimates_variances_and_covariances_are_those_of_a_dense_solve(case, data):
    parent, y, s2 = case
    n = len(parent)
    oracle = dense(parent, y.astype(float), s2)
    ours = least_squares(Tree(np.array(parent)), y[None, :], s2)
    unit = np.eye(n)
    for node in range(n):
        if oracle.tells(unit[node]):
            assert ours.estimate[0, node] == pytest.approx(oracle.estimate[node], abs=CLOSE)
            assert ours.variance[node] == pytest.approx(oracle.covariance[node, node], abs=CLOSE)
        else:
            assert np.isnan(ours.estimate[0, node]) and np.isinf(ours.variance[node])
    for i in range(n):
        for j in range(i, n):
            if oracle.tells(unit[i]) and oracle.tells(unit[j]):
                assert ours.covariance(j, i) == pytest.approx(oracle.covariance[i, j], abs=CLOSE)
            elif i != j:
                assert np.isnan(ours.covariance(i, j))
    some = st.sampled_from([-1.0, 0.0, 0.0, 0.5, 1.0])
    weights = np.array(data.draw(st.lists(some, min_size=n, max_size=n)))
    check_sum(oracle, weights, ours.linear(np.arange(n), weights))


def check_sum(oracle, weights, answer):
    estimate, variance = answer
    if oracle.tells(weights):
        assert estimate[0] == pytest.approx(weights @ oracle.estimate, abs=1e-8)
        assert float(variance) == pytest.approx(weights @ oracle.covariance @ weights, abs=1e-8)
    else:
        assert np.isnan(estimate[0]) and np.isinf(variance)


@settings(max_examples=150, deadline=None)
@given(measured_trees(), st.data())
def test_a_union_counts_every_place_once(case, data):
    parent, y, s2 = case
    n = len(parent)
    chosen = data.draw(st.lists(st.integers(0, n - 1), max_size=n))
    weights = np.zeros(n)
    for node in set(chosen):
        above = parent[node]
        while above >= 0 and above not in chosen:
            above = parent[above]
        weights[node] = above < 0
    ours = least_squares(Tree(np.array(parent)), y[None, :], s2)
    check_sum(dense(parent, y.astype(float), s2), weights, ours.union(chosen))


@settings(max_examples=200, deadline=None)
@given(measured_trees())
def test_children_add_up_and_exact_counts_stay_to_the_last_bit(case):
    parent, y, s2 = case
    ours = least_squares(Tree(np.array(parent)), y[None, :], s2).estimate[0]
    assert (ours[s2 == 0] == y[s2 == 0]).all()
    for node in set(parent) - {-1}:
        family = [child for child in range(len(parent)) if parent[child] == node]
        if not np.isnan(ours[[node, *family]]).any():
            assert ours[node] == pytest.approx(ours[family].sum(), abs=CLOSE)


@settings(max_examples=100, deadline=None)
@given(measured_trees())
def test_the_plan_survives_storage(case):
    parent, y, s2 = case
    plan = precompute(Tree(np.array(parent)), s2)
    again = Plan.from_arrays(plan.to_arrays())
    np.testing.assert_array_equal(again.solve(y[None, :]), plan.solve(y[None, :]))
    np.testing.assert_array_equal(again.variance, plan.variance)


@settings(max_examples=200, deadline=None)
@given(measured_trees(), st.data())
def test_exact_counts_that_contradict_each_other_are_refused(case, data):
    parent, y, s2 = case
    inner = sorted(set(parent) - {-1})
    if not inner:
        return
    node = data.draw(st.sampled_from(inner))
    family = [child for child in range(len(parent)) if parent[child] == node]
    s2 = s2.copy()
    s2[[node, *family]] = 0
    y = y.copy()
    y[node] = y[family].sum() + 1
    with pytest.raises(InputError, match=r"node \d+, level \d+: found a count other than the sum"):
        least_squares(Tree(np.array(parent)), y[None, :], s2)
