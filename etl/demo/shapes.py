"""In: cells with an area label each. Out: one polygon an area, neighbours sharing their border point for
point.

Borders are the Voronoi edges between differently labelled cells, smoothed once as one network (a vertex
moves in every polygon that has it), then closed to faces. So the layer is a coverage by construction.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.demo.cells import Cells, Ints
from etl.demo.coast import to_metres
from etl.demo.noise import Floats

SEA = -1


def _smooth(points: Floats, a: Ints, b: Ints, rounds: int) -> Floats:
    """Laplacian smoothing of the border network; junctions of three areas move half as much."""
    n = len(points)
    degree = np.bincount(a, minlength=n) + np.bincount(b, minlength=n)
    share = np.where(degree == 2, 0.5, np.where(degree > 2, 0.25, 0.0))[:, None]
    for _ in range(rounds):
        total = np.stack(
            [
                np.bincount(a, points[b, i], minlength=n) + np.bincount(b, points[a, i], minlength=n)
                for i in (0, 1)
            ],
            axis=1,
        )
        points = points + share * (total / np.maximum(degree, 1)[:, None] - points)
    return points


def polygons(cells: Cells, labels: Ints, count: int, rounds: int = 2) -> NDArray[np.object_]:
    """A MultiPolygon (metres) per label 0..count-1; cells labelled `SEA` are nobody's."""
    diagram = cells.voronoi
    ridge = np.asarray(diagram.ridge_vertices, dtype=np.int64)
    left, right = labels[diagram.ridge_points[:, 0]], labels[diagram.ridge_points[:, 1]]
    border = (left != right) & (ridge >= 0).all(axis=1)
    a, b = ridge[border, 0], ridge[border, 1]
    used, compact = np.unique(np.concatenate([a, b]), return_inverse=True)
    ends = compact.reshape(2, -1).astype(np.int64)
    # Which side of the edge a->b does the first cell lie on? Decided before smoothing moves the vertices.
    start, stop = diagram.vertices[a], diagram.vertices[b]
    first = cells.xy[diagram.ridge_points[border, 0]]
    cross = (stop - start)[:, 0] * (first - start)[:, 1] - (stop - start)[:, 1] * (first - start)[:, 0]
    of_left = np.where(cross > 0, left[border], right[border])
    of_right = np.where(cross > 0, right[border], left[border])
    points = to_metres(_smooth(diagram.vertices[used], ends[0], ends[1], rounds))
    keep = (points[ends[0]] != points[ends[1]]).any(axis=1)
    ends, of_left, of_right = ends[:, keep], of_left[keep], of_right[keep]
    lines = shapely.linestrings(np.stack([points[ends[0]], points[ends[1]]], axis=1))
    faces = shapely.get_parts(shapely.polygonize(lines))
    owner = _owners(faces, points, ends, of_left, of_right)
    return _gather(faces, owner, count)


def _owners(faces: NDArray[np.object_], points: Floats, ends: Ints, of_left: Ints, of_right: Ints) -> Ints:
    """The label of each face, read off one edge of its outer ring."""
    rings = shapely.get_exterior_ring(faces)
    counter = shapely.is_ccw(rings)
    pair = [shapely.get_coordinates(shapely.get_point(rings, i)) for i in (0, 1)]
    key = points[:, 0] + 1j * points[:, 1]
    order = np.argsort(key)
    vertex = [order[np.searchsorted(key[order], p[:, 0] + 1j * p[:, 1])] for p in pair]
    n = len(points)
    edges = np.concatenate([ends[0] * n + ends[1], ends[1] * n + ends[0]])
    on_left = np.concatenate([of_left, of_right])
    on_right = np.concatenate([of_right, of_left])
    sort = np.argsort(edges)
    found = sort[np.searchsorted(edges[sort], vertex[0] * n + vertex[1])]
    return np.asarray(np.where(counter, on_left[found], on_right[found]), dtype=np.int64)


def _gather(faces: NDArray[np.object_], owner: Ints, count: int) -> NDArray[np.object_]:
    order = np.argsort(owner, kind="stable")
    order = order[owner[order] >= 0]
    parts, at = faces[order], np.searchsorted(owner[order], np.arange(count + 1))
    shapes = [shapely.MultiPolygon(list(parts[at[i] : at[i + 1]])) for i in range(count)]
    return np.array(shapes, dtype=object)


def unions(parts: NDArray[np.object_], parent: Ints, count: int) -> NDArray[np.object_]:
    """Exact unions of a coverage: each parent's shape keeps the vertices of its children."""
    order = np.argsort(parent, kind="stable")
    at = np.searchsorted(parent[order], np.arange(count + 1))
    merged = [shapely.coverage_union_all(parts[order[at[i] : at[i + 1]]]) for i in range(count)]
    return np.array([g if g.geom_type == "MultiPolygon" else shapely.MultiPolygon([g]) for g in merged])
