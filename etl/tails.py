"""A difference between noisy counts -> its two-sided p-value: noise plus skew Poisson chance, in closed form.

The normal tail would do at p = .05. At the p = 1e-5 that decides among 14,500 areas it is two to three times
too small, for Poisson counts are skew, and one null map in ten would carry a false mark.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

STEPS = 60
# numpy has no erfc, and scipy is no part of the serving image.
_erfc = np.vectorize(math.erfc, otypes=[np.float64])


@dataclass(frozen=True, eq=False)
class Chance:
    """Null distribution of a difference: normal noise plus weighted Poisson counts, less their mean.

    noise: (cells,) variance; means, weights: (counts, cells); dispersion: variance of a count over its mean.
    Cumulant function K(s) = noise s^2 / 2 + sum of mean / d x (exp(d w s) - 1 - d w s).
    """

    noise: Vector
    means: Vector
    weights: Vector
    dispersion: float

    def cumulant(self, s: Vector) -> Vector:
        """K(s)."""
        t = self.dispersion * self.weights * s
        total: Vector = self.noise * s**2 / 2 + (self.means / self.dispersion * (np.expm1(t) - t)).sum(axis=0)
        return total

    def slope(self, s: Vector) -> Vector:
        """K'(s)."""
        jump = np.expm1(self.dispersion * self.weights * s)
        total: Vector = self.noise * s + (self.means * self.weights * jump).sum(axis=0)
        return total

    def curve(self, s: Vector) -> Vector:
        """K''(s)."""
        jump = np.exp(self.dispersion * self.weights * s)
        total: Vector = self.noise + (self.dispersion * self.means * self.weights**2 * jump).sum(axis=0)
        return total

    def saddlepoint(self, x: Vector) -> Vector:
        """The s with K'(s) = x, by Newton steps no longer than 1 / (d w), the scale on which K' bends."""
        jumps = np.where(self.means > 0, self.dispersion * np.abs(self.weights), 0.0).max(axis=0)
        longest = 1 / np.maximum(jumps, 1e-9)
        s = np.zeros_like(x)
        for _ in range(STEPS):
            step = np.clip((x - self.slope(s)) / self.curve(s), -longest, longest)
            s += step
            if np.abs(step).max(initial=0.0) < 1e-10:
                break
        return s


def two_sided_p(x: Vector, chance: Chance) -> Vector:
    """Chance of a difference at least as extreme as x, (cells,) finite -> (cells,).

    Twice the smaller tail, by the saddlepoint of Lugannani & Rice (Advances in Applied Probability 12, 1980).
    """
    s = chance.saddlepoint(x)
    root = np.sqrt(np.maximum(2 * (s * x - chance.cumulant(s)), 0.0))
    lever = np.abs(s) * np.sqrt(chance.curve(s))
    centre = root < 1e-4  # there the two terms below cancel, and p is 1 to the eye
    correction = 1 / np.where(centre, 1.0, lever) - 1 / np.where(centre, 1.0, root)
    tail = _erfc(root / math.sqrt(2)) / 2 + np.exp(-(root**2) / 2) / math.sqrt(2 * math.pi) * correction
    p: Vector = np.clip(2 * np.minimum(tail, 1 - tail), 0.0, 1.0)
    return p
