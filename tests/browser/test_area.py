"""Area page and comparison in real Chromium: without scripts, by keyboard, narrow, one after the other."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

PATIENCE = 30_000
FRAGMENT = "#react-entry-point [data-fragment]"


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A page that fails its test when anything goes wrong on the console or leaves our own site."""
    page, wrong = chromium.new_page(base_url=site), []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request", lambda asked: None if asked.url.startswith((site, "data:")) else wrong.append(asked.url)
    )
    yield page
    page.close()
    assert not wrong


@pytest.fixture
def silent(chromium: Browser, site: str) -> Iterator[Page]:
    """A page without JavaScript."""
    context = chromium.new_context(java_script_enabled=False, base_url=site)
    yield context.new_page()
    context.close()


def opened(page: Page, address: str) -> Page:
    """The page after Dash took over."""
    page.goto(address)
    expect(page.locator(f"{FRAGMENT} h1")).to_be_visible()
    expect(page.locator("#voorblad")).to_have_count(0)
    return page


def test_the_area_page_reads_without_scripts(silent: Page) -> None:
    silent.goto("/gebied/GM9001")
    expect(silent.get_by_role("heading", level=1)).to_be_visible()
    expect(silent.get_by_role("heading", name="Wat valt op")).to_be_visible()
    expect(silent.locator(".drawn-trend svg").first).to_be_visible()
    expect(silent.locator(".drawn-map svg").first).to_be_visible()
    silent.locator("#misdrijven .all-figures summary").click()
    expect(silent.locator("#misdrijven caption").first).to_be_visible()


def test_the_comparison_works_without_scripts(silent: Page) -> None:
    silent.goto("/vergelijk")
    silent.get_by_label("Gemeente, regio, wijk of buurt").fill("GM9001")
    silent.get_by_role("button", name="Toon").click()
    silent.get_by_label("Nog een gebied").fill("GM9002")
    silent.get_by_label("Cijfer").select_option("misdrijven")
    silent.get_by_role("button", name="Toon").click()
    expect(silent.locator(".small-multiple")).to_have_count(2)
    expect(silent.get_by_role("heading", name="Geregistreerde misdrijven")).to_be_visible()
    silent.locator(".chosen a").first.click()
    expect(silent.locator(".small-multiple")).to_have_count(1)


def test_no_chart_library_and_no_map_engine_is_loaded(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, "/gebied/GM9001")
    page.wait_for_load_state("networkidle")
    assert not [address for address in asked if "plotly" in address or "maplibre" in address]


def test_from_area_to_comparison_and_back_without_a_new_document(page: Page) -> None:
    opened(page, "/gebied/GM9001")
    page.evaluate("window.sameDocument = true")
    page.locator(".area-actions").get_by_role("link", name="Vergelijk").click()
    expect(page.get_by_role("heading", name="Vergelijk gebieden")).to_be_visible()
    assert page.evaluate("document.title").startswith("Vergelijk ")
    page.go_back()
    expect(page.get_by_role("heading", name="Wat valt op")).to_be_visible()
    assert page.evaluate("window.sameDocument") is True


def test_a_sentence_or_a_name_in_the_overview_leads_to_its_card(page: Page) -> None:
    opened(page, "/gebied/GM9001")
    page.locator(".overview a", has_text="Geregistreerde misdrijven").click()
    expect(page.locator("#misdrijven")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Geregistreerde misdrijven")).to_be_visible()


def test_a_keyboard_reaches_the_brief(page: Page) -> None:
    opened(page, "/gebied/GM9001")
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href') || ''").endswith("brief.pdf"):
            break
    else:
        pytest.fail("the brief was not reached within 25 tabs")


@pytest.mark.parametrize(
    "address", ["/gebied/GM9001", "/gebied/BU90010000?taal=en", "/vergelijk?gebieden=GM9001,GM9002"]
)
def test_nothing_sticks_out_at_320_px(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    opened(page, address)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_paper_has_the_figures_and_not_the_buttons(page: Page) -> None:
    opened(page, "/gebied/GM9001")
    page.emulate_media(media="print")
    expect(page.locator(".area-actions")).to_be_hidden()
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator(".drawn-trend").first).to_be_visible()


def test_language_is_one_link_away(page: Page) -> None:
    opened(page, "/gebied/GM9001")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="What stands out")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
