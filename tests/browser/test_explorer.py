"""Journeys through the map explorer in real Chromium, against the whole site over the tiny country."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.browser

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
PATIENCE = 30_000
STATE = """([level, id]) => window.regiobeeld.map.getFeatureState({source: level, sourceLayer: level, id})"""
PAINT = """([layer, id]) => window.regiobeeld.map.queryRenderedFeatures({ layers: [layer] })
  .find((feature) => feature.id === id)?.layer.paint"""
"""What MapLibre paints an area with, its figure and state worked out; null where it paints nothing."""
TOKEN = """(name) => {
  const colour = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  return { r, g, b };
}"""
POINT = """([x, y]) => {
  const { map } = window.regiobeeld, at = map.project([x, y]), box = map.getCanvas().getBoundingClientRect();
  return [box.left + at.x, box.top + at.y];
}"""


@pytest.fixture
def context(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 840}, base_url=site)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, site: str) -> Iterator[Page]:
    """A page that fails its test when anything goes wrong on the console or leaves our own site."""
    page, wrong = context.new_page(), []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((site, "data:", "blob:")) else wrong.append(asked.url),
    )
    yield page
    # Software drawing in a headless browser makes Chromium remark on its own speed.
    assert [said for said in wrong if "GPU stall" not in said and "swiftshader" not in said.lower()] == []


def open_map(page: Page, address: str = "/") -> None:
    page.goto(address)
    expect(page.locator("html.alive")).to_be_attached()
    expect(page.locator(".map-holder")).to_have_attribute("data-drawn", re.compile("/v1/kaartwaarden/"))


def drawn(page: Page, end: str) -> None:
    expect(page.locator(".map-holder")).to_have_attribute("data-drawn", re.compile(f"{end}$"))


def colour(page: Page, level: str, position: int) -> str:
    """Name of the token an area has the colour of."""
    paint = page.evaluate(PAINT, [f"fill-{level}", position])["fill-color"]
    names = ("class-0", "class-1", "class-2", "class-3", "class-4")
    for name in (*names, "unsure", "surface", "missing", "not-applicable", "map-waiting"):
        token = page.evaluate(TOKEN, name)
        if all(abs(paint[part] - token[part]) < 0.004 for part in token):
            return name
    return f"no token: {paint}"


def spec(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("JSON.parse(document.getElementById('kaart').dataset.map)")
    return found


def test_the_map_colours_every_gemeente_and_says_the_land_is_fictional(page: Page) -> None:
    open_map(page)
    expect(page.locator(".notice")).to_contain_text("Fictief land.")
    # Positions: land 0, regions 1-2, gemeenten 3-5. Suspects per 10,000: 240 in each, the highest class.
    assert [colour(page, "gemeente", position) for position in (3, 4, 5)] == ["class-4"] * 3
    expect(page.locator("#gebied h2")).to_have_text("Kleinland")
    assert page.evaluate("typeof window.Plotly") == "undefined"


def test_statuses_and_wide_margins_reach_the_map(page: Page) -> None:
    open_map(page, "/?indicator=misdrijven&niveau=buurt&jaar=2023")
    shown = {colour(page, "buurt", position) for position in range(12, 24)}
    assert {"surface", "missing", "not-applicable"} <= shown and "map-waiting" not in shown
    page.goto("/?indicator=drugsverdachten&niveau=buurt&jaar=2023")
    drawn(page, "drugsverdachten/2023/buurt")
    buurten = range(12, 24)
    unsure = {position for position in buurten if colour(page, "buurt", position) == "unsure"}
    for layer, expected in (("unsure", unsure), ("wide", set(range(16, 20)))):
        paints = {position: page.evaluate(PAINT, [f"{layer}-buurt", position]) for position in buurten}
        assert {position for position, paint in paints.items() if paint["fill-opacity"] == 1} == expected
    assert set(range(12, 16)) <= unsure
    for mark in ("ruime marge", "te onzeker"):
        expect(page.locator(".legend")).to_contain_text(mark)


def test_a_click_on_the_map_writes_the_address_and_the_panel_follows(page: Page) -> None:
    open_map(page, "/?indicator=misdrijven&jaar=2023")
    page.evaluate("window.same = true")
    box = spec(page)["bounds"]
    # A fifth from the left edge of the land lies well inside Westerdam, clear of the enclave.
    x, y = page.evaluate(POINT, [box[0] + (box[2] - box[0]) * 0.14, (box[1] + box[3]) / 2])
    page.mouse.move(x, y)
    expect(page.locator(".map-tip")).to_contain_text("Westerdam")
    expect(page.locator(".map-tip")).to_contain_text("7,6 per 1.000 inwoners")
    page.mouse.click(x, y)
    expect(page.locator("#gebied h2")).to_have_text("Westerdam")
    expect(page.locator("#gebied .big")).to_have_text("7,6")
    assert "gebied=GM9001" in page.url
    assert page.evaluate(STATE, ["gemeente", 3])["s"] == 1
    expect(page.locator("#gebied .rest")).to_contain_text("7 van de 32 misdrijven")
    expect(page.locator("#verloop .main-svg").first).to_be_attached()
    page.go_back()
    expect(page.locator("#gebied h2")).to_have_text("Kleinland")
    assert page.evaluate("window.same") is True


def test_another_year_recolours_without_a_new_document(page: Page) -> None:
    open_map(page, "/?indicator=misdrijven&jaar=2023&gebied=GM9002")
    page.evaluate("window.same = true")
    chip = page.get_by_role("link", name="2021", exact=True)
    chip.focus()
    page.keyboard.press("Enter")
    drawn(page, "misdrijven/2021/gemeente")
    expect(page.locator(".legend summary")).to_contain_text("2021")
    expect(page.locator("#gebied .count")).to_contain_text("2021")
    expect(chip).to_have_attribute("aria-current", "true")
    expect(chip).to_be_focused()
    assert "jaar=2021" in page.url and "gebied=GM9002" in page.url
    assert page.evaluate("window.same") is True


def test_an_area_is_found_by_keyboard_alone(page: Page) -> None:
    open_map(page, "/?indicator=misdrijven")
    box = page.get_by_role("combobox")
    box.focus()
    page.keyboard.type("middel")
    expect(page.get_by_role("option").first).to_contain_text("Middelveen")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "zoek-0")
    page.keyboard.press("Enter")
    expect(page.locator("#gebied h2")).to_have_text("Middelveen")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("BU90030101")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#gebied .no-figure")).to_contain_text("te weinig om op te delen")
    drawn(page, "/buurt")


def test_the_table_holds_what_the_map_shows(page: Page) -> None:
    open_map(page, "/?indicator=misdrijven&niveau=buurt&jaar=2023")
    page.get_by_role("link", name="Tabel").first.click()
    rows = page.locator(".table-view tbody tr")
    expect(rows).to_have_count(12)
    assert "weergave=tabel" in page.url
    expect(page.locator(".table-view")).to_contain_text("geheim: de bron geeft dit cijfer niet vrij")
    page.get_by_role("link", name="Kaart", exact=True).last.click()
    expect(page.locator(".map-view")).to_be_visible()
    drawn(page, "misdrijven/2023/buurt")


def test_a_region_narrows_the_map_and_the_panel_follows(page: Page) -> None:
    open_map(page, "/?indicator=misdrijven")
    page.locator("details.choice summary").click()
    page.locator("details.choice").get_by_role("link", name="Kustzijde").click()
    expect(page.locator("#gebied h2")).to_have_text("Kustzijde")
    assert "binnen=RE92" in page.url
    expect(page.locator("details.choice")).not_to_have_attribute("open", "")


def test_english_is_one_click_away_and_keeps_the_view(page: Page) -> None:
    open_map(page, "/?indicator=misdrijven&gebied=GM9001&jaar=2022")
    page.get_by_role("link", name="English").click()
    expect(page.locator("#gebied h3").first).to_have_text("Compared")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title("Registered crimes, Westerdam 2022 · Regiobeeld")
    assert "gebied=GM9001" in page.url


def test_without_scripts_the_page_still_reads_and_its_links_work(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    page.goto("/?indicator=misdrijven&gebied=GM9001&jaar=2023")
    expect(page.locator("#gebied .big")).to_have_text("7,6")
    page.get_by_role("link", name="Tabel").first.click()
    expect(page.locator(".table-view tbody tr")).to_have_count(3)
    context.close()


def test_an_unknown_area_gets_a_friendly_page_with_status_404(context: BrowserContext) -> None:
    page = context.new_page()
    answer = page.goto("/?gebied=GM0000")
    assert answer is not None and answer.status == 404
    expect(page.locator("html.alive")).to_be_attached()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dit gebied kennen we niet")
    page.get_by_role("link", name="Naar de kaart").click()
    expect(page.locator(".map-holder")).to_have_attribute("data-drawn", re.compile("kaartwaarden"))


def test_on_a_phone_choices_open_as_a_sheet_and_close_after_choosing(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_map(page, "/?indicator=misdrijven")
    expect(page.locator("#keuzes")).to_be_hidden()
    page.locator(".quick button").nth(2).click()
    expect(page.locator("#keuzes")).to_be_visible()
    page.get_by_role("link", name="2022", exact=True).click()
    expect(page.locator("#keuzes")).to_be_hidden()
    expect(page.locator(".quick button").nth(2)).to_have_text("2022")
    drawn(page, "2022/gemeente")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_targets_are_large_enough(page: Page) -> None:
    """WCAG 2.2, 2.5.8: 24 by 24 px; links inside a sentence are exempt."""
    open_map(page, "/?indicator=misdrijven&gebied=GM9001")
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, input")]
          .filter((e) => e.offsetParent && !e.closest(".unseen, p, .skip"))
          .map((e) => [e.textContent, e.getBoundingClientRect()])
          .filter(([, box]) => box.height < 24 || box.width < 24).map(([text]) => text)"""
    )
    assert small == []


def test_the_level_follows_the_zoom_until_it_is_locked(page: Page) -> None:
    open_map(page, "/?indicator=misdrijven&jaar=2023&niveau=gemeente")
    page.get_by_role("link", name="Laat het niveau meegaan met inzoomen").click()
    expect(page.get_by_role("link", name="Zet het niveau vast")).to_be_visible()
    for zoom, level in ((11, "buurt"), (9.5, "wijk"), (7, "gemeente")):
        page.evaluate("zoom => window.regiobeeld.map.jumpTo({ zoom })", zoom)
        expect(page).to_have_url(re.compile(f"niveau={level}&volgt=zoom"))
        drawn(page, f"/{level}")
    page.evaluate("window.regiobeeld.map.jumpTo({ zoom: 11 })")
    drawn(page, "/buurt")
    page.get_by_role("link", name="Zet het niveau vast").click()
    expect(page.get_by_role("link", name="Laat het niveau meegaan met inzoomen")).to_be_visible()
    page.evaluate("window.regiobeeld.map.jumpTo({ zoom: 7 })")
    page.wait_for_timeout(500)
    expect(page).to_have_url(re.compile("niveau=buurt"))
    drawn(page, "/buurt")
