"""Two independent discrete Gaussian samplers. A variance sigma^2 and a size go in, int64 draws come out.

Both take every bit from `os.urandom`, work in integers only, and accept no seed.

- `discrete_gaussian`: inversion of a cumulative table of 127 bits; fast; its distance to the ideal is stated.
- `discrete_gaussian_cks`: exact rejection after Canonne, Kamath & Steinke, "The Discrete Gaussian for
  Differential Privacy" (NeurIPS 2020), algorithms 1-3; no table, no rounding; the cross-check.

The discrete Gaussian N_Z(0, sigma^2) has P(X = k) proportional to exp(-k^2 / (2 sigma^2)) over the integers.
"""

import math
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

import mpmath
import numpy as np
from numpy.typing import NDArray

BITS = 127
LOW_BITS = 64
TABLE_PRECISION = 260
LARGEST_TABLE_SIGMA2 = 10**8
"""Above this the table would hold more than 130,000 rows; the rejection sampler has no such limit."""

_LOW_MASK = (1 << LOW_BITS) - 1
_BATCH = 1 << 20


@dataclass(frozen=True)
class CdfTable:
    """T_k = round(2^127 P(|X| <= k)) for k = 0, 1, ... while T_k < 2^127.

    thresholds: the integers T_k; high: (rows,) uint64, T_k without its low 64 bits.
    """

    thresholds: tuple[int, ...]
    high: NDArray[np.uint64] = field(repr=False)


@lru_cache(maxsize=256)
def cdf_table(sigma2: Fraction) -> CdfTable:
    """The table of one variance. ValueError when sigma2 is not in (0, 10^8]."""
    if not 0 < sigma2 <= LARGEST_TABLE_SIGMA2:
        raise ValueError(
            f"found sigma^2 = {float(sigma2):g}, expected 0 < sigma^2 <= {LARGEST_TABLE_SIGMA2:g} for the "
            'table sampler; use sampler="rejection" or spend more rho'
        )
    with mpmath.workprec(TABLE_PRECISION):
        scale = -mpmath.mpf(sigma2.denominator) / (2 * sigma2.numerator)
        # Beyond this row all mass together is below 2^-130, so it cannot move a rounded threshold.
        last = math.isqrt(math.ceil(2 * 100 * sigma2)) + 2
        mass = [mpmath.mpf(1)] + [2 * mpmath.exp(scale * (k * k)) for k in range(1, last + 1)]
        step = mpmath.ldexp(1, BITS) / mpmath.fsum(mass)
        thresholds: list[int] = []
        below = mpmath.mpf(0)
        for row in mass:
            below += row
            threshold = int(mpmath.nint(below * step))
            if threshold >= 1 << BITS:
                break
            thresholds.append(threshold)
    high = np.array([threshold >> LOW_BITS for threshold in thresholds], dtype=np.uint64)
    return CdfTable(tuple(thresholds), high)


def table_distance(sigma2: Fraction) -> Fraction:
    """Upper bound of the total variation distance between one table draw and the ideal: rows x 2^-127."""
    return Fraction(len(cdf_table(sigma2).thresholds) + 1, 1 << BITS)


def discrete_gaussian(sigma2: Fraction, size: int) -> NDArray[np.int64]:
    """`size` independent draws of N_Z(0, sigma2) by inversion of the 127-bit table.

    Returns (size,) int64. ValueError for a variance the table does not hold.
    """
    table = cdf_table(sigma2)
    drawn = np.empty(size, dtype=np.int64)
    for start in range(0, size, _BATCH):
        block = drawn[start : start + _BATCH]
        bits = _random_words(block.size)
        block[:] = magnitudes(table, bits >> np.uint64(1), _low_word)
        # The sign of a zero is drawn as well and has no effect: -0 = 0.
        np.negative(block, where=(bits & np.uint64(1)).astype(bool), out=block)
    return drawn


def magnitudes(table: CdfTable, high: NDArray[np.uint64], low: Callable[[], int]) -> NDArray[np.int64]:
    """|X| = number of thresholds <= U, for U of 127 bits given by its high 63 bits.

    high: (draws,) uint64 below 2^63; low: gives 64 further bits, asked only for a draw whose high bits equal
    those of a threshold (probability rows x 2^-63), which alone cannot decide.
    """
    count = np.searchsorted(table.high, high, side="right").astype(np.int64)
    # Only the last threshold at or below can be tied, and the common answer is no.
    nearest = table.high[np.maximum(count - 1, 0)]
    for draw in np.flatnonzero((nearest == high) & (count > 0)).tolist():
        uniform = (int(high[draw]) << LOW_BITS) | (low() & _LOW_MASK)
        count[draw] = sum(threshold <= uniform for threshold in table.thresholds)
    return count


@lru_cache(maxsize=256)
def discrete_gaussian_variance(sigma2: Fraction) -> float:
    """Var N_Z(0, sigma2), at most sigma2.

    By Poisson summation the relative difference is about 8 pi^2 sigma2 exp(-2 pi^2 sigma2): below 1e-15 from
    sigma2 = 2.2 on, so there sigma2 itself is the variance in double precision. Smaller ones are summed.
    """
    if sigma2 >= 3:
        return float(sigma2)
    reach = range(1, 100)
    weight = [math.exp(-float(k * k / (2 * sigma2))) for k in reach]
    total = 1 + 2 * math.fsum(weight)
    return 2 * math.fsum(k * k * w for k, w in zip(reach, weight, strict=True)) / total


def discrete_gaussian_cks(sigma2: Fraction, size: int) -> NDArray[np.int64]:
    """`size` independent, exact draws of N_Z(0, sigma2), by rejection from a discrete Laplace (algorithm 3).

    Returns (size,) int64. ValueError when sigma2 <= 0. Every comparison is between integers.
    """
    if sigma2 <= 0:
        raise ValueError(f"found sigma^2 = {float(sigma2):g}, expected a positive number")
    p, q = sigma2.numerator, sigma2.denominator
    t = math.isqrt(p // q) + 1
    # (|y| - sigma2/t)^2 / (2 sigma2) = (|y| t q - p)^2 / (2 p q t^2), both sides integers.
    denominator = 2 * p * q * t * t
    parts: list[NDArray[np.int64]] = []
    missing = size
    while missing > 0:
        y = _discrete_laplace(t, min(2 * missing + 16, _BATCH))
        largest = (int(np.abs(y).max(initial=0)) * t * q + p) ** 2
        deviation = _whole(np.abs(y), max(largest, denominator)) * (t * q) - p
        kept = y[_bernoulli_exp(deviation * deviation, denominator)][:missing]
        parts.append(kept)
        missing -= kept.size
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def _discrete_laplace(t: int, tries: int) -> NDArray[np.int64]:
    """At most `tries` draws with P(k) proportional to exp(-|k| / t), t a whole number (CKS algorithm 2)."""
    u = _uniform_below(t, tries)
    u = u[_bernoulli_exp(u, t)]
    v = np.zeros(u.size, dtype=np.int64)
    going = np.arange(u.size)
    while going.size:
        going = going[_bernoulli_exp(np.ones(going.size, dtype=np.int64), 1)]
        v[going] += 1
    magnitude = u.astype(np.int64) + t * v
    negative = (_random_words(magnitude.size) & np.uint64(1)).astype(bool)
    # A zero must not come up twice as often as it should: minus zero is thrown back.
    keep = ~(negative & (magnitude == 0))
    return np.asarray(np.where(negative, -magnitude, magnitude)[keep], dtype=np.int64)


def _bernoulli_exp(numerator: NDArray[np.int64], denominator: int) -> NDArray[np.bool_]:
    """One Bernoulli(exp(-numerator / denominator)) each, exact (CKS algorithm 1).

    exp(-(w + f)) = exp(-1)^w exp(-f): w draws at 1, one at the rest, given up at the first failure.
    """
    whole, rest = numerator // denominator, numerator % denominator
    alive = np.ones(numerator.size, dtype=bool)
    passed = 0
    while (left := np.flatnonzero(alive & np.asarray(whole > passed, dtype=bool))).size:
        alive[left] = _bernoulli_exp_fraction(np.ones(left.size, dtype=np.int64), 1)
        passed += 1
    left = np.flatnonzero(alive)
    alive[left] = _bernoulli_exp_fraction(rest[left], denominator)
    return alive


def _bernoulli_exp_fraction(numerator: NDArray[np.int64], denominator: int) -> NDArray[np.bool_]:
    """Bernoulli(exp(-g)), g = numerator / denominator in [0, 1]: Bernoulli(g/k), k = 1, 2, .. until a 0."""
    odd = np.ones(numerator.size, dtype=bool)
    going = np.arange(numerator.size)
    k = 1
    while going.size:
        success = _uniform_below(denominator * k, going.size) < numerator[going]
        going = going[np.asarray(success, dtype=bool)]
        odd[going] = ~odd[going]
        k += 1
    return odd


def _uniform_below(bound: int, size: int) -> NDArray[np.int64]:
    """Uniform integers in [0, bound): int64 when they fit, else Python integers (object), never rounded."""
    if bound > 1 << 62:
        return np.array([secrets.randbelow(bound) for _ in range(size)], dtype=object)
    fair = (1 << 64) // bound * bound
    words = _random_words(size)
    while fair < 1 << 64 and (again := np.flatnonzero(words >= np.uint64(fair))).size:
        words[again] = _random_words(again.size)
    return (words % np.uint64(bound)).astype(np.int64)


def _whole(values: NDArray[np.int64], largest: int) -> NDArray[np.int64]:
    """The values as int64 when `largest` still fits, else as Python integers."""
    return values if largest < 1 << 62 else values.astype(object)


def _random_words(size: int) -> NDArray[np.uint64]:
    """`size` words of 64 bits from the operating system."""
    return np.frombuffer(bytearray(os.urandom(8 * size)), dtype=np.uint64)


def _low_word() -> int:
    return int.from_bytes(os.urandom(8), "little")
