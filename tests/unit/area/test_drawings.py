"""Drawings that share an axis, break where is counted otherwise, and carry numbers on their shapes."""

import re

import numpy as np
import pytest

from dashboard.figures import svg_map, svg_trend
from etl.release.read import Release

SQUARE = "M10 20h100v100h-100z"
WITH_ISLAND = SQUARE + "M500 500l10 0 0 10 -10 0z"


def test_a_shape_is_numbered_on_its_largest_part() -> None:
    assert svg_map.centre(WITH_ISLAND) == pytest.approx((60, 70))
    assert svg_map.extent(WITH_ISLAND) == (10, 20, 510, 510)


def test_a_number_stands_in_its_own_area_and_not_in_the_one_it_surrounds() -> None:
    around = "M0 0h100v100h-100zM20 20v60h60v-60z"
    assert svg_map.centre(around) == pytest.approx((50, 50))
    x, y = svg_map.label_point(around)
    assert 0 < min(x, y, 100 - x, 100 - y) < 20


def test_a_number_stays_in_the_middle_where_that_has_room() -> None:
    assert svg_map.label_point(WITH_ISLAND) == pytest.approx((60, 70))


def test_a_number_stands_where_its_area_is_in_reach() -> None:
    x, y = svg_map.label_point("M50 -50h400v100h-400z", 100)
    assert x > 50
    assert np.hypot(x, y) < 100
    assert svg_map.label_point("M150 -50h400v100h-400z", 100) is None


def test_an_axis_reaches_as_far_as_asked(release: Release) -> None:
    indicator = release.indicators["misdrijven"]
    years, values = release.over_time("misdrijven", "GM9001")
    area = svg_trend.Series("x", years, values)
    own = svg_trend.draw(indicator, area, None, "nl")
    shared = svg_trend.draw(indicator, area, None, "nl", reach=80)
    assert ">80<" in shared and ">80<" not in own


def test_a_break_cuts_the_line(release: Release) -> None:
    indicator = release.indicators["misdrijven"]
    years, values = release.over_time("misdrijven", "GM9001")
    area = svg_trend.Series("x", years, values)
    whole = svg_trend.draw(indicator, area, None, "nl")
    broken = svg_trend.draw(indicator, area, None, "nl", breaks={years[1]})
    lines = [len(re.findall('class="lijn"', picture)) for picture in (whole, broken)]
    assert lines == [1, 2]
    assert 'class="breuk"' in broken and 'class="breuk"' not in whole


def test_large_numbers_keep_all_their_digits(release: Release) -> None:
    indicator = release.indicators["inwoners"]
    years, values = release.over_time("inwoners", "KL00")
    picture = svg_trend.draw(indicator, svg_trend.Series("x", years, values), None, "nl", reach=20_000_000)
    left = min(float(x) for x in re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="end"', picture))
    assert left > len("20.000.000") * svg_trend.DIGIT


def test_years_without_a_figure_say_why(release: Release) -> None:
    indicator = release.indicators["misdrijven"]
    years, values = release.over_time("misdrijven", "BU90010100")
    assert not np.any(values.shown)
    picture = svg_trend.draw(indicator, svg_trend.Series("x", years, values), None, "nl")
    assert "Geheim: de bron geeft dit cijfer niet vrij" in picture
