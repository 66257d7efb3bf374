"""The noise mechanism: integers go in, integers with discrete Gaussian noise come out.

The only file that imports diffprivlib, and only `diffprivlib.mechanisms.GaussianDiscrete`: its continuous
mechanisms leak through floating point, its `tools` clip at zero, and its `random_state` makes noise
repeatable.
"""

import math
from fractions import Fraction
from numbers import Integral
from typing import Any, Literal

import numpy as np
from diffprivlib.mechanisms import GaussianDiscrete
from numpy.typing import NDArray

from etl.privacy.samplers import (
    discrete_gaussian,
    discrete_gaussian_cks,
    discrete_gaussian_variance,
    table_distance,
)
from etl.zcdp import epsilon_for

__all__ = ["DiscreteGaussianZCDP", "Sampler", "discrete_gaussian", "discrete_gaussian_cks"]

Sampler = Literal["table", "rejection"]
LARGEST_DENOMINATOR = 1 << 32


class DiscreteGaussianZCDP(GaussianDiscrete):  # type: ignore[misc]  # diffprivlib has no types
    """Discrete Gaussian noise that is rho-zCDP for integer queries of a given L2 sensitivity.

    rho: zCDP cost of one answer (or of one vector of answers with that L2 sensitivity); sensitivity: most one
    unit changes the answer; sampler: `table` (127-bit inversion, fast) or `rejection` (exact, slower);
    report_delta: the delta at which `.epsilon` is stated, for display only.

    Noise variance: sigma2 = sensitivity^2 / (2 rho), rounded up (Canonne, Kamath & Steinke 2020, prop. 1.6).
    Noise comes from the operating system; a `random_state` is refused with ValueError.
    """

    def __init__(
        self,
        *,
        rho: Fraction,
        sensitivity: int = 1,
        sampler: Sampler = "table",
        report_delta: float = 1e-9,
        random_state: None = None,
    ) -> None:
        if random_state is not None:
            raise ValueError(
                "random_state makes noise repeatable, and repeatable noise can be subtracted; leave it out"
            )
        if isinstance(rho, float) or rho <= 0:
            raise ValueError(f"found rho = {rho!r}, expected a positive Fraction")
        if sampler not in ("table", "rejection"):
            raise ValueError(f"found sampler = {sampler!r}, expected 'table' or 'rejection'")
        if isinstance(sensitivity, Integral) and sensitivity < 1:
            raise ValueError(f"found sensitivity = {sensitivity}, expected 1 or more")
        self.rho = Fraction(rho)
        self.sampler = sampler
        self.report_delta = report_delta
        self.sigma2 = round_up(Fraction(int(sensitivity) ** 2) / (2 * self.rho))
        super().__init__(
            epsilon=epsilon_for(self.rho, report_delta), delta=report_delta, sensitivity=sensitivity
        )

    def _find_scale(self) -> float:
        """diffprivlib's hook for the standard deviation: ours follows from rho, not from (epsilon, delta)."""
        return math.sqrt(self.sigma2)

    def randomise(self, value: int) -> int:
        """One integer with noise. TypeError for anything that is not a whole number."""
        self._check_all(value)
        return int(value) + int(self._draw(1)[0])

    def randomise_array(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """An array of any shape with independent noise in every cell, as int64.

        TypeError unless the dtype is an integer one: floats carry bits that a sum with noise does not hide.
        """
        if values.dtype.kind not in "iu":
            raise TypeError(f"found an array of {values.dtype}, expected whole numbers (int64)")
        noise = self._draw(values.size).reshape(values.shape)
        return np.asarray(values.astype(np.int64) + noise, dtype=np.int64)

    def variance(self, value: int = 0) -> float:
        """Variance of the answer: that of the discrete Gaussian, at most sigma2. The value plays no part."""
        return discrete_gaussian_variance(self.sigma2)

    def numerical_delta(self, cells: int) -> float:
        """Total variation distance to the ideal mechanism over `cells` answers; 0 for the rejection sampler.

        It adds at most (1 + exp(epsilon)) times this to delta: some 1e-30 for a national release.
        """
        return float(cells * table_distance(self.sigma2)) if self.sampler == "table" else 0.0

    def _draw(self, size: int) -> NDArray[np.int64]:
        draw = discrete_gaussian if self.sampler == "table" else discrete_gaussian_cks
        return draw(self.sigma2, size)

    def _check_all(self, value: Any) -> bool:
        if isinstance(value, bool | np.bool_):
            raise TypeError("Value to be randomised must be an integer")
        return bool(super()._check_all(value))


def round_up(sigma2: Fraction) -> Fraction:
    """sigma2 itself, or the next multiple of 2^-32 above when its denominator is larger: never less noise."""
    if sigma2.denominator <= LARGEST_DENOMINATOR:
        return sigma2
    return Fraction(-(-sigma2.numerator * LARGEST_DENOMINATOR // sigma2.denominator), LARGEST_DENOMINATOR)
