"""Mapbox Vector Tile 2.1 bytes: polygons and labelled points in whole tile units in, layers of one tile out.

Written by hand because it must keep every shared border shared: a vertex is rounded to the grid once, the
same way for both neighbours, and nothing "repairs" one of them afterwards. (Encoders that clean each polygon
by itself tear holes along borders: docs/adr/0010.) So a ring may touch itself where it is narrower than the
grid; renderers fill that without harm.
Specification: https://github.com/mapbox/vector-tile-spec/tree/master/2.1
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_MOVE_ONE, _LINE, _CLOSE = 9, 2, 15
_POINT, _POLYGON = 1, 3


@dataclass(frozen=True)
class Feature:
    """One feature: its id, geometry commands as bytes, and properties."""

    id: int
    commands: bytes
    properties: Mapping[str, str | int] = field(default_factory=dict)


def grid_rings(shapes: NDArray[np.object_], origin: tuple[int, int]) -> tuple[Ints, Ints, Ints]:
    """Rings of (multi)polygons as whole numbers: points (n, 2), ring of each point, shape of each ring.

    shapes: in grid units, y down; origin: what becomes (0, 0). Rings are not closed, shells run clockwise on
    screen and holes the other way; rings that lose their area on the grid are left out.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_type_id(parts) == 3
    rings, part = shapely.get_rings(parts[areal], return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points, ring = _without_doubles(np.rint(points).astype(np.int64) - np.array(origin), ring)
    points, ring, kept = _oriented(points, ring, part)
    return points, ring, owner[areal][part[kept]]


def encode_polygons(shapes: NDArray[np.object_], ids: Ints, origin: tuple[int, int]) -> list[Feature]:
    """A feature for each (multi)polygon that still has an area on the grid; the others are left out.

    shapes: (n,) in global grid units, y down; ids: (n,); origin: grid position of the tile's upper left.
    """
    points, ring, feature = grid_rings(shapes, origin)
    if not len(points):
        return []
    commands, ends = _commands(points, ring, feature)
    raw, cut = _varints(commands)
    last_of_feature = np.append(feature[1:] != feature[:-1], True)
    stops = cut[ends[last_of_feature]]
    starts = np.append(0, stops[:-1])
    return [
        Feature(int(ids[number]), raw[start:stop])
        for number, start, stop in zip(feature[last_of_feature], starts, stops, strict=True)
    ]


def encode_point(id_: int, x: int, y: int, properties: Mapping[str, str | int]) -> Feature:
    """One point at (x, y) in tile units."""
    raw, _ = _varints(np.array([_MOVE_ONE, *_zigzag(np.array([x, y]))], dtype=np.int64))
    return Feature(id_, raw, properties)


def encode_layer(name: str, extent: int, kind: str, features: Sequence[Feature]) -> bytes:
    """One layer as a field of the tile message. kind: `polygon` or `point`."""
    keys: dict[str, int] = {}
    values: dict[str | int, int] = {}
    shape = _POINT if kind == "point" else _POLYGON
    body = [_bytes_field(1, name.encode())]
    for feature in features:
        tags: list[int] = []
        for key, value in feature.properties.items():
            tags += [keys.setdefault(key, len(keys)), values.setdefault(value, len(values))]
        message = _number_field(1, feature.id)
        if tags:
            message += _bytes_field(2, b"".join(_varint(tag) for tag in tags))
        body.append(_bytes_field(2, message + _number_field(3, shape) + _bytes_field(4, feature.commands)))
    body += [_bytes_field(3, key.encode()) for key in keys]
    body += [_bytes_field(4, _value(value)) for value in values]
    body += [_number_field(5, extent), _number_field(15, 2)]
    return _bytes_field(3, b"".join(body))


def _without_doubles(points: Ints, ring: Ints) -> tuple[Ints, Ints]:
    """Drop points equal to the next one of their ring; the closing point goes the same way."""
    if not len(points):
        return points, ring
    keep = (points != points[_next(ring)]).any(axis=1)
    return points[keep], ring[keep]


def _next(ring: Ints) -> Ints:
    """Index of the point after each point, round its ring. ring: ascending ring number of each point."""
    after = np.arange(1, len(ring) + 1)
    first = np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))
    last = np.append(first[1:], len(ring)) - 1
    after[last] = first
    return after


def _oriented(points: Ints, ring: Ints, part: Ints) -> tuple[Ints, Ints, Ints]:
    """Rings with an area, shells clockwise on screen and holes the other way; their numbers third."""
    count = len(part)
    if not len(points):
        return points, ring, np.empty(0, dtype=np.int64)
    after = points[_next(ring)]
    cross = points[:, 0] * after[:, 1] - after[:, 0] * points[:, 1]
    area = np.zeros(count, dtype=np.int64)
    np.add.at(area, ring, cross)
    shell = np.append(True, part[1:] != part[:-1])
    good = area != 0
    good &= good[np.flatnonzero(shell)][np.cumsum(shell) - 1]  # a hole goes with its shell
    flip = (area > 0) != shell
    keep = good[ring]
    points, ring = points[keep], ring[keep]
    first = np.searchsorted(ring, ring, side="left")
    last = np.searchsorted(ring, ring, side="right") - 1
    index = np.arange(len(ring))
    return points[np.where(flip[ring], first + last - index, index)], ring, np.flatnonzero(good)


def _commands(points: Ints, ring: Ints, feature: Ints) -> tuple[Ints, Ints]:
    """MoveTo, LineTo, ClosePath of all rings in one row, and the index after each ring's last command.

    feature: (rings,) number of the feature each ring belongs to; the cursor starts at 0 in each feature.
    """
    _, first, size = np.unique(ring, return_index=True, return_counts=True)
    step = np.diff(points, axis=0, prepend=0)
    begins = first[np.append(True, feature[1:] != feature[:-1])]
    step[begins] = points[begins]
    ends = np.cumsum(2 * size + 3)
    offset = ends - (2 * size + 3)
    out = np.zeros(int(ends[-1]), dtype=np.int64)
    out[offset] = _MOVE_ONE
    out[offset + 3] = ((size - 1) << 3) | _LINE
    out[ends - 1] = _CLOSE
    rank = np.arange(len(points)) - np.repeat(first, size)
    place = np.repeat(offset, size) + np.where(rank == 0, 1, 2 + 2 * rank)
    out[place], out[place + 1] = _zigzag(step[:, 0]), _zigzag(step[:, 1])
    return out, ends


def _zigzag(numbers: Ints) -> Ints:
    return (numbers << 1) ^ (numbers >> 63)


def _varints(numbers: Ints) -> tuple[bytes, Ints]:
    """All numbers as protobuf varints, and for each count of numbers (0..n) the length in bytes so far."""
    size = np.ones(len(numbers), dtype=np.int64)
    for shift in (7, 14, 21, 28):
        size += numbers >> shift > 0
    cut = np.append(0, np.cumsum(size))
    out = np.zeros(int(cut[-1]), dtype=np.uint8)
    for byte in range(int(np.max(size, initial=0))):
        some = size > byte
        more = np.where(size[some] > byte + 1, 0x80, 0)
        out[cut[:-1][some] + byte] = ((numbers[some] >> (7 * byte)) & 0x7F) | more
    return out.tobytes(), cut


@cache  # ids, lengths and tags: few different ones, asked for a million times
def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _number_field(tag: int, number: int) -> bytes:
    return _varint(tag << 3) + _varint(number)


def _bytes_field(tag: int, content: bytes) -> bytes:
    return _varint(tag << 3 | 2) + _varint(len(content)) + content


def _value(value: str | int) -> bytes:
    return _bytes_field(1, value.encode()) if isinstance(value, str) else _number_field(5, value)
