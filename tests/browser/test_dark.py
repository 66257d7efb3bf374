"""Dark theme, forced colours, paper, 320 px: the same explorer, as readable."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
VIEW = "/?indicator=drugsverdachten&niveau=buurt&gebied=GM9002"
CONTRAST = """() => {
  const channel = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const bright = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const rgba = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (element) => {
    for (let here = element; here; here = here.parentElement) {
      const colour = rgba(getComputedStyle(here).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const ratio = (element) => {
    const both = [rgba(getComputedStyle(element).color), ground(element)].map(bright).sort((x, y) => y - x);
    return (both[0] + 0.05) / (both[1] + 0.05);
  };
  const says = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll(".page :is(a,p,h1,h2,h3,li,td,th,summary,button,strong,span)")]
    .filter((element) => element.offsetParent && says(element))
    .filter((element) => !element.closest(".unseen, .place, .te-onzeker, .map-tip"))
    .map((element) => [ratio(element), element.textContent.trim().slice(0, 40)])
    .filter(([found]) => found < 4.5);
}"""


def fill(page: Page) -> str:
    """The colour the map gives to its highest class."""
    found: list[object] = page.evaluate(
        "window.regiobeeld.map.getPaintProperty('fill-buurt', 'fill-color').at(-1)"
    )
    return str(found[found.index(4) + 1])


def test_dark_is_dark_readable_and_reaches_the_map(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, VIEW, color_scheme="dark")
    expect(page.locator(".map-holder[data-drawn]")).to_be_attached()
    expect(page.locator("html.alive")).to_be_attached()
    assert page.evaluate(CONTRAST) == []
    token = "getComputedStyle(document.documentElement).getPropertyValue('--class-4').trim()"
    dark = page.evaluate(token)
    assert fill(page) == dark
    page.evaluate("window.regiobeeld.map.getCanvas().dataset.of = 'dark'")
    page.emulate_media(color_scheme="light")
    expect(page.locator(".map-holder[data-drawn] canvas:not([data-of])")).to_be_attached()
    assert page.evaluate(token) != dark and fill(page) == page.evaluate(token)
    assert page.evaluate(CONTRAST) == []


def test_forced_colours_keep_legend_and_choice(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, VIEW, forced_colors="active")
    expect(page.locator(".map-holder[data-drawn]")).to_be_attached()
    colours = page.locator(".legend .classes .swatch").evaluate_all(
        "all => all.map(e => getComputedStyle(e).backgroundColor)"
    )
    assert len(set(colours)) == 5
    chosen, other = (
        page.locator(f"#keuzes .chip{state}").first.evaluate("e => getComputedStyle(e).backgroundColor")
        for state in ("[aria-current]", ":not([aria-current])")
    )
    assert chosen != other


def test_paper_has_map_legend_and_figure_and_no_choices(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, VIEW)
    expect(page.locator(".map-holder[data-drawn]")).to_be_attached()
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for gone in ("#keuzes", ".tabs", ".map-buttons", ".actions"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".legend .classes")).to_be_visible()
    expect(page.locator("#gebied .big")).to_be_visible()
    picture = page.locator(".map-print")
    expect(picture).to_be_visible()
    assert picture.evaluate("async (e) => { await e.decode(); return e.naturalWidth; }") > 300
    for kept in (".legend .swatch", ".map"):
        exact = page.locator(kept).first.evaluate("e => getComputedStyle(e).printColorAdjust")
        assert exact == "exact", kept


@pytest.mark.parametrize("tab", ["kaart", "tabel", "jaren"])
def test_320_pixels_need_no_sideways_scrolling(chromium: Browser, visit: Visit, tab: str) -> None:
    """320 px is also what 1280 px leaves at 400 % zoom (WCAG 1.4.10); a table may scroll by itself."""
    page = visit(chromium, f"{VIEW}&weergave={tab}", viewport={"width": 320, "height": 640})
    expect(page.locator("html.alive")).to_be_attached()
    expect(page.locator(f"#{'kaart' if tab == 'kaart' else tab}")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
