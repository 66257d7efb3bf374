"""The search box in a browser: an address by our own server, never by the browser itself."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.settings import Settings
from tests.browser.conftest import served
from tests.samples.locatieserver import Locatieserver, doc, locatieserver
from tests.samples.tiny_site import tiny_store

pytestmark = pytest.mark.browser


@pytest.fixture
def pdok() -> Iterator[Locatieserver]:
    with locatieserver() as state:
        yield state


@pytest.fixture
def page(chromium: Browser, pdok: Locatieserver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    store = tiny_store(tmp_path_factory.mktemp("search"), fictional=False)
    with served(store, Settings(locator=pdok.base)) as origin:
        context = chromium.new_context(base_url=origin)
        shown = context.new_page()
        shown.goto("/?indicator=misdrijven")
        expect(shown.locator("html.alive")).to_be_attached()
        yield shown
        context.close()


def test_a_postcode_leads_to_its_buurt_with_the_keyboard(page: Page, pdok: Locatieserver) -> None:
    pdok.docs = [doc("Dorpsstraat 1, 1234AB <i>Westerdam</i>", (52.0518, 5.3216))]
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    box = page.get_by_role("combobox", name="Zoek gebied, postcode of adres")
    box.fill("1234 AB")
    option = page.get_by_role("option")
    expect(option).to_contain_text("Dorpsstraat 1, 1234AB <i>Westerdam</i>")
    expect(option).to_contain_text("Buurt")
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.locator("#gebied .kind")).to_contain_text("Buurt")
    assert "gebied=BU9001" in page.url
    assert not any("1234" in url for _, url in asked)
    places = {urlsplit(url).netloc for _, url in asked if not url.startswith("blob:")}
    assert places == {urlsplit(page.url).netloc}


def test_a_service_that_is_down_is_told_to_everybody(page: Page, pdok: Locatieserver) -> None:
    pdok.status = 500
    page.get_by_role("combobox").fill("1234 AB")
    told = "Zoeken op postcode of adres lukt nu niet. Zoeken op naam kan wel."
    expect(page.locator(".search-field [role=status]")).to_have_text(told)
    expect(page.locator("#zoek-lijst .none")).to_have_text(told)
    page.get_by_role("combobox").fill("wester")
    expect(page.get_by_role("option").first).to_contain_text("Westerdam")
