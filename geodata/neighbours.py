"""A checked division in, pairs of areas that share a border out.

Shapes of one level are a coverage: a shared border is the same run of segments in both shapes, so neighbours
are found by comparing segments, without any tolerance. Areas that meet in a point only are no neighbours.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.division import Division


class Borders(NamedTuple):
    """pairs: (n, 2) positions, the lower first, ascending; metres: (n,) length of the border they share."""

    pairs: NDArray[np.int64]
    metres: NDArray[np.float64]


def neighbours(division: Division, level: str) -> Borders:
    """Which areas of `level` share a border, and how long it is. KeyError for an unknown level."""
    frame = division.shapes[level]
    rings, owner = _rings(np.asarray(frame.geometry, dtype=object))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    inside = ring[1:] == ring[:-1]
    ends = np.hstack([points[:-1], points[1:]])[inside]
    area = owner[ring[:-1][inside]]
    # The same segment runs the other way in the neighbour: put its lower end first in both.
    turned = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[turned] = ends[turned][:, [2, 3, 0, 1]]
    order = np.lexsort((area, *ends.T))
    ends, area = ends[order], area[order]
    shared = (ends[1:] == ends[:-1]).all(axis=1) & (area[1:] != area[:-1])
    length = np.hypot(*(ends[:-1][shared][:, 2:] - ends[:-1][shared][:, :2]).T)
    both = np.sort(np.column_stack([area[:-1][shared], area[1:][shared]]), axis=1)
    found, number = np.unique(both, axis=0, return_inverse=True)
    metres = np.zeros(len(found))
    np.add.at(metres, number.ravel(), length)
    return Borders(frame.index.to_numpy(dtype=np.int64)[found].reshape(-1, 2), metres)


def _rings(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    parts, shape = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    return rings, shape[part]
