"""Drawing: escaping, frames, axes."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from dashboard.figures import svg, svg_map, svg_trend
from etl.release.values import present
from tests.samples.tiny_release import CRIMES

SQUARES = (
    (4, "M10 20h30v30h-30z"),
    (5, "M40 20L70 20 70 50 40 50Z"),
    (7, "M10 50l30 0 0 30-30 0zM20 60v5h5z"),
)


def values_of(*counts: float) -> svg_map.Values:
    numbers = np.array(counts)
    status = np.where(np.isnan(numbers), 2, 0).astype(np.uint8)
    zero = np.where(np.isnan(numbers), np.nan, 0.0)
    return present(numbers, zero, np.full(len(counts), 1000.0), status, per=1000, reference_rate=0.05)


def test_text_and_attributes_are_escaped() -> None:
    drawn = svg.tag("text", svg.words("<b> & 'x'"), data_x='"><script>', class_="a")
    assert ET.fromstring(drawn).text == "<b> & 'x'"
    assert ET.fromstring(drawn).get("data-x") == '"><script>'


@pytest.mark.parametrize(
    ("path", "box"),
    [
        ("M10 20h30v30h-30z", (10, 20, 40, 50)),
        ("M10 20 40 20 40 50Z", (10, 20, 40, 50)),
        ("m10 20l30 0 0 30-30 0zm40 40l5 5", (10, 20, 55, 65)),
        ("M0 0H9V-3L.5.5Z", (0, -3, 9, 0.5)),
    ],
)
def test_the_extent_of_a_path_is_that_of_its_corners(path: str, box: svg_map.Box) -> None:
    assert svg_map.extent(path) == pytest.approx(box)


def test_the_frame_holds_all_shapes_with_air_around() -> None:
    left, top, width, height = svg_map.frame(SQUARES)
    assert left < 10 and top < 20 and left + width > 70 and top + height > 80
    with pytest.raises(ValueError, match="no shapes"):
        svg_map.frame(())


def test_each_area_is_drawn_once_in_its_class_and_the_chosen_one_has_an_edge() -> None:
    drawing = svg_map.Drawing(
        SQUARES, values_of(2, 40, np.nan), ["een", "twee <3", "drie"].__getitem__, chosen=5
    )
    root = ET.fromstring(svg_map.draw(drawing, CRIMES, title="t", description="d"))
    space = {"s": "http://www.w3.org/2000/svg"}
    groups = {group.get("class"): group for group in root.findall("s:g", space)}
    assert set(groups) == {"k0", "k4", "geheim"}
    assert [group.findtext("s:path/s:title", namespaces=space) for group in groups.values()] == [
        "een",
        "twee <3",
        "drie",
    ]
    chosen = [path for path in root.findall("s:path", space) if path.get("class") == "gekozen"]
    assert [path.get("d") for path in chosen] == [SQUARES[1][1]]
    assert root.get("role") == "img" and root.findtext("s:title", namespaces=space) == "t"


@pytest.mark.parametrize(
    ("largest", "top", "marks"),
    [(44, 50, 6), (9.3, 10, 6), (1, 1, 6), (0.07, 0.08, 5), (17_942_942, 20_000_000, 5), (0, 1, 2)],
)
def test_an_axis_starts_at_zero_and_has_few_round_marks(largest: float, top: float, marks: int) -> None:
    found, ticks = svg_trend.axis(largest)
    assert found == pytest.approx(top) and found >= largest
    assert ticks[0] == 0 and ticks[-1] == pytest.approx(top) and len(ticks) == marks


def test_a_year_without_a_figure_breaks_the_line_and_is_marked() -> None:
    series = svg_trend.Series("Borne", (2019, 2020, 2021, 2022, 2023), values_of(30, 32, np.nan, 31, 33))
    root = ET.fromstring(svg_trend.draw(CRIMES, series, None, "nl"))
    classes = [element.get("class") for element in root.iter() if element.get("class")]
    assert classes.count("lijn") == 2 and classes.count("punt") == 4 and classes.count("geen") == 1
    told = root.findtext("{http://www.w3.org/2000/svg}desc") or ""
    assert "2021: geheim" in told and "2023: 33" in told
