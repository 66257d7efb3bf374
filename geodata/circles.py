"""Polygons and a circle in, the share of each polygon inside the circle out; degrees in, metres out.

Exact for polygons of straight edges (these are generalised outlines, `geodata.drawn.polygons`): by the
divergence theorem the common area is a sum over edges of triangles (inside) and sectors (outside), so nothing
is sampled and nothing but numpy is needed.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geodata.drawn import Points, Polygon, to_degrees

Vector = NDArray[np.float64]
SLIVER = 1e-9
"""A share this near 0 or 1 is 0 or 1: rounding, not land."""
_METRES_A_DEGREE = np.array([68_400.0, 111_260.0])
"""East and north, in the middle of the Netherlands; only to start from."""


def areas(shapes: Sequence[list[Polygon]]) -> Vector:
    """Area of each shape in square units of its corners, holes left out: (shapes,)."""
    start, end, owner = _edges(shapes)
    found: Vector = np.bincount(owner, _cross(start, end) / 2, len(shapes)).astype(np.float64)
    return found


def overlaps(shapes: Sequence[list[Polygon]], centre: tuple[float, float], radius: float) -> Vector:
    """Area that each shape shares with the circle: (shapes,). Shells counter-clockwise, holes clockwise."""
    start, end, owner = _edges(shapes)
    p, q = start - centre, end - centre
    step = q - p
    a, b, c = _dot(step, step), _dot(p, step), _dot(p, p) - radius**2
    root = b**2 - a * c
    cuts = (root > 0) & (a > 0)
    length, depth = np.where(cuts, a, 1.0), np.sqrt(np.where(cuts, root, 0.0))
    # Where the edge enters and leaves the circle, as a part of its length; the same for what stays outside.
    enter = np.where(cuts, np.clip((-b - depth) / length, 0, 1), 1.0)[:, None]
    leave = np.where(cuts, np.clip((-b + depth) / length, 0, 1), 1.0)[:, None]
    first, last = p + enter * step, p + leave * step
    pieces = _sector(p, first, radius) + _cross(first, last) / 2 + _sector(last, q, radius)
    found: Vector = np.maximum(np.bincount(owner, pieces, len(shapes)), 0.0)
    return found


def shares(shapes: Sequence[list[Polygon]], centre: tuple[float, float], radius: float) -> Vector:
    """Share of each shape inside the circle, 0 to 1: (shapes,). A shape without area has none."""
    whole = areas(shapes)
    part = np.divide(overlaps(shapes, centre, radius), whole, out=np.zeros(len(shapes)), where=whole > 0)
    found: Vector = np.where(part < SLIVER, 0.0, np.where(part > 1 - SLIVER, 1.0, part))
    return found


def to_metres(points: Points) -> Points:
    """Longitude, latitude in degrees -> RD x, y in metres: turns `geodata.drawn.to_degrees` round."""
    found = np.tile([155_000.0, 463_000.0], (len(points), 1))
    for _ in range(25):
        found = found + (points - to_degrees(found)) * _METRES_A_DEGREE
    return found


def _edges(shapes: Sequence[list[Polygon]]) -> tuple[Points, Points, NDArray[np.int64]]:
    """Start and end of every edge of every ring, and the shape it belongs to."""
    rings = [(number, ring) for number, shape in enumerate(shapes) for polygon in shape for ring in polygon]
    if not rings:
        return np.empty((0, 2)), np.empty((0, 2)), np.empty(0, dtype=np.int64)
    owner = np.repeat([number for number, _ in rings], [len(ring) - 1 for _, ring in rings])
    return (
        np.vstack([ring[:-1] for _, ring in rings]),
        np.vstack([ring[1:] for _, ring in rings]),
        owner.astype(np.int64),
    )


def _sector(u: Points, v: Points, radius: float) -> Vector:
    """Area of the sector between the directions of u and v; negative clockwise."""
    found: Vector = radius**2 / 2 * np.arctan2(_cross(u, v), _dot(u, v))
    return found


def _cross(u: Points, v: Points) -> Vector:
    found: Vector = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    return found


def _dot(u: Points, v: Points) -> Vector:
    found: Vector = (u * v).sum(axis=1)
    return found
