"""Groups of areas on a map as SVG. Shapes, and which of them lie high or low, go in; a picture comes out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures import svg, svg_map
from geodata.outlines import Paths

FILLS = {"laag": "url(#laag)", "hoog": svg.CLASS_FILLS[4]}
LABEL = 26.0
WIDE = 0.62
"""Width of a digit, in parts of its height."""
ROOMY = 2.0
"""Widths and heights of its number that an area has at least when the number stands on it."""
AIR = 5.0
"""Between an area and the number beside it: that of the halo."""


@dataclass(frozen=True)
class Marked:
    """One marked area. number: of its group in the list, 0 for none; first: whether it carries the number."""

    position: int
    path: str
    high: bool
    number: int
    first: bool


@dataclass(frozen=True)
class Ground:
    """What lies below, and what the drawing is cut to: areas in pale; lines: over everything."""

    areas: Paths
    lines: Paths = ()


def draw(
    ground: Ground,
    marked: Sequence[Marked],
    *,
    tell: Callable[[int], str],
    link: Callable[[int], str],
    title: str,
    description: str,
) -> str:
    """The picture. tell, link: position -> tooltip, address."""
    left, top, width, height = svg_map.frame(ground.areas)
    unit = max(width, height) / 1000
    parts = [svg.tag("defs", svg.hatch("laag", svg.SURFACE, svg.CLASS_FILLS[3], 8 * unit))]
    below = [svg.tag("path", d=path) for _, path in ground.areas]
    edge: dict[str, str | float] = {"stroke": svg.HAIRLINE, "stroke_width": 0.9 * unit}
    parts.append(svg.tag("g", *below, fill=svg.PAPER, class_="onder", **edge))
    for name, fill in FILLS.items():
        inside = [_area(one, tell, link) for one in marked if one.high == (name == "hoog")]
        if inside:
            parts.append(svg.tag("g", *inside, fill=fill, class_=name, stroke=svg.LINE, stroke_width=unit))
    lines = [svg.tag("path", d=path) for _, path in ground.lines]
    if lines:
        over = svg.tag("g", *lines, fill="none", class_="rand", stroke=svg.SOFT_INK, stroke_width=1.2 * unit)
        parts.append(over)
    right = left + width
    parts += [_label(one, unit, right) for one in marked if one.first and one.number]
    picture = svg.picture(
        *parts, width=width, height=height, left=left, top=top, title=title, description=description
    )
    # An image holds no links, for who hears it; a group of links may.
    return picture.replace('role="img"', 'role="group"', 1)


def _area(one: Marked, tell: Callable[[int], str], link: Callable[[int], str]) -> str:
    title = svg.tag("title", svg.words(tell(one.position)))
    path = svg.tag("path", d=one.path)
    return svg.tag("a", title, path, href=link(one.position), tabindex="-1", data_soft="1")


def _label(one: Marked, unit: float, right: float) -> str:
    """The number on its area; beside an area that it would hide. right: where the picture ends."""
    x, y = svg_map.label_point(one.path) or svg_map.centre(one.path)
    west, north, east, south = svg_map.extent(one.path)
    wide = WIDE * LABEL * unit * len(str(one.number))
    anchor = "middle"
    if east - west < ROOMY * wide or south - north < ROOMY * LABEL * unit:
        to_left = east + AIR * unit + wide > right
        x, anchor = (west - AIR * unit, "end") if to_left else (east + AIR * unit, "start")
    return svg.tag(
        "text", svg.words(str(one.number)), x=x, y=y + 0.35 * LABEL * unit, text_anchor=anchor,
        font_size=LABEL * unit, font_weight="600", fill=svg.INK, stroke=svg.SURFACE, stroke_width=7 * unit,
        paint_order="stroke", stroke_linejoin="round", class_="nummer", aria_hidden="true",
        pointer_events="none",
    )  # fmt: skip
