"""What the mechanism is asked, written down while real code runs: the counts it hid and the noise it used.

Grey-box auditing after Re:cord-play (arXiv 2602.17454): the privacy loss of a run follows from what each
neighbour asks of the mechanism, without trusting any of the code around it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from etl.privacy.mechanism import DiscreteGaussianZCDP


@dataclass(frozen=True)
class Asked:
    """One call: the exact counts that went in, the variance of the noise, and what came out."""

    counts: NDArray[np.int64] = field(repr=False)
    sigma2: Fraction
    answer: NDArray[np.int64] = field(repr=False)


@contextmanager
def recorded() -> Iterator[list[Asked]]:
    """Record every call of the mechanism in this block, in order. Not for use beside other threads."""
    asked: list[Asked] = []
    original = DiscreteGaussianZCDP.randomise_array

    def randomise_array(self: DiscreteGaussianZCDP, values: NDArray[np.int64]) -> NDArray[np.int64]:
        answer = original(self, values)
        asked.append(Asked(values.copy(), self.sigma2, answer.copy()))
        return answer

    DiscreteGaussianZCDP.randomise_array = randomise_array  # type: ignore[method-assign]
    try:
        yield asked
    finally:
        DiscreteGaussianZCDP.randomise_array = original  # type: ignore[method-assign]
