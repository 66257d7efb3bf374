"""The explorer with a keyboard alone: find a gemeente, read its figure, change the year, take the file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
MOST_STEPS = 80
SEEN = """() => {
  const here = document.activeElement, look = getComputedStyle(here), box = here.getBoundingClientRect();
  const ring = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  return ring && box.width > 0 && box.height > 0;
}"""
HERE = "() => document.activeElement.id || document.activeElement.textContent.trim()"

STILL = """() => new Promise((done) => {
  const { map } = window.regiobeeld, say = () => done([map.getCenter().lng, map.getZoom()]);
  if (map.isMoving()) map.once("moveend", say);
  else say();
})"""
"""Longitude of the centre and zoom, once the map stands still."""


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is on what has this id or text; on the way it is never out of sight."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), f"no visible focus on {page.evaluate(HERE)!r}"
        if page.evaluate(HERE) == wanted:
            return
    pytest.fail(f"{wanted!r} is not reached with the Tab key")


def test_find_a_gemeente_read_a_figure_change_the_year_and_download(
    chromium: Browser, visit: Visit, tmp_path: Path
) -> None:
    page = visit(chromium, "/?indicator=misdrijven&jaar=2023", accept_downloads=True)
    expect(page.locator("html.alive")).to_be_attached()
    page.keyboard.press("Tab")
    assert page.evaluate(HERE) == "Direct naar de inhoud"
    tab_to(page, "zoek")
    page.keyboard.type("wester")
    expect(page.get_by_role("option")).not_to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#gebied h2")).to_have_text("Westerdam")
    expect(page.locator("#gebied .big")).to_have_text("7,6")
    tab_to(page, "2021")
    page.keyboard.press("Enter")
    expect(page.locator("#gebied .count")).to_contain_text("2021")
    assert page.evaluate(HERE) == "2021"
    tab_to(page, "Download")
    with page.expect_download() as told:
        page.keyboard.press("Enter")
    told.value.save_as(tmp_path / "waarden.csv")
    lines = (tmp_path / "waarden.csv").read_text(encoding="utf-8-sig").splitlines()
    assert any("Westerdam" in line and "2021" in line for line in lines)


def test_the_map_itself_moves_with_arrows_and_zooms_with_plus_and_minus(
    chromium: Browser, visit: Visit
) -> None:
    page = visit(chromium, "/?indicator=misdrijven")
    expect(page.locator(".map-holder[data-drawn]")).to_be_attached()
    canvas = page.locator("canvas.maplibregl-canvas")
    expect(canvas).to_have_attribute(
        "aria-label", "Kaart. Pijltjes schuiven, plus en min zoomen. Alle gebieden staan in de tabel."
    )
    told = page.locator(f"#{canvas.get_attribute('aria-describedby')}")
    expect(told).to_contain_text("3 gemeenten.")
    canvas.focus()
    assert page.evaluate(SEEN)
    before = page.evaluate(STILL)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    moved = page.evaluate(STILL)
    assert moved[0] > before[0]
    page.keyboard.press("+")
    page.wait_for_timeout(100)
    assert page.evaluate(STILL)[1] > moved[1]
