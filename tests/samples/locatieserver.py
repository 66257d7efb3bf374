"""A Locatieserver on this machine: addresses and form of PDOK's, over real HTTP, in good and bad moods."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = "/bzk/locatieserver/search/v3_1"


def doc(name: str, point: tuple[float, float], kind: str = "adres", **more: Any) -> dict[str, Any]:
    """One answer; point: latitude, longitude."""
    told = {
        "weergavenaam": name,
        "type": kind,
        "centroide_ll": f"POINT({point[1]} {point[0]})",
        "score": 11.2,
    }
    return told | more


@dataclass
class Locatieserver:
    """base: what a configuration names; docs: its next answer, or `raw` with `status`; asked: queries so
    far with their headers; pause: seconds before the answer, drip: seconds between its bytes.
    """

    base: str = ""
    docs: list[dict[str, Any]] = field(default_factory=list)
    raw: bytes | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0
    drip: float = 0
    asked: list[tuple[dict[str, list[str]], dict[str, str]]] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """What it answers."""
        found = {"numFound": len(self.docs), "start": 0, "maxScore": 11.2, "numFoundExact": True}
        return (
            json.dumps({"response": found | {"docs": self.docs}}).encode() if self.raw is None else self.raw
        )


@contextmanager
def locatieserver() -> Iterator[Locatieserver]:
    """Serve until the end of the block."""
    state = Locatieserver()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            known = parts.path == f"{ROOT}/suggest"
            state.asked.append((parse_qs(parts.query), dict(self.headers)))
            time.sleep(state.pause)
            body = state.body if known else b"{}"
            self.send_response(state.status if known else 404)
            self.send_header("Content-Type", "application/json;charset=utf-8")
            self.send_header("Set-Cookie", "volg=mij")
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for at in range(0, len(body), 1 if state.drip else len(body)):
                    self.wfile.write(body[at : at + 1] if state.drip else body)
                    time.sleep(state.drip)
            except OSError:
                return

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.base = f"http://127.0.0.1:{server.server_port}{ROOT}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
