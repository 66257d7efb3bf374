"""A drawn outline in, its polygons in metres (RD) or degrees (WGS 84) out: for files with generalised shapes.

The paths of `geodata.outlines` are whole units on a grid; `Sketch.west`, `north` and `metres` say where that
grid lies. Needs nothing but numpy, so that the web server gives shapes without a geographic library.
"""

import re

import numpy as np
from numpy.typing import NDArray

from geodata.outlines import Sketch

Points = NDArray[np.float64]
Polygon = list[Points]
"""Closed rings, shell first, then its holes; shells run counter-clockwise with north up, holes clockwise."""

_RING = re.compile(r"M(-?\d+) (-?\d+)(?:l([-\d ]+)z|h1v1h-1z)")
_UNIT = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.int64)


def polygons(sketch: Sketch, path: str) -> list[Polygon]:
    """The polygons of one path, in metres of RD. ValueError when the sketch does not know where it lies."""
    if np.isnan(sketch.west) or np.isnan(sketch.north):
        raise ValueError("these outlines were stored without their place: west and north")
    found: list[Polygon] = []
    for x, y, steps in _RING.findall(path):
        offsets = _UNIT
        if steps:
            moves = np.array(steps.split(), dtype=np.int64).reshape(-1, 2)
            offsets = np.vstack([np.zeros((1, 2), dtype=np.int64), np.cumsum(moves, axis=0)])
        units = offsets + np.array([int(x), int(y)])
        shell = _twice_area(units) > 0
        # Drawn with y down, a shell runs clockwise; backwards is counter-clockwise, as GeoJSON and OGC want.
        closed = np.vstack([units, units[:1]])[::-1]
        ring = closed * (sketch.metres, -sketch.metres) + (sketch.west, sketch.north)
        if shell or not found:
            found.append([ring])
        else:
            found[-1].append(ring)
    return found


def to_degrees(points: Points) -> Points:
    """RD (EPSG:28992) x, y in metres -> longitude, latitude in degrees (WGS 84), within a metre in the land.

    Schreutelkamp & Strang van Hees, Benaderingsformules voor de transformatie tussen RD- en WGS84-kaart-
    coördinaten, Geodesia 2001-2.
    """
    x, y = (points[:, 0] - 155_000) * 1e-5, (points[:, 1] - 463_000) * 1e-5
    latitude = sum(k * x**p * y**q for p, q, k in _LATITUDE)
    longitude = sum(k * x**p * y**q for p, q, k in _LONGITUDE)
    return np.column_stack([5.38720621 + longitude / 3600, 52.15517440 + latitude / 3600])


_LATITUDE = (
    *((0, 1, 3235.65389), (2, 0, -32.58297), (0, 2, -0.24750), (2, 1, -0.84978), (0, 3, -0.06550)),
    *((2, 2, -0.01709), (1, 0, -0.00738), (4, 0, 0.00530), (2, 3, -0.00039), (4, 1, 0.00033)),
    (1, 1, -0.00012),
)
_LONGITUDE = (
    *((1, 0, 5260.52916), (1, 1, 105.94684), (1, 2, 2.45656), (3, 0, -0.81885), (1, 3, 0.05594)),
    *((3, 1, -0.05607), (0, 1, 0.01199), (3, 2, -0.00256), (1, 4, 0.00128), (0, 2, 0.00022)),
    *((2, 0, -0.00022), (5, 0, 0.00026)),
)


def _twice_area(ring: NDArray[np.int64]) -> int:
    """Positive for a ring that runs clockwise on a screen (y down)."""
    x, y = ring[:, 0], ring[:, 1]
    return int(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
