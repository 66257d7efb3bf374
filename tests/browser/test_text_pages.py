"""The pages to read in real Chromium: without scripts, on a narrow screen, by keyboard, page to page."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from dashboard.pages import PAGES

pytestmark = pytest.mark.browser

NAMES = ("download", "method", "accountability", "accessibility")
PATHS = [page.path for page in PAGES if page.name in NAMES]
ADDRESSES = [path + query for path in PATHS for query in ("", "?taal=en")]
PATIENCE = 30_000


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A page that fails its test when anything goes wrong on its console."""
    context, wrong = chromium.new_context(base_url=site), []
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


def alive(page: Page) -> None:
    """Wait until Dash has drawn its page."""
    expect(page.locator("html.alive")).to_have_count(1)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_reads_whole_without_scripts(chromium: Browser, site: str, page: Page, address: str) -> None:
    """The text a visitor without JavaScript gets is the text a visitor with it gets."""
    with chromium.new_context(java_script_enabled=False, base_url=site) as still:
        bare = still.new_page()
        bare.goto(address)
        expect(bare.locator("main h1")).to_be_visible()
        told = bare.locator("main").inner_text()
    page.goto(address)
    alive(page)
    expect(page.locator("main h1")).to_be_visible()
    assert page.locator("main").inner_text() == told and len(told) > 1_000
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_but_a_table_or_code_is_wider_than_320_pixels(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address)
    alive(page)
    page.evaluate("document.querySelectorAll('main details').forEach(fold => fold.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    wide = "e => e.getBoundingClientRect().right > 321 && !e.closest('.scroll, .code, .formula, .menu')"
    assert (
        page.evaluate(f"[...document.querySelectorAll('body *')].filter({wide}).map(e => e.outerHTML)") == []
    )


@pytest.mark.parametrize("scripts", [True, False])
def test_an_address_of_a_folded_entry_opens_it(chromium: Browser, site: str, scripts: bool) -> None:
    with chromium.new_context(java_script_enabled=scripts, base_url=site) as context:
        page = context.new_page()
        page.goto("/verantwoording")
        inside = page.locator("#cijfer-drugsverdachten .facts")
        expect(page.get_by_role("heading", name="Drugsverdachten")).to_be_visible()
        expect(inside).to_be_hidden()
        page.goto("about:blank")
        page.goto("/verantwoording#cijfer-drugsverdachten")
        expect(inside).to_be_visible()
        expect(page.get_by_role("heading", name="Drugsverdachten")).to_be_in_viewport()


def test_paper_shows_what_is_folded(page: Page) -> None:
    page.goto("/verantwoording")
    alive(page)
    sheets = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf())).pages)
    for told in page.locator(".entry dt").all():
        assert (told.text_content() or "?") in sheets


def test_from_page_to_page_and_language_without_a_new_document(page: Page) -> None:
    page.goto("/methode")
    alive(page)
    page.evaluate("window.same = true")
    for link, path, heading in (
        ("Download", "/download", "Download de cijfers"),
        ("English", "/download?taal=en", "Download the figures"),
        ("Accessibility", "/toegankelijkheid?taal=en", "Accessibility"),
        ("Method", "/methode?taal=en", "How do we get these figures?"),
    ):
        page.locator(".menu a, .language, .foot a").get_by_text(link, exact=True).or_(
            page.get_by_role("link", name=link, exact=True)
        ).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert page.url.endswith(path)
        assert page.evaluate("window.same") is True
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title().startswith("How do we get these figures?")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accessibility")


def test_a_file_is_downloaded_by_keyboard_alone(page: Page) -> None:
    """Tab to the page's own contents, then to the first file; Enter fetches it."""
    page.goto("/download")
    alive(page)
    for _ in range(60):
        page.keyboard.press("Tab")
        label = page.evaluate("document.activeElement.getAttribute('aria-label') || ''")
        if label.startswith("CSV"):
            break
    else:
        pytest.fail("no file is reached with the Tab key")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus is not visible"
    with page.expect_response(lambda answer: "formaat=csv" in answer.url) as answer:
        page.keyboard.press("Enter")
    assert answer.value.status == 200
