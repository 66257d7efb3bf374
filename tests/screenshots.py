"""Pictures of every page as people see it. A release store goes in; PNG files in screenshots/ come out.

    make screenshots        the store of REGIOBEELD_DATABASE, or the demo in var/

Not a test: the pictures are for looking at and are not committed.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from playwright.sync_api import Page, sync_playwright

from dashboard.pages import PAGES
from dashboard.settings import Settings
from etl.release.engine import open_engine
from etl.release.read import Store

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = {1280: 800, 390: 844}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


def main() -> int:
    """Take all pictures; returns the exit status."""
    database = Settings.from_env().database
    store = Store(open_engine(database))
    if not store.releases():
        print(f"No release in {database}: run `make run` or `python -m etl demo` first.", file=sys.stderr)
        return 1
    browser = next(filter(None, map(which, BROWSERS)), None)
    if browser is None:
        print("No Chromium to take pictures with: apt install chromium.", file=sys.stderr)
        return 1
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    with serving() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
        for width, height in WIDTHS.items():
            page = chromium.new_page(viewport={"width": width, "height": height}, locale="nl-NL")
            for name, path in views(store).items():
                take(page, address + path, folder / f"{name}-{width}.png")
        chromium.close()
    return 0


def views(store: Store) -> dict[str, str]:
    """Name of a picture -> address, over what the newest release holds."""
    release = store.release()
    indicator = release.figures[0].id
    year = release.years(indicator)[-1]
    code = release.regions.codes[release.regions.slice("gemeente").start]
    buurt = release.regions.codes[release.regions.slice("buurt").start]
    start = release.regions.slice("gemeente").start
    some = release.regions.codes[start : start + 3]
    query = f"indicator={indicator}&jaar={year}"
    pages = {page.path.strip("/"): page.path for page in PAGES if page.path != "/"}
    english = {f"{name}-english": f"{path}?taal=en" for name, path in pages.items()}
    return {
        **pages,
        **english,
        "gebied": f"/gebied/{code}",
        "explorer": "/",
        "explorer-english": "/?taal=en",
        "explorer-gemeente": f"/?{query}&niveau=buurt&gebied={code}",
        "explorer-table": f"/?{query}&niveau=gemeente&weergave=tabel",
        "area": f"/gebied/{code}",
        "area-english": f"/gebied/{code}?taal=en",
        "area-buurt": f"/gebied/{buurt}",
        "compare": f"/vergelijk?gebieden={','.join(some)}",
        "unknown-area": "/?gebied=GM0000",
        "embed-kaart": f"/embed/kaart?{query}&niveau=gemeente",
        "embed-trend": f"/embed/trend?indicator={indicator}&gebied={code}",
    }


def take(page: Page, address: str, file: Path) -> None:
    """One picture, once the page has been quiet for half a second and the map had time to draw."""
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(1_500)
    page.screenshot(path=file, full_page=True)
    print(file.relative_to(ROOT))


@contextmanager
def serving() -> Iterator[str]:
    """The site on a free port, as it runs in public; gives its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", "app:server", "--threads=4", "--no-control-socket"]
    server = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"PORT": str(port)}, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
                break
            except urllib.error.URLError:
                time.sleep(0.25)
        else:
            raise RuntimeError("the site did not start: run `python app.py` to see why")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
