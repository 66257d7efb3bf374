"""The public API. A Flask server and the release store go in; /v1, /tegels and /healthz answer on it.

After the NL API Design Rules 2.1: version on every answer, problem+json, no trailing slash, CORS open. What
names a release never changes and may be kept for a year; the rest for five minutes.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from time import monotonic
from urllib.parse import quote, urlencode

from flask import Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError

from dashboard.api import tiles
from dashboard.api.answers import SHORT, YEAR, Kept, Made, respond
from dashboard.api.openapi import VERSION, document
from dashboard.api.parameters import Asked, Moved, check, parse
from dashboard.api.problems import Problem, problem_response
from dashboard.api.routes import ROUTES, Route
from dashboard.api.shelf import Filed, Shelf, send
from dashboard.api.waarden import JSON
from dashboard.site_address import origin
from etl.release.read import Store

METHODS = "GET, HEAD, OPTIONS"
EXPOSED = (
    "API-Version, ETag, Link, Accept-Ranges, Content-Range, Content-Disposition, "
    "X-Aantal, X-Eerste, X-Decimalen, X-Breedte"
)


REMEMBERED = 2_000
"""Addresses a resource remembers; the answers themselves are bounded in `Kept`."""
FRESH_SECONDS = 1.0
"""How long a process may not know of a new release when it repeats an answer (live answers say 300)."""


class Newest:
    """Id of the newest release, asked at most once in FRESH_SECONDS."""

    def __init__(self, store: Store) -> None:
        self._store, self._id, self._until = store, "", 0.0

    def id(self) -> str:
        """The id; empty when there is no release."""
        now = monotonic()
        if now >= self._until:
            self._id = next((info.id for info in self._store.releases()), "")
            self._until = now + FRESH_SECONDS
        return self._id


def register(server: Flask, store: Store) -> None:
    """Put every route of the API on `server`."""
    kept, shelf, newest = Kept(), Shelf(), Newest(store)
    for route in ROUTES:
        address = route.path.replace("{", "<").replace("}", ">")
        server.add_url_rule(address, f"v1.{route.name}", _view(route, store, kept, shelf, newest))
    server.add_url_rule("/v1/openapi.json", "v1.openapi", _openapi_view())
    for number, address in enumerate(("/v1", "/v1/", "/v1/<path:rest>")):
        server.add_url_rule(
            address,
            f"v1.elsewhere{number}",
            _elsewhere,
            methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
            provide_automatic_options=False,
            strict_slashes=True,
        )
    server.add_url_rule("/healthz", "healthz", lambda: _health(store))
    server.after_request(_mark)
    tiles.register(server, store)


def _view(route: Route, store: Store, kept: Kept, shelf: Shelf, newest: "Newest") -> Callable[..., Response]:
    known: OrderedDict[tuple[str, bytes], tuple[Hashable, bool]] = OrderedDict()
    """Addresses asked before, as they came -> key of their answer, and whether they name a release."""

    def again() -> Response | None:
        """The answer to a request that came before in the same words: nothing to check anew."""
        key, frozen = known.get((request.path, request.query_string), (None, False))
        if key is None or not (frozen or key[-1] == newest.id()):  # type: ignore[index]
            return None
        made = kept.at(key)
        return None if made is None else respond(request, made, frozen=frozen)

    def view(**path: str) -> Response:
        try:
            if (response := again()) is not None:
                return response
            asked = check(store, route.parameters, request.args, path)
            address = _address(route, path, asked)
            key = (route.name, address, asked.release.info.id)
            made = (
                kept.get(key, lambda: route.make(store, asked, address))
                if route.per_release
                else route.make(store, asked, address)
            )
            if isinstance(made, Filed):
                return send(request, shelf, key, made, frozen=asked.frozen)
            if route.per_release:
                known[request.path, request.query_string] = (key, asked.frozen)
                while len(known) > REMEMBERED:
                    known.popitem(last=False)
        except Moved as moved:
            return _elsewhere_now(route, path, moved)
        except Problem as problem:
            return problem_response(problem)
        except SQLAlchemyError:
            return problem_response(Problem(503, "De database antwoordt niet. Probeer het over een minuut."))
        return respond(request, made, frozen=asked.frozen)

    return view


def _elsewhere_now(route: Route, path: Mapping[str, str], moved: Moved) -> Response:
    """Where the same is told of the areas of today; an address of ours, made from checked values alone."""
    there = {name: str(moved.values.get(name, text)) for name, text in path.items()}
    response = Response(status=308)
    response.headers["Location"] = _address(route, there, Asked(moved.release, moved.values, moved.frozen))
    response.headers["Cache-Control"] = YEAR if moved.frozen else SHORT
    return response


def _address(route: Route, path: Mapping[str, str], asked: Asked) -> str:
    """The address of this very answer: parameters in declared order."""
    filled = route.path
    for name, text in path.items():
        filled = filled.replace(f"{{{name}}}", quote(text))
    query = {}
    for parameter in route.parameters:
        if parameter.place == "query" and parameter.name in asked.values:
            value = asked.values[parameter.name]
            query[parameter.name] = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"{filled}?{urlencode(query, safe=',')}" if query else filled


def _openapi_view() -> Callable[[], Response]:
    @lru_cache(maxsize=8)
    def made(here: str) -> Made:
        return Made(json.dumps(document(ROUTES, here), ensure_ascii=False).encode(), JSON)

    def view() -> Response:
        _, faults = parse((), request.args, {})
        if faults:
            return problem_response(Problem(400, "Deze beschrijving kent geen parameters.", faults))
        return respond(request, made(origin()), frozen=False)

    return view


def _elsewhere(rest: str = "") -> Response:
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": METHODS})
    if request.method in ("GET", "HEAD"):
        detail = "Dit adres is er niet. Alles wat er is, staat in /v1/openapi.json."
        return problem_response(Problem(404, detail))
    response = problem_response(Problem(405, f"Hier kan alleen: {METHODS}."))
    response.headers["Allow"] = METHODS
    return response


def _health(store: Store) -> Response:
    """Whether this process can serve: a release is there and the database answers."""
    try:
        release, fine = store.release().info.id, True
    except KeyError:
        release, fine = None, False
    except SQLAlchemyError:
        body = {"status": "fout", "database": False, "release": None}
        return Response(json.dumps(body), status=503, mimetype=JSON, headers={"Cache-Control": "no-store"})
    body = {"status": "goed" if fine else "fout", "database": True, "release": release}
    status = 200 if fine else 503
    return Response(json.dumps(body), status=status, mimetype=JSON, headers={"Cache-Control": "no-store"})


def _mark(response: Response) -> Response:
    """Version and CORS on every answer under /v1, errors included."""
    if request.path == "/v1" or request.path.startswith("/v1/"):
        response.headers["API-Version"] = VERSION
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        if request.method == "OPTIONS":
            response.headers["Allow"] = METHODS
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Max-Age"] = "86400"
    return response
