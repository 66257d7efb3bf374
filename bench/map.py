"""The national map of all buurten beside a plain Plotly `Choroplethmap` page, in headless Chromium.

    python -m bench.map [DATABASE]

In: the folder with the Dutch boundaries and public figures (REGIOBEELD_SHARED_DATA, or ../shared/data;
nothing is measured without it, and that is said). Without DATABASE the release of config/nl2024.toml is made
first. Out: a table, and exit status 1 when a limit is not met: time from navigation to coloured at most 0.45
of Plotly's, 1,000 kB in all, other figures within 250 ms, 40 kB and a tenth of Plotly's time, no task over
200 ms once all is there.

Both pages are served by the same kind of server; every visit has a fresh browser, and they take turns.
VISITS sets how many of each count (3). The pointer comes to a button before it is pressed, as a hand's does,
and the clock runs from the press until all that was asked of WebGL is drawn. To wait for that is a long task
of the clock's own, so long tasks are watched in visits without a clock. Nothing is measured when one of our
pictures is wrong (bench/right.py).
"""

import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, Request, sync_playwright

from bench import right
from etl.commands.tables import table
from etl.release.engine import open_engine
from etl.release.read import Store

CHECKOUT = Path(__file__).resolve().parent.parent
VISITS = int(os.environ.get("VISITS", "3"))
AWAKE = 2500
HAND = 150
"""Milliseconds between the pointer over a button and its press: a quick hand."""
VIEW = "/?indicator=misdrijven&niveau=buurt&jaar=2025"
CHANGES = ("2024", "2023", "Gemeente", "Buurt", "Wijk", "Buurt")
YEARS = ("2024", "2023", "2022")
RATIO, WEIGHT, RECOLOUR, RECOLOUR_WEIGHT, RECOLOUR_RATIO, LONG = 0.45, 1000, 250, 40, 0.10, 200
FLAGS = (
    *("--no-sandbox", "--disable-background-networking", "--use-gl=angle", "--use-angle=swiftshader"),
    "--enable-unsafe-swiftshader",
)
WATCH = """window.longest = [];
new PerformanceObserver((list) => list.getEntries().forEach((task) => window.longest.push(task.duration)))
  .observe({ type: "longtask", buffered: true });"""
PAINTED = """const painted = (map) => {
  const canvas = map.getCanvas(), gl = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  return performance.now();
};"""
"""WebGL draws later than it is told to. Whoever asks for a pixel waits until all of it is done."""
OURS_SHOWN = f"""() => new Promise((done) => {{ {PAINTED}
  const look = () => document.querySelector(".map-holder[data-drawn]") ? done(painted(window.regiobeeld.map))
    : requestAnimationFrame(look);
  look();
}})"""
OURS_BUTTONS = "#keuzes a.chip"
OURS_CLICK = f"""const began = performance.now();
  [...document.querySelectorAll("{OURS_BUTTONS}")].find((link) => link.textContent === text).click();"""
OURS_CHANGE = f"""(text) => new Promise((done) => {{ {PAINTED}
  const stop = () => done(painted(window.regiobeeld.map) - began);
  window.addEventListener("regiobeeld:coloured", stop, {{ once: true }});
  {OURS_CLICK}
}})"""
OURS_UNCLOCKED = f"""(text) => new Promise((done) => {{
  window.addEventListener("regiobeeld:coloured", () => done(performance.now() - began), {{ once: true }});
  {OURS_CLICK}
}})"""
PLOTLY_MAP = f"""{PAINTED}
const plot = () => document.querySelector(".js-plotly-plot");
const map = () => plot()?._fullLayout?.map?._subplot?.map;
const ready = () => map()?.getStyle()?.layers.some(({{ type }}) => type === "fill") && map().loaded() &&
  map().areTilesLoaded();"""
PLOTLY_SHOWN = f"""() => new Promise((done) => {{ {PLOTLY_MAP}
  const look = () => ready() ? done(painted(map())) : requestAnimationFrame(look);
  look();
}})"""
PLOTLY_CHANGE = f"""(text) => new Promise((done) => {{ {PLOTLY_MAP}
  const before = plot().data[0].z, began = performance.now();
  const look = () => plot().data[0].z !== before && ready()
    ? requestAnimationFrame(() => done(painted(map()) - began)) : requestAnimationFrame(look);
  [...document.querySelectorAll("button")].find((button) => button.textContent === text).click();
  look();
}})"""


@dataclass
class Visit:
    """One visit with an empty cache. shown: ms from navigation to coloured; weight: kB of every answer, also
    to workers; changes: (what, ms, kB); longest: longest task in ms after everything was there.
    """

    shown: float
    weight: float
    longest: float = 0
    changes: list[tuple[str, float, float]] = field(default_factory=list)


def visit(
    playwright: Playwright, chromium: str, address: str, scripts: Sequence[str], asked: Sequence[str]
) -> Visit:
    """Open a page and ask it for other figures. scripts: what waits for the map, what makes a change, and the
    selector of its buttons.
    """
    shown, change, buttons = scripts
    browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
    try:
        page = browser.new_page(viewport={"width": 1280, "height": 840})
        # A browser that has just started is busy with itself; that is no page's doing.
        page.wait_for_timeout(AWAKE)
        page.add_init_script(WATCH)
        finished: list[Request] = []
        page.on("requestfinished", lambda request: finished.append(request))
        page.goto(address, wait_until="commit")
        seen = Visit(page.evaluate(shown), 0)
        page.evaluate("window.longest.length = 0")
        settle(page, finished)
        seen.weight = weigh(finished)
        for text in asked:
            finished.clear()
            page.locator(buttons).filter(has_text=re.compile(f"^{text}$")).first.hover()
            page.wait_for_timeout(HAND)
            took = page.evaluate(change, text)
            settle(page, finished)
            seen.changes.append((text, took, weigh(finished)))
        seen.longest = page.evaluate("Math.max(0, ...window.longest)")
        return seen
    finally:
        browser.close()


def settle(page: Page, finished: Sequence[Request]) -> None:
    """Until no answer has come for a second and a half."""
    before, quiet = -1, 0
    while quiet < 3:
        page.wait_for_timeout(500)
        before, quiet = len(finished), quiet + 1 if before == len(finished) else 0


def weigh(finished: Sequence[Request]) -> float:
    """kB over the line: bodies as sent, and headers."""
    return sum(_size(request) for request in finished if request.url.startswith("http")) / 1000


def _size(request: Request) -> int:
    sizes = request.sizes()
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])


@contextmanager
def serving(command: Sequence[str], origin: str, path: str, **environment: str) -> Iterator[str]:
    """A server in a process of its own, answering; its origin."""
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command, cwd=CHECKOUT, env=os.environ | environment, stdout=said, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            for _ in range(600):
                with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(origin + path):
                    break
                if process.poll() is not None:
                    said.seek(0)
                    raise RuntimeError(f"{' '.join(command)} stopped: {said.read().decode()[-800:]}")
                time.sleep(0.2)
            yield origin
        finally:
            process.terminate()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def dutch_sources() -> Path:
    """The folder with Dutch boundaries and figures, there or not."""
    named = os.environ.get("REGIOBEELD_SHARED_DATA")
    return (Path(named) if named else CHECKOUT.parent / "shared" / "data") / "nl2024"


def release(folder: Path, sources: Path) -> str:
    """Address of a store with the Dutch release."""
    address = f"sqlite:///{folder / 'nl.db'}"
    print("Making the Dutch release (some minutes).", flush=True)
    command = [sys.executable, "-m", "etl", "run", "config/nl2024.toml", "--sources", str(sources)]
    subprocess.run([*command, "--database", address], cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
    return address


def measure(database: str, sources: Path, chromium: str) -> tuple[list[Visit], list[Visit], list[Visit]]:
    """Visits to our page, to Plotly's and to ours without a clock, in turns; the first only warm the servers.

    RuntimeError when one of our pictures is not right: a wrong map has no speed.
    """
    ports = free_port(), free_port()
    our_origin, plotly_origin = (f"http://127.0.0.1:{port}" for port in ports)
    boundaries = str(sources / "wijkenbuurten_2024.gpkg")
    plotly = [sys.executable, "-m", "bench.plotly_page", database, boundaries, str(ports[1])]
    site = serving(
        [sys.executable, "app.py"], our_origin, VIEW, PORT=str(ports[0]), REGIOBEELD_DATABASE=database
    )
    with site, serving(plotly, plotly_origin, "/gebieden.json"), sync_playwright() as playwright:
        look(playwright, chromium, our_origin, database)
        pages = (
            (our_origin + VIEW, (OURS_SHOWN, OURS_CHANGE, OURS_BUTTONS), CHANGES),
            (plotly_origin, (PLOTLY_SHOWN, PLOTLY_CHANGE, "button"), YEARS),
            (our_origin + VIEW, (OURS_SHOWN, OURS_UNCLOCKED, OURS_BUTTONS), CHANGES),
        )
        turns = [[visit(playwright, chromium, *page) for page in pages] for _ in range(VISITS + 1)]
        ours, theirs, watched = (list(visits) for visits in zip(*turns[1:], strict=True))
        return ours, theirs, watched


def look(playwright: Playwright, chromium: str, origin: str, database: str) -> None:
    """Compare the first picture, and that after each change, with the release."""
    release = Store(open_engine(database)).release()
    browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
    try:
        page = browser.new_page(viewport={"width": 1280, "height": 840})
        page.add_init_script(right.WATCH)
        page.goto(origin + VIEW, wait_until="commit")
        page.evaluate(OURS_SHOWN)
        page.locator("html.alive").wait_for(state="attached")
        year, level = 2025, "buurt"
        for text in ("", *CHANGES):
            if text:
                page.evaluate(OURS_CHANGE, text)
                year, level = (int(text), level) if text.isdigit() else (year, text.lower())
            found, areas, pixels = right.faults(page, release, ("misdrijven", year, level))
            print(
                f"{level} {year}: {areas} areas and {pixels} pixels looked at, {len(found)} wrong", flush=True
            )
            if found or not pixels:
                raise RuntimeError(f"the map of {level} {year} is wrong: {'; '.join(found[:5])}")
    finally:
        browser.close()


def median(numbers: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(numbers)


def report(ours: list[Visit], plotly: list[Visit], watched: list[Visit]) -> int:
    """Print what was measured and which limits hold; 1 when one does not."""
    shown, theirs = (median([one.shown for one in visits]) for visits in (ours, plotly))
    weight, their_weight = (max(one.weight for one in visits) for visits in (ours, plotly))
    rows: list[tuple[Any, ...]] = [
        ("national map of buurten, ms", f"{shown:.0f}", f"{theirs:.0f}", f"{shown / theirs:.2f}"),
        ("weight in all, kB", f"{weight:.0f}", f"{their_weight:.0f}", f"{weight / their_weight:.2f}"),
    ]
    change = median([took for one in plotly for _, took, _ in one.changes])
    slowest, heaviest = 0.0, 0.0
    for at, what in enumerate(CHANGES):
        took = median([one.changes[at][1] for one in ours])
        size = max(one.changes[at][2] for one in ours)
        slowest, heaviest = max(slowest, took), max(heaviest, size)
        name = f"to {what} ({size:.0f} kB), ms"
        rows.append((name, f"{took:.0f}", f"{change:.0f}", f"{took / change:.2f}"))
    longest = median([one.longest for one in watched])
    rows.append(("longest task after, ms", f"{longest:.0f}", "", ""))
    print(table(("what", "ours", "Plotly", "ratio"), rows))
    limits = (
        (f"coloured within {RATIO} of Plotly's time", shown / theirs, RATIO),
        (f"at most {WEIGHT} kB", weight, WEIGHT),
        (f"other figures within {RECOLOUR} ms", slowest, RECOLOUR),
        (f"other figures within {RECOLOUR_RATIO} of Plotly's time", slowest / change, RECOLOUR_RATIO),
        (f"other figures in {RECOLOUR_WEIGHT} kB", heaviest, RECOLOUR_WEIGHT),
        (f"no task over {LONG} ms after", longest, LONG),
    )
    print()
    for name, found, limit in limits:
        print(f"{'PASS' if found <= limit else 'FAIL'}: {name} ({found:.3g})")
    return int(any(found > limit for _, found, limit in limits))


def main(database: str | None = None) -> int:
    """Measure and report."""
    sources = dutch_sources()
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    chromium = next((path for name in names if name and (path := shutil.which(name))), None)
    if not sources.is_dir():
        print(
            "Map not measured: no folder with Dutch public data (REGIOBEELD_SHARED_DATA, or ../shared/data)."
        )
        return 0
    if chromium is None:
        print("Map not measured: no Chromium (apt install chromium, or name one in CHROMIUM).")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        address = database or release(Path(folder), sources)
        visits = measure(address, sources, chromium)
    when, load = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), os.getloadavg()[0]
    print(f"{when}, {os.cpu_count()} cores, {platform.machine()}, load {load:.1f}, software WebGL")
    return report(*visits)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
