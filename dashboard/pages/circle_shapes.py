"""The ground under a circle. Stored outlines in; shares of buurten, middles of areas, shapes to draw out.

The outlines are those that maps are drawn with, simplified per gemeente: in a gemeente of 20 km a border lies
at most some 20 m off. A share is off by that strip along the border of a buurt; a buurt whose whole outline
lies inside counts for exactly 1.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from etl.release.read import Release
from geodata.circles import areas, overlaps, shares, to_metres
from geodata.drawn import Polygon, polygons, to_degrees
from geodata.levels import Level
from geodata.outlines import Outlines, Paths
from geodata.regions import Region

Point = tuple[float, float]
UNITS = 240
"""Whole units in the radius of a drawn circle."""
AIR = 1.12
"""Half the side of the drawing, in radii."""
NEAR = 30.0
"""A point this many metres from a buurt still lies in it: outlines of neighbours may leave a gap."""


@dataclass(frozen=True, eq=False)
class Ground:
    """Shapes of one division, read where they are needed."""

    release: Release
    outlines: Callable[[], Outlines]
    _kept: dict[int, dict[str, list[tuple[int, list[Polygon]]]]] = field(default_factory=dict)

    @property
    def placed(self) -> bool:
        """Whether the outlines say where they lie; those stored by an early version do not."""
        return not np.isnan(self.outlines().land.west)

    def middle(self, area: Region) -> Point | None:
        """Centre of gravity of the largest part of an area, in metres; None without a shape."""
        gemeente = next(one for one in self.release.regions.path(area.code) if one.level == Level.GEMEENTE)
        shape = dict(self._shapes(gemeente.position).get(area.level, ())).get(area.position)
        if not shape:
            return None
        ring = max((polygon[0] for polygon in shape), key=lambda ring: areas([[[ring]]])[0])
        x, y = (ring - ring[0]).T
        cross = x[:-1] * y[1:] - x[1:] * y[:-1]
        if not cross.sum():
            return float(ring[0, 0]), float(ring[0, 1])
        middle = ring[0] + [((c[:-1] + c[1:]) * cross).sum() / (3 * cross.sum()) for c in (x, y)]
        return float(middle[0]), float(middle[1])

    def metres(self, point: tuple[float, float]) -> Point | None:
        """Latitude, longitude -> metres; None outside the box round the land."""
        west, south, east, north = self.release.regions.bounds[0]
        if not (west <= point[1] <= east and south <= point[0] <= north):
            return None
        x, y = to_metres(np.array([[point[1], point[0]]]))[0].tolist()
        return x, y

    def place_of(self, centre: Point) -> int | None:
        """Position of the buurt a point lies in, None outside the land."""
        found = self.around(centre, NEAR)
        if not found:
            return None
        inside = overlaps([shape for _, shape in found], centre, NEAR)
        best = int(inside.argmax())
        return found[best][0] if inside[best] > 0 else None

    def inside(self, centre: Point, radius: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Buurten that a circle touches, rising, and the share of each inside it: positions, (n,) 0 to 1."""
        found = sorted(self.around(centre, radius), key=lambda pair: pair[0])
        share = shares([shape for _, shape in found], centre, radius)
        touched = share > 0
        return np.array([position for position, _ in found], dtype=np.int64)[touched], share[touched]

    def around(self, centre: Point, radius: float) -> list[tuple[int, list[Polygon]]]:
        """Buurten whose box meets the square round a circle."""
        regions = self.release.regions
        corners = np.array([centre]) + radius * np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
        # A hundredth of a degree of air: outlines are not the borders that the boxes were taken of.
        low, high = to_degrees(corners).min(axis=0) - 0.01, to_degrees(corners).max(axis=0) + 0.01
        west, south, east, north = regions.bounds.T
        meets = (west <= high[0]) & (east >= low[0]) & (south <= high[1]) & (north >= low[1])
        span = regions.slice(Level.BUURT)
        near = set((np.flatnonzero(meets[span]) + span.start).tolist())
        gemeenten: NDArray[np.int32] = (
            np.unique(regions.parent[regions.parent[sorted(near)]]) if near else np.empty(0, np.int32)
        )
        return [
            (position, shape)
            for gemeente in gemeenten
            for position, shape in self._shapes(int(gemeente)).get(Level.BUURT, ())
            if position in near
        ]

    def paths(self, centre: Point, radius: float) -> Paths:
        """Buurten round a circle as SVG paths: the centre is 0 0, the radius `UNITS`, y down."""
        unit, drawn = radius / UNITS, []
        for position, shape in self.around(centre, AIR * radius):
            rings = [
                np.rint((ring[:-1] - centre) * (1 / unit, -1 / unit)).astype(int) for ring in _rings(shape)
            ]
            path = "".join(_path(ring) for ring in rings if _meets(ring))
            if path:
                drawn.append((position, path))
        return tuple(sorted(drawn))

    def _shapes(self, gemeente: int) -> dict[str, list[tuple[int, list[Polygon]]]]:
        """Level -> shapes of one gemeente in metres; kept, for a division never changes."""
        if gemeente not in self._kept:
            sketch = self.outlines().gemeenten.get(gemeente)
            levels = {} if sketch is None else sketch.paths
            self._kept[gemeente] = {
                level: [(position, polygons(sketch, path)) for position, path in paths]
                for level, paths in levels.items()
                if sketch is not None
            }
        return self._kept[gemeente]


def _rings(shape: list[Polygon]) -> list[NDArray[np.float64]]:
    return [ring for polygon in shape for ring in polygon]


def _meets(ring: NDArray[np.int64]) -> bool:
    """Whether a ring has a place in the drawing."""
    edge = AIR * UNITS
    return bool((ring.min(axis=0) <= edge).all() and (ring.max(axis=0) >= -edge).all())


def _path(ring: NDArray[np.int64]) -> str:
    keep = np.append(True, (ring[1:] != ring[:-1]).any(axis=1))
    corners = ring[keep]
    steps = " ".join(f"{x} {y}" for x, y in np.diff(corners, axis=0).tolist())
    return f"M{corners[0, 0]} {corners[0, 1]}l{steps}z" if steps else ""
