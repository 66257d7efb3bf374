"""In: a scale. Out: `Country`: regions, gemeenten, wijken and buurten as a tree with shapes, sizes and
densities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from etl.demo import shapes
from etl.demo.cells import CITIES, Cells, Ints, grow, make_cells, pick, settle
from etl.demo.coast import Coast, to_metres
from etl.demo.noise import Floats
from etl.demo.scales import Scale, stream

# Middle of each region in local km; the order is that of the region codes.
REGION_PLACES = [
    (38.0, 168.0), (150.0, 222.0), (46.0, 128.0), (92.0, 100.0), (72.0, 42.0), (120.0, 176.0), (164.0, 176.0),
    (162.0, 116.0), (140.0, 62.0), (100.0, 226.0),
]  # fmt: skip
# Gemeenten that must exist: the western and eastern barrier islands.
ISLAND_SEATS = [(80.0, 247.0), (149.0, 249.0)]
PROVINCE_PLACES = [(50, 150), (60, 60), (120, 222), (168, 190), (112, 150), (168, 110), (130, 50)]


@dataclass(frozen=True)
class Country:
    """The tree by position (`buurt_wijk[b]` is the wijk of buurt b, and so on) and what is known of each
    buurt.

    Shapes are MultiPolygons in metres; `density` is relative; `area` in m2; `centre` in metres.
    """

    scale: Scale
    buurt_wijk: Ints
    wijk_gemeente: Ints
    gemeente_region: Ints
    gemeente_province: Ints
    buurten: NDArray[np.object_]
    wijken: NDArray[np.object_]
    gemeenten: NDArray[np.object_]
    density: Floats
    area: Floats
    centre: Floats
    seaside: NDArray[np.bool_]
    neighbours: Ints
    """(m, 2) pairs of adjoining buurten, each pair once, lower position first."""

    @property
    def buurt_gemeente(self) -> Ints:
        """The gemeente of each buurt."""
        return self.wijk_gemeente[self.buurt_wijk]


def _share(weights: Floats, total: int, at_least: int = 1) -> Ints:
    """Whole numbers near weights * total, none below `at_least`, sum as near to total as that allows."""
    exact = weights / weights.sum() * max(total - at_least * len(weights), 0)
    whole = np.floor(exact).astype(np.int64)
    short = max(total - at_least * len(weights), 0) - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:short]] += 1
    return np.asarray(whole + at_least, dtype=np.int64)


def _sum(labels: Ints, weights: Floats) -> Floats:
    return np.asarray(np.bincount(labels, weights), dtype=np.float64)


def _nearest(cells: Cells, places: list[tuple[float, float]]) -> Ints:
    land = np.flatnonzero(cells.land & cells.core)
    return np.asarray(land[cKDTree(cells.xy[land]).query(np.array(places))[1]], dtype=np.int64)


def _level(
    cells: Cells, parent: Ints, counts: Ints, topic: str, spread: float, power: float, fixed: Ints
) -> tuple[Ints, Ints]:
    """Split each parent into `counts` areas. Returns (label per cell, parent per label)."""
    rng = stream(topic)
    seeds = pick(cells, parent, counts, power, rng, fixed)
    of = parent[seeds]
    reach = np.sqrt(np.bincount(parent, cells.weight(power), minlength=len(counts)) / counts)[of]
    delay = reach * spread * rng.random(len(seeds))
    delay[np.isin(seeds, fixed)] = 0.0
    labels = _grow_all(cells, parent, seeds, of, delay, power)
    seeds = settle(cells, labels, seeds)
    return _grow_all(cells, parent, seeds, of, delay, power), of


def _grow_all(cells: Cells, parent: Ints, seeds: Ints, of: Ints, delay: Floats, power: float) -> Ints:
    """Grow until every seed has land: one that was overrun starts at once, its neighbours wait less too."""
    while True:
        labels = grow(cells, parent, seeds, delay, power)
        lost = np.bincount(labels[cells.land & cells.core], minlength=len(seeds)) == 0
        if not lost.any():
            return labels
        delay[lost] = 0.0
        delay[np.isin(of, of[lost])] *= 0.5


def make_country(scale: Scale) -> Country:
    """Grow regions, then gemeenten in them, wijken in those, buurten in those; then draw the buurten."""
    cells = make_cells(scale, Coast())
    whole = np.zeros(len(cells.xy), dtype=np.int64)
    places = REGION_PLACES if scale.regions == len(REGION_PLACES) else [(46.0, 150.0), (140.0, 120.0)]
    seats = _nearest(cells, places)
    region = grow(cells, whole, seats, np.zeros(len(seats)), 0.0)
    per_region = _share(_sum(region, cells.weight(0.34)), scale.gemeenten, at_least=2)
    centres = [*ISLAND_SEATS, *((x, y) for x, y, _, _ in CITIES)]
    fixed = _nearest(cells, centres if scale.gemeenten > 20 else ISLAND_SEATS[:1])
    none = np.empty(0, dtype=np.int64)
    gemeente, gemeente_region = _level(cells, region, per_region, "gemeenten", 0.3, 0.36, fixed)
    per_gemeente = _share(_sum(gemeente, cells.weight(0.45)), scale.wijken)
    wijk, wijk_gemeente = _level(cells, gemeente, per_gemeente, "wijken", 0.3, 0.45, none)
    per_wijk = _share(_sum(wijk, cells.weight(0.5)), scale.buurten)
    buurt, buurt_wijk = _level(cells, wijk, per_wijk, "buurten", 0.25, 0.5, none)
    return _draw(scale, cells, buurt, buurt_wijk, wijk_gemeente, gemeente_region)


def _draw(
    scale: Scale, cells: Cells, buurt: Ints, buurt_wijk: Ints, wijk_gemeente: Ints, region: Ints
) -> Country:
    labels = np.where(cells.land, buurt, shapes.SEA)
    count = len(buurt_wijk)
    pairs = np.sort(labels[cells.voronoi.ridge_points], axis=1)
    seaside = np.zeros(count, dtype=np.bool_)
    seaside[pairs[(pairs[:, 0] == shapes.SEA) & (pairs[:, 1] >= 0), 1]] = True
    touching = np.unique(pairs[(pairs[:, 0] >= 0) & (pairs[:, 0] != pairs[:, 1])], axis=0).astype(np.int64)
    buurt_wijk, wijk_gemeente = _enclave(touching, buurt_wijk, wijk_gemeente, seaside)
    drawn = shapes.polygons(cells, labels, count)
    wijken = shapes.unions(drawn, buurt_wijk, len(wijk_gemeente))
    gemeenten = shapes.unions(wijken, wijk_gemeente, len(region))
    middle = shapely.get_coordinates(shapely.centroid(gemeenten))
    seats = to_metres(np.array(PROVINCE_PLACES, dtype=np.float64))
    far = np.hypot(middle[:, None, 0] - seats[None, :, 0], middle[:, None, 1] - seats[None, :, 1])
    land = labels >= 0
    size = np.bincount(labels[land], minlength=count)
    density = np.bincount(labels[land], np.log(cells.density[land]), minlength=count) / np.maximum(size, 1)
    return Country(
        scale, buurt_wijk, wijk_gemeente, region, far.argmin(axis=1), drawn, wijken, gemeenten,
        np.exp(density), shapely.area(drawn), shapely.get_coordinates(shapely.centroid(drawn)), seaside,
        touching, )  # fmt: skip


def _enclave(
    pairs: Ints, buurt_wijk: Ints, wijk_gemeente: Ints, seaside: NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    """Give one inland buurt to the gemeente next door: a hole in one, an exclave of the other.

    The buurt becomes a wijk of its own. Chosen: surrounded by its own gemeente only, one step from
    another one.
    """
    home = wijk_gemeente[buurt_wijk]
    both = np.concatenate([pairs, pairs[:, ::-1]])
    border = np.zeros(len(home), dtype=np.bool_)
    border[both[home[both[:, 0]] != home[both[:, 1]], 0]] = True
    second = both[~border[both[:, 0]] & border[both[:, 1]]]
    alone = np.bincount(buurt_wijk)[buurt_wijk] > 2
    second = second[alone[second[:, 0]] & ~seaside[second[:, 0]] & ~seaside[second[:, 1]]]
    chosen, bridge = second[len(second) // 2]
    other = both[(both[:, 0] == bridge) & (home[both[:, 1]] != home[bridge]), 1][0]
    buurt_wijk = buurt_wijk.copy()
    buurt_wijk[chosen] = len(wijk_gemeente)
    return buurt_wijk, np.append(wijk_gemeente, home[other])
