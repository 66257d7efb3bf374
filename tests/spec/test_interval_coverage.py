"""National size in, the share of 95 % intervals that hold the true count out; no bias; sums that add up.

The noise is fresh at every run, so each band is checked with its chance of a false alarm. With 600 columns
and a true coverage of .95 the binomial tail outside .935-.965 for the 7,200 regio cells is 1e-8, outside
.945-.955 for the 205,200 gemeente cells 7e-25, and less for wijk and buurt. The 2 M empty buurten have a
standard error of the mean of 2.9 / sqrt(2e6) = .002, ten times below the limit of .02.
"""

import numpy as np
import pytest

from tests.samples import national

COLUMNS = 600


@pytest.fixture(scope="module")
def outcome():
    return national.run(COLUMNS)


@pytest.mark.parametrize(
    ("level", "low", "high"),
    [("regio", 0.935, 0.965), ("gemeente", 0.945, 0.955), ("wijk", 0.945, 0.955), ("buurt", 0.945, 0.955)],
)
def test_the_95_percent_interval_holds_the_truth_95_times_in_100(outcome, level, low, high):
    assert low <= outcome.coverage[level] <= high


def test_empty_buurten_are_not_pushed_up(outcome):
    assert abs(outcome.bias_at_zero) <= 0.02


def test_children_add_up_to_their_parent_everywhere(outcome):
    assert outcome.largest_gap < 1e-6


def test_clipping_at_zero_before_summing_would_have_been_seen():
    """The mutant this file must catch: estimates of buurten kept at zero or above, then summed."""
    tree, counts = national.national_tree(), national.truth()[:10]
    noisy, s2 = national.measure(counts)
    result = national.least_squares(tree, noisy, s2)
    clipped = np.maximum(result.estimate, 0)
    buurt = tree.levels[-1]
    assert clipped[:, buurt][counts[:, buurt] == 0].mean() > 0.5
    summed = tree.sum_children(clipped, 3)
    assert np.abs(summed - result.estimate[:, tree.levels[3]]).max() > 1
