"""A Chromium and the whole site over the tiny country, for journeys through the explorer."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from werkzeug.serving import make_server

from dashboard import create_app
from dashboard.settings import Settings
from etl.release.read import Store
from tests.samples.tiny_site import tiny_store

SOFTWARE_GL = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
NO_WEBGL = ("--disable-gpu", "--disable-webgl", "--disable-3d-apis")
PATIENCE = 30_000


@pytest.fixture(scope="module")
def explorer_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Origin of a site with two releases of the tiny country: tiny-1, and the newer tiny-2."""
    store = tiny_store(tmp_path_factory.mktemp("explorer"), "tiny-1", "tiny-2")
    with served(store) as origin:
        yield origin


@contextmanager
def served(store: Store, settings: Settings | None = None) -> Iterator[str]:
    """Origin of a site over this store, until the end of the block."""
    app = create_app(settings or Settings(), store)
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium_path() -> str:
    """Where Chromium is; skips without one, fails in CI."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    if path is None:
        reason = "no Chromium on this machine (apt-get install chromium, or name one in CHROMIUM)"
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="module")
def playwright_here() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser_with(playwright_here: Playwright, chromium_path: str) -> Iterator[Callable[..., Browser]]:
    """Start a Chromium with these flags; all are closed after the module."""
    started: list[Browser] = []

    def start(*flags: str) -> Browser:
        options = ["--no-sandbox", "--disable-background-networking", *flags]
        started.append(playwright_here.chromium.launch(executable_path=chromium_path, args=options))
        return started[-1]

    yield start
    for browser in started:
        browser.close()


@pytest.fixture
def visit(explorer_site: str) -> Iterator[Callable[..., Page]]:
    """Open an address in a browser, with the options of a Playwright context."""
    contexts = []

    def open_page(browser: Browser, address: str, **options: object) -> Page:
        viewport = options.pop("viewport", {"width": 1280, "height": 840})
        context = browser.new_context(base_url=explorer_site, viewport=viewport, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page = context.new_page()
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Origin of a site with one release of the tiny country."""
    with served(tiny_store(tmp_path_factory.mktemp("site"))) as origin:
        yield origin


@pytest.fixture(scope="module")
def chromium(browser_with: Callable[..., Browser]) -> Browser:
    """A Chromium that draws WebGL in software."""
    expect.set_options(timeout=PATIENCE)
    return browser_with(*SOFTWARE_GL)
