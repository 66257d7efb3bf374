"""Vector tiles out of the release store. An address goes in; a tile, or one layer of it, comes out.

    /tegels/{vintage}/{z}/{x}/{y}.mvt            every layer
    /tegels/{vintage}/{layer}/{z}/{x}/{y}.mvt    one: a level, a kind of grouping, or `plaats`

The PMTiles archive of a vintage is held in memory once per process. Whole tiles are gzipped inside and are
sent like that; a layer is cut out as it is (never decoded) and compressed once. A place without a tile, or
a tile without the layer, answers 204; an unknown vintage or layer 404.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import brotli
from flask import Flask, Response, request
from pmtiles.reader import MemorySource, Reader
from pmtiles.tile import Compression

from dashboard.api.answers import YEAR, Kept, Made, respond
from dashboard.api.problems import Problem, problem_response
from etl.release.read import Store

MEDIA = "application/vnd.mapbox-vector-tile"
DEEPEST = 22
SHAPES = ("/tegels/{indeling}/{z}/{x}/{y}.mvt", "/tegels/{indeling}/{niveau}/{z}/{x}/{y}.mvt")
_NUMBER = re.compile(r"[0-9]{1,8}")
_VINTAGE = re.compile(r"[a-z0-9-]{1,60}")
_LAYER, _NAME = 3 << 3 | 2, 1 << 3 | 2
"""Protobuf keys of a layer in a tile and of its name (Mapbox Vector Tile 2.1, section 4.1)."""


@dataclass(frozen=True)
class Archive:
    """The tiles of one vintage. layers: names of what its tiles may hold."""

    reader: Reader
    gzipped: bool
    layers: frozenset[str]

    def stored(self, z: int, x: int, y: int) -> bytes:
        """A tile as it is stored, empty when there is none."""
        return bytes(self.reader.get(z, x, y) or b"")

    def plain(self, z: int, x: int, y: int) -> bytes:
        """A tile uncompressed, empty when there is none."""
        body = self.stored(z, x, y)
        return gzip.decompress(body) if body and self.gzipped else body


class Cut(Made):
    """A layer of a tile. Geometry hardly shrinks further: harder compression costs ten times for 1 %."""

    @cached_property
    def brotli(self) -> bytes:
        """The layer, compressed lightly."""
        return bytes(brotli.compress(self.body, quality=5))


def register(server: Flask, store: Store) -> None:
    """Put the tile routes on `server`."""
    kept = Kept()

    @lru_cache(maxsize=4)
    def archive(vintage: str) -> Archive:
        if not _VINTAGE.fullmatch(vintage):
            raise KeyError(vintage)
        reader = Reader(MemorySource(store.tiles(vintage)))
        described: dict[str, Any] = reader.metadata()
        names = frozenset(str(layer["id"]) for layer in described.get("vector_layers", ()))
        return Archive(reader, reader.header()["tile_compression"] == Compression.GZIP, names)

    def tile(vintage: str, zoom: str, column: str, line: str, layer: str | None = None) -> Response:
        try:
            found = archive(vintage)
        except KeyError:
            return problem_response(Problem(404, "Deze kaart bestaat niet."))
        if layer is not None and layer not in found.layers:
            known = ", ".join(sorted(found.layers))
            return problem_response(Problem(404, f"Deze kaart heeft de lagen {known}."))
        place = _place(zoom, column, line)
        if place is None:
            return problem_response(Problem(404, "Deze tegel ligt buiten de wereld."))
        if layer is None:
            return _whole(found, place)
        made = kept.get((vintage, layer, place), lambda: Cut(cut(found.plain(*place), layer), MEDIA))
        return _lasting(respond(request, made, frozen=True) if made.body else Response(status=204))

    def elsewhere(rest: str) -> Response:
        return problem_response(Problem(404, f"Geen tegel; de vorm is {' of '.join(SHAPES)}."))

    server.add_url_rule("/tegels/<vintage>/<zoom>/<column>/<line>.mvt", "tegels.tile", tile)
    server.add_url_rule("/tegels/<vintage>/<layer>/<zoom>/<column>/<line>.mvt", "tegels.layer", tile)
    server.add_url_rule("/tegels/<path:rest>", "tegels.elsewhere", elsewhere)


def cut(tile: bytes, name: str) -> bytes:
    """The layers of this name in an uncompressed tile, byte for byte; empty when it has none."""
    return b"".join(whole for whole, found in _layers(tile) if found == name)


def _layers(tile: bytes) -> Iterator[tuple[bytes, str]]:
    """Every layer as it stands in the tile, with its name."""
    for key, whole, content in _fields(tile):
        if key == _LAYER:
            name = next((inside for field, _, inside in _fields(content) if field == _NAME), b"")
            yield whole, name.decode()


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Fields of a message that are runs of bytes: key, the whole field, content. Numbers are passed over.

    ValueError for anything else: a tile holds nothing else before a layer's name.
    """
    at = 0
    while at < len(message):
        key, start = _varint(message, at)
        number, start = _varint(message, start)
        stop = start
        if key & 7 == 2:
            stop = start + number
            yield key, message[at:stop], message[start:stop]
        elif key & 7:
            raise ValueError(f"byte {at}: found a field of wire type {key & 7}, expected bytes or a number")
        at = stop


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A number and where it ends."""
    number = shift = 0
    while True:
        byte = message[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def _place(zoom: str, column: str, line: str) -> tuple[int, int, int] | None:
    """Numbers of a tile; None outside the world."""
    z, x, y = (int(text) if _NUMBER.fullmatch(text) else -1 for text in (zoom, column, line))
    return (z, x, y) if min(z, x, y) >= 0 and z <= DEEPEST and max(x, y) < 2**z else None


def _whole(archive: Archive, place: tuple[int, int, int]) -> Response:
    body = archive.stored(*place)
    if not body:
        return _lasting(Response(status=204))
    takes_gzip = request.accept_encodings.quality("gzip") > 0
    packed = archive.gzipped and not takes_gzip
    response = Response(gzip.decompress(body) if packed else body, mimetype=MEDIA)
    if archive.gzipped and takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return _lasting(response)


def _lasting(response: Response) -> Response:
    """A vintage never changes, so neither do its tiles."""
    response.headers["Cache-Control"] = YEAR
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
