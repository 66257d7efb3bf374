"""In: points in km. Out: which are land, in a country with a dune coast, a bay, an estuary, islands and
lakes.

The outline is a few dozen hand-placed points; bending space with fractal noise before asking "inside?"
turns it into a coast. Everything is in local kilometres; `to_metres` gives coordinates in the range of
EPSG:28992.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import rotate, scale, translate

from etl.demo.noise import Floats, Fractal
from etl.demo.scales import stream

WIDTH, HEIGHT = 210.0, 262.0
ORIGIN = (30_000.0, 340_000.0)

# Clockwise from the north-east: land border east and south, then sea coast west and north.
_MAINLAND = [
    (188, 226), (196, 200), (183, 172), (197, 142), (188, 108), (199, 82), (182, 54), (172, 24), (150, 12),
    (126, 18), (102, 8), (82, 20), (62, 14), (46, 26), (28, 30), (11, 42), (8, 58), (22, 65), (44, 68),
    (60, 71),
    (78, 79), (60, 77), (42, 75), (22, 77), (13, 90), (19, 112), (26, 135), (33, 158), (41, 180), (46, 198),
    (55, 214), (66, 214), (68, 200), (70, 182), (76, 166), (90, 156), (104, 165), (105, 184), (99, 202),
    (108, 217),
    (130, 222), (150, 215), (168, 226),
]  # fmt: skip
# (x, y, half length, half width, turn): barrier islands from west to east, one in the estuary, one in the
# bay.
_ISLANDS = [
    (44, 226, 9, 2.6, 62), (58, 240, 10, 2.3, 32), (80, 247, 11, 2.0, 10), (105, 249, 10, 2.1, 2),
    (128, 250, 8, 1.8, 4), (149, 249, 9, 2.0, -4), (171, 249, 6, 1.6, 6), (12, 70, 8, 3.2, 8),
    (88, 188, 4, 2.4, 60),
]  # fmt: skip
_LAKES = [
    (142, 158, 9, 5, 30), (128, 178, 4, 2.2, 80), (112, 62, 5, 2.4, 150), (62, 112, 3.2, 2.0, 20),
    (150, 150, 3, 1.6, 120), (118, 166, 2.2, 1.4, 10), (158, 176, 2.4, 1.3, 60), (136, 190, 2.0, 1.2, 140),
]  # fmt: skip
# Rivers: half widths in km along its course, from the estuary far into the land.
_RIVERS = [
    [(78, 79, 0.9), (92, 84, 0.7), (108, 80, 0.6), (124, 90, 0.5), (140, 88, 0.42), (158, 96, 0.36)],
    [(88, 157, 0.5), (94, 144, 0.4), (92, 130, 0.36), (104, 118, 0.32)],
]


def _ellipse(x: float, y: float, long: float, wide: float, turn: float) -> shapely.Geometry:
    circle = shapely.Point(0, 0).buffer(1, quad_segs=12)
    return translate(rotate(scale(circle, long, wide), turn, origin=(0, 0)), x, y)


def _outline() -> shapely.Geometry:
    reaches = [
        shapely.MultiPoint([(x0, y0), (x1, y1)]).convex_hull.buffer((w0 + w1) / 2)
        for river in _RIVERS
        for (x0, y0, w0), (x1, y1, w1) in pairwise(river)
    ]
    land = shapely.union_all([shapely.Polygon(_MAINLAND), *(_ellipse(*i) for i in _ISLANDS)])
    return shapely.difference(land, shapely.union_all([*reaches, *(_ellipse(*i) for i in _LAKES)]))


class Coast:
    """The land of the country; the same at every scale."""

    def __init__(self) -> None:
        lengths = (48.0, 19.0, 8.0, 3.4, 1.5)
        self._east = Fractal(stream("coast-east"), lengths, (9.0, 6.5, 3.6, 2.3, 1.3))
        self._north = Fractal(stream("coast-north"), lengths, (9.0, 6.5, 3.6, 2.3, 1.3))
        self._shape = _outline()
        shapely.prepare(self._shape)

    def is_land(self, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """True where the point (km) is on land."""
        inside = shapely.contains_xy(self._shape, x + self._east(x, y), y + self._north(x, y))
        return np.asarray(inside, dtype=np.bool_)


def to_metres(km: Floats) -> Floats:
    """(n, 2) local kilometres to metres in the valid range of EPSG:28992, turned half round (south is up
    here)."""
    metres = (np.array([WIDTH, HEIGHT]) - km) * 1000.0 + np.array(ORIGIN)
    return np.asarray(np.round(metres, 3), dtype=np.float64)
