"""The number of a group: on its area where there is room, beside it where it would hide the area."""

import re

import pytest

from dashboard.figures.svg_groups import AIR, LABEL, WIDE, Ground, Marked, draw

FIELD = ((0, "M0 0h1000v1000h-1000z"),)


def number(path: str, told: int = 7) -> tuple[float, str]:
    """Where the number of a group of this one area stands, and how."""
    marked = [Marked(1, path, high=True, number=told, first=True)]
    picture = draw(Ground(FIELD), marked, tell=str, link=str, title="t", description="d")
    found = re.search(r'<text[^>]* x="([-\d.]+)"[^>]*text-anchor="(\w+)"', picture)
    assert found, picture
    return float(found[1]), found[2]


def test_a_roomy_area_carries_its_number() -> None:
    assert number("M400 400h100v100h-100z") == (450.0, "middle")


@pytest.mark.parametrize("west", [0, 500, 990])
@pytest.mark.parametrize("told", [7, 23, 123])
def test_a_small_area_is_not_hidden_and_its_number_stays_in_the_picture(west: int, told: int) -> None:
    x, anchor = number(f"M{west} 500h8v8h-8z", told)
    wide = WIDE * LABEL * len(str(told))
    left, right = (x, x + wide) if anchor == "start" else (x - wide, x)
    assert left >= west + 8 + 0.9 * AIR or right <= west - 0.9 * AIR
    assert left > -40 and right < 1040
