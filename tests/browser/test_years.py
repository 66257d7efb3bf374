"""The years one after the other, and a release that stays as it was."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def drawn(page: Page, end: str) -> None:
    expect(page.locator(".map-holder")).to_have_attribute("data-drawn", re.compile(f"{end}$"))


def test_the_years_play_to_the_last_and_stop(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "/?indicator=misdrijven&jaar=2021")
    drawn(page, "2021/gemeente")
    player = page.locator(".player")
    player.click()
    expect(player).to_have_text("Stop")
    drawn(page, "2023/gemeente")
    expect(player).to_have_text("Speel de jaren af")
    page.wait_for_timeout(2000)
    assert "jaar=2023" in page.url


def test_a_second_press_stops(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "/?indicator=misdrijven&jaar=2021")
    drawn(page, "2021/gemeente")
    page.locator(".player").click()
    page.locator(".player").click()
    expect(page.locator(".player")).to_have_text("Speel de jaren af")
    page.wait_for_timeout(2000)
    assert "jaar=2022" in page.url


def test_who_asked_for_less_motion_goes_year_by_year(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "/?indicator=misdrijven&jaar=2021", reduced_motion="reduce")
    drawn(page, "2021/gemeente")
    expect(page.locator(".player")).to_have_text("Volgend jaar")
    page.locator(".player").click()
    drawn(page, "2022/gemeente")
    page.wait_for_timeout(2000)
    assert "jaar=2022" in page.url


def test_an_older_release_says_so_and_stays_through_every_choice(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "/?indicator=misdrijven&jaar=2023&release=tiny-1")
    drawn(page, "tiny-1/misdrijven/2023/gemeente")
    expect(page.locator(".older")).to_contain_text("U ziet een oudere uitgave: Kleinland 2024")
    page.get_by_role("link", name="2021", exact=True).first.click()
    drawn(page, "tiny-1/misdrijven/2021/gemeente")
    assert "release=tiny-1" in page.url
    for file in page.locator("#gebied .actions a", has_text=re.compile("Download|Insluiten")).all():
        assert "release=tiny-1" in (file.get_attribute("href") or "")
    page.get_by_role("link", name="Naar de nieuwste uitgave").click()
    drawn(page, "tiny-2/misdrijven/2021/gemeente")
    expect(page.locator(".older")).to_have_count(0)


def test_a_release_that_is_not_there_is_named_on_a_404_page(chromium: Browser, visit: Visit) -> None:
    page = visit(chromium, "/")
    answer = page.goto("/?release=tiny-9")
    assert answer is not None and answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Deze uitgave kennen we niet")
