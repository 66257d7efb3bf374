"""The map comes first: right when it says so, before Dash is asked for, and before the page follows."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bench.right import WATCH, faults
from etl.release.read import Release
from tests.samples.tiny_site import tiny_store

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
VIEW = "/?indicator=misdrijven&niveau=gemeente&jaar=2023"
RENDERER = "**/dash_renderer*"
NOTED = """addEventListener("regiobeeld:coloured", () => {
  const { map } = window.regiobeeld, set = map.setPaintProperty.bind(map);
  window.told = [];
  map.setPaintProperty = (...told) => (window.told.push(told), set(...told));
}, { once: true });"""
"""Every paint property that is set once the map has its colours: layer, name, value."""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """What the site serves."""
    return tiny_store(tmp_path_factory.mktemp("release"), "tiny-1", "tiny-2").release()


def drawn(page: Page, end: str) -> None:
    expect(page.locator(".map-holder")).to_have_attribute("data-drawn", re.compile(f"{end}$"))


def watched(page: Page, *scripts: str) -> Page:
    """The view, with scripts that run before those of the page."""
    for script in scripts:
        page.add_init_script(script)
    page.goto(VIEW)
    return page


def year(page: Page, text: str) -> None:
    page.get_by_role("link", name=text, exact=True).first.click()


def test_every_area_has_its_own_colour_in_the_very_frame_that_is_called_coloured(
    chromium: Browser, visit: Visit, release: Release
) -> None:
    page = watched(visit(chromium, "about:blank"), WATCH)
    for text in ("2023", "2021"):
        expect(page.locator("html.alive")).to_be_attached()
        year(page, text)
        drawn(page, f"{text}/gemeente")
        found, areas, pixels = faults(page, release, ("misdrijven", int(text), "gemeente"))
        assert found == []
        assert areas == 3 and pixels > 500


def test_dash_is_asked_for_after_the_map_has_its_colours(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "about:blank")
    page.add_init_script(
        'addEventListener("regiobeeld:coloured", () => window.coloured_at ??= performance.now())'
    )
    page.goto(VIEW)
    expect(page.locator("html.alive")).to_be_attached()
    asked = page.evaluate(
        """performance.getEntriesByType("resource").filter(({ name }) => name.includes("/_dash"))
          .map(({ startTime }) => startTime)"""
    )
    assert len(asked) > 5 and min(asked) >= page.evaluate("window.coloured_at")


def test_what_is_made_ahead_is_drawn_too_faint_to_see_and_leaves_the_map_as_it_was(
    chromium: Browser, visit: Visit, release: Release
) -> None:
    page = watched(visit(chromium, "about:blank"), WATCH, NOTED)
    drawn(page, "2023/gemeente")
    ahead = [level for level in release.regions.levels if level in ("regio", "wijk", "buurt")]
    page.wait_for_function(
        """(levels) => levels.every((level) => {
          const told = (window.told ?? []).filter(([layer]) => layer === `edge-${level}`);
          return told.some(([, , value]) => value === 0.001) && told.at(-1)[2] === 0;
        })""",
        arg=ahead,
    )
    found, areas, _pixels = faults(page, release, ("misdrijven", 2023, "gemeente"))
    assert (found, areas) == ([], 3)
    layers = page.evaluate("regiobeeld.map.getStyle().layers.map(({ source }) => source).filter(Boolean)")
    switches = sum(one != other for one, other in pairwise(layers))
    assert switches == len(set(layers)) - 1, "layers of one source lie together"


def test_a_link_pressed_while_dash_takes_over_is_followed(chromium: Browser, visit: Visit) -> None:
    page, held = visit(chromium, "about:blank"), list[Route]()
    page.route(RENDERER, lambda route: held.append(route))
    page.goto(VIEW)
    drawn(page, "2023/gemeente")
    page.get_by_role("link", name="2021", exact=True).first.hover()
    page.mouse.down()
    page.unroute(RENDERER)
    expect(page.locator("#react-entry-point .page")).to_be_attached()
    page.wait_for_timeout(300)
    page.mouse.up()
    drawn(page, "2021/gemeente")
    expect(page.locator("#voorblad")).to_have_count(0)


def test_figures_change_before_the_words_beside_them(chromium: Browser, visit: Visit) -> None:
    page, held = visit(chromium, VIEW), list[Route]()
    expect(page.locator("html.alive")).to_be_attached()
    page.route("**/_dash-update-component*", lambda route: held.append(route))
    year(page, "2021")
    drawn(page, "2021/gemeente")
    expect(page.locator(".legend summary")).to_contain_text("2023")
    # The words of the tooltip come with the page: until then it keeps silent.
    box = page.locator("canvas.maplibregl-canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(300)
    expect(page.locator(".map-tip")).to_be_hidden()
    # It lets go of what is held, too.
    page.unroute("**/_dash-update-component*")
    assert held
    expect(page.locator(".legend summary")).to_contain_text("2021")
    drawn(page, "2021/gemeente")
    page.mouse.move(box["x"] + box["width"] * 0.45, box["y"] + box["height"] / 2)
    expect(page.locator(".map-tip")).to_be_visible()


def test_a_click_while_dash_is_on_its_way_is_not_lost(chromium: Browser, visit: Visit) -> None:
    page, held = visit(chromium, "about:blank"), list[Route]()
    page.route(RENDERER, lambda route: held.append(route))
    page.goto(VIEW)
    drawn(page, "2023/gemeente")
    page.evaluate("window.same = true")
    while not held:
        page.wait_for_timeout(50)
    year(page, "2021")
    drawn(page, "2021/gemeente")
    held[0].continue_()
    expect(page.locator("html.alive")).to_be_attached()
    expect(page.locator(".legend summary")).to_contain_text("2021")
    drawn(page, "2021/gemeente")
    assert page.evaluate("window.same") is True


def test_links_still_lead_on_when_dash_never_comes(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "about:blank")
    page.route(RENDERER, lambda route: route.abort())
    page.goto(VIEW)
    drawn(page, "2023/gemeente")
    page.wait_for_timeout(500)
    year(page, "2021")
    expect(page.locator(".legend summary")).to_contain_text("2021")
    drawn(page, "2021/gemeente")
    assert page.locator("html.alive").count() == 0
