"""A checked division in, one PMTiles file of vector tiles out.

A layer for each level and each kind of grouping (its name is the layer's name), a feature for each area with
a shape, feature id = position in the division's `Regions`, no properties: the client has the list of areas.
Beside them the layer `plaats`: a point for each gemeente (id = its position) with `naam` and `rang`, 1 for
the one with most inhabitants, so that a small map names only the largest.

Each level is simplified as a coverage (Visvalingam-Whyatt on shared edges, `shapely.coverage_simplify`), so
neighbours keep touching. Every area is in every zoom, if need be as one grid cell.
"""

import gzip
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write

from geodata.division import CRS, Division
from geodata.levels import Level
from geodata.mvt import Feature, Ints, encode_layer, encode_point, encode_polygons

MIN_ZOOM, MAX_ZOOM = 4, 11
"""Every layer is in all of these; the client stretches the last."""
PLACES = "plaats"
Areas = NDArray[np.object_]
_CIRCUMFERENCE = 2 * np.pi * 6_378_137.0
_GROUND = 0.61
"""Metres on the ground for a metre of Web Mercator at 52 degrees north."""


@dataclass(frozen=True)
class _Layer:
    """One level in Web Mercator grid units of one zoom (y down). anchors: (n, 2) a point inside each."""

    name: str
    ids: Ints
    shapes: NDArray[np.object_]
    anchors: NDArray[np.float64]
    boxes: NDArray[np.float64]


@dataclass(frozen=True)
class _Places:
    """Label points: position of the gemeente, (n, 2) parts of the world, name, rank by inhabitants from 1."""

    ids: Ints
    points: NDArray[np.float64]
    names: list[str]
    rank: Ints


def extent(zoom: int) -> int:
    """Grid units along a tile's side: a quarter of a screen pixel, finer where tiles are stretched."""
    return 4_096 if zoom == MAX_ZOOM else 2_048


def make_tiles(division: Division, target: Path, progress: Callable[[str], None] = lambda step: None) -> Path:
    """Write the tiles of `division` to `target` and return it. The same division gives the same bytes."""
    shapes = {str(level): _array(frame) for level, frame in division.shapes.items()}
    anchors = {level: _points(shapely.point_on_surface(areas)) for level, areas in shapes.items()}
    places = _places(division)
    found: list[tuple[int, bytes]] = []
    for zoom, areas in _generalised(shapes):
        progress(f"tegels van zoom {zoom}")
        layers = [
            _layer(level, frame, areas[level], anchors[level], zoom)
            for level, frame in division.shapes.items()
        ]
        found += _tiles(layers, places, zoom)
    with write(str(target)) as writer:
        for number, tile in sorted(found):
            writer.write_tile(number, tile)
        writer.finalize(_header(division), _metadata(division))
    return target


def _generalised(shapes: dict[str, Areas]) -> Iterator[tuple[int, dict[str, Areas]]]:
    """Each zoom and its simplified shapes, from the finest down.

    Each comes from the one before: what a finer zoom dropped a coarser one drops too. The next is made in a
    second thread (GEOS works outside Python's lock) while the caller encodes this one.
    """

    def coarser(finer: dict[str, Areas], zoom: int) -> dict[str, Areas]:
        return {level: shapely.coverage_simplify(areas, _tolerance(zoom)) for level, areas in finer.items()}

    with ThreadPoolExecutor(1) as worker:
        pending = worker.submit(coarser, shapes, MAX_ZOOM)
        for zoom in range(MAX_ZOOM, MIN_ZOOM - 1, -1):
            shapes = pending.result()
            if zoom > MIN_ZOOM:
                pending = worker.submit(coarser, shapes, zoom - 1)
            yield zoom, shapes


def _header(division: Division) -> dict[str, object]:
    west, south, east, north = (int(value * 1e7) for value in division.regions.bounds[0])
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": MIN_ZOOM,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata(division: Division) -> dict[str, object]:
    return {"name": division.regions.vintage, "vector_layers": _described(division)}


def _described(division: Division) -> list[dict[str, object]]:
    zooms = {"minzoom": MIN_ZOOM, "maxzoom": MAX_ZOOM}
    fields = {PLACES: {"naam": "String", "rang": "Number"}}
    return [
        {"id": name, "fields": fields.get(name, {}), **zooms} for name in (*map(str, division.shapes), PLACES)
    ]


def _array(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> NDArray[np.object_]:
    return np.asarray(frame.geometry, dtype=object)


def _tolerance(zoom: int) -> float:
    """Metres a border may move: half a screen pixel; one grid unit in the zoom that is stretched."""
    unit = _CIRCUMFERENCE / _units(zoom) * _GROUND
    return unit if zoom == MAX_ZOOM else 2 * unit


def _units(zoom: int) -> int:
    """Grid units round the world."""
    return (1 << zoom) * extent(zoom)


def _world(shapes: NDArray[np.object_], units: int = 1) -> NDArray[np.object_]:
    """Shapes in RD metres -> Web Mercator with the world `units` wide, (0, 0) its upper left, y down."""
    mercator = _array(gpd.GeoSeries(shapes, crs=CRS).to_crs("EPSG:3857"))

    def to_grid(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        grid: NDArray[np.float64] = (0.5 + xy * np.array([1.0, -1.0]) / _CIRCUMFERENCE) * units
        return grid

    return np.asarray(shapely.transform(mercator, to_grid), dtype=object)


def _points(points: NDArray[np.object_]) -> NDArray[np.float64]:
    """Points in RD metres -> (n, 2) parts of the world's width."""
    return np.asarray(shapely.get_coordinates(_world(points)), dtype=np.float64)


def _layer(
    level: str, frame: gpd.GeoDataFrame, areas: Areas, anchors: NDArray[np.float64], zoom: int
) -> _Layer:
    shapes = _world(areas, _units(zoom))
    return _Layer(
        name=str(level),
        ids=frame.index.to_numpy(dtype=np.int64),
        shapes=shapes,
        anchors=anchors * _units(zoom),
        boxes=shapely.bounds(shapes),
    )


def _places(division: Division) -> _Places:
    """A label point for each gemeente: the middle of the widest circle inside its largest part."""
    frame = division.shapes[Level.GEMEENTE]
    parts, owner = shapely.get_parts(_array(frame), return_index=True)
    order = np.lexsort((-shapely.area(parts), owner))
    largest = parts[order[np.unique(owner[order], return_index=True)[1]]]
    circles = shapely.maximum_inscribed_circle(largest, tolerance=100.0)
    ids = frame.index.to_numpy(dtype=np.int64)
    rank = np.empty(len(ids), dtype=np.int64)
    rank[np.lexsort((ids, -frame["inwoners"].to_numpy()))] = np.arange(1, len(ids) + 1)
    names = [division.regions.names[position] for position in ids]
    return _Places(ids, _points(shapely.get_point(circles, 0)), names, rank)


def _tiles(layers: list[_Layer], places: _Places, zoom: int) -> Iterator[tuple[int, bytes]]:
    """Each tile of one zoom as (number in the archive, bytes)."""
    side = extent(zoom)
    at = places.points * _units(zoom)
    corners = np.vstack([layer.boxes for layer in layers])
    low = np.floor(corners[:, :2].min(axis=0) / side).astype(int)
    high = np.floor(corners[:, 2:].max(axis=0) / side).astype(int)
    for x in range(low[0], high[0] + 1):
        for y in range(low[1], high[1] + 1):
            parts = [
                encode_layer(layer.name, side, "polygon", features)
                for layer in layers
                if (features := _cut(layer, x * side, y * side, side))
            ]
            labels = _labels(places, at - (x * side, y * side), side)
            if labels:
                parts.append(encode_layer(PLACES, side, "point", labels))
            if parts:
                yield zxy_to_tileid(zoom, x, y), gzip.compress(b"".join(parts), mtime=0)


def _cut(layer: _Layer, west: int, north: int, side: int) -> list[Feature]:
    """The part of a layer inside one tile and a rim of 1/64 of it, so that no border is drawn on its edge."""
    rim = side // 64
    left, top, right, bottom = west - rim, north - rim, west + side + rim, north + side + rim
    box = layer.boxes
    near = (box[:, 0] < right) & (box[:, 2] > left) & (box[:, 1] < bottom) & (box[:, 3] > top)
    chosen = np.flatnonzero(near)
    if not len(chosen):
        return []
    shapes = layer.shapes[chosen]
    whole = (box[chosen, :2] >= (left, top)).all(axis=1) & (box[chosen, 2:] <= (right, bottom)).all(axis=1)
    shapes[~whole] = shapely.clip_by_rect(shapes[~whole], left, top, right, bottom)
    features = encode_polygons(shapes, layer.ids[chosen], (west, north))
    lost = np.setdiff1d(layer.ids[chosen], [feature.id for feature in features])
    anchors = layer.anchors[np.searchsorted(layer.ids, lost)] - (west, north)
    at_home = ((anchors >= 0) & (anchors < side)).all(axis=1)
    return features + _specks(lost[at_home], anchors[at_home])


def _specks(ids: Ints, anchors: NDArray[np.float64]) -> list[Feature]:
    """One grid cell for each area too small for this zoom, so that no area is ever missing from the map."""
    x, y = np.floor(anchors).T
    return encode_polygons(shapely.box(x, y, x + 1, y + 1), ids, (0, 0)) if len(ids) else []


def _labels(places: _Places, at: NDArray[np.float64], side: int) -> list[Feature]:
    inside = np.flatnonzero(((at >= 0) & (at < side)).all(axis=1))
    return [
        encode_point(
            int(places.ids[n]),
            int(at[n, 0]),
            int(at[n, 1]),
            {"naam": places.names[n], "rang": int(places.rank[n])},
        )
        for n in inside
    ]
