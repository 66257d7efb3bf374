"""A drawing as a picture that stands alone: title above, legend and source below. SVG goes in, SVG comes out.

For an <img>, where no page is around to say what is shown. SVG does not break lines, so they are broken here.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures import svg

WIDTH = 640.0
EDGE = 20.0
LETTERS = 84
"""Letters of 13 px that fit on a line of the sheet."""
SWATCH_ROOM = 14.0
LARGEST = 1.4
"""A small drawing is not blown up further than this: its letters would shout."""
CARD = (1200.0, 630.0)
"""Size that sites which show a link with a picture ask for (Open Graph)."""
_BOX = re.compile(r'^<svg ([^>]*)viewBox="(\S+) (\S+) (\S+) (\S+)"')


@dataclass(frozen=True)
class Sheet:
    """banner: warnings above all; swatches: (markup of a swatch of 24 x 14, its label); foot: last lines."""

    title: str
    under: str
    banner: Sequence[str]
    drawing: str
    swatches: Sequence[tuple[str, str]]
    foot: Sequence[str]


def draw(sheet: Sheet, description: str) -> str:
    """The whole picture, 640 units wide and as high as it needs."""
    parts: list[str] = []
    y = EDGE
    for line in _lines(sheet.banner, LETTERS):
        y += 18
        parts.append(_line(EDGE, y, line, 13, svg.INK, "700"))
    for line in _lines((sheet.title,), 56):
        y += 26
        parts.append(_line(EDGE, y, line, 19, svg.INK, "700"))
    y += 20
    parts.append(_line(EDGE, y, sheet.under, 13, svg.SOFT_INK))
    if sheet.drawing:
        nested, height = nest(sheet.drawing, EDGE, y + 12, WIDTH - 2 * EDGE)
        parts.append(nested)
        y += 12 + height
    legend, y = _legend(sheet.swatches, y)
    parts += legend
    for line in _lines(sheet.foot, LETTERS):
        y += 18
        parts.append(_line(EDGE, y, line, 12, svg.SOFT_INK))
    height = y + EDGE
    ground = svg.tag("rect", width=WIDTH, height=height, fill=svg.SURFACE)
    return svg.picture(ground, *parts, width=WIDTH, height=height, title=sheet.title, description=description)


def card(sheet: Sheet, description: str) -> str:
    """The same lying down, 1200 by 630: words and legend at the left, the drawing at the right."""
    width, height = CARD
    parts: list[str] = []
    y = 34.0
    for lines, size, weight, letters in (
        (sheet.banner, 17, "700", 46),
        ((sheet.title,), 38, "700", 20),
        ((sheet.under,), 21, None, 38),
    ):
        for line in _lines(lines, letters):
            y += size * 1.24
            parts.append(_line(48, y, line, size, svg.INK if weight else svg.SOFT_INK, weight))
        y += 8
    for markup, label in sheet.swatches:
        y += 30
        parts.append(svg.tag("g", markup, transform=f"translate(48 {y - 12:.0f})"))
        parts.append(_line(82, y, label, 17, svg.INK))
    foot = _lines(sheet.foot, 50)
    for row, line in enumerate(foot):
        parts.append(_line(48, height - 40 - 21 * (len(foot) - 1 - row), line, 16, svg.SOFT_INK))
    if sheet.drawing:
        parts.append(nest(sheet.drawing, 540, 40, 612, height - 80)[0])
    ground = svg.tag("rect", width=width, height=height, fill=svg.SURFACE)
    return svg.picture(ground, *parts, width=width, height=height, title=sheet.title, description=description)


def nest(
    drawing: str, left: float, top: float, width: float, height: float | None = None
) -> tuple[str, float]:
    """A drawing of `svg.picture` inside another, at most this wide; its markup and height.

    height: the drawing fills a box of this height, in the middle; None: as high as it comes out.
    """
    found = _BOX.match(drawing)
    if found is None:
        raise ValueError("not a drawing made by svg.picture: it does not start with its viewBox")
    before, x, y, wide, high = found.groups()
    if height is None:
        width = min(width, LARGEST * float(wide))
        height = float(high) / float(wide) * width
    place = f'x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{height:.0f}"'
    start = f'<svg {before}{place} viewBox="{x} {y} {wide} {high}"'
    return start + drawing[found.end() :], height


def _legend(swatches: Sequence[tuple[str, str]], y: float) -> tuple[list[str], float]:
    """Swatches with labels, as many on a line as fit; the markup and where it ends."""
    parts, x = [], EDGE
    y += 24 if swatches else 8
    for markup, label in swatches:
        room = 24 + 8 + 7.5 * len(label) + SWATCH_ROOM
        if x > EDGE and x + room > WIDTH - EDGE:
            x, y = EDGE, y + 24
        parts.append(svg.tag("g", markup, transform=f"translate({x:.0f} {y - 12:.0f})"))
        parts.append(_line(x + 32, y, label, 13, svg.INK))
        x += room
    return parts, y + 8


def _lines(texts: Sequence[str], letters: int) -> list[str]:
    return [line for text in texts for line in textwrap.wrap(text, letters)]


def _line(x: float, y: float, text: str, size: float, fill: str, weight: str | None = None) -> str:
    return svg.tag("text", svg.words(text), x=x, y=y, font_size=size, fill=fill, font_weight=weight)
