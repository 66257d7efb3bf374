"""Shapes, refusals and the cases a national tree does not show."""

import numpy as np
import pytest

from etl.reconcile import Plan, Tree, least_squares, precompute

FAMILY = Tree(np.array([-1, 0, 0, 1, 1, 2]))


def test_one_variance_a_level_is_the_same_as_one_a_node():
    by_level = precompute(FAMILY, np.array([1.0, 2.0, 3.0]))
    by_node = precompute(FAMILY, np.array([1.0, 2.0, 2.0, 3.0, 3.0, 3.0]))
    np.testing.assert_array_equal(by_level.variance, by_node.variance)


def test_columns_measured_differently_are_each_solved_with_their_own_variances():
    s2 = np.array([[1.0, 2, 2, 3, 3, 3], [1.0, 2, 2, 3, np.inf, 3], [1.0, 2, 2, 3, 3, 3]])
    y = np.array([[9, 5, 4, 2, 3, 4], [9, 5, 4, 2, 0, 4], [8, 5, 4, 2, 3, 4]])
    together = least_squares(FAMILY, y, s2)
    assert len(together.plans) == 2 and together.variance.shape == (3, 6)
    estimate, variance = together.union([3, 4])
    for column in range(3):
        alone = least_squares(FAMILY, y[[column]], s2[column])
        np.testing.assert_array_equal(together.estimate[column], alone.estimate[0])
        np.testing.assert_array_equal(together.variance[column], alone.variance)
        assert together.covariance(3, 5, column) == alone.covariance(3, 5)
        assert (estimate[column], variance[column]) == (alone.union([3, 4])[0][0], alone.union([3, 4])[1])
    with pytest.raises(ValueError, match="2 different ways: say which column"):
        together.covariance(3, 5)


def test_two_unmeasured_areas_are_unknown_apart_and_known_together():
    result = least_squares(FAMILY, np.array([[9, 5, 4, 0, 0, 4]]), np.array([1.0, 2, 2, np.inf, np.inf, 3]))
    assert np.isnan(result.estimate[0, [3, 4]]).all() and np.isinf(result.variance[[3, 4]]).all()
    estimate, variance = result.union([3, 4])
    assert (estimate[0], variance) == (result.estimate[0, 1], result.variance[1])
    assert np.isnan(result.covariance(3, 5)) and np.isnan(result.union([3, 5])[0][0])


def test_a_single_unmeasured_area_is_what_its_siblings_leave_over():
    result = least_squares(
        FAMILY, np.array([[9, 5, 4, 2, 0, 4]]), np.array([1.0, 2, np.inf, 3, np.inf, np.inf])
    )
    assert result.estimate[0, 5] == result.estimate[0, 2] == result.estimate[0, 0] - result.estimate[0, 1]
    assert np.isfinite(result.variance).all()


def test_nothing_measured_is_nothing_known():
    result = least_squares(FAMILY, np.zeros((1, 6)), np.full(6, np.inf))
    assert np.isnan(result.estimate).all() and np.isinf(result.variance).all()
    assert np.isinf(result.union([0])[1]) and np.isnan(result.union([3, 5])[0][0])


def test_an_unmeasured_value_may_be_anything():
    y = np.array([[9, 5, 4, 2, np.nan, np.inf]])
    result = least_squares(FAMILY, y, np.array([1.0, 2, 2, 3, np.inf, np.inf]))
    assert np.isfinite(result.estimate).all()


def test_the_empty_union_is_nothing_with_certainty():
    result = least_squares(FAMILY, np.array([[9, 5, 4, 2, 3, 4]]), np.ones(6))
    estimate, variance = result.union([])
    assert (estimate[0], variance) == (0, 0)


@pytest.mark.parametrize(
    ("y", "s2", "message"),
    [
        (np.zeros((2, 5)), np.ones(6), r"shape \(2, 5\): expected \(columns, 6\)"),
        (np.zeros((2, 6)), np.ones(4), r"s2 of shape \(4,\): expected \(6,\) or \(3,\)"),
        (np.zeros((2, 6)), np.array([1.0, 1, 1, -1, 1, 1]), "negative or nan at 1 nodes, first at node 3"),
        (
            np.zeros((2, 6)),
            np.array([1.0, 1, np.nan, 1, 1, 1]),
            "negative or nan at 1 nodes, first at node 2",
        ),
        (np.array([[0, 0, 0, np.nan, 0, 0]]), np.ones(6), "node 3 is measured but not a number"),
        (np.zeros((2, 6)), np.ones((3, 6)), "s2 for 3 columns and measurements for 2"),
    ],
)
def test_wrong_input_is_refused_by_name(y, s2, message):
    with pytest.raises(ValueError, match=message):
        least_squares(FAMILY, y, s2)


def test_a_union_of_areas_that_do_not_exist_is_refused():
    result = least_squares(FAMILY, np.zeros((1, 6)), np.ones(6))
    with pytest.raises(ValueError, match=r"expected 0\.\.5"):
        result.union([2, 6])


def test_stored_arrays_that_lack_one_are_refused():
    arrays = precompute(FAMILY, np.ones(6)).to_arrays()
    del arrays["g"]
    with pytest.raises(ValueError, match="plan without g"):
        Plan.from_arrays(arrays)


def test_a_refusal_never_shows_a_count():
    y = np.array([[777123, 1, 1, 1, 1, 1]])
    with pytest.raises(Exception, match="node 0, level 0") as refusal:
        least_squares(FAMILY, y, np.zeros(6))
    assert "777" not in str(refusal.value)
