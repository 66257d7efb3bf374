"""Without JavaScript the explorer reads whole: figure, drawing, table and small maps, every choice a link."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def test_the_map_is_a_drawing_whose_areas_lead_to_their_page(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "/?indicator=misdrijven&jaar=2023", java_script_enabled=False)
    areas = page.locator(".drawing svg a")
    expect(areas).to_have_count(3)
    expect(areas.first).to_be_visible()
    # Only for a pointer: with the Tab key one goes through the table, not through hundreds of shapes.
    assert {area.get_attribute("tabindex") for area in areas.all()} == {"-1"}
    page.locator(".drawing svg a", has_text="Middelveen").click()
    expect(page.locator("#gebied h2")).to_have_text("Middelveen")
    assert "gebied=GM90" in page.url and "jaar=2023" in page.url
    expect(page.locator(".drawing path.gekozen")).to_have_count(1)


def test_what_needs_scripts_is_not_offered(chromium: Browser, visit: Visit) -> None:
    zooming = "Laat het niveau meegaan met inzoomen"
    for scripts in (True, False):
        page = visit(chromium, "/?indicator=misdrijven&jaar=2023", java_script_enabled=scripts)
        expect(page.get_by_text(zooming)).to_be_visible(visible=scripts)


def test_a_level_without_room_says_which_level_is_drawn(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "/?indicator=misdrijven&niveau=wijk&taal=en", java_script_enabled=False)
    expect(page.locator(".drawing-notes")).to_contain_text("Drawn per municipality")


def test_every_year_has_a_small_map_that_says_its_message(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "/?indicator=misdrijven&jaar=2023", java_script_enabled=False)
    page.get_by_role("link", name="Jaren").click()
    maps = page.locator(".small-maps svg")
    expect(maps).to_have_count(3)
    box = maps.first.bounding_box()
    assert box is not None and box["width"] > 150 and box["height"] > 50
    said = maps.first.locator("desc").inner_html()
    assert said.startswith("2021: ") and "met 5 tot 7 per 1.000 inwoners" in said
    page.locator(".small-maps").get_by_role("link", name="2021").click()
    expect(page.locator(".legend summary")).to_contain_text("2021")


def test_what_needs_scripts_is_not_shown(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "/?indicator=misdrijven", java_script_enabled=False)
    expect(page.locator(".player")).to_be_hidden()
    expect(page.locator(".search")).to_be_hidden()
