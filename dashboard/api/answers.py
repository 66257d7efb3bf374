"""Answers that are made once and sent often. Bytes go in; a compressed, conditional response comes out.

Everything a release holds is frozen, so a body may be kept in memory, compressed at most once per encoding,
and named by a strong ETag. Each encoding has its own ETag, as RFC 9110 (8.8.1) asks.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TypeVar

import brotli
from flask import Request, Response

YEAR = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300"
SMALLEST = 600
"""Bodies below this many bytes are sent as they are: compressing them saves no packet."""
KEPT_BYTES = 48 * 1024 * 1024
LARGEST_KEPT = 8 * 1024 * 1024
Answer = TypeVar("Answer")
SMALL = 512 * 1024
"""Up to so many bytes a body is compressed hard; a larger one lightly, or its first reader would wait."""


@dataclass(frozen=True)
class Made:
    """A finished body. headers: what this kind of answer adds."""

    body: bytes
    media: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """Checksum that names this body."""
        return hashlib.sha256(self.body).hexdigest()[:32]

    @cached_property
    def brotli(self) -> bytes:
        """The body, brotli-compressed; less hard when it is large."""
        return bytes(brotli.compress(self.body, quality=9 if len(self.body) <= SMALL else 1))

    @cached_property
    def gzip(self) -> bytes:
        """The body, gzipped without a time stamp."""
        return gzip.compress(self.body, compresslevel=6 if len(self.body) <= SMALL else 1, mtime=0)


class Kept:
    """The bodies used last, up to a number of bytes."""

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        self._limit, self._size = limit, 0
        self._bodies: OrderedDict[Hashable, Made] = OrderedDict()
        self._lock = Lock()

    def at(self, key: Hashable) -> Made | None:
        """The body under this key, None when it is not there."""
        with self._lock:
            made = self._bodies.get(key)
            if made is not None:
                self._bodies.move_to_end(key)
            return made

    def get(self, key: Hashable, make: Callable[[], Answer]) -> Made | Answer:
        """The body under this key, made when it is not there. What is no body in memory is not kept."""
        with self._lock:
            if key in self._bodies:
                self._bodies.move_to_end(key)
                return self._bodies[key]
        made = make()
        if not isinstance(made, Made) or len(made.body) > LARGEST_KEPT:
            return made
        with self._lock:
            if key not in self._bodies:
                self._bodies[key] = made
                self._size += len(made.body)
            while self._size > self._limit:
                self._size -= len(self._bodies.popitem(last=False)[1].body)
        return made


def respond(request: Request, made: Made, *, frozen: bool) -> Response:
    """The answer to a GET or HEAD: smallest encoding the client takes, 304 when it has this body already.

    What has a name is a file and comes in ranges too: GDAL and QGIS read a part of it where it lies.
    """
    encoding, body = _encoded(request, made)
    etag = f'"{made.digest}{"-" + encoding if encoding else ""}"'
    if known_tags(request) & {etag, "*"}:
        response = Response(status=304)
    else:
        response = _body(request, made, body, etag)
        if encoding:
            response.headers["Content-Encoding"] = encoding
    response.headers["ETag"] = etag
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = YEAR if frozen else SHORT
    return response


@dataclass(frozen=True)
class Span:
    """The part of a body that is asked for: all of it (200), one range (206), or one beyond the end (416)."""

    status: int
    first: int
    stop: int
    size: int

    @property
    def headers(self) -> dict[str, str]:
        """What says which part this is."""
        if self.status == 416:
            return {"Content-Range": f"bytes */{self.size}"}
        told = {"Content-Length": str(self.stop - self.first)}
        return told | (
            {"Content-Range": f"bytes {self.first}-{self.stop - 1}/{self.size}"} if self.status == 206 else {}
        )


def span_of(request: Request, size: int, tag: str) -> Span:
    """Which part of the body with this tag is asked for (RFC 9110, 14)."""
    asked = request.range if request.method == "GET" else None
    same = request.headers.get("If-Range", tag).strip() == tag
    # Several ranges at once may be answered with the whole, and nobody asks for them.
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or not same:
        return Span(200, 0, size, size)
    found = asked.range_for_length(size)
    return Span(416, 0, 0, size) if found is None else Span(206, *found, size)


def known_tags(request: Request) -> set[str]:
    """Tags of the bodies that the client has already; "*" is any."""
    header = request.headers.get("If-None-Match", "")
    return {tag.strip().removeprefix("W/") for tag in header.split(",")} - {""}


def _body(request: Request, made: Made, body: bytes, etag: str) -> Response:
    if "Content-Disposition" not in made.headers:
        response = Response(body, mimetype=made.media)
    else:
        span = span_of(request, len(body), etag)
        response = Response(body[span.first : span.stop], status=span.status, mimetype=made.media)
        response.headers.update(span.headers | {"Accept-Ranges": "bytes"})
    response.headers.update(made.headers)
    return response


def _encoded(request: Request, made: Made) -> tuple[str, bytes]:
    if len(made.body) < SMALLEST:
        return "", made.body
    if request.accept_encodings.quality("br") > 0:
        return "br", made.brotli
    if request.accept_encodings.quality("gzip") > 0:
        return "gzip", made.gzip
    return "", made.body
