"""Another look on the real pages: its colours are on screen, and axe finds no contrast too small."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from dashboard.settings import Settings
from tests.browser.conftest import served
from tests.samples.tiny_site import tiny_store

pytestmark = pytest.mark.browser
LOOK = {
    "regiobeeld": {
        "document": {"background-color": {"value": "#fbf3ea"}, "font-family": {"value": "DejaVu Sans"}},
        "link": {"color": {"value": "#7a1f5c"}},
        "subtle-color": {"value": "#5a4a52"},
        "dark": {
            "document": {"background-color": {"value": "#1c1018"}},
            "surface": {"background-color": {"value": "#2a1a24"}},
            "link": {"color": {"value": "#f0a9d6"}},
        },
    }
}


@pytest.fixture(scope="module")
def own_look(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("look")
    (folder / "tokens.json").write_text(json.dumps(LOOK), encoding="utf-8")
    with served(tiny_store(folder), Settings(tokens=str(folder / "tokens.json"))) as origin:
        yield origin


@pytest.mark.parametrize(
    ("scheme", "paper", "link"),
    [("light", "rgb(251, 243, 234)", "rgb(122, 31, 92)"), ("dark", "rgb(28, 16, 24)", "rgb(240, 169, 214)")],
)
@pytest.mark.parametrize("address", ["/?gebied=GM9001", "/gebied/GM9001", "/methode", "/patronen"])
def test_another_look_is_on_screen_and_can_be_read(
    chromium: Browser, own_look: str, address: str, scheme: str, paper: str, link: str
) -> None:
    context = chromium.new_context(base_url=own_look, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("html.alive")).to_be_attached()
    look = "(element) => [getComputedStyle(element).backgroundColor, getComputedStyle(element).fontFamily]"
    ground, font = page.locator("body").evaluate(look)
    assert ground == paper and font.startswith('"DejaVu Sans"')
    made = """() => document.body.appendChild(Object.assign(document.createElement("a"), { href: "#" }))"""
    assert page.evaluate_handle(made).evaluate("(link) => getComputedStyle(link).color") == link
    page.evaluate("() => document.body.lastChild.remove()")
    found = Axe().run(page, options={"runOnly": {"type": "rule", "values": ["color-contrast"]}})
    context.close()
    assert [node["html"] for violation in found.response["violations"] for node in violation["nodes"]] == []
