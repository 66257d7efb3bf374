"""A StatLine and PDOK of our own on a real socket: tables in; the paging, padding and mishaps of theirs out.

    with serve({"90001NED": table}) as server:
        Client(server.v3)            OData v3: /ODataApi/odata/{table}/..., at most 10,000 rows an answer
        Client(server.v4)            OData v4: /odata/v1/CBS/{table}/..., pages by @odata.nextLink
        server.mishaps.append(...)   what goes wrong with the next answers
        server.asked                 every path that was asked, in order

A filter is matched blank for blank, as the services do: the wrong padding gives no rows and no error.
"""

import gzip
import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

Rows = list[dict[str, Any]]
LIMIT = 10_000


@dataclass(frozen=True)
class Mishap:
    """One thing that goes wrong with one answer.

    kind: status (code), slow (seconds of silence before the body), drip (the body in crumbs, seconds between
    them), cut (the connection ends after `at` bytes of the body), unsaid (cut, without a length that tells),
    garble (bytes that are not JSON), half (half of the body, said to be whole), redirect, form (other JSON).
    """

    kind: str
    status: int = 500
    at: int = 0
    seconds: float = 0.0
    retry_after: str = ""


@dataclass
class StatLineTable:
    """One table as the services hold it, keys padded, None withheld. sets: name of an entity set -> rows."""

    sets: dict[str, Rows]
    observations: Rows = field(default_factory=list)


@dataclass
class Server:
    """The running service."""

    origin: str
    tables: dict[str, StatLineTable]
    features: dict[str, Rows]
    page: int
    mishaps: list[Mishap | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    static: bool = False
    """Ignore $skip and $top, as a folder of files behind a web server does."""
    link_host: str = ""

    @property
    def v3(self) -> str:
        """Base address of OData v3."""
        return f"{self.origin}/ODataApi/odata"

    @property
    def v4(self) -> str:
        """Base address of OData v4."""
        return f"{self.origin}/odata/v1/CBS"

    @property
    def ogc(self) -> str:
        """Base address of the OGC API Features."""
        return f"{self.origin}/cbs/wijken-en-buurten-2024/ogc/v1"

    @property
    def links(self) -> str:
        """Where links to the next page say they lead."""
        return self.link_host or self.origin


@contextmanager
def serve(
    tables: dict[str, StatLineTable] | None = None,
    features: dict[str, Rows] | None = None,
    page: int = LIMIT,
) -> Iterator[Server]:
    """Serve until the block ends. page: most rows of one answer."""
    server = Server("", tables or {}, features or {}, page)
    listener = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, server))
    listener.daemon_threads = True
    server.origin = f"http://127.0.0.1:{listener.server_address[1]}"
    # A short poll, so that a test does not wait half a second for the server to stop.
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, server: Server, *arguments: Any) -> None:
        self.service = server
        super().__init__(*arguments)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests read `asked`."""

    def do_GET(self) -> None:
        self.service.asked.append(self.path)
        mishap = self.service.mishaps.pop(0) if self.service.mishaps else None
        answer = _answer(self.service, self.path)
        try:
            self._send(answer, mishap)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _send(self, answer: dict[str, Any] | str, mishap: Mishap | None) -> None:
        if isinstance(answer, str):
            body = json.dumps({"odata.error": {"code": "", "message": {"lang": "nl-NL", "value": answer}}})
            self._whole(404 if answer.startswith("Onbekend") else 400, body.encode())
            return
        body = json.dumps(answer, ensure_ascii=False).encode()
        if mishap is None:
            packed = "gzip" in self.headers.get("Accept-Encoding", "")
            self._whole(200, gzip.compress(body, 1) if packed else body, "gzip" if packed else "")
        elif mishap.kind == "status":
            self._whole(mishap.status, b"<html>storing</html>", retry_after=mishap.retry_after)
        elif mishap.kind == "redirect":
            self._whole(302, b"", location="https://elders.example/")
        elif mishap.kind == "garble":
            self._whole(200, b"\xff\xfe<html>")
        elif mishap.kind == "form":
            self._whole(200, b'["geen", "tabel"]')
        elif mishap.kind == "half":
            self._whole(200, body[: len(body) // 2])
        elif mishap.kind == "slow":
            time.sleep(mishap.seconds)
            self._whole(200, body)
        else:
            self._broken(body, mishap)

    def _broken(self, body: bytes, mishap: Mishap) -> None:
        """A body that does not arrive whole; the connection ends where the mishap says."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if mishap.kind != "unsaid":
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if mishap.kind == "drip":
            for byte in body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(mishap.seconds)
        else:
            self.wfile.write(body[: mishap.at])
        self.close_connection = True

    def _whole(
        self, status: int, body: bytes, packed: str = "", retry_after: str = "", location: str = ""
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (
            ("Content-Encoding", packed),
            ("Retry-After", retry_after),
            ("Location", location),
        ):
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _answer(server: Server, path: str) -> dict[str, Any] | str:
    """The JSON of one address, or the service's complaint."""
    parts = urlsplit(path)
    query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    steps = parts.path.strip("/").split("/")
    if steps[0] == "cbs" and steps[4:5] == ["collections"]:
        return _features(server, steps[5], parts.path, query)
    table = server.tables.get(steps[-2])
    if table is None:
        return f"Onbekende tabel {steps[-2]}"
    if steps[:3] == ["odata", "v1", "CBS"]:
        return _v4(server, table, steps[-1], parts.path, query)
    return _v3(server, table, steps[-1], parts.path, query)


def _v3(
    server: Server, table: StatLineTable, name: str, path: str, query: dict[str, str]
) -> dict[str, Any] | str:
    if name not in table.sets:
        return f"Onbekend: {name}"
    rows = _filtered(table.sets[name], query.get("$filter", ""))
    if isinstance(rows, str):
        return rows
    top = int(query.get("$top", "1000000000"))
    skip = int(query.get("$skip", "0"))
    if server.static:
        top, skip = len(rows), 0
    shown = rows[skip : skip + min(top, server.page)]
    if "$select" in query:
        wanted = query["$select"].split(",")
        if shown and not set(wanted) <= set(shown[0]):
            return f"Could not find a property named {(set(wanted) - set(shown[0])).pop()!r}"
        shown = [{key: row[key] for key in wanted} for row in shown]
    answer: dict[str, Any] = {"odata.metadata": f"{server.links}/$metadata#{name}", "value": shown}
    left = min(top, len(rows) - skip) - len(shown)
    if left > 0 and not server.static:
        following = query | {"$top": str(top - len(shown)), "$skip": str(skip + len(shown))}
        if "$top" not in query:
            del following["$top"]
        answer["odata.nextLink"] = f"{server.links}{path}?{_query(following)}"
    return answer


def _v4(
    server: Server, table: StatLineTable, name: str, path: str, query: dict[str, str]
) -> dict[str, Any] | str:
    if name == "Properties":
        return dict(table.sets["Properties"][0])
    source = table.observations if name == "Observations" else table.sets.get(name)
    if source is None:
        return f"Onbekend: {name}"
    rows = _filtered(source, query.get("$filter", ""))
    if isinstance(rows, str):
        return rows
    skip = int(query.get("$skip", "0"))
    shown = rows[skip : skip + min(int(query.get("$top", "1000000000")), server.page)]
    answer: dict[str, Any] = {"@odata.context": f"{server.links}/$metadata#{name}", "value": shown}
    if "$top" not in query and skip + len(shown) < len(rows):
        following = query | {"$skip": str(skip + len(shown))}
        answer["@odata.nextLink"] = f"{server.links}{path}?{_query(following)}"
    return answer


def _features(server: Server, name: str, path: str, query: dict[str, str]) -> dict[str, Any] | str:
    """OGC API Features as PDOK gives them: a cursor, links, and no total."""
    if name not in server.features:
        return f"Onbekende collectie {name}"
    if query.get("crs") != "http://www.opengis.net/def/crs/EPSG/0/28992":
        return "Deze server geeft alleen EPSG:28992"
    limit = min(int(query.get("limit", "10")), server.page, 1000)
    start = int(query.get("cursor", "0"))
    rows = server.features[name]
    links = [{"rel": "self", "href": f"{server.links}{path}"}]
    if start + limit < len(rows):
        following = query | {"cursor": str(start + limit)}
        links.append({"rel": "next", "href": f"{server.links}{path}?{_query(following)}"})
    shown = rows[start : start + limit]
    return {"type": "FeatureCollection", "links": links, "features": shown, "numberReturned": len(shown)}


_TERM = re.compile(r"(\w+) eq '((?:[^']|'')*)'")


def _filtered(rows: Rows, expression: str) -> Rows | str:
    """Rows that an `(a eq 'x' or a eq 'y') and (...)` filter lets through, blank for blank."""
    wanted: dict[str, set[str]] = {}
    rest = _TERM.sub("", expression)
    if rest.replace("(", "").replace(")", "").replace("or", "").replace("and", "").strip():
        return f"Syntax error in {expression!r}"
    for column, key in _TERM.findall(expression):
        if rows and column not in rows[0]:
            return f"Could not find a property named {column!r}"
        wanted.setdefault(column, set()).add(key.replace("''", "'"))
    return [row for row in rows if all(row[column] in keys for column, keys in wanted.items())]


def _query(parameters: dict[str, str]) -> str:
    return "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in parameters.items())


def cut_points(length: int, step: int) -> Sequence[int]:
    """Where to cut a body of this length: both ends and every `step` bytes between."""
    return sorted({0, 1, length - 1, *range(0, length, step)})
