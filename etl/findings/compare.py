"""Panels of one indicator and one level in; for every area asked, how it compares with its peers and how it
changed, with the chance that it is nothing, out. Vectorised over areas.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from etl.findings.chance import Null, Spread, ratio_null, shift_null, spread_by_size, usual_spread
from etl.findings.panels import Published, Rows, Vector, panel
from etl.findings.peers import Company, company
from etl.release.panel import Panel
from etl.release.values import CLASS_BORDERS

POOLED_YEARS = 3
READABLE = CLASS_BORDERS[-1]
"""CV0 up to which a figure may be read: the border between the classes E and F."""

SHARP = 0.10
"""Relative spread by noise and chance up to which one year will do: beyond it three years tell more."""


@dataclass(frozen=True, eq=False)
class Sums:
    """Counts over the newest year or years of every area of a level, (areas,) each.

    readable: class A-E; blur: relative spread, by noise and chance together, of the count expected at the
    rate of the land. Both look at public denominators and never at the estimate itself.
    """

    years: tuple[int, ...]
    estimate: Vector
    variance: Vector
    denominator: Vector
    readable: NDArray[np.bool_]
    blur: Vector


@dataclass(frozen=True, eq=False)
class Compared:
    """Areas beside their peers. ratio: (rows,) count over what the rate of the peers makes one expect."""

    ratio: Vector
    null: Null


@dataclass(frozen=True, eq=False)
class Trends:
    """Change over the years beside the change of the whole land, (rows,) each.

    own: fitted rate of the last year over that of the first; beside_land: the same, over that of the land;
    first, last: years it runs over, 0 where there is none.
    """

    own: Vector
    beside_land: Vector
    null: Null
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def newest(figures: Panel, rate: float, years: int) -> Sums:
    """The newest `years` years added up. A sum is readable by its own CV0, never by its estimate."""
    span = slice(max(len(figures.years) - years, 0), None)
    known = figures.known[span].all(axis=0)
    estimate, variance = figures.estimate[span].sum(axis=0), figures.variance[span].sum(axis=0)
    denominator = figures.denominator[span].sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        cv0 = np.sqrt(variance) / (denominator * rate)
        blur = np.hypot(cv0, 1 / np.sqrt(denominator * rate))
    readable = figures.shown[-1] if years == 1 else known & ((variance == 0) | (cv0 <= READABLE))
    return Sums(figures.years[span], estimate, variance, denominator, readable, blur)


def beside_peers(sums: Sums, asked: Company, spread: Spread) -> Compared:
    """Is the rate outside what peers, chance, noise and the usual spread between such areas explain?

    spread: usual standard deviation of the log rate between an area and its peers (`peer_spread`). The rate
    of the peers is itself uncertain: noise and chance of their sum widen the spread.
    """
    expected, doubt, both = _expected(sums, asked)
    count = sums.estimate[asked.rows]
    own = spread.at(sums.denominator[asked.rows])
    null = ratio_null(count, sums.variance[asked.rows], expected, np.hypot(own * both, doubt))
    with np.errstate(invalid="ignore", divide="ignore"):
        return Compared(count / expected, null)


def peer_spread(sums: Sums, everyone: Company) -> Spread:
    """Usual standard deviation of log rates between such areas, by size; nan with too few areas."""
    expected, doubt, both = _expected(sums, everyone)
    known = sums.variance[everyone.rows] + expected + (expected * doubt) ** 2
    readable = sums.readable[everyone.rows]
    residual = np.where(readable, sums.estimate[everyone.rows] - expected, np.nan)
    return spread_by_size(residual, known, expected * both, sums.denominator[everyone.rows])


def _expected(sums: Sums, asked: Company) -> tuple[Vector, Vector, Vector]:
    """Count expected at the pooled rate of the peers, and how sure that is.

    (rows,) each: the count; relative standard error of the rate by noise and chance; by how much the spread
    about the peers exceeds that of the area alone: sqrt(1 + sum of squared shares), for peers differ as well.
    """
    known = np.isfinite(sums.estimate) & np.isfinite(sums.denominator) & np.isfinite(sums.variance)

    def pooled(values: Vector) -> Vector:
        total: Vector = np.where(known, values, 0.0)[asked.peers].sum(axis=1)
        return total

    count, units = pooled(sums.estimate), pooled(sums.denominator)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where((count > 0) & (units > 0), count / units, np.nan)
        doubt = np.sqrt(pooled(sums.variance) + count) / count
        shares = np.where(known, sums.denominator, 0.0)[asked.peers] / units[:, None]
    both = np.sqrt(1 + (shares**2).sum(axis=1))
    return rate * sums.denominator[asked.rows], np.where(np.isfinite(rate), doubt, np.nan), both


def trends(figures: Panel, land: Panel, rows: Rows, spread: float) -> Trends:
    """Did the rate rise or fall otherwise than in the land, beyond noise, chance and what is usual?

    The slope over the readable years of an area: sum of c x count / expected, c the centred years. spread:
    usual standard deviation of that slope, relative (`trend_spread`).
    """
    slope, weight, mean, level, years = _slopes(figures, land, rows)
    noise = (weight**2 * np.where(weight != 0, figures.variance[:, rows], 0.0)).sum(axis=0)
    null = shift_null(slope, noise, mean, weight, spread * level)
    first = np.where(years.any(axis=0), np.array(figures.years)[years.argmax(axis=0)], 0)
    final = len(figures.years) - 1 - years[::-1].argmax(axis=0)
    last = np.where(years.any(axis=0), np.array(figures.years)[final], 0)
    beside = _over_period(slope / level, first, last)
    with np.errstate(invalid="ignore", divide="ignore"):
        land_rate = land.estimate[:, 0] / land.denominator[:, 0]
        own = beside * land_rate[final] / land_rate[years.argmax(axis=0)]
    return Trends(own, beside, null, first, last)


def trend_spread(figures: Panel, land: Panel) -> float:
    """Usual standard deviation of the relative yearly slope between areas of this level."""
    rows = np.arange(figures.estimate.shape[1])
    slope, weight, mean, level, _ = _slopes(figures, land, rows)
    noise = (weight**2 * np.where(weight != 0, figures.variance[:, rows], 0.0)).sum(axis=0)
    return usual_spread(slope, noise + (weight**2 * mean).sum(axis=0), level)


def _slopes(
    figures: Panel, land: Panel, rows: Rows
) -> tuple[Vector, Vector, Vector, Vector, NDArray[np.bool_]]:
    """Slope (rows,), its weights and expected counts (years, rows), relative level (rows,), years in use."""
    years = np.array(figures.years, dtype=np.float64)[:, None]
    usable = figures.shown[:, rows]
    usable = usable & (usable.sum(axis=0) >= 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        land_rate = (land.estimate[:, 0] / land.denominator[:, 0])[:, None]
        at_land_rate = np.where(usable, figures.denominator[:, rows] * land_rate, np.nan)
        usable = usable & (at_land_rate > 0)
        centred = np.where(usable, years - (years * usable).sum(axis=0) / usable.sum(axis=0), 0.0)
        weight = np.where(usable, centred / (centred**2).sum(axis=0) / at_land_rate, 0.0)
        count = np.where(usable, figures.estimate[:, rows], 0.0)
        level = count.sum(axis=0) / np.nansum(np.where(usable, at_land_rate, 0.0), axis=0)
    # A level near 0 would promise a count without chance; a quarter of the land's keeps the test cautious.
    level = np.where(usable.any(axis=0), np.maximum(level, 0.25), np.nan)
    mean = np.where(usable, at_land_rate * level, 0.0)
    return np.where(usable.any(axis=0), (weight * count).sum(axis=0), np.nan), weight, mean, level, usable


def _over_period(slope: Vector, first: NDArray[np.int64], last: NDArray[np.int64]) -> Vector:
    """Relative yearly slope about the middle -> ratio of the fitted last year to the fitted first."""
    half = np.clip(slope * (last - first) / 2, -0.95, 0.95)
    ratio: Vector = (1 + half) / (1 - half)
    return ratio


@dataclass(frozen=True, eq=False)
class Usual:
    """What is usual for one indicator at one level: everything that is learnt from all areas together.

    one, three: sums over the newest year, and over the newest three (None with fewer years); spreads: usual
    spread about the peers of both; trend: usual spread of slopes; areas: how many areas taught them.
    """

    figures: Panel
    land: Panel
    one: Sums
    three: Sums | None
    spread_one: Spread
    spread_three: Spread | None
    trend: float
    areas: int


@lru_cache(maxsize=256)
def usual(release: Published, indicator: str, level: str) -> Usual:
    """Learn what is usual from every area of the level; kept, for a release never changes."""
    figures, land = panel(release, indicator, level), panel(release, indicator, "land")
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = float(np.nansum(land.estimate) / np.nansum(land.denominator))
    everyone = company(release, level)
    one = newest(figures, rate, 1)
    three = newest(figures, rate, POOLED_YEARS) if len(figures.years) >= POOLED_YEARS else None
    return Usual(
        figures,
        land,
        one,
        three,
        peer_spread(one, everyone),
        None if three is None else peer_spread(three, everyone),
        trend_spread(figures, land),
        len(everyone.rows),
    )
