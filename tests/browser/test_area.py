"""Area page and comparison in real Chromium: without scripts, by keyboard, narrow, one after the other."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

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


def test_links_lead_to_every_theme_and_nothing_lies_over_its_heading(page: Page) -> None:
    opened(page, "/gebied/GM9001")
    links = page.get_by_role("navigation", name="Op deze pagina").get_by_role("link")
    assert sorted(links.all_inner_texts()[1:-1]) == ["Drugs", "Leefbaarheid"]
    for link in links.all():
        link.focus()
        page.keyboard.press("Enter")
        target = page.locator(link.get_attribute("href") or "")
        expect(target).to_be_in_viewport()
        bar, heading = (
            page.locator(".area-contents").bounding_box(),
            target.locator("h2").first.bounding_box(),
        )
        assert bar is not None and heading is not None
        assert bar["y"] >= 0 and heading["y"] >= bar["y"] + bar["height"]


@pytest.mark.parametrize("size", [(390, 844), (320, 256)])
def test_the_links_stay_behind_where_room_is_short(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, "/gebied/GM9001")
    page.locator(".area-contents").get_by_role("link", name="Leefbaarheid").click()
    expect(page.locator("#thema-leefbaarheid h2")).to_be_in_viewport()
    expect(page.locator(".area-contents")).not_to_be_in_viewport()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_folds_maps_and_charts_until_asked(chromium: Browser, site: str, scripts: bool) -> None:
    context = chromium.new_context(
        java_script_enabled=scripts, base_url=site, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("/gebied/GM9001")
    card = page.locator("#misdrijven")
    expect(card.locator(".big")).to_be_visible()
    expect(card.locator(".drawn-trend svg")).to_be_hidden()
    card.locator(".deeper > summary").click()
    for part in (".drawn-trend svg", ".drawn-map svg", ".compared"):
        expect(card.locator(part)).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 840})
    expect(page.locator("#drugsverdachten .compared")).to_be_visible()
    expect(card.locator(".deeper > summary")).to_be_hidden()
    context.close()


def test_few_and_well_filled_sheets(page: Page) -> None:
    opened(page, "/gebied/GM9001")
    sheets = printed(page)
    assert len(sheets) <= 2
    for part in ("Wat valt op", "Alle cijfers op een rij", "Vergeleken", "Door de tijd"):
        assert part in sheets[0]
    assert "Wat dit cijfer niet zegt" in "".join(sheets)


def test_a_long_overview_goes_on_on_the_next_sheet_below_its_heads(page: Page) -> None:
    opened(page, "/gebied/GM9001")
    page.evaluate(
        """() => {
            const table = document.querySelector(".overview"), bodies = [...table.tBodies];
            for (let n = 0; n < 14; n++) bodies.forEach((body) => table.append(body.cloneNode(true)));
        }"""
    )
    sheets = printed(page)
    assert sheets[0].count("Geregistreerde misdrijven") > 3
    assert sheets[1].count("Geregistreerde misdrijven") > 5
    assert "Vergelijkbare" in sheets[1].partition("Geregistreerde misdrijven")[0]
    assert not sheets[0].rstrip().endswith(("Drugs", "Leefbaarheid"))


def printed(page: Page) -> list[str]:
    """What each sheet of paper says."""
    pdf = BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))
    return [sheet.extract_text() for sheet in PdfReader(pdf).pages]


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
