"""An indicator, a year and a level of a release in; groups of neighbours that lie high or low together out.

Getis-Ord G* (Geographical Analysis 27, 1995) on normal scores: where a count lies in what noise, chance and
the usual spread between areas allow. G* is their sum over an area and its neighbours. Its variance is
computed, not simulated: scores are independent but for the noise, whose covariances are exact.
Permuting areas cannot serve: after 999 of them no area among thousands can be told apart (docs/privacy.md).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from etl.findings.chance import normal_p, normal_scores, ratio_p, usual_spread
from etl.findings.neighbourhoods import noise_variance
from etl.findings.panels import Published, Rows, Vector, panel, plan
from etl.smallnumbers import adjusted

FALSE_SHARE = 0.05
"""Expected share of false marks among the areas marked on one map."""


@dataclass(frozen=True)
class Cluster:
    """Areas next to each other that lie high, or low, together.

    codes: the marked areas, by code; direction; ratio: their joint count over what the rate of the land makes
    one expect; p: the smallest adjusted p-value among them.
    """

    codes: tuple[str, ...]
    direction: Literal["high", "low"]
    ratio: float
    p: float


@dataclass(frozen=True, eq=False)
class ClusterMap:
    """G* of every area of a level, (areas,) each; nan where it could not be tested.

    score: the sum in standard errors; p: two-sided; adjusted: for the number of areas (Benjamini-Hochberg).
    """

    score: Vector
    p: Vector
    adjusted: Vector

    @property
    def high(self) -> NDArray[np.bool_]:
        """Areas in the midst of a high group."""
        return (self.adjusted <= FALSE_SHARE) & (self.score > 0)

    @property
    def low(self) -> NDArray[np.bool_]:
        """Areas in the midst of a low group."""
        return (self.adjusted <= FALSE_SHARE) & (self.score < 0)


def clusters(
    release: Published, indicator: str, year: int, level: str, pairs: Rows | None = None
) -> tuple[Cluster, ...]:
    """Groups of marked areas that share borders, the largest first; () where there is none.

    pairs: (n, 2) positions of neighbours, default those of the release. KeyError for an unknown indicator or
    level, ValueError for an absent year.
    """
    found = (
        cluster_map(release, indicator, year, level)
        if pairs is None
        else _map(release, indicator, year, level, pairs)
    )
    start = release.regions.slice(level).start
    near = (release.neighbours(level) if pairs is None else pairs) - start
    figures = panel(release, indicator, level)
    count, expected = _expected(release, indicator, figures.years.index(year), level)
    groups = []
    for direction, marked in (("high", found.high), ("low", found.low)):
        for rows in _joined(np.flatnonzero(marked), near[marked[near].all(axis=1)]):
            codes = tuple(release.regions.codes[start + row] for row in rows.tolist())
            ratio = float(count[rows].sum() / expected[rows].sum())
            p = float(found.adjusted[rows].min())
            groups.append(Cluster(codes, "high" if direction == "high" else "low", ratio, p))
    return tuple(sorted(groups, key=lambda group: (-len(group.codes), group.codes)))


@lru_cache(maxsize=64)
def cluster_map(release: Published, indicator: str, year: int, level: str) -> ClusterMap:
    """G* of every area with the borders of the release; kept, for a release never changes."""
    return _map(release, indicator, year, level, release.neighbours(level))


def _map(release: Published, indicator: str, year: int, level: str, pairs: Rows) -> ClusterMap:
    figures = panel(release, indicator, level)
    at = figures.years.index(year)
    count, expected = _expected(release, indicator, at, level)
    noise = np.where(np.isfinite(count), figures.variance[at], np.nan)
    spread = usual_spread(count - expected, noise + expected, expected)
    usable = np.isfinite(noise) & (expected > 0)
    if not usable.any() or not np.isfinite(spread):
        nowhere = np.full(len(count), np.nan)
        return ClusterMap(nowhere, nowhere, nowhere)
    start, areas = release.regions.slice(level).start, len(count)
    low, high = ratio_p(count, noise, expected, np.full(areas, spread), int(usable.sum()))
    scores = normal_scores(low, high)
    usable &= np.isfinite(scores)
    group, row = _neighbourhoods(pairs - start, usable)
    total = np.bincount(group, scores[row], areas)
    variance = np.bincount(group, minlength=areas).astype(np.float64)
    found = plan(release, indicator, year)
    if found is not None:
        weight = 1 / np.sqrt(noise + expected + (spread * expected) ** 2)
        together = noise_variance(found, group, row + start, weight[row], areas)
        variance += together - np.bincount(group, (weight**2 * noise)[row], areas)
    score = np.divide(total, np.sqrt(variance), out=np.full(areas, np.nan), where=variance > 0)
    p = normal_p(score)
    return ClusterMap(score, p, adjusted(p))


def _expected(release: Published, indicator: str, at: int, level: str) -> tuple[Vector, Vector]:
    """Count, and what the rate of the land makes one expect, of every area; nan without a figure."""
    figures, land = panel(release, indicator, level), panel(release, indicator, "land")
    rate = float(land.estimate[at, 0] / land.denominator[at, 0])
    known = figures.known[at]
    count = np.where(known, figures.estimate[at], np.nan)
    return count, np.where(known, figures.denominator[at] * rate, np.nan)


def _neighbourhoods(near: Rows, usable: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Terms (group, row): each usable area with itself and its usable neighbours, by group."""
    own = np.flatnonzero(usable).astype(np.int64)
    both = near[usable[near].all(axis=1)]
    group = np.concatenate([own, both[:, 0], both[:, 1]])
    row = np.concatenate([own, both[:, 1], both[:, 0]])
    order = np.argsort(group, kind="stable")
    return group[order], row[order]


def _joined(rows: Rows, near: Rows) -> list[Rows]:
    """Connected groups of rows, each rising."""
    top = {row: row for row in rows.tolist()}

    def root(row: int) -> int:
        while top[row] != row:
            top[row] = top[top[row]]
            row = top[row]
        return row

    for one, other in near.tolist():
        top[root(other)] = root(one)
    groups: dict[int, list[int]] = {}
    for row in top:
        groups.setdefault(root(row), []).append(row)
    return [np.array(sorted(group), dtype=np.int64) for group in groups.values()]
