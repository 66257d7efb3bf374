"""Released counts of areas in, chances and the usual spread between such areas out. Pure functions on arrays.

A count is what is expected, times what makes this place different from places like it, seen through Poisson
chance and privacy noise. Everyone differs a little: only who lies outside the usual spread stands out.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from etl.tails import Chance, two_sided_p

Vector = NDArray[np.float64]

BEND = 1.25
"""Residuals beyond this many standard deviations count as this many, so that odd areas weigh little."""

EXPECTED_SQUARE = 0.6622332819026575
"""E[min(z^2, BEND^2)] of a standard normal z."""

EFFICIENCY = 0.61
"""The bent mean square tells as much about a variance as this share of as many areas would (simulated)."""

STEP = 0.4
"""Step of the grid over standard scores. What lies within a step is added as variance, STEP^2 / 12."""

FALLS = (0.0, 0.125, 0.25, 0.375, 0.5)
"""Powers of size by which a spread may fall: 0 not at all, 1/2 as if an area were many independent parts."""

CELLS = 20_000
"""Cells worked out at a time: some 7 MB for each number of a cell."""

_GRID: Vector = np.arange(-22.0, 23.0) * STEP
_NORMAL = NormalDist()


def usual_spread(residual: Vector, known: Vector, scale: Vector) -> float:
    """The standard deviation s that makes the mean of min(z^2, BEND^2) what it is for a normal z.

    z^2 = residual^2 / (known + s^2 scale^2). residual, known (its variance by noise and chance), scale (what
    one unit of s adds): (areas,); nan is left out. An M-estimate of scale (Huber & Ronchetti, Robust
    Statistics, 2009, chapter 5): one odd area in ten raises it by a sixth only, for those are the ones to be
    found. 0 where noise and chance alone explain the residuals, nan with fewer than five areas. By bisection.
    """
    use = np.isfinite(residual) & np.isfinite(known) & np.isfinite(scale) & (scale > 0)
    if use.sum() < 5:
        return math.nan
    square, known, scale = residual[use] ** 2, known[use], scale[use]

    def excess(s: float) -> float:
        z2 = square / np.maximum(known + (s * scale) ** 2, 1e-300)
        return float(np.minimum(z2, BEND**2).mean()) - EXPECTED_SQUARE

    if excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, float(np.max(np.sqrt(square) / scale)) * 3 + 1e-12
    for _ in range(50):
        mid = (low + high) / 2
        low, high = (mid, high) if excess(mid) > 0 else (low, mid)
    return high


class Spread(NamedTuple):
    """A usual spread that falls with the size of the area.

    middle: standard deviation in an area of the middle size; size: that size; fall: the power of size by
    which it falls; least, most: sizes beyond which nothing was learnt, so it stays as it is there.
    """

    middle: float
    size: float
    fall: float
    least: float
    most: float

    def at(self, size: Vector) -> Vector:
        """The spread in areas of these sizes."""
        answer: Vector = self.middle * (np.clip(size, self.least, self.most) / self.size) ** -self.fall
        return answer


def spread_by_size(residual: Vector, known: Vector, scale: Vector, size: Vector) -> Spread:
    """`usual_spread`, falling with size as makes it fit the smaller half of the areas as well as the larger.

    A small area is few neighbourhoods and differs more than a large one, in which they even out: with one
    spread for all, small areas cry wolf and large ones stay silent (docs/adr/0013). size: (areas,) > 0.
    """
    use = np.isfinite(residual) & np.isfinite(known) & np.isfinite(scale) & (scale > 0) & (size > 0)
    if not use.any():
        return Spread(math.nan, 1.0, 0.0, 1.0, 1.0)
    residual, known, scale, size = residual[use], known[use], scale[use], size[use]
    middle, (least, most) = float(np.median(size)), np.quantile(size, [0.05, 0.95]).tolist()
    found = []
    for fall in FALLS:
        part = Spread(1.0, middle, fall, least, most)
        s = usual_spread(residual, known, scale * part.at(size))
        if not s > 0:
            return part._replace(middle=s, fall=0.0)
        z2 = residual**2 / (known + (s * scale * part.at(size)) ** 2)
        bent, small = np.minimum(z2, BEND**2), size <= middle
        found.append((abs(bent[small].mean() - bent[~small].mean()) if (~small).any() else 0.0, fall, s))
    _, fall, s = min(found)
    return Spread(s, middle, fall, least, most)


def usual_weights(areas: int) -> tuple[Vector, Vector]:
    """Grid of standard scores and their weights: Student's t, for the spread was learnt from some areas only.

    Degrees of freedom: areas x EFFICIENCY. (45,), (45,) with sum 1.
    """
    freedom = max(areas * EFFICIENCY, 3.0)
    density = (1 + _GRID**2 / freedom) ** (-(freedom + 1) / 2)
    weights: Vector = (density / density.sum()).astype(np.float64)
    return _GRID, weights


class Null(NamedTuple):
    """What is seen of some cells, and how it would fall if nothing were the matter, by standard score.

    x, noise: (grid, cells) what is seen less its mean, and its variance besides chance; means, weights:
    (counts, grid, cells) of the Poisson counts in it.
    """

    x: Vector
    noise: Vector
    means: Vector
    weights: Vector


def ratio_null(count: Vector, noise: Vector, expected: Vector, spread: Vector) -> Null:
    """Counts beside what is expected, (cells,) each.

    The null: Poisson with mean expected x exp(spread t - spread^2 / 2), t as in `usual_weights`, seen with
    noise variance `noise`. The half square: a few high areas lift the joint rate above that of most.
    """
    # Beyond a factor of e^20 nothing is told apart.
    mean = expected * np.exp(np.minimum(np.multiply.outer(_GRID, spread) - spread**2 / 2, 20.0))
    return Null(count - mean, noise + (mean * spread * STEP) ** 2 / 12, mean[None], np.ones((1, *mean.shape)))


def shift_null(difference: Vector, noise: Vector, means: Vector, weights: Vector, spread: Vector) -> Null:
    """Weighted sums of counts, less their mean; means, weights: (counts, cells).

    The null: difference = spread x t + sum of weight x (Poisson(mean) - mean) + noise.
    """
    x = difference - np.multiply.outer(_GRID, spread)
    wide = (len(means), *x.shape)
    return Null(
        x,
        np.broadcast_to(noise + (spread * STEP) ** 2 / 12, x.shape),
        np.broadcast_to(means[:, None], wide),
        np.broadcast_to(weights[:, None], wide),
    )


def tails(nulls: Sequence[Null], areas: int) -> list[tuple[Vector, Vector]]:
    """Of each: chance of something so low, and so high; (cells,), (cells,). areas: that taught the spread.

    nan where any input is, or nothing is expected. All of a page at once: for some dozens of cells the calls
    themselves cost more than the sums.
    """
    shares = usual_weights(areas)[1]
    answer: list[tuple[Vector, Vector]] = [(np.empty(0), np.empty(0))] * len(nulls)
    for counts in {len(null.means) for null in nulls}:
        alike = [at for at, null in enumerate(nulls) if len(null.means) == counts]
        columns = zip(*(nulls[at] for at in alike), strict=True)
        joined = Null(*(np.concatenate(column, axis=-1) for column in columns))
        ends = np.cumsum([nulls[at].x.shape[1] for at in alike])[:-1]
        low, high = (np.split(tail, ends) for tail in _mixed(joined, shares))
        for at, pair in zip(alike, zip(low, high, strict=True), strict=True):
            answer[at] = pair
    return answer


def ratio_p(
    count: Vector, noise: Vector, expected: Vector, spread: Vector, areas: int
) -> tuple[Vector, Vector]:
    """Chance of a count so low, and so high, by `ratio_null`: (cells,), (cells,)."""
    return tails([ratio_null(count, noise, expected, spread)], areas)[0]


def shift_p(
    difference: Vector, noise: Vector, means: Vector, weights: Vector, spread: Vector, areas: int
) -> tuple[Vector, Vector]:
    """Chance of a weighted sum so low, and so high, by `shift_null`: (cells,), (cells,)."""
    return tails([shift_null(difference, noise, means, weights, spread)], areas)[0]


def two_sided(low: Vector, high: Vector) -> Vector:
    """Twice the smaller chance, at most 1."""
    p: Vector = np.minimum(2 * np.minimum(low, high), 1.0)
    return p


def normal_scores(low: Vector, high: Vector) -> Vector:
    """Chances of so low and so high -> where they lie on a standard normal, at most 8 from the middle."""
    tail = np.clip(np.minimum(low, high), 1e-15, 0.5)
    known = np.isfinite(tail)
    score = np.full(tail.shape, np.nan)
    score[known] = [_NORMAL.inv_cdf(p) for p in tail[known].tolist()]
    return np.where(low < high, score, -score)


def normal_p(score: Vector) -> Vector:
    """Two-sided p-value of a standard normal score."""
    p: Vector = np.array([math.erfc(abs(z) / math.sqrt(2)) for z in score.tolist()])
    return p


def _mixed(null: Null, shares: Vector) -> tuple[Vector, Vector]:
    """Tails averaged over the grid, so many cells at a time."""
    x, noise, mean, weight = null
    there = np.isfinite(x).all(axis=0) & np.isfinite(noise).all(axis=0) & (mean > 0).all(axis=1).any(axis=0)
    low, high = np.full(x.shape[1], np.nan), np.full(x.shape[1], np.nan)
    cells = np.flatnonzero(there)
    for use in np.split(cells, range(CELLS, len(cells), CELLS)) if cells.size else ():
        inside, means, weights = x[:, use], mean[:, :, use], weight[:, :, use]
        # A count without noise lies on whole numbers; 1/12 is the variance of rounding to them (Sheppard).
        floor = (weights**2).max(axis=0) / 12
        chance = Chance(
            np.maximum(noise[:, use], floor).ravel(),
            means.reshape(len(means), -1),
            weights.reshape(len(means), -1),
            1.0,
        )
        p = two_sided_p(inside.ravel(), chance).reshape(inside.shape) / 2
        above = np.where(inside >= 0, p, 1 - p)
        low[use], high[use] = shares @ (1 - above), shares @ above
    return low, high


def holm(p: Vector, weight: Vector | None = None) -> Vector:
    """p-values adjusted to keep the chance of one false mark in a column: (tests, areas), nan not tested.

    weight: (tests,), how much of that chance a test may use beside the others, default all alike. Holm
    (Scandinavian Journal of Statistics 6, 1979), right whatever the dependence between tests.
    """
    weight = np.ones(len(p)) if weight is None else weight
    share = np.where(np.isnan(p), 0.0, np.broadcast_to(weight[:, None], p.shape))
    scaled = np.where(np.isnan(p), np.inf, p / weight[:, None])
    order = np.argsort(scaled, axis=0, kind="stable")
    ranked = np.take_along_axis(share, order, axis=0)
    left = ranked[::-1].cumsum(axis=0)[::-1]
    with np.errstate(invalid="ignore"):
        steps = np.maximum.accumulate(np.take_along_axis(scaled, order, axis=0) * left, axis=0)
    answer = np.empty_like(p)
    np.put_along_axis(answer, order, np.minimum(steps, 1.0), axis=0)
    return np.where(np.isnan(p), np.nan, answer)
