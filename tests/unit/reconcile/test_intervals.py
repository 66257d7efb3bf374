"""The interval behind a figure and the whole numbers that are shown."""

import numpy as np
import pytest

from etl.reconcile import interval, shown_interval


def test_the_interval_is_symmetric_and_may_pass_below_zero():
    lower, upper = interval(np.array([1.0]), np.array([4.0]))
    assert lower[0] == pytest.approx(1 - 1.959964 * 2) and upper[0] == pytest.approx(1 + 1.959964 * 2)
    narrow = interval(np.array([1.0]), np.array([4.0]), level=0.5)
    assert narrow[1][0] == pytest.approx(1 + 0.67449 * 2)


def test_shapes_broadcast_over_columns():
    lower, upper = interval(np.zeros((3, 2)), np.array([1.0, 4.0]))
    assert lower.shape == upper.shape == (3, 2)


@pytest.mark.parametrize(
    ("estimate", "variance", "shown"),
    [
        (10.0, 4.0, (7, 13)),  # 6.08 .. 13.92 rounded inward
        (1.0, 4.0, (0, 4)),  # below zero is not shown
        (-9.0, 4.0, (0, 0)),  # never empty: the nearest possible count
        (12.0, 0.0, (12, 12)),  # an exact count is itself
        (12.0000000001, 0.0, (12, 12)),  # also after rounding in sums
        (10.4, 0.01, (10, 10)),  # no whole number between the limits
        (np.nan, np.inf, (0, np.inf)),  # unknown
    ],
)
def test_people_see_whole_numbers_rounded_inward_and_not_below_zero(estimate, variance, shown):
    lower, upper = shown_interval(np.array([estimate]), np.array([variance]))
    assert (lower[0], upper[0]) == shown


def test_a_level_outside_zero_and_one_is_refused():
    with pytest.raises(ValueError, match=r"level 95: expected a share"):
        interval(np.zeros(1), np.ones(1), level=95)
