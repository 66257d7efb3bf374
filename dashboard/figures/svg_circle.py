"""A circle over neighbourhoods as SVG. Shapes and figures of those neighbourhoods in; a picture out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import svg, svg_map
from dashboard.numbers import wide_margin
from etl.catalogue.model import Indicator
from etl.release.values import Values
from geodata.outlines import Paths

LETTER = 17.0
Label = tuple[str, float, float]
"""Text and the middle of its place."""
_LINE, _WIDE = 27.0, 18.0
"""Height and width that a sign of a label takes, in 500ths of half the square."""


@dataclass(frozen=True)
class Round:
    """A circle round 0 0.

    shapes: areas in and round it, y down; radius and half (of the square drawn): in their units; values:
    figures of the shapes, in their order; inside: (shapes,) whether the circle touches them; tell, link: row
    -> tooltip, address; labels: row -> short text and its place; scale: length of a bar, and what it says.
    """

    shapes: Paths
    radius: float
    half: float
    values: Values
    inside: NDArray[np.bool_]
    tell: Callable[[int], str]
    link: Callable[[int], str]
    labels: Mapping[int, Label]
    scale: tuple[float, str]


def draw(circle: Round, indicator: Indicator, *, title: str, description: str) -> str:
    """The picture: areas that count in their colours, the others empty, and the circle over them."""
    half, unit = circle.half, circle.half / 500
    looks = np.where(circle.inside, svg_map.look(circle.values, indicator), "buiten")
    patterns = (
        svg.hatch("onzeker-cirkel", svg.UNSURE, svg.UNSURE_LINE, 14 * unit),
        svg.hatch("ruim-cirkel", None, svg.SURFACE, 11 * unit),
    )
    parts = [svg.tag("defs", *patterns)]
    for name, fill in ({"buiten": svg.PAPER} | dict(svg_map.FILLS)).items():
        rows = np.flatnonzero(looks == name).tolist()
        if rows:
            edge: dict[str, str | float] = {"stroke": svg.SURFACE, "stroke_width": 1.4 * unit}
            if name in ("buiten", "geheim"):
                edge["stroke"] = svg.HAIRLINE if name == "buiten" else svg.SOFT_INK
            fill = fill.replace("#onzeker", "#onzeker-cirkel")
            areas = [_area(circle, row) for row in rows]
            parts.append(svg.tag("g", *areas, fill=fill, class_=name, **edge))
    wide = [circle.shapes[row][1] for row in np.flatnonzero(wide_margin(circle.values) & circle.inside)]
    if wide:
        over = [svg.tag("path", d=path) for path in wide]
        parts.append(svg.tag("g", *over, fill="url(#ruim-cirkel)", class_="ruim", pointer_events="none"))
    parts += [_outside(2 * half, circle.radius), _ring(circle.radius, unit)]
    parts += [_label(*label, unit) for label in apart(list(circle.labels.values()), unit)]
    parts.append(_scale(circle, unit))
    picture = svg.picture(
        *parts, width=2 * half, height=2 * half, left=-half, top=-half, title=title, description=description
    )
    # An image holds no links, for who hears it; a group of links may.
    return picture.replace('role="img"', 'role="group"', 1)


def _area(circle: Round, row: int) -> str:
    path = svg.tag("path", d=circle.shapes[row][1])
    title = svg.tag("title", svg.words(circle.tell(row)))
    return svg.tag("a", title, path, href=circle.link(row), tabindex="-1", data_soft="1")


def _outside(half: float, radius: float) -> str:
    """A veil over what lies outside, so that one sees which part of an area counts."""
    square = f"M{-half:.0f} {-half:.0f}H{half:.0f}V{half:.0f}H{-half:.0f}Z"
    circle = f"M{-radius:.0f} 0a{radius:.0f} {radius:.0f} 0 1 0 {2 * radius:.0f} 0" + (
        f"a{radius:.0f} {radius:.0f} 0 1 0 {-2 * radius:.0f} 0Z"
    )
    return svg.tag(
        "path", d=square + circle, fill=svg.PAPER, fill_opacity=0.66, fill_rule="evenodd", class_="sluier",
        pointer_events="none",
    )  # fmt: skip


def _ring(radius: float, unit: float) -> str:
    cross = f"M{-9 * unit:.1f} 0H{9 * unit:.1f}M0 {-9 * unit:.1f}V{9 * unit:.1f}"
    ring = svg.tag("circle", r=radius, cx=0, cy=0, fill="none", stroke=svg.INK, stroke_width=3.5 * unit)
    middle = svg.tag("path", d=cross, stroke=svg.INK, stroke_width=3 * unit)
    return svg.tag("g", ring, middle, class_="ring", pointer_events="none")


def apart(labels: list[Label], unit: float) -> list[Label]:
    """Texts that would stand over each other move apart, the upper one up and the lower one down."""
    placed = list(labels)
    for first in range(len(placed)):
        for second in range(first):
            upper, lower = sorted((first, second), key=lambda one: placed[one][2])
            gap = placed[lower][2] - placed[upper][2]
            letters = (len(placed[upper][0]) + len(placed[lower][0])) / 2
            if gap < _LINE * unit and abs(placed[upper][1] - placed[lower][1]) < letters * _WIDE * unit:
                shift = (_LINE * unit - gap) / 2
                for one, way in ((upper, -shift), (lower, shift)):
                    text, x, y = placed[one]
                    placed[one] = (text, x, y + way)
    return placed


def _label(text: str, x: float, y: float, unit: float) -> str:
    return svg.tag(
        "text", svg.words(text), x=x, y=y + 10 * unit, text_anchor="middle", font_size=30 * unit,
        font_weight="600", fill=svg.INK, stroke=svg.SURFACE, stroke_width=8 * unit, paint_order="stroke",
        stroke_linejoin="round", class_="nummer", aria_hidden="true", pointer_events="none",
    )  # fmt: skip


def _scale(circle: Round, unit: float) -> str:
    length, told = circle.scale
    x, y = -circle.half + 18 * unit, circle.half - 18 * unit
    bar = svg.tag("path", d=f"M{x:.1f} {y - 9 * unit:.1f}v{9 * unit:.1f}h{length:.1f}v{-9 * unit:.1f}",
                  fill="none", stroke=svg.INK, stroke_width=2.5 * unit)  # fmt: skip
    text = svg.tag("text", svg.words(told), x=x + length + 10 * unit, y=y, font_size=1.6 * LETTER * unit,
                   fill=svg.INK, class_="maat-tekst")  # fmt: skip
    return svg.tag("g", bar, text, class_="maat")
