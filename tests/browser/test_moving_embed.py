"""The map that moves, in a frame of another origin: it draws, keeps its policy and weight, and falls back."""

from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from flask import Flask, request
from playwright.sync_api import Browser, Page, expect

from dashboard import create_app
from dashboard.settings import Settings
from tests.browser.conftest import NO_WEBGL, SOFTWARE_GL
from tests.browser.test_embed import Heard, host, serving
from tests.samples.tiny_site import tiny_store

pytestmark = pytest.mark.browser

ADDRESS = "/embed/kaart?indicator=misdrijven&niveau=buurt&binnen=GM9001&interactief=ja"
HEAVIEST = 500_000


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    server: Flask = create_app(Settings(), tiny_store(tmp_path_factory.mktemp("moving"))).server
    return server


def drawn(page: Page) -> None:
    expect(page.frame_locator("iframe").locator(".map-holder[data-drawn]")).to_have_count(1, timeout=60_000)


def test_it_draws_on_another_origin_within_its_policy_and_weight(
    app: Flask, browser_with: Callable[..., Browser]
) -> None:
    sent: dict[str, int] = {}

    def weigh(response):  # type: ignore[no-untyped-def]
        sent[request.full_path] = response.calculate_content_length() or 0
        return response

    app.after_request_funcs.setdefault(None, []).insert(0, weigh)
    with serving(app) as site, serving(host((site + ADDRESS,))) as origin:
        page = browser_with(*SOFTWARE_GL).new_page()
        heard = Heard()
        heard.listen(page)
        page.goto(origin)
        drawn(page)
        frame = page.frames[1]
        left = frame.evaluate("[localStorage.length, sessionStorage.length, document.cookie.length]")
        assert left == [0, 0, 0]
        assert [line for line in heard.console if "favicon" not in line and "404" not in line] == []
        assert heard.cookies == []
        hosts = {url.split("/")[2] for url in heard.requests if url.startswith("http")}
        assert hosts == {origin.split("/")[2], site.split("/")[2]}
        assert any("/tegels/" in path for path in sent) and sum(sent.values()) <= HEAVIEST
        box = frame.locator("#kaart").bounding_box()
        assert box is not None and box["width"] > 300 and box["height"] > 200
        page.close()


def test_a_keyboard_reaches_map_buttons_and_table_and_axe_finds_nothing(
    app: Flask, browser_with: Callable[..., Browser]
) -> None:
    with serving(app) as site:
        context = browser_with(*SOFTWARE_GL).new_context(bypass_csp=True)
        page = context.new_page()
        page.goto(site + ADDRESS)
        expect(page.locator(".map-holder[data-drawn]")).to_have_count(1, timeout=60_000)
        reached = []
        for _ in range(6):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.tagName"))
        assert reached[:5] == ["CANVAS", "BUTTON", "BUTTON", "BUTTON", "SUMMARY"]
        page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run()")["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found] == []
        context.close()


def test_a_click_tells_the_area(app: Flask, browser_with: Callable[..., Browser]) -> None:
    with serving(app) as site:
        page = browser_with(*SOFTWARE_GL).new_page()
        page.goto(site + ADDRESS)
        expect(page.locator(".map-holder[data-drawn]")).to_have_count(1, timeout=60_000)
        box = page.locator("#kaart").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.4)
        expect(page.locator(".aangewezen")).to_be_visible(timeout=30_000)
        assert "gebied=BU9001" in page.url
        page.close()


@pytest.mark.parametrize("kind", ["no WebGL", "no scripts"])
def test_without_webgl_or_scripts_the_drawing_is_what_one_sees(
    app: Flask, browser_with: Callable[..., Browser], kind: str
) -> None:
    with serving(app) as site:
        browser = browser_with(*NO_WEBGL)
        context = browser.new_context(java_script_enabled=kind != "no scripts")
        page = context.new_page()
        page.goto(site + ADDRESS)
        expect(page.locator("#kaart > svg")).to_be_visible()
        expect(page.locator(".map-holder")).to_have_count(0)
        context.close()
