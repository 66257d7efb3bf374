"""Answers too large for memory. Something that writes a file goes in; a file that stays the same comes out.

Written once into a folder of this process, then sent from disk: with ranges, so that a download that was cut
resumes. What is written depends only on the release, so every process and machine has the same bytes and
the same checksum. The folder goes when the process does.
"""

import gzip
import hashlib
import shutil
import tempfile
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import brotli
from flask import Request, Response

from dashboard.api.answers import SHORT, YEAR, known_tags, span_of

LIMIT = 2 * 1024**3
CHUNK = 1024 * 1024
PACKED = ("text/csv", "application/json", "application/geo+json")
"""Media that are worth compressing; the others are compressed inside."""


@dataclass(frozen=True)
class Filed:
    """An answer to be written to a file: how, and what it is."""

    write: Callable[[BinaryIO], None]
    media: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Volume:
    """A finished file."""

    path: Path
    digest: str
    size: int


class Shelf:
    """Files used last, up to a number of bytes together."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._folder: Path | None = None
        self._volumes: OrderedDict[Hashable, Volume] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()
        self._count = 0

    def get(self, key: Hashable, write: Callable[[BinaryIO], None]) -> Volume:
        """The file under this key; whoever asks first writes it, who asks meanwhile waits."""
        with self._lock:
            if key in self._volumes:
                self._volumes.move_to_end(key)
                return self._volumes[key]
            mine = self._making.setdefault(key, Lock())
        with mine:
            with self._lock:
                if key in self._volumes:
                    return self._volumes[key]
                path = self._new_path()
            try:
                with path.open("wb") as out:
                    write(out)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            with path.open("rb") as finished:
                digest = hashlib.file_digest(finished, "sha256").hexdigest()
            volume = Volume(path, digest, path.stat().st_size)
            with self._lock:
                self._volumes[key] = volume
                self._making.pop(key, None)
                self._make_room()
            return volume

    def _new_path(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="regiobeeld-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._count += 1
        return self._folder / str(self._count)

    def _make_room(self) -> None:
        while len(self._volumes) > 1 and sum(one.size for one in self._volumes.values()) > self._limit:
            # Who is reading it keeps reading: an open file outlives its name.
            self._volumes.popitem(last=False)[1].path.unlink(missing_ok=True)


def send(request: Request, shelf: Shelf, key: Hashable, filed: Filed, *, frozen: bool) -> Response:
    """The file, or the range of it that is asked for (RFC 9110, 14), compressed when that helps."""
    volume = shelf.get(key, filed.write)
    encoding = _encoding(request, filed.media)
    tag = f'"{volume.digest[:32]}{"-" + encoding if encoding else ""}"'
    if encoding:
        plain = volume.path
        volume = shelf.get((key, encoding), lambda out: _pack(plain, out, encoding))
    if known_tags(request) & {tag, "*"}:
        response = Response(status=304)
    else:
        response = _ranged(request, volume, tag)
        response.mimetype = filed.media
        response.headers.update(filed.headers)
        if encoding:
            response.headers["Content-Encoding"] = encoding
    response.headers["ETag"] = tag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = YEAR if frozen else SHORT
    return response


def _ranged(request: Request, volume: Volume, tag: str) -> Response:
    """The file, or the part of it that is asked for, a piece at a time."""
    span = span_of(request, volume.size, tag)
    if span.status == 416:
        return Response(status=416, headers=span.headers)
    return Response(
        _pieces(volume.path, span.first, span.stop), status=span.status, headers=dict(span.headers)
    )


def _pieces(path: Path, first: int, stop: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = stop - first
        while left > 0 and (piece := file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece


def _encoding(request: Request, media: str) -> str:
    if media not in PACKED:
        return ""
    takes = request.accept_encodings.quality
    return "gzip" if takes("gzip") > 0 else "br" if takes("br") > 0 else ""


def _pack(path: Path, out: BinaryIO, encoding: str) -> None:
    with path.open("rb") as plain:
        if encoding == "gzip":
            with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=5, mtime=0, filename="") as packed:
                shutil.copyfileobj(plain, packed, CHUNK)
            return
        press = brotli.Compressor(quality=4)
        while piece := plain.read(CHUNK):
            out.write(press.process(piece))
        out.write(press.finish())
