"""Invariant 2, first half: the noise is the discrete Gaussian it says it is, from the operating system.

Random tests draw real entropy, which no seed can repeat. A fit is refused below p = 1e-4 twice in a row: once
in 10^8 runs by chance, always when the sampler is wrong.
"""

import math
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
import opendp.prelude as dp
import pytest
from diffprivlib.mechanisms import GaussianDiscrete
from numpy.typing import NDArray
from scipy import stats

from etl.privacy import samplers
from etl.privacy.mechanism import DiscreteGaussianZCDP
from etl.privacy.samplers import CdfTable, cdf_table, discrete_gaussian, discrete_gaussian_cks, magnitudes

Draw = Callable[[], NDArray[np.int64]]
VARIANCES = [Fraction(1, 4), Fraction(5), Fraction(250, 7), Fraction(250), Fraction(25_000)]
SIGNIFICANT = 1e-4


def probabilities(sigma2: float, reach: int) -> NDArray[np.float64]:
    """P(X = k) for k = -reach .. reach, in plain floating point: independent of the code under test."""
    mass = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma2))
    return mass / mass.sum()


def p_of_fit(drawn: NDArray[np.int64], sigma2: Fraction) -> float:
    """Chi-square of every value, those rarer than 5 in both tails together."""
    reach = math.ceil(10 * math.sqrt(sigma2)) + 1
    assert np.abs(drawn).max() <= reach
    found = np.bincount(drawn + reach, minlength=2 * reach + 1)
    expected = probabilities(float(sigma2), reach) * drawn.size
    usual = expected >= 5
    found = np.append(found[usual], found[~usual].sum())
    expected = np.append(expected[usual], max(expected[~usual].sum(), 1e-300))
    if expected[-1] < 5:
        found[np.argmax(expected)] += found[-1]
        expected[np.argmax(expected)] += expected[-1]
        found, expected = found[:-1], expected[:-1]
    return float(stats.chisquare(found, expected * drawn.size / expected.sum()).pvalue)


def p_of_same(one: Sequence[int], other: Sequence[int]) -> float:
    """Chi-square that two samples come from one distribution, rare values together."""
    counts = Counter(one), Counter(other)
    values = sorted(set(counts[0]) | set(counts[1]))
    table = np.array([[count[value] for value in values] for count in counts])
    usual = table.sum(axis=0) >= 20
    table = np.column_stack([table[:, usual], table[:, ~usual].sum(axis=1)])
    return float(stats.chi2_contingency(table[:, table.sum(axis=0) > 0]).pvalue)


def accepted(p_value: Callable[[], float]) -> bool:
    return p_value() > SIGNIFICANT or p_value() > SIGNIFICANT


@pytest.mark.parametrize("sigma2", VARIANCES, ids=str)
def test_a_million_table_draws_fit_and_a_sigma_wrong_by_3_percent_does_not(sigma2: Fraction) -> None:
    assert accepted(lambda: p_of_fit(discrete_gaussian(sigma2, 10**6), sigma2))
    for wrong in (Fraction(103, 100) ** 2, Fraction(97, 100) ** 2):
        assert not accepted(lambda wrong=wrong: p_of_fit(discrete_gaussian(sigma2 * wrong, 10**6), sigma2))


@pytest.mark.parametrize("sigma2", VARIANCES[:4], ids=str)
def test_exact_rejection_fits_and_agrees_with_the_table(sigma2: Fraction) -> None:
    size = 200_000
    assert accepted(lambda: p_of_fit(discrete_gaussian_cks(sigma2, size), sigma2))
    assert accepted(
        lambda: p_of_same(
            discrete_gaussian_cks(sigma2, size).tolist(), discrete_gaussian(sigma2, size).tolist()
        )
    )
    assert not accepted(lambda: p_of_fit(discrete_gaussian_cks(sigma2 * Fraction(107, 100), size), sigma2))


def test_rejection_stays_exact_beyond_64_bits() -> None:
    # 2 p q t^2 is far above 2^64 here, so every comparison runs on Python's own integers.
    sigma2 = 5 + Fraction(1, 10**12)
    assert accepted(lambda: p_of_fit(discrete_gaussian_cks(sigma2, 20_000), sigma2))


def test_agrees_with_diffprivlib() -> None:
    theirs = GaussianDiscrete(epsilon=1.5, delta=1e-4)
    sigma2 = Fraction(theirs._scale) ** 2
    assert accepted(
        lambda: p_of_same(
            [theirs.randomise(0) for _ in range(20_000)],
            discrete_gaussian(sigma2, 200_000).tolist(),
        )
    )


def test_agrees_with_opendp() -> None:
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="i64")
    theirs = dp.m.make_gaussian(*space, scale=3.5)
    assert accepted(
        lambda: p_of_same(theirs([0] * 50_000), discrete_gaussian(Fraction(49, 4), 200_000).tolist())
    )


@pytest.mark.parametrize("sampler", ["table", "rejection"])
def test_the_mechanism_adds_this_noise_to_the_value(sampler: str) -> None:
    mechanism = DiscreteGaussianZCDP(rho=Fraction(1, 10), sensitivity=3, sampler=sampler)
    values = np.arange(100_000, dtype=np.int64)
    assert accepted(lambda: p_of_fit(mechanism.randomise_array(values) - values, Fraction(45)))
    one_by_one = DiscreteGaussianZCDP(rho=Fraction(1, 10), sensitivity=3)
    assert accepted(
        lambda: p_of_fit(np.array([one_by_one.randomise(7) - 7 for _ in range(2_000)]), Fraction(45))
    )


@pytest.mark.parametrize("sigma2", VARIANCES, ids=str)
def test_the_table_is_the_cumulative_distribution_to_127_bits(sigma2: Fraction) -> None:
    thresholds = cdf_table(sigma2).thresholds
    with mpmath.workprec(400):
        variance = mpmath.mpf(sigma2.numerator) / sigma2.denominator
        # The normaliser by Poisson summation: another road than the sum that the table takes.
        dual = mpmath.fsum(mpmath.exp(-2 * mpmath.pi**2 * variance * n * n) for n in range(1, 12))
        total = mpmath.sqrt(2 * mpmath.pi * variance) * (1 + 2 * dual)
        below = mpmath.mpf(1)
        for k, threshold in enumerate(thresholds):
            below += 2 * mpmath.exp(-k * k / (2 * variance)) if k else 0
            assert abs(threshold - mpmath.ldexp(below / total, 127)) < 0.5 + 1e-6
        # All thresholds passed means |X| = rows; what lies beyond is rarer than half the last bit.
        k = len(thresholds)
        below += 2 * mpmath.exp(-k * k / (2 * variance))
        assert mpmath.ldexp(1 - below / total, 127) <= 0.5 + 1e-6
    assert list(thresholds) == sorted(thresholds)
    assert thresholds[-1] < 2**127


def test_a_tie_in_the_high_bits_is_settled_by_the_low_ones() -> None:
    highs = [3, 3, 3, 7, 9, 9]
    lows = [5, 6, 2**64 - 1, 0, 1, 1]
    thresholds = tuple((high << 64) | low for high, low in zip(highs, lows, strict=True))
    table = CdfTable(thresholds, np.array(highs, dtype=np.uint64))
    for low in (0, 1, 4, 5, 6, 7, 2**64 - 2, 2**64 - 1):
        high = np.arange(12, dtype=np.uint64)
        brute = [sum(t <= ((int(h) << 64) | low) for t in thresholds) for h in high]
        assert magnitudes(table, high, lambda low=low: low).tolist() == brute


PROGRAM = """
from fractions import Fraction
from etl.privacy.samplers import discrete_gaussian, discrete_gaussian_cks
print([draw(Fraction(10**6), 40).tolist() for draw in (discrete_gaussian, discrete_gaussian_cks)])
"""


def test_two_fresh_processes_never_draw_the_same() -> None:
    checkout = Path(samplers.__file__).parents[2]
    runs = [
        subprocess.run([sys.executable, "-c", PROGRAM], cwd=checkout, capture_output=True, check=True)
        for _ in range(2)
    ]
    (table_1, cks_1), (table_2, cks_2) = (eval(run.stdout) for run in runs)
    assert table_1 != table_2
    assert cks_1 != cks_2


@pytest.mark.parametrize("sampler", [discrete_gaussian, discrete_gaussian_cks])
def test_every_draw_is_paid_for_in_bits_of_the_operating_system(
    sampler: Callable[[Fraction, int], NDArray[np.int64]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    urandom = samplers.os.urandom

    def counted(size: int) -> bytes:
        asked.append(size)
        return urandom(size)

    monkeypatch.setattr(samplers.os, "urandom", counted)
    first, second = sampler(Fraction(10**6), 500), sampler(Fraction(10**6), 500)
    assert sum(asked) >= 8 * 1000
    assert not np.array_equal(first, second)
