"""Cells of consecutive years in, the cells of their sum out: for areas too small for a year of their own.

Only what is released goes in, so pooling costs no privacy budget. Noise of different years is independent:
variances add up.
"""

import numpy as np
from numpy.typing import NDArray

from etl.frames import Status
from etl.release.values import MIN_DENOMINATOR

ESTIMATE, VARIANCE, DENOMINATOR, STATUS = range(4)


def pool(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """(years, areas, 4) estimate, variance, denominator, status -> (areas, 4) of the sum.

    The denominators are summed too, so a rate is one a year; where one of them is too small for a rate, so is
    the sum. A year without a figure leaves the sum without, under that year's status; one provisional year
    makes the sum provisional.
    """
    summed: NDArray[np.float64] = cells.sum(axis=0)
    least = cells[:, :, DENOMINATOR].min(axis=0)
    summed[:, DENOMINATOR] = np.where(least < MIN_DENOMINATOR, least, summed[:, DENOMINATOR])
    status = cells[:, :, STATUS]
    shown = np.isin(status, (Status.OK, Status.VOORLOPIG))
    # The first year without a figure names the reason; with figures throughout, provisional wins over ok.
    first = np.argmin(shown, axis=0)
    reason = np.take_along_axis(status, first[None, :], axis=0)[0]
    summed[:, STATUS] = np.where(shown.all(axis=0), status.max(axis=0), reason)
    without = ~shown.all(axis=0)
    summed[without, ESTIMATE] = summed[without, VARIANCE] = np.nan
    return summed


def window(years: tuple[int, ...], last: int, length: int) -> tuple[int, ...]:
    """The `length` consecutive years up to `last`. KeyError naming those that are not released."""
    wanted = tuple(range(last - length + 1, last + 1))
    if lacking := [year for year in wanted if year not in years]:
        raise KeyError(f"no figures for {', '.join(map(str, lacking))}, and a sum needs all {length} years")
    return wanted
