"""Vector tiles out of the release store. /tegels/{vintage}/{z}/{x}/{y}.mvt goes in; the tile comes out.

The PMTiles archive of a vintage is held in memory once per process; its tiles are gzipped inside and are sent
like that. A place without a tile answers 204, an unknown vintage 404.
"""

import gzip
import re
from functools import lru_cache

from flask import Flask, Response, request
from pmtiles.reader import MemorySource, Reader
from pmtiles.tile import Compression

from dashboard.api.answers import YEAR
from dashboard.api.problems import Problem, problem_response
from etl.release.read import Store

MEDIA = "application/vnd.mapbox-vector-tile"
DEEPEST = 22
_NUMBER = re.compile(r"[0-9]{1,8}")
_VINTAGE = re.compile(r"[a-z0-9-]{1,60}")


def register(server: Flask, store: Store) -> None:
    """Put the tile route on `server`."""

    @lru_cache(maxsize=4)
    def archive(vintage: str) -> tuple[Reader, bool]:
        reader = Reader(MemorySource(store.tiles(vintage)))
        header = reader.header()
        return reader, header["tile_compression"] == Compression.GZIP

    def tile(vintage: str, zoom: str, column: str, line: str) -> Response:
        try:
            if not _VINTAGE.fullmatch(vintage):
                raise KeyError
            reader, gzipped = archive(vintage)
        except KeyError:
            return problem_response(Problem(404, "Deze kaart bestaat niet."))
        numbers = [int(text) if _NUMBER.fullmatch(text) else -1 for text in (zoom, column, line)]
        z, x, y = numbers
        if min(numbers) < 0 or z > DEEPEST or max(x, y) >= 2**z:
            return problem_response(Problem(404, "Deze tegel ligt buiten de wereld."))
        body = reader.get(z, x, y)
        response = _tile_response(body, gzipped) if body else Response(status=204)
        # A vintage never changes, so neither do its tiles.
        response.headers["Cache-Control"] = YEAR
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    def elsewhere(rest: str) -> Response:
        return problem_response(Problem(404, "Geen tegel; de vorm is /tegels/{indeling}/{z}/{x}/{y}.mvt."))

    server.add_url_rule("/tegels/<vintage>/<zoom>/<column>/<line>.mvt", "tegels.tile", tile)
    server.add_url_rule("/tegels/<path:rest>", "tegels.elsewhere", elsewhere)


def _tile_response(body: bytes, gzipped: bool) -> Response:
    takes_gzip = request.accept_encodings.quality("gzip") > 0
    response = Response(gzip.decompress(body) if gzipped and not takes_gzip else body, mimetype=MEDIA)
    if gzipped and takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response
