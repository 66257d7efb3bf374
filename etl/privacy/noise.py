"""True counts go in, noisy counts come out: one measurement of each public cell at each level with a share.

Cells are the whole tree of the division, so which cells exist says nothing about the data.
"""

import numpy as np

from etl.catalogue.model import Protection
from etl.frames import NoisyCounts, TrueCounts
from etl.privacy.accounting import level_rho
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
