"""Must show 6, on the real Netherlands: a map of a gemeente that moves stays within 500 kB, all in."""

from collections.abc import Callable

import pytest
from flask import Flask, Response, request
from playwright.sync_api import Browser, expect

from dashboard import create_app
from dashboard.settings import Settings
from etl.release.engine import open_engine
from etl.release.read import Store
from tests.browser.conftest import SOFTWARE_GL
from tests.browser.test_embed import host, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("dutch")]
HEAVIEST = 500_000
GEMEENTEN = {"Amsterdam": "GM0363", "Schiermonnikoog": "GM0088"}
FRAME = "/embed/kaart?indicator=misdrijven&niveau=buurt&binnen={}&jaar=2023&interactief=ja"


@pytest.fixture(scope="module")
def app(dutch_database: str) -> Flask:
    server: Flask = create_app(Settings(), Store(open_engine(dutch_database))).server
    return server


@pytest.mark.parametrize("name", GEMEENTEN)
def test_the_moving_map_of_a_real_gemeente_stays_within_its_weight(
    app: Flask, browser_with: Callable[..., Browser], name: str
) -> None:
    sent: dict[str, int] = {}

    def weigh(response: Response) -> Response:
        sent[request.full_path] = response.calculate_content_length() or 0
        return response

    # First in the list is called last: after compression.
    app.after_request_funcs.setdefault(None, []).insert(0, weigh)
    try:
        with serving(app) as site, serving(host((site + FRAME.format(GEMEENTEN[name]),))) as origin:
            page = browser_with(*SOFTWARE_GL).new_page(viewport={"width": 900, "height": 900})
            page.goto(origin)
            frame = page.frame_locator("iframe")
            expect(frame.locator(".map-holder[data-drawn]")).to_have_count(1, timeout=60_000)
            expect(frame.locator("h1")).to_contain_text(name)
            # What it fetches when it is drawn already counts as well.
            page.wait_for_load_state("networkidle")
            page.close()
    finally:
        app.after_request_funcs[None].remove(weigh)
    assert any("/tegels/" in path for path in sent), sorted(sent)
    assert any("/kaartwaarden/" in path for path in sent), sorted(sent)
    assert 50_000 < sum(sent.values()) <= HEAVIEST, sent
