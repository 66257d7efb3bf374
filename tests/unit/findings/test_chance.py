"""Spreads, chances and corrections, against simulation and by hand."""

import math

import numpy as np
import pytest

from etl.findings.chance import (
    holm,
    normal_p,
    normal_scores,
    ratio_p,
    shift_p,
    spread_by_size,
    usual_spread,
)


def counts(spread, expected, noise, seed=1):
    rng = np.random.default_rng(seed)
    risk = rng.lognormal(-(spread**2) / 2, spread, expected.size)
    return rng.poisson(expected * risk) + rng.normal(0, math.sqrt(noise), expected.size)


@pytest.mark.parametrize("spread", [0.1, 0.3, 0.5])
def test_the_usual_spread_is_found_back_through_noise_and_chance(spread):
    expected = np.full(20_000, 200.0)
    seen = counts(spread, expected, 100.0)
    assert usual_spread(seen - expected, 100 + expected, expected) == pytest.approx(spread, rel=0.08)


def test_without_spread_it_is_near_zero_and_with_few_areas_unknown():
    expected = np.full(20_000, 200.0)
    seen = counts(0.0, expected, 100.0)
    assert usual_spread(seen - expected, 100 + expected, expected) < 0.02
    assert math.isnan(usual_spread(np.ones(4), np.ones(4), np.ones(4)))


def test_one_odd_area_in_ten_hardly_widens_the_spread():
    expected = np.full(20_000, 2_000.0)
    seen = counts(0.2, expected, 0.0)
    seen[::10] *= 4
    assert usual_spread(seen - expected, expected, expected) < 1.25 * 0.2


def by_size(fall, areas=20_000):
    size = np.random.default_rng(2).lognormal(10, 1, areas)
    expected = size / 100
    spread = 0.2 * (size / np.median(size)) ** -fall
    seen = np.random.default_rng(3).poisson(
        expected * np.exp(np.random.default_rng(4).normal(0, 1, areas) * spread)
    )
    return spread_by_size(seen - expected, expected, expected, size), size, spread


@pytest.mark.parametrize("fall", [0.0, 0.25, 0.5])
def test_a_spread_that_falls_with_size_is_found_back_at_every_size(fall):
    found, size, spread = by_size(fall)
    assert found.fall == fall
    inside = (size > found.least) & (size < found.most)
    assert found.at(size)[inside] == pytest.approx(spread[inside], rel=0.12)


def test_beyond_the_sizes_it_was_learnt_from_a_spread_stays_as_it_is():
    found, _, _ = by_size(0.5)
    least, most = found.at(np.array([found.least, found.most]))
    assert found.at(np.array([found.least / 100, found.most * 100])) == pytest.approx([least, most])


def test_few_areas_teach_no_spread_and_no_spread_has_no_fall():
    few = np.ones(4)
    assert math.isnan(spread_by_size(few, few, few, few).middle)
    assert math.isnan(spread_by_size(few, few, few, np.full(4, np.nan)).middle)
    expected = np.full(5_000, 200.0)
    sizes = np.linspace(1, 2, 5_000)
    none = spread_by_size(counts(0.0, expected, 100.0) - expected, 2 * (100 + expected), expected, sizes)
    assert (none.middle, none.fall) == (0.0, 0.0)


@pytest.mark.parametrize(("spread", "noise"), [(0.0, 25.0), (0.2, 25.0), (0.2, 0.0), (0.5, 25.0)])
def test_chances_of_so_low_and_so_high_are_what_is_seen(spread, noise):
    """40,000 areas: p < .01 has a standard error of .0005."""
    expected = np.full(40_000, 60.0)
    low, high = ratio_p(
        counts(spread, expected, noise), np.full(40_000, noise), expected, np.full(40_000, spread), 40_000
    )
    assert (low < 0.01).mean() == pytest.approx(0.01, abs=0.0025)
    assert (high < 0.01).mean() == pytest.approx(0.01, abs=0.0025)


def test_exact_large_counts_are_judged_by_the_spread_alone_without_steps():
    """With a million cases chance is nothing: the chance must still rise smoothly with the count."""
    count = np.linspace(1.2e6, 1.6e6, 200)
    _, high = ratio_p(count, np.zeros(200), np.full(200, 1e6), np.full(200, 0.2), 100_000)
    normal = [0.5 * math.erfc((math.log(one / 1e6) + 0.02) / 0.2 / math.sqrt(2)) for one in count]
    assert (np.diff(high) < 0).all()
    assert high == pytest.approx(normal, rel=0.12)


def test_a_weighted_sum_of_counts_is_judged_as_it_falls():
    rng, size = np.random.default_rng(3), 40_000
    first, second = rng.poisson(40, size), rng.poisson(20, size)
    difference = (first - 40) - 2.0 * (second - 20) + rng.normal(0, 3, size)
    wide = np.array([np.full(size, value) for value in (40.0, 20.0)])
    low, high = shift_p(
        difference,
        np.full(size, 9.0),
        wide,
        np.array([np.ones(size), np.full(size, -2.0)]),
        np.zeros(size),
        50,
    )
    assert (np.minimum(low, high) * 2 < 0.05).mean() == pytest.approx(0.05, abs=0.005)


def test_what_is_unknown_stays_unknown():
    nan = np.array([np.nan, 5.0, 5.0])
    low, high = ratio_p(nan, np.array([1.0, np.nan, 1.0]), np.array([5.0, 5.0, 0.0]), np.zeros(3), 50)
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_holm_by_hand():
    p = np.array([[0.01], [0.04], [0.03], [np.nan]])
    assert holm(p)[:3, 0] == pytest.approx([0.03, 0.06, 0.06])
    assert np.isnan(holm(p)[3, 0])


def test_holm_with_weights_by_hand():
    """Weights 3 and 1: .01 is worth .01 x 4/3, and .02 what is left to it alone."""
    p = np.array([[0.01], [0.02]])
    assert holm(p, np.array([3.0, 1.0]))[:, 0] == pytest.approx([0.01 * 4 / 3, 0.02])


def test_holm_keeps_the_chance_of_one_false_mark():
    p = np.random.default_rng(4).random((12, 20_000))
    assert (holm(p, np.repeat([3.0, 1.0], 6)) <= 0.05).any(axis=0).mean() == pytest.approx(0.05, abs=0.006)


def test_normal_scores_go_there_and_back():
    low, high = np.array([0.001, 0.5, 0.9, np.nan]), np.array([0.999, 0.5, 0.1, np.nan])
    scores = normal_scores(low, high)
    assert scores[:3] == pytest.approx([-3.0902, 0.0, 1.2816], abs=1e-3)
    assert normal_p(scores[:3]) == pytest.approx([0.002, 1.0, 0.2], abs=1e-6)
    assert np.isnan(scores[3])
