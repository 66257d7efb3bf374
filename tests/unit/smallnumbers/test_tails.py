"""The saddlepoint p-value beside exact sums over the Poisson distribution."""

import numpy as np
import pytest
from scipy.stats import norm, poisson

from etl.tails import Chance, two_sided_p


def exact_p(x, noise, mean):
    """Twice the smaller tail of (Poisson - mean) + normal, summed over every count that matters."""
    counts = np.arange(int(mean + 60 * np.sqrt(mean + 1)) + 200)
    above = (poisson.pmf(counts, mean) * norm.sf((x - counts + mean) / np.sqrt(noise))).sum()
    return min(2 * above, 2 * (1 - above), 1.0)


def one(mean, noise, dispersion=1.0):
    return Chance(np.array([noise]), np.array([[mean]]), np.array([[1.0]]), dispersion)


@pytest.mark.parametrize("noise", [1.0, 8.5, 23.0])
@pytest.mark.parametrize("mean", [0.0, 0.01, 0.6, 6.2, 26.0, 261.0])
def test_p_is_that_of_poisson_plus_noise_into_the_far_tail(mean, noise):
    for errors in (-3.0, -2.0, -1.0, 0.5, 1.0, 2.0, 3.0, 4.5, 6.0):
        x = errors * np.sqrt(mean + noise)
        expected = exact_p(x, noise, mean)
        if expected > 1e-12:
            assert two_sided_p(np.array([x]), one(mean, noise))[0] == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("mean", [0.6, 2.0, 6.2, 26.0])
def test_a_count_without_noise_gets_the_mid_p_of_poisson(mean):
    for count in range(int(mean + 6 * np.sqrt(mean)) + 1):
        above = poisson.sf(count, mean) + poisson.pmf(count, mean) / 2
        ours = two_sided_p(np.array([count - mean]), one(mean, 1 / 12))[0]
        assert ours == pytest.approx(min(2 * above, 2 * (1 - above)), rel=0.25)


def test_the_normal_tail_would_not_do():
    x = np.array([4.5 * np.sqrt(26.0 + 10.0)])
    exact, normal = exact_p(x[0], 10.0, 26.0), 2 * norm.sf(4.5)
    assert normal < 0.4 * exact
    assert two_sided_p(x, one(26.0, 10.0))[0] == pytest.approx(exact, rel=0.03)


def test_the_centre_is_certain_and_far_away_is_zero():
    p = two_sided_p(
        np.array([0.0, 1e4, -1e4]), Chance(np.full(3, 2.0), np.full((1, 3), 5.0), np.ones((1, 3)), 1.0)
    )
    assert p[0] == pytest.approx(1.0) and p[1:].max() < 1e-12


def test_dispersion_widens_the_null():
    x = np.array([20.0])
    assert two_sided_p(x, one(50.0, 2.0, dispersion=2.0))[0] > two_sided_p(x, one(50.0, 2.0))[0]


def test_a_difference_of_two_counts_is_symmetric():
    means, weights = np.full((2, 2), 7.0), np.array([[1.0, 1.0], [-1.0, -1.0]])
    p = two_sided_p(np.array([9.0, -9.0]), Chance(np.full(2, 3.0), means, weights, 1.0))
    assert p[0] == pytest.approx(p[1])
