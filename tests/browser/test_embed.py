"""Embeds in real Chromium, on a host page of another origin: drawn, silent, and nothing left behind."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Frame, Page, sync_playwright
from werkzeug.serving import make_server

from dashboard.origins import write
from dashboard.settings import Settings
from etl.release.read import Store
from tests.samples.tiny_site import tiny_server, tiny_store

pytestmark = pytest.mark.browser

EMBEDS = (
    "/embed/kaart?indicator=drugsverdachten",
    "/embed/kaart?indicator=drugsverdachten&niveau=buurt&binnen=GM9002&taal=en",
    "/embed/kaart?indicator=misdrijven&niveau=provincie&release=tiny-1",
    "/embed/trend?indicator=drugsverdachten&gebied=GM9003",
    "/embed/vergelijking?indicator=drugsverdachten&gebieden=GM9001,GM9003,WK900101&kleur=8a1f5c",
    "/embed/tabel?indicator=misdrijven&niveau=buurt&binnen=GM9001&thema=donker",
    "/embed/cijfer?indicator=drugsverdachten&gebied=GM9001&thema=auto&release=tiny-1",
    "/embed/kaart?indicator=bestaatniet",
)


@dataclass
class Heard:
    """What a page did: addresses asked, lines on the console, answers that set a cookie."""

    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.console.append(message.text))
        page.on("response", lambda r: self.cookies.append(r.url) if "set-cookie" in r.headers else None)


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The app on a free port, in a thread; its origin."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        reason = "no Chromium on this machine (apt-get install chromium)"
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return tiny_store(tmp_path_factory.mktemp("embeds"))


@pytest.fixture(scope="module")
def site(store: Store) -> Iterator[str]:
    with serving(tiny_server(store)) as origin:
        yield origin


def host(addresses: tuple[str, ...]) -> Flask:
    """A page of a municipality: plain iframes and nothing else."""
    app = Flask("host", static_folder=None)
    frame = '<iframe src="{}" title="Regiobeeld" width="480" height="640"></iframe>'
    frames = "".join(frame.format(address) for address in addresses)
    html = f'<!doctype html><html lang="nl"><title>Gemeente</title><link rel="icon" href="data:,">{frames}'
    app.add_url_rule("/", "home", lambda: Response(html, mimetype="text/html"))
    return app


def visit(browser: Browser, addresses: tuple[str, ...], check: Callable[[Page, list[Frame]], None]) -> Heard:
    """Open a host page with these frames and let `check` look at them; what happened meanwhile."""
    heard = Heard()
    with serving(host(addresses)) as origin, browser.new_context() as context:
        page = context.new_page()
        heard.listen(page)
        page.goto(origin, wait_until="networkidle")
        check(page, [frame for frame in page.frames if frame != page.main_frame])
        assert context.cookies() == []
    return heard


def test_eight_embeds_are_drawn_without_violations_cookies_storage_or_foreign_requests(
    chromium: Browser, site: str
) -> None:
    def drawn(page: Page, frames: list[Frame]) -> None:
        assert len(frames) == len(EMBEDS)
        for frame, address in zip(frames, EMBEDS, strict=True):
            assert frame.locator("h1").is_visible(), address
            if "bestaatniet" in address:
                continue
            assert frame.locator("footer a").is_visible()
            if "cijfer" not in address and "tabel" not in address:
                box = frame.locator("figure svg").bounding_box()
                assert box is not None and box["width"] > 200 and box["height"] > 100, address
            colour = frame.evaluate("getComputedStyle(document.querySelector('footer')).color")
            soft = "rgb(169, 182, 193)" if "donker" in address else "rgb(82, 96, 107)"
            assert colour == soft, "the style sheet is not applied"
            left = frame.evaluate("[localStorage.length, sessionStorage.length, document.cookie.length]")
            assert left == [0, 0, 0]

    heard = visit(chromium, tuple(site + address for address in EMBEDS), drawn)
    # The one frame that asks for an unknown figure answers 404, which Chromium notes on the console.
    assert [line for line in heard.console if "404" not in line] == []
    own = [url for url in heard.requests if url.startswith(site)]
    assert len(own) >= len(EMBEDS)
    hosts = {url.split("/")[2].split(":")[0] for url in heard.requests if not url.startswith("data:")}
    assert hosts == {"127.0.0.1"} and len({url.split("/")[2] for url in heard.requests if "//" in url}) == 2
    assert heard.cookies == []


def test_an_embed_fits_320_pixels_and_its_table_opens_by_keyboard(chromium: Browser, site: str) -> None:
    page = chromium.new_page(viewport={"width": 320, "height": 640})
    for address in EMBEDS[:-1]:
        page.goto(site + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    for kind in ("vergelijking", "trend"):
        page.goto(site + next(address for address in EMBEDS if kind in address))
        letters = page.evaluate("document.querySelector('svg text').getBoundingClientRect().height")
        assert letters >= 11
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("table").is_visible()
    page.close()


@pytest.mark.parametrize(
    "embed",
    [
        *(
            address
            for address in EMBEDS
            if "bestaatniet" not in address and "niveau=buurt&binnen=GM9001" not in address
        ),
        "/embed/vergelijking?indicator=drugsverdachten&gebieden=GM9001,GM9002,GM9003,WK900101,BU90010101",
        "/embed/tabel?indicator=drugsverdachten&gebieden=GM9001,GM9002&taal=en",
        "/embed/kaart?indicator=drugsverdachten&gebied=GM9003&interactief=ja",
    ],
)
@pytest.mark.parametrize("width", [320, 640])
def test_a_frame_of_the_height_we_tell_shows_all_and_little_more(
    chromium: Browser, site: str, embed: str, width: int
) -> None:
    page = chromium.new_page()
    told = page.request.get(f"{site}/oembed?maxwidth={width}&url={quote(site + embed)}").json()
    page.set_viewport_size({"width": told["width"], "height": told["height"]})
    page.goto(site + embed)
    foot = page.evaluate("document.querySelector('footer').getBoundingClientRect().bottom + 16")
    page.close()
    assert told["height"] - 130 < foot <= told["height"] + 1


def test_an_origin_that_is_not_allowed_is_refused_and_other_pages_are_never_framed(
    chromium: Browser, store: Store
) -> None:
    def refused(page: Page, frames: list[Frame]) -> None:
        assert [frame.url for frame in frames] == ["chrome-error://chromewebdata/"] * 3

    with serving(tiny_server(store, Settings(embed_origins=("https://www.borne.example",)))) as closed:
        addresses = (closed + EMBEDS[4], closed + "/", closed + "/v1/releases")
        heard = visit(chromium, addresses, refused)
    assert sum("frame-ancestors" in line for line in heard.console) == 3


def test_an_origin_that_is_put_on_the_list_may_frame_without_a_restart(
    chromium: Browser, store: Store, tmp_path: Path
) -> None:
    log = tmp_path / "origins.log"
    write(log, "add", "https://www.borne.example")
    with serving(tiny_server(store, Settings(origins=str(log)))) as closed:
        host_page = host((closed + EMBEDS[3],))
        with serving(host_page) as origin, chromium.new_context() as context:
            page = context.new_page()
            page.goto(origin, wait_until="networkidle")
            assert page.frames[1].url.startswith("chrome-error://")
            write(log, "add", origin)
            page.goto(origin, wait_until="networkidle")
            assert page.frames[1].locator("h1").is_visible()
            write(log, "remove", origin)
            page.goto(origin, wait_until="networkidle")
            assert page.frames[1].url.startswith("chrome-error://")


def test_a_hostile_colour_never_reaches_a_style_or_a_script(chromium: Browser, site: str) -> None:
    page = chromium.new_page()
    told: list[str] = []
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    for colour in ("1d4e79;}*{color:red}", '"><script>alert(1)</script>', "x:expression(alert(1))"):
        page.goto(f"{site}/embed/trend?indicator=misdrijven&kleur={quote(colour)}")
        assert page.evaluate("document.scripts.length") == 0
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(23, 33, 43)"
        page.goto(f"{site}/embed/stijl.css?kleur={quote(colour)}")
        assert "red" not in page.inner_text("body")
    assert told == []
    page.close()


def test_a_strict_policy_would_be_broken_by_an_inline_style(chromium: Browser, store: Store) -> None:
    """The rule broken on purpose: the console that was silent above is not deaf."""
    app = tiny_server(store)
    app.add_url_rule("/embed/stuk", "stuk", lambda: '<h1 style="color: red">x</h1><script>1</script>')
    with serving(app) as origin:
        heard = visit(chromium, (f"{origin}/embed/stuk",), lambda page, frames: None)
    assert sum("Content Security Policy" in line for line in heard.console) == 2
