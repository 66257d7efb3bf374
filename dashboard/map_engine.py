"""What the map script needs beside tiles and values: MapLibre itself, and the names of the areas.

A Flask server and a store go in; /kaartmotor/{version}/maplibre-gl.js|css and /kaartnamen/{vintage}/{level}
answer on it. Both addresses change when their content does, so browsers may keep the answers for a year.
MapLibre comes from the PyPI package `maplibre`, found without importing it; nothing is vendored or fetched.
"""

import hashlib
import json
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from flask import Flask, Response, abort, request

from dashboard.api.answers import Made, respond
from etl.release.read import Store

MEDIA = {"maplibre-gl.js": "text/javascript", "maplibre-gl.css": "text/css"}


def register(server: Flask, store: Store) -> None:
    """Put both routes on `server`."""

    @lru_cache(maxsize=32)
    def names(vintage: str, level: str) -> Made:
        release = store.release()
        if release.info.vintage != vintage:
            info = next((one for one in store.releases() if one.vintage == vintage), None)
            if info is None:
                raise KeyError(vintage)
            release = store.release(info.id)
        span = release.regions.slice(level)
        body = {"codes": release.regions.codes[span], "names": release.regions.names[span]}
        return Made(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), "application/json")

    def names_view(vintage: str, level: str) -> Response:
        try:
            return respond(request, names(vintage, level), frozen=True)
        except KeyError:
            abort(404)

    server.add_url_rule("/kaartmotor/<asked>/<name>", "map_engine.engine", _engine_view)
    server.add_url_rule("/kaartnamen/<vintage>/<level>", "map_engine.names", names_view)


@cache
def version() -> str:
    """Checksum of the engine in use; part of its address."""
    return hashlib.sha256(b"".join(_file(name).read_bytes() for name in MEDIA)).hexdigest()[:12]


def address(name: str) -> str:
    """Where a file of the engine is served: `maplibre-gl.js` or `maplibre-gl.css`."""
    return f"/kaartmotor/{version()}/{name}"


def _engine_view(asked: str, name: str) -> Response:
    if name not in MEDIA or asked != version():
        abort(404)
    return respond(request, _engine(name), frozen=True)


@cache
def _engine(name: str) -> Made:
    return Made(_file(name).read_bytes(), MEDIA[name])


def _file(name: str) -> Path:
    """The file inside the installed package. RuntimeError when the package is not installed."""
    spec = find_spec("maplibre")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package 'maplibre' is not installed: pip install -e .")
    return Path(spec.origin).parent / "srcjs" / name
