"""Outlines for maps drawn by the server as SVG: stored bytes in, `Outlines` out, and back.

Made by `geodata.sketch` from a division, stored beside the tiles. Reading needs nothing but Python itself.
"""

import gzip
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

Paths = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Sketch:
    """Areas in one drawing: for `<svg viewBox="0 0 {width} {height}">`, north up, whole units.

    metres: ground metres in a unit; paths: level or grouping kind -> (position of the area, SVG path data),
    ascending; west, north: place of the upper left corner in metres of RD, nan in what was stored before this
    was kept. Holes run against their shell, so either fill-rule is right.
    """

    width: int
    height: int
    metres: float
    paths: Mapping[str, Paths]
    west: float = math.nan
    north: float = math.nan


@dataclass(frozen=True)
class Outlines:
    """The whole land down to gemeenten, and each gemeente (by position) with its wijken and buurten."""

    land: Sketch
    gemeenten: Mapping[int, Sketch]


def pack(outlines: Outlines) -> bytes:
    """The stored form: JSON under gzip; the same outlines give the same bytes."""
    content = {
        "land": _plain(outlines.land),
        "gemeenten": {str(position): _plain(sketch) for position, sketch in outlines.gemeenten.items()},
    }
    return gzip.compress(json.dumps(content, separators=(",", ":")).encode(), mtime=0)


def unpack(stored: bytes) -> Outlines:
    """Back from the stored form."""
    content = json.loads(gzip.decompress(stored))
    return Outlines(
        land=_sketch(content["land"]),
        gemeenten={int(position): _sketch(plain) for position, plain in content["gemeenten"].items()},
    )


def _plain(sketch: Sketch) -> dict[str, object]:
    return {
        "width": sketch.width,
        "height": sketch.height,
        "metres": sketch.metres,
        "west": sketch.west,
        "north": sketch.north,
        "paths": {level: [list(pair) for pair in paths] for level, paths in sketch.paths.items()},
    }


def _sketch(plain: Mapping[str, object]) -> Sketch:
    width, height, metres, paths = (plain[name] for name in ("width", "height", "metres", "paths"))
    west, north = (float(str(plain.get(name, "nan"))) for name in ("west", "north"))
    if not (isinstance(width, int) and isinstance(height, int) and isinstance(paths, dict)):
        raise ValueError("these are no outlines: width and height must be whole, paths a table")
    return Sketch(
        width=width,
        height=height,
        metres=float(str(metres)),
        paths={
            level: tuple((int(position), str(path)) for position, path in pairs)
            for level, pairs in paths.items()
        },
        west=west,
        north=north,
    )
