"""True counts go in, noisy counts come out: one measurement of each public cell at each level with a share.

Cells are the whole tree of the division, so which cells exist says nothing about the data.
"""

from fractions import Fraction

import numpy as np

from etl.catalogue.model import Protection
from etl.frames import NoisyCounts, TrueCounts
from etl.privacy.accounting import DROPPED_CLIP, DROPPED_SHARE, level_rho
from etl.privacy.mechanism import DiscreteGaussianZCDP, Sampler
from geodata.regions import Regions


def add_noise(
    true: TrueCounts, protection: Protection, regions: Regions, sampler: Sampler = "table"
) -> NoisyCounts:
    """Discrete Gaussian noise in every cell of every level of the tree.

    One reference year costs exactly `protection.rho`: a unit changes one area per level by at most
    `protection.cap`, and level l is measured at rho x share_l. A level without a share is not measured:
    count 0, variance inf. ValueError when the counts do not cover the tree, TypeError unless int64.
    """
    expected = (len(true.years), regions.tree_size)
    if true.counts.shape != expected:
        raise ValueError(
            f"{true.indicator}: found counts of shape {true.counts.shape}, expected {expected} (years, areas)"
        )
    if true.counts.dtype != np.int64:
        raise TypeError(f"{true.indicator}: found counts of {true.counts.dtype}, expected int64")
    counts = np.zeros(expected, dtype=np.int64)
    sigma2 = np.full(regions.tree_size, np.inf)
    for level, rho in level_rho(protection).items():
        mechanism = DiscreteGaussianZCDP(rho=rho, sensitivity=protection.cap, sampler=sampler)
        span = regions.slice(level)
        counts[:, span] = mechanism.randomise_array(true.counts[:, span])
        sigma2[span] = mechanism.variance()
    return NoisyCounts(true.indicator, true.years, counts, sigma2)


DROPPED = ":afgekapt"
"""Mark behind an indicator's id: the measurement of what its contribution bound dropped."""


def measure_dropped(true: TrueCounts, protection: Protection) -> NoisyCounts | None:
    """Noisy number of contributions the bound dropped in each year; None where it cannot drop any.

    The exact number would be a statement about confidential rows. counts: (years, 1), stored beside the other
    measurements; it costs `DROPPED_SHARE` of the indicator's rho a year.
    """
    if true.dropped is None:
        return None
    rho = Fraction(protection.rho) * DROPPED_SHARE
    mechanism = DiscreteGaussianZCDP(rho=rho, sensitivity=protection.cap * DROPPED_CLIP)
    counts = mechanism.randomise_array(true.dropped.reshape(-1, 1))
    return NoisyCounts(true.indicator + DROPPED, true.years, counts, np.array([mechanism.variance()]))


def numerical_delta(protection: Protection, years: int, regions: Regions, *, drops: bool) -> float:
    """Total variation distance to the ideal mechanism over all draws of one indicator: rounding of the table.

    At most (1 + exp(epsilon)) times this comes on top of delta. drops: whether `measure_dropped` drew too.
    """
    total = 0.0
    if drops:
        rho, clip = Fraction(protection.rho) * DROPPED_SHARE, protection.cap * DROPPED_CLIP
        total += DiscreteGaussianZCDP(rho=rho, sensitivity=clip).numerical_delta(years)
    for level, rho in level_rho(protection).items():
        span = regions.slice(level)
        mechanism = DiscreteGaussianZCDP(rho=rho, sensitivity=protection.cap)
        total += mechanism.numerical_delta(years * (span.stop - span.start))
    return total
