"""The one place where a stored cell becomes what people see, the same for map, table, chart, file and API.

Estimate, variance, denominator and status go in; count, margins, rate, class and final status come out.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.frames import Status

Z95 = 1.959963984540054
"""Half width of a 95 % interval in standard errors."""

CLASS_LETTERS = "ABCDEF"
CLASS_BORDERS = (0.05, 0.10, 0.15, 0.25, 0.35)
"""CV0 borders of the classes A to E (Statistics Canada's practice); beyond the last lies F, too uncertain."""

MIN_DENOMINATOR = 50
"""Below this many units a rate says nothing about an area: the figure is `nvt`, the count stays."""


_READABLE = np.zeros(256, dtype=np.bool_)
_READABLE[[Status.OK, Status.VOORLOPIG]] = True


@dataclass(frozen=True)
class Values:
    """Figures of one indicator, one year, over areas (or of one area over years): equal-length arrays.

    estimate, standard_error, lower, upper: count and its 95 % interval (display form: clipped at 0, rounded
    inward for noisy counts); rate, rate_lower, rate_upper: count / denominator x per, nan without one;
    klass: letters A-F as uint8 index, 255 unknown; status: uint8 of Status; all nan where there is no figure.
    """

    estimate: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    rate: NDArray[np.float64]
    rate_lower: NDArray[np.float64]
    rate_upper: NDArray[np.float64]
    denominator: NDArray[np.float64]
    klass: NDArray[np.uint8]
    status: NDArray[np.uint8]
    has_rate: bool

    def __len__(self) -> int:
        return len(self.estimate)

    @property
    def figure(self) -> NDArray[np.float64]:
        """What map and chart show: the rate where the indicator has one, else the count."""
        return self.rate if self.has_rate else self.estimate

    @property
    def figure_lower(self) -> NDArray[np.float64]:
        """Lower bound of `figure`."""
        return self.rate_lower if self.has_rate else self.lower

    @property
    def figure_upper(self) -> NDArray[np.float64]:
        """Upper bound of `figure`."""
        return self.rate_upper if self.has_rate else self.upper

    @property
    def shown(self) -> NDArray[np.bool_]:
        """Rows whose figure may be read aloud: status ok or voorlopig."""
        return _READABLE[self.status]

    def letter(self, row: int) -> str:
        """Reliability class of a row, empty where unknown."""
        return CLASS_LETTERS[self.klass[row]] if self.klass[row] < len(CLASS_LETTERS) else ""


def present(
    estimate: NDArray[np.float64],
    variance: NDArray[np.float64],
    denominator: NDArray[np.float64] | None,
    status: NDArray[np.uint8],
    *,
    per: int | None,
    reference_rate: float | NDArray[np.float64] | None,
) -> Values:
    """Everything people see of these cells.

    estimate, variance, denominator (None: the indicator has no rate), status: (n,). reference_rate: count per
    denominator unit in the whole land, for CV0. An exact public count (variance 0) is class A; its interval
    is the count itself.
    """
    known = ~np.isnan(estimate)
    error = np.sqrt(np.where(known, variance, np.nan))
    exact = known & (error == 0)
    low, high = estimate - Z95 * error, estimate + Z95 * error
    base = np.full_like(estimate, np.nan) if denominator is None else denominator
    final = status.copy()
    klass = np.where(exact, 0, 255).astype(np.uint8)
    noisy = known & ~exact
    if noisy.any() and reference_rate is not None:
        klass[noisy] = _classes(error, base * reference_rate)[noisy]
        final[noisy & (klass == 5) & (status == Status.OK)] = Status.TE_ONZEKER
    if denominator is not None:
        small = known & ((base < MIN_DENOMINATOR) | np.isnan(base))
        final[small & _READABLE[final]] = Status.NVT
        base = np.where(base >= MIN_DENOMINATOR, base, np.nan)
    scale = math.nan if per is None else per
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = estimate / base * scale
        rate_low, rate_high = np.maximum(low, 0) / base * scale, np.maximum(high, 0) / base * scale
    lower, upper = _inward(low, high, estimate)
    return Values(
        estimate=estimate,
        standard_error=error,
        lower=np.where(exact, estimate, lower),
        upper=np.where(exact, estimate, upper),
        rate=rate,
        rate_lower=rate_low,
        rate_upper=rate_high,
        denominator=base if denominator is not None else np.full_like(estimate, np.nan),
        klass=klass,
        status=final,
        has_rate=denominator is not None,
    )


def _inward(
    low: NDArray[np.float64], high: NDArray[np.float64], estimate: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Whole numbers inside the interval, not below 0 (Census recipe); never empty."""
    lower, upper = np.maximum(np.ceil(low), 0), np.maximum(np.floor(high), 0)
    empty = lower > upper
    middle = np.maximum(np.rint(estimate), 0)
    return np.where(empty, middle, lower), np.where(empty, middle, upper)


def _classes(error: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Class index from CV0 = standard error / count expected at the reference rate; unknown expected -> F."""
    with np.errstate(invalid="ignore", divide="ignore"):
        cv0 = error / expected
    index = np.searchsorted(np.array(CLASS_BORDERS), cv0, side="left")
    return np.where(np.isnan(cv0), len(CLASS_BORDERS), index).astype(np.uint8)
