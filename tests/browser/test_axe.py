"""axe-core finds nothing wrong on any kind of page: both languages, light and dark, desk and phone.

Of these, four visits hold every pair: a fault that needs three of them at once is not worth twice the time.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, expect

from dashboard.pages import PAGES

pytestmark = pytest.mark.browser

VIEWS = {
    "map": ("?gebied=GM9001", "?gebied=WK900101&niveau=buurt", "?weergave=tabel", "?gebied=GM0000"),
}
"""More states of a page than its bare address."""
OTHERS = (
    "/bestaat-niet",
    "/gebied/GM9001",
    "/embed/kaart?indicator=drugsverdachten",
    "/embed/trend?indicator=drugsverdachten&gebied=GM9001",
    "/embed/cijfer?indicator=drugsverdachten&gebied=GM9001",
    "/embed/vergelijking?indicator=drugsverdachten&gebieden=GM9001,GM9003,WK900101&thema=auto",
    "/embed/tabel?indicator=drugsverdachten&niveau=wijk&binnen=GM9001&thema=donker",
    "/embed/trend?indicator=drugsverdachten&gebied=GM9001&thema=auto&kleur=8a1f5c",
    "/embed?soort=vergelijking&gebieden=GM9001,GM9003",
    "/embed?niveau=buurt",
)
"""Pages that are not in the menu."""
STATES = [*(page.path + view for page in PAGES for view in ("", *VIEWS.get(page.name, ()))), *OTHERS]
VISITS = {
    "nl-desk": {"viewport": {"width": 1280, "height": 840}},
    "en-phone": {"viewport": {"width": 390, "height": 844}},
    "nl-phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "en-desk-dark": {"viewport": {"width": 1280, "height": 840}, "color_scheme": "dark"},
}
"""Language and kind of visitor."""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@pytest.fixture(params=list(VISITS), scope="module")
def visit(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[tuple[Page, str]]:
    """A page and its language."""
    # The content policy of a page forbids foreign scripts, and axe is one.
    options: Any = VISITS[request.param]
    context = chromium.new_context(base_url=site, bypass_csp=True, reduced_motion="reduce", **options)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page, request.param[:2]
    context.close()


def violations(page: Page) -> list[str]:
    """Rule, and the elements that break it."""
    page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    options = {"runOnly": {"type": "tag", "values": list(RULES)}, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options)", options)
    return [
        f"{one['id']}: {one['help']}: " + " | ".join(node["html"][:160] for node in one["nodes"][:4])
        for one in found["violations"]
    ]


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(visit: tuple[Page, str], state: str) -> None:
    page, language = visit
    page.goto(state + ("&" if "?" in state else "?") + f"taal={language}")
    if not state.startswith("/embed/"):
        expect(page.locator("html.alive")).to_have_count(1, timeout=60_000)
    # Everything that folds is open: what is folded away is not looked at.
    page.evaluate("document.querySelectorAll('main details').forEach(fold => fold.open = true)")
    assert violations(page) == []


def test_axe_does_find_what_is_wrong(visit: tuple[Page, str]) -> None:
    """The rule broken on purpose: silence above is not deafness."""
    page, _ = visit
    page.goto("/methode")
    page.evaluate("document.querySelector('main img').removeAttribute('alt')")
    assert [found.split(":")[0] for found in violations(page)] == ["image-alt"]
