"""Explained words: with a keyboard, with a mouse, with a finger, on paper and without scripts."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.fixture
def method(chromium: Browser, visit: Visit) -> Page:
    page = visit(chromium, "/methode")
    expect(page.locator("html.alive")).to_be_attached()
    return page


def test_enter_opens_it_moves_the_focus_in_and_escape_brings_it_back(method: Page) -> None:
    term = method.locator("a.term", has_text="ruis").first
    term.focus()
    method.keyboard.press("Enter")
    box = method.get_by_role("dialog", name="ruis")
    expect(box).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_contain_text("toevallig getal")
    method.keyboard.press("Tab")
    expect(box.get_by_role("link", name="Alle woorden")).to_be_focused()
    method.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(term).to_be_focused()
    assert method.url.endswith("/methode")


def test_a_resting_mouse_opens_it_and_it_stays_while_the_mouse_is_on_it(method: Page) -> None:
    """WCAG 1.4.13: dismissible, hoverable, persistent."""
    method.locator("a.term", has_text="ruis").first.hover()
    box = method.locator(".term-box")
    expect(box).to_be_visible()
    box.hover()
    method.wait_for_timeout(700)
    expect(box).to_be_visible()
    method.keyboard.press("Escape")
    expect(box).to_be_hidden()
    method.locator("a.term", has_text="ruis").first.hover()
    expect(box).to_be_visible()
    method.mouse.move(2, 2)
    expect(box).to_be_hidden()


def test_a_finger_opens_it_within_a_narrow_window(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "/methode?taal=en", viewport={"width": 320, "height": 640}, has_touch=True)
    expect(page.locator("html.alive")).to_be_attached()
    page.locator("a.term", has_text="release").first.tap()
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("A fixed collection of figures")
    at = box.bounding_box()
    assert at is not None and at["x"] >= 0 and at["x"] + at["width"] <= 320
    assert box.get_attribute("lang") == "en"


def test_the_panel_of_the_map_explains_its_words(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "/?gebied=GM9001")
    expect(page.locator("html.alive")).to_be_attached()
    page.locator("#gebied summary", has_text="Wat is geteld").click()
    term = page.locator("#gebied a.term").first
    term.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert [violation["id"] for violation in found.response["violations"]] == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_without_scripts_a_term_leads_to_the_list(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "/methode", java_script_enabled=False)
    page.locator("a.term", has_text="ruis").first.click()
    assert page.url.endswith("/methode#woord-ruis")
    expect(page.locator("dt#woord-ruis")).to_be_visible()


def test_on_paper_a_term_is_plain_text(method: Page) -> None:
    method.emulate_media(media="print")
    line = method.locator("a.term").first.evaluate("(term) => getComputedStyle(term).textDecorationLine")
    assert line == "none"
