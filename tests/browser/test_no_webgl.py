"""Without WebGL the server's drawing stands in the map's place, says what it shows, and leads on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NO_WEBGL

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def without_gl(browser_with: Callable[..., Browser]) -> Browser:
    return browser_with(*NO_WEBGL)


def test_the_drawing_follows_the_view_and_its_areas_are_links(without_gl: Browser, visit: Visit) -> None:
    page = visit(without_gl, "/?indicator=misdrijven&niveau=buurt&jaar=2023")
    assert page.evaluate("document.createElement('canvas').getContext('webgl2')") is None
    areas = page.locator(".drawing svg a")
    expect(areas).to_have_count(3)
    expect(page.locator(".drawing-notes")).to_contain_text("Getekend per gemeente")
    expect(page.locator(".map-holder")).to_have_count(0)
    page.evaluate("window.same = true")
    page.locator(".drawing svg a", has_text="Westerdam").click()
    expect(page.locator("#gebied h2")).to_have_text("Westerdam")
    # Its own buurten have room now.
    expect(areas).to_have_count(4)
    expect(page.locator(".drawing-notes")).not_to_contain_text("Getekend per gemeente")
    expect(page.locator(".drawing g.geheim a")).to_have_count(1)
    page.get_by_role("link", name="2021", exact=True).first.click()
    expect(page.locator(".drawing svg title").first).to_contain_text("2021")
    assert page.evaluate("window.same") is True


def test_the_way_to_the_table_stands_beside_the_drawing(without_gl: Browser, visit: Visit) -> None:
    page = visit(without_gl, "/?indicator=misdrijven")
    page.get_by_role("link", name="Bekijk alle cijfers als tabel").click()
    expect(page.locator(".table-view tbody tr")).to_have_count(3)


def test_where_webgl_is_no_drawing_is_fetched(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/?indicator=misdrijven")
    expect(page.locator(".map-holder[data-drawn]")).to_be_attached()
    page.get_by_role("link", name="2021", exact=True).first.click()
    expect(page.locator(".legend summary")).to_contain_text("2021")
    assert not [url for url in asked if "/tekening" in url]
    expect(page.locator(".drawing svg")).to_have_count(0)
