"""`/cirkel` and `/patronen` in a browser: the form without scripts, a click on the map with them, axe."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_axe import violations

pytestmark = pytest.mark.browser

STATES = (
    "/cirkel?gebied=GM9003&indicator=misdrijven&straal=2",
    "/cirkel?gebied=BU90020100&straal=0.5&taal=en&indicator=misdrijven",
    "/cirkel?punt=1,2",
    "/cirkel?plek=Wijk 0",
    "/patronen?indicator=misdrijven&niveau=buurt&gebied=GM9002",
    "/patronen?niveau=gemeente&taal=en",
)


@pytest.fixture
def phone(chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, base_url=site, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


@pytest.fixture(params=["light", "dark"])
def desk(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 840}, base_url=site, bypass_csp=True, color_scheme=request.param
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(desk: Page, state: str) -> None:
    desk.goto(state)
    expect(desk.locator("html.alive")).to_have_count(1, timeout=60_000)
    desk.evaluate("document.querySelectorAll('main details').forEach(fold => fold.open = true)")
    assert violations(desk) == []


def test_the_form_works_without_scripts(phone: Page) -> None:
    phone.goto("/cirkel")
    phone.get_by_label("Om welke plek?").fill("Oosterzijl")
    phone.get_by_label("Straal").select_option("0.5")
    phone.get_by_label("Cijfer").select_option("misdrijven")
    phone.get_by_role("button", name="Toon").click()
    expect(phone.get_by_role("group", name="met een cirkel van 0,5 km")).to_be_visible()
    expect(phone.get_by_text("Binnen 0,5 km van het midden van gemeente Oosterzijl")).to_be_visible()
    expect(phone.locator(".circle-figure .big")).to_be_visible()


def test_a_click_on_the_map_moves_the_circle(desk: Page) -> None:
    desk.goto("/cirkel?gebied=GM9003&indicator=misdrijven&straal=1")
    expect(desk.locator("html.alive")).to_have_count(1, timeout=60_000)
    box = desk.locator(".circle-map svg").bounding_box()
    assert box is not None
    desk.mouse.click(box["x"] + 0.35 * box["width"], box["y"] + 0.35 * box["height"])
    expect(desk.locator(".under")).to_contain_text("het midden van buurt")
    assert "gebied=BU90030" in desk.url
