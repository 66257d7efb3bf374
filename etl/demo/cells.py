"""In: a scale and the coast. Out: a graph of many small cells (Voronoi), dense in cities, that areas are
made of.

Areas grow over this graph from seeds (shortest paths with noisy costs): each stays in one piece, follows
the water, and gets a border as irregular as a real one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Voronoi

from etl.demo.coast import HEIGHT, WIDTH, Coast
from etl.demo.noise import Floats, Fractal
from etl.demo.scales import Scale, stream

Ints = NDArray[np.int64]
GRID = 0.5
CELLS_PER_BUURT = 30
# Cities of the three conurbations and a few that stand alone: x, y, reach in km, weight.
CITIES = [
    (46.0, 146.0, 5.0, 10.0), (36.0, 122.0, 4.0, 6.0), (55.0, 164.0, 3.4, 4.5), (60.0, 136.0, 3.0, 3.2),
    (47.0, 178.0, 2.8, 2.4),
    (92.0, 72.0, 4.2, 6.5), (78.0, 64.0, 3.2, 3.6), (106.0, 92.0, 2.6, 2.2), (70.0, 90.0, 2.4, 1.8),
    (160.0, 118.0, 3.8, 4.6), (172.0, 132.0, 2.8, 2.0), (118.0, 208.0, 3.2, 3.4), (142.0, 44.0, 2.8, 2.4),
    (30.0, 48.0, 2.2, 1.5),
    (104.0, 132.0, 2.8, 2.4), (168.0, 200.0, 2.2, 1.5),
]  # fmt: skip


@dataclass(frozen=True)
class Cells:
    """Small cells at `xy` (n, 2) km: on `land` or not, in a place of so many cells per km2 (`density`).

    `core` cells are the ones sampled by density; the others only refine the shore or carry paths over water.
    `edges` (m, 2) are the neighbours, `cost` (m,) km with noise; `voronoi` is the diagram behind them.
    """

    xy: Floats
    land: NDArray[np.bool_]
    core: NDArray[np.bool_]
    density: Floats
    voronoi: Voronoi
    edges: Ints
    cost: Floats

    def weight(self, power: float) -> Floats:
        """What a cell counts for when areas should have equal integrals of density ** (2 * power)."""
        return np.where(self.core & self.land, self.density ** (2 * power - 1), 0.0)


def _density(rng: np.random.Generator, x: Floats, y: Floats, towns: int) -> Floats:
    rough = Fractal(rng, (40.0, 15.0, 6.0), (0.5, 0.45, 0.3))
    total = 0.13 * np.exp(rough(x, y))
    places: list[tuple[float, float, float, float]] = list(CITIES)
    for _ in range(towns):
        size = rng.pareto(1.3) + 0.5
        reach = 0.55 + 0.32 * min(size, 6.0) ** 0.6
        places.append((rng.uniform(8, 198), rng.uniform(10, 252), reach, 0.7 + 0.25 * min(size, 6.0)))
    # Bent space keeps the towns from being round.
    bend = [Fractal(rng, (11.0, 4.5), (2.6, 1.6))(x, y) for _ in range(2)]
    x, y = x + bend[0], y + bend[1]
    for cx, cy, reach, weight in places:
        near = (np.abs(x - cx) < 5 * reach) & (np.abs(y - cy) < 5 * reach)
        far = np.hypot(x[near] - cx, y[near] - cy) / reach
        total[near] += weight * (np.exp(-(far**2)) + 0.12 * np.exp(-far * 1.3))
    return total


def _shore(land: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Grid squares with land on one side and water on the other."""
    shore = np.zeros_like(land)
    across, along = land[1:] != land[:-1], land[:, 1:] != land[:, :-1]
    shore[1:] |= across
    shore[:-1] |= across
    shore[:, 1:] |= along
    shore[:, :-1] |= along
    return shore


def make_cells(scale: Scale, coast: Coast) -> Cells:
    """Sample cells by density, with extra ones along every shore so that the coastline is fine-grained."""
    rng = stream("cells")
    gx, gy = np.meshgrid(np.arange(GRID / 2, WIDTH, GRID), np.arange(GRID / 2, HEIGHT, GRID), indexing="ij")
    x, y = gx.ravel(), gy.ravel()
    land = coast.is_land(x, y)
    density = _density(rng, x, y, towns=230)
    chance = np.where(land, density, 0.0)
    density *= scale.buurten * CELLS_PER_BUURT / chance.sum()
    count = rng.poisson(np.where(land, density, 0.0))
    at = np.repeat(np.arange(len(x)), count)
    mask = land.reshape(gx.shape)
    at = np.concatenate([at, np.repeat(np.flatnonzero(_shore(mask).ravel()), 5)])
    jitter = rng.uniform(-GRID / 2, GRID / 2, (2, len(at)))
    px, py = x[at] + jitter[0], y[at] + jitter[1]
    wx, wy = np.meshgrid(np.arange(-6, WIDTH + 7, 1.6), np.arange(-6, HEIGHT + 7, 1.6), indexing="ij")
    wx, wy = wx.ravel() + rng.uniform(-0.6, 0.6, wx.size), wy.ravel() + rng.uniform(-0.6, 0.6, wy.size)
    px, py = np.concatenate([px, wx]), np.concatenate([py, wy])
    core = np.arange(len(px)) < count.sum()
    cell = np.clip((py / GRID).astype(np.int64), 0, mask.shape[1] - 1)
    cell += mask.shape[1] * np.clip((px / GRID).astype(np.int64), 0, mask.shape[0] - 1)
    xy, is_land = np.column_stack([px, py]), coast.is_land(px, py)
    voronoi = Voronoi(xy)
    edges = voronoi.ridge_points.astype(np.int64)
    return Cells(xy, is_land, core, density[cell] / GRID**2, voronoi, edges, _costs(xy, is_land, edges, rng))


def _costs(xy: Floats, land: NDArray[np.bool_], edges: Ints, rng: np.random.Generator) -> Floats:
    a, b = edges[:, 0], edges[:, 1]
    middle = (xy[a] + xy[b]) / 2
    rough = Fractal(rng, (18.0, 7.0, 2.6, 1.1), (0.85, 0.9, 0.8, 0.5))(middle[:, 0], middle[:, 1])
    rough -= rough.mean()
    length = np.hypot(*(xy[a] - xy[b]).T)
    return np.asarray(length * np.exp(rough) * np.where(land[a] & land[b], 1.0, 5.0))


def grow(cells: Cells, parent: Ints, seeds: Ints, delay: Floats, power: float) -> Ints:
    """Label every cell with the seed that reaches it first without leaving the parent area.

    Paths are measured in km * density ** power: with 0.5 in units of the local spacing, so that the
    border of a city lies near the city and not halfway to the next one. `delay`, in the same unit, holds
    small areas back. Returns the position of the seed per cell.
    """
    row, col = cells.edges[:, 0], cells.edges[:, 1]
    inside = parent[row] == parent[col]
    row, col = row[inside], col[inside]
    cost = cells.cost[inside] * ((cells.density[row] + cells.density[col]) / 2) ** power
    n, k = len(parent), len(seeds)
    starts = np.arange(n, n + k)
    ends = (np.r_[row, col, starts], np.r_[col, row, seeds])
    net = coo_matrix((np.r_[cost, cost, delay + 1e-6], ends), shape=(n + k, n + k)).tocsr()
    _, _, source = dijkstra(net, indices=starts, min_only=True, return_predecessors=True)
    return np.asarray(source[:n], dtype=np.int64) - n


def settle(cells: Cells, labels: Ints, old: Ints) -> Ints:
    """The cell nearest the middle of each area (Lloyd's step): areas become rounder, seeds stay on land."""
    use = np.flatnonzero(cells.land & cells.core)
    of = labels[use]
    count = len(old)
    size = np.maximum(np.bincount(of, minlength=count), 1)
    middle = np.stack([np.bincount(of, cells.xy[use, i], minlength=count) / size for i in (0, 1)], axis=1)
    far = np.hypot(*(cells.xy[use] - middle[of]).T)
    order = np.lexsort((far, of))
    found, first = np.unique(of[order], return_index=True)
    seeds = old.copy()
    seeds[found] = use[order][first]
    return seeds


def pick(
    cells: Cells, parent: Ints, counts: Ints, power: float, rng: np.random.Generator, fixed: Ints
) -> Ints:
    """`counts[p]` random land cells of each parent p as seeds, ordered by parent; the `fixed` ones go
    first."""
    weight = cells.weight(power)
    key = rng.exponential(size=len(parent)) / np.where(weight > 0, weight, 1.0)
    key[fixed] = -1.0
    use = np.flatnonzero(cells.land & cells.core)
    order = use[np.lexsort((key[use], parent[use]))]
    of = parent[order]
    rank = np.arange(len(of)) - np.searchsorted(of, of)
    return order[rank < counts[of]]
