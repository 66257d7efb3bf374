"""A checked division in, outlines for server-drawn maps out (bytes to be stored, see `geodata.outlines`).

Drawn in the plane of RD, not in Web Mercator: these maps never meet a tile. Each level is simplified as a
coverage, so neighbours keep touching; an area smaller than a unit becomes one unit square.
"""

from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.division import Division
from geodata.levels import Level
from geodata.mvt import grid_rings
from geodata.outlines import Outlines, Paths, Sketch, pack

LAND_WIDTH, GEMEENTE_WIDTH = 2_000, 1_000
"""Units along the longer side: sharp at the sizes these are shown, on fine screens too."""
Areas = tuple[NDArray[np.int64], NDArray[np.object_]]


def make_outlines(division: Division) -> bytes:
    """Outlines of every area with a shape."""
    shapes: dict[str, Areas] = {
        str(level): (frame.index.to_numpy(dtype=np.int64), np.asarray(frame.geometry, dtype=object))
        for level, frame in division.shapes.items()
    }
    lower = (Level.WIJK, Level.BUURT)
    whole = {level: areas for level, areas in shapes.items() if level not in lower}
    parent = division.regions.parent
    gemeente_of = {
        Level.GEMEENTE: shapes[Level.GEMEENTE][0],
        Level.WIJK: parent[shapes[Level.WIJK][0]],
        Level.BUURT: parent[parent[shapes[Level.BUURT][0]]],
    }
    gemeenten = {}
    for position in shapes[Level.GEMEENTE][0].tolist():
        inside = {level: np.flatnonzero(owner == position) for level, owner in gemeente_of.items()}
        gemeenten[position] = _sketch(
            {str(level): (shapes[level][0][rows], shapes[level][1][rows]) for level, rows in inside.items()},
            GEMEENTE_WIDTH,
        )
    return pack(Outlines(_sketch(whole, LAND_WIDTH), gemeenten))


def _sketch(levels: Mapping[str, Areas], width: int) -> Sketch:
    west, south, east, north = shapely.total_bounds(np.concatenate([shapes for _, shapes in levels.values()]))
    # A tall narrow area is drawn as high as others are wide, not higher.
    metres = float(max(east - west, north - south)) / width

    def to_units(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        units: NDArray[np.float64] = (xy - (west, north)) * (1 / metres, -1 / metres)
        return units

    return Sketch(
        width=max(1, int(np.ceil((east - west) / metres))),
        height=max(1, int(np.ceil((north - south) / metres))),
        metres=round(metres, 3),
        paths={
            level: _paths(ids, shapely.transform(shapely.coverage_simplify(shapes, metres), to_units))
            for level, (ids, shapes) in levels.items()
        },
        west=round(float(west), 3),
        north=round(float(north), 3),
    )


def _paths(ids: NDArray[np.int64], shapes: NDArray[np.object_]) -> Paths:
    # Rounding alone makes spikes and crossings, which a reader of our GeoPackage stumbles over.
    points, ring, area = grid_rings(shapely.set_precision(shapes, 1), (0, 0))
    drawn: dict[int, list[str]] = {}
    starts = np.flatnonzero(np.append(True, ring[1:] != ring[:-1])) if len(ring) else np.empty(0, int)
    for number, corner in enumerate(np.split(points, starts[1:]) if len(starts) else []):
        drawn.setdefault(int(area[number]), []).append(_ring(corner))
    for number in range(len(ids)):
        if number not in drawn:
            x, y = np.floor(shapely.get_coordinates(shapely.point_on_surface(shapes[number]))[0]).astype(int)
            drawn[number] = [f"M{x} {y}h1v1h-1z"]
    return tuple((int(ids[number]), "".join(drawn[number])) for number in range(len(ids)))


def _ring(corners: NDArray[np.int64]) -> str:
    """One closed ring, steps after the first point: `M10 20l5 0 0 5z`."""
    steps = " ".join(f"{x} {y}" for x, y in np.diff(corners, axis=0).tolist())
    return f"M{corners[0, 0]} {corners[0, 1]}l{steps}z"
