"""A release and an area in; areas that are comparable with it, and their joint figure, out. No ranking.

Comparable: nearest by public figures of the release itself (inhabitants, household size, and where they are
there address density and value of homes), on a log scale, each divided by its spread over the level.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from etl.findings.panels import Published, Rows, Vector, panel, plan, row_of
from etl.reconcile import Plan
from etl.reconcile.areas import linear_variance
from geodata.regions import Region

COUNT = 10
SAMPLE = 400
"""At levels with more areas than this the usual spread is learnt from this many, evenly over the codes."""

SIZE = "inwoners"
PER_HEAD = ("huishoudens",)
"""Public counts that with the inhabitants tell the kind of place: small households go with cities."""

AS_THEY_ARE = ("omgevingsadressendichtheid", "woz", "gemiddeldewoz")
"""Public figures that tell it themselves."""


class Company(NamedTuple):
    """Some areas of a level and, for each, its most comparable areas.

    rows: (n,) rows in the level; peers: (n, count) rows of the peers, fewer at a level with few areas.
    """

    rows: Rows
    peers: Rows


class Pooled(NamedTuple):
    """Joint count of some areas: estimate, exact noise variance, units in the denominator."""

    estimate: float
    variance: float
    denominator: float


def peers(release: Published, code: str, count: int = COUNT) -> tuple[Region, ...]:
    """The areas of the same level most comparable with this one, the most comparable first.

    Fewer than `count` where the level has no more; none where the release has no inhabitants for this area.
    KeyError for an unknown code.
    """
    level, row = row_of(release, code)
    start = release.regions.slice(level).start
    return tuple(release.regions.at(start + int(other)) for other in nearest(release, level, row, count))


def peer_figure(
    release: Published, indicator: str, year: int, code: str, count: int = COUNT
) -> Pooled | None:
    """Joint count of the comparable areas with a figure that year, with its exact noise variance.

    None where there is none of them. KeyError for an unknown code, ValueError for an absent year.
    """
    level, row = row_of(release, code)
    figures = panel(release, indicator, level)
    at = figures.years.index(year)
    others = nearest(release, level, row, count)
    others = others[figures.known[at, others]]
    if not others.size:
        return None
    return Pooled(
        float(figures.estimate[at, others].sum()),
        joint_variance(release, indicator, year, level, others, np.ones(others.size)),
        float(figures.denominator[at, others].sum()),
    )


def joint_variance(
    release: Published, indicator: str, year: int, level: str, rows: Rows, weights: Vector
) -> float:
    """Exact noise variance of a weighted sum of areas of one level; 0 for a public indicator.

    Groupings are sums of gemeenten: their own variances are added, as if they shared none.
    """
    start = release.regions.slice(level).start
    if start >= release.regions.tree_size:
        figures = panel(release, indicator, level)
        return float(weights**2 @ figures.variance[figures.years.index(year), rows])
    found: Plan | None = plan(release, indicator, year)
    return 0.0 if found is None else linear_variance(found, rows + start, weights)


@lru_cache(maxsize=256)
def company(release: Published, level: str) -> Company:
    """Peers of every area of the level, at large levels of `SAMPLE` of them, spread evenly over the codes."""
    there = np.flatnonzero(np.isfinite(_features(release, level)).all(axis=1))
    if there.size > SAMPLE:
        there = there[np.linspace(0, there.size - 1, SAMPLE).astype(np.int64)]
    return company_of(release, level, there)


def company_of(release: Published, level: str, rows: Rows) -> Company:
    """Peers of these rows, rising; rows without known features drop out."""
    found = [(row, nearest(release, level, row)) for row in rows.tolist()]
    kept = [(row, others) for row, others in found if others.size]
    width = min((len(others) for _, others in kept), default=0)
    return Company(
        np.array([row for row, _ in kept], dtype=np.int64),
        np.array([others[:width] for _, others in kept], dtype=np.int64).reshape(len(kept), width),
    )


@lru_cache(maxsize=8192)
def nearest(release: Published, level: str, row: int, count: int = COUNT) -> Rows:
    """Rows of the areas nearest to one row, nearest first; empty where its own features are unknown."""
    features = _features(release, level)
    if not np.isfinite(features[row]).all():
        return np.empty(0, dtype=np.int64)
    distance = ((features - features[row]) ** 2).sum(axis=1)
    distance[row] = np.nan
    there = np.flatnonzero(np.isfinite(distance))
    few = there[np.argsort(distance[there], kind="stable")[:count]]
    return few.astype(np.int64)


@lru_cache(maxsize=64)
def _features(release: Published, level: str) -> Vector:
    """(areas, features) standardised logarithms of public figures, nan where unknown."""
    size = _latest(release, SIZE, level)
    columns = [size]
    columns += [_latest(release, name, level) / size for name in PER_HEAD if name in release.indicators]
    columns += [_latest(release, name, level) for name in AS_THEY_ARE if name in release.indicators]
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.column_stack(columns))
    logs[~np.isfinite(logs)] = np.nan
    use = np.isfinite(logs).all(axis=1)
    if not use.any():
        return np.full((len(size), 1), np.nan)
    spread = logs[use].std(axis=0)
    standard: Vector = (logs - logs[use].mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return standard


def _latest(release: Published, indicator: str, level: str) -> Vector:
    """The newest public figure of an indicator, nan everywhere when the release does not hold it."""
    span = release.regions.slice(level)
    if indicator not in release.indicators or release.indicators[indicator].private:
        return np.full(span.stop - span.start, np.nan)
    newest: Vector = panel(release, indicator, level).estimate[-1]
    return np.where(newest > 0, newest, np.nan)
