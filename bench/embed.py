"""Embeds beside a page with one `dcc.Graph` of the same figures, in headless Chromium; and what embeds weigh.

    python -m bench.embed [DATABASE]

In: the address of a release store; without one the fictional country is made first. Out: tables, and exit
status 1 when a limit is not met: 40 kB compressed for trend, vergelijking, cijfer and tabel with their style
sheet, and a first paint within a fifth of the time in which the `dcc.Graph` page shows its chart.

Both pages come from the same kind of server in this process; every visit has a fresh browser, in turns.
"""

import shutil
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import brotli
from dash import Dash, dcc, html
from flask import Flask
from flask_compress import Compress
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from dashboard import create_app
from dashboard.figures.trend import GRAPH_CONFIG, trend
from dashboard.settings import Settings
from etl import cli
from etl.commands.tables import table
from etl.release.engine import open_engine
from etl.release.read import Release, Store

VISITS = 7
HEAVIEST, SHARE = 40_000, 0.2
SMALL = ("trend", "vergelijking", "cijfer", "tabel")
FLAGS = ("--no-sandbox", "--disable-background-networking")
FIRST_PAINT = """() => new Promise((done) => {
  const look = () => {
    const [found] = performance.getEntriesByName("first-contentful-paint");
    found ? done(found.startTime) : setTimeout(look, 5);
  };
  look();
})"""
CHART_SHOWN = """() => new Promise((done) => {
  const look = () => document.querySelector(".js-plotly-plot .scatterlayer .trace")
    ? requestAnimationFrame(() => done(performance.now())) : setTimeout(look, 5);
  look();
})"""


def main(arguments: list[str]) -> int:
    """Measure and print; 1 when a limit is not met."""
    with tempfile.TemporaryDirectory() as folder:
        address = arguments[0] if arguments else _made(Path(folder))
        store = Store(open_engine(address))
        release = store.release()
        weighed = weights(store, release)
        times = paints(store, release)
    print(table(("embed", "bytes compressed, style included"), [(k, f"{v:,}") for k, v in weighed.items()]))
    print(table(("page", "ms, median", "all"), [_told(name, found) for name, found in times.items()]))
    ours, theirs = (statistics.median(times[name]) for name in ("embed: first paint", "dcc.Graph: chart"))
    heavy = [kind for kind in SMALL if weighed[kind] > HEAVIEST]
    print(f"share of the dcc.Graph page: {ours / theirs:.2f} (at most {SHARE}); too heavy: {heavy or 'none'}")
    return 1 if heavy or ours > SHARE * theirs else 0


def weights(store: Store, release: Release) -> Mapping[str, int]:
    """Kind -> bytes that travel, brotli, for the largest usual view of each."""
    client = create_app(Settings(), store).server.test_client()
    codes = [area.code for area in release.regions if area.level == "gemeente"][:12]
    indicator = release.figures[0].id
    sheet = len(brotli.compress(client.get("/embed/stijl.css?thema=auto&kleur=1d4e79").data))
    found = {}
    for kind in ("kaart", *SMALL):
        more = f"&gebieden={','.join(codes)}" if kind == "vergelijking" else ""
        answer = client.get(f"/embed/{kind}?indicator={indicator}{more}")
        found[kind] = len(brotli.compress(answer.data)) + sheet
    return found


def paints(store: Store, release: Release) -> Mapping[str, list[float]]:
    """Page -> milliseconds from navigation, one a visit."""
    indicator, code = release.figures[0].id, release.regions.codes[0]
    ours = create_app(Settings(), store).server
    with (
        serving(ours) as embeds,
        serving(graph_page(release, indicator, code)) as graphs,
        chromium() as browser,
    ):
        embed = f"{embeds}/embed/trend?indicator={indicator}"
        found: dict[str, list[float]] = {"embed: first paint": [], "dcc.Graph: first paint": []}
        found["dcc.Graph: chart"] = []
        for _ in range(VISITS + 1):
            found["embed: first paint"].append(visit(browser, embed, FIRST_PAINT))
            found["dcc.Graph: first paint"].append(visit(browser, graphs, FIRST_PAINT))
            found["dcc.Graph: chart"].append(visit(browser, graphs, CHART_SHOWN))
    # The first visit of each warms the server.
    return {name: times[1:] for name, times in found.items()}


def graph_page(release: Release, indicator: str, code: str) -> Flask:
    """A plain Dash page with the same line."""
    app = Dash("graph_page", update_title="", enable_mcp=False)
    years, values = release.over_time(indicator, code)
    figure = trend(years, values, release.indicators[indicator], "nl")
    app.layout = html.Main(
        [html.H1(release.indicators[indicator].name.nl), dcc.Graph(figure=figure, config=GRAPH_CONFIG)]
    )
    Compress(app.server)
    server: Flask = app.server
    return server


def visit(browser: Browser, address: str, script: str) -> float:
    """Milliseconds until what the script waits for, in a browser that has seen nothing."""
    context = browser.new_context(viewport={"width": 640, "height": 640})
    page = context.new_page()
    page.goto(address, wait_until="commit")
    took = float(page.evaluate(script))
    context.close()
    return took


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing: lines of a log would stand between the tables."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The app on a free port; its origin."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium of this machine."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        sys.exit("no Chromium on this machine (apt-get install chromium): nothing measured")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def _made(folder: Path) -> str:
    address = f"sqlite:///{folder / 'demo.db'}"
    if cli.main(["demo", "--database", address, "--sources", str(folder / "sources")]):
        sys.exit("the fictional country could not be made: nothing measured")
    return address


def _told(name: str, times: list[float]) -> tuple[str, str, str]:
    return name, f"{statistics.median(times):.0f}", " ".join(f"{time:.0f}" for time in sorted(times))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
