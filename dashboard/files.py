"""Files a page asks for: our scripts and styles, MapLibre, names of areas. A server and a store go in.

/onderdelen/{checksum}/{name}, /kaartmotor/{checksum}/maplibre-gl.js|css and /kaartnamen/{vintage}/{level}
answer on it. Each address changes when its content does, so browsers may keep the answers for a year.
MapLibre comes from the PyPI package `maplibre`, found without importing it; nothing is vendored or fetched.
"""

import json
from functools import cache, cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

import brotli
from flask import Flask, Response, abort, request

from dashboard.api.answers import Made, respond
from etl.release.read import Store

ENGINE = ("maplibre-gl.js", "maplibre-gl.css")
ASSETS = Path(__file__).parent / "assets"
BUNDLES = {
    "site.css": (
        "tokens.css",
        "app.css",
        "explorer.css",
        "map.css",
        "panel.css",
        "text.css",
        "terms.css",
        "drawn.css",
        "area.css",
        "cards.css",
        "compare.css",
        "around.css",
        "embed.css",
        "narrow.css",
        "paper.css",
    ),
    "site.js": (
        "page.js",
        "search.js",
        "map_figures.js",
        "map_look.js",
        "map_on.js",
        "map_ahead.js",
        "map.js",
        "player.js",
        "copy.js",
        "terms.js",
        "start.js",
    ),
    "embed-map.js": (
        "embed_map.js",
        "map_figures.js",
        "map_look.js",
        "map_on.js",
        "map_ahead.js",
        "map.js",
        "start.js",
    ),
}
"""Files sent as one, in this order; the order matters."""
MEDIA = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Sent(Made):
    """A file of ours. Every visit waits for it, so it is compressed hard, once: a tenth of a second."""

    @cached_property
    def brotli(self) -> bytes:
        """The file, compressed hard."""
        return bytes(brotli.compress(self.body, quality=9))


def register(server: Flask, store: Store) -> None:
    """Put the routes on `server`."""

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

    server.add_url_rule("/kaartmotor/<digest>/<name>", "files.engine", _file_view)
    server.add_url_rule("/onderdelen/<digest>/<name>", "files.own", _file_view)
    server.add_url_rule("/kaartnamen/<vintage>/<level>", "files.names", names_view)


def address(name: str) -> str:
    """Where a file is served: of the map engine, a bundle, or one in assets/."""
    room = "kaartmotor" if name in ENGINE else "onderdelen"
    return f"/{room}/{_made(name).digest[:12]}/{name}"


def _file_view(digest: str, name: str) -> Response:
    known = name in ENGINE if request.path.startswith("/kaartmotor/") else name in _own_files()
    if not known or digest != _made(name).digest[:12]:
        abort(404)
    return respond(request, _made(name), frozen=True)


@cache
def _own_files() -> frozenset[str]:
    return frozenset({file.name for file in ASSETS.iterdir() if file.suffix in MEDIA} | set(BUNDLES))


@cache
def _made(name: str) -> Made:
    folder = _engine_folder() if name in ENGINE else ASSETS
    parts = [(folder / part).read_bytes() for part in BUNDLES.get(name, (name,))]
    return Sent(b"\n".join(parts), MEDIA[Path(name).suffix])


@cache
def _engine_folder() -> Path:
    """Where the installed package keeps MapLibre. RuntimeError when the package is not installed."""
    spec = find_spec("maplibre")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package 'maplibre' is not installed: pip install -e .")
    return Path(spec.origin).parent / "srcjs"
