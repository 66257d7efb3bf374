"""One figure, or a table of them, as SVG: words in rows. Texts go in; a picture comes out."""

import textwrap
from collections.abc import Sequence

from dashboard.figures import svg

WIDTH, BIG, SMALL = 340.0, 54.0, 14.0
TABLE_WIDTH, ROW, LETTER = 600.0, 24.0, 13.0
COLUMNS = (0.0, 0.33, 0.46)
"""Where the columns start, as part of the width."""


def figure(big: str, lines: Sequence[str], *, is_number: bool, title: str) -> str:
    """The figure large, what goes with it below."""
    parts, y = [], 0.0
    size, letters = (BIG, 12) if is_number else (22.0, 26)
    for line in textwrap.wrap(big, letters):
        y += size
        parts.append(_text(0, y, line, size, svg.INK, "700"))
    y += 8
    for line in (part for text in lines for part in textwrap.wrap(text, 44)):
        y += 20
        parts.append(_text(0, y, line, SMALL, svg.SOFT_INK))
    told = ". ".join([big, *lines])
    return svg.picture(*parts, width=WIDTH, height=y + 10, title=title, description=told)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, title: str) -> str:
    """Three columns: name, figure, margin. Without a margin the figure takes its room: it is words then."""
    starts = [part * TABLE_WIDTH for part in COLUMNS]
    ends = [*starts[1:], TABLE_WIDTH]
    parts = []
    for number, cells in enumerate([head, *rows]):
        y = (number + 1) * ROW
        for start, end, cell in zip(starts, ends, cells, strict=True):
            weight = "600" if number == 0 or start == 0 else None
            room = int((end - start if cells[-1] or start == 0 else TABLE_WIDTH - start) / (0.57 * LETTER))
            parts.append(_text(start, y - 7, _short(cell, room), LETTER, svg.INK, weight))
        parts.append(svg.tag("path", d=f"M0 {y:.0f}H{TABLE_WIDTH:.0f}", stroke=svg.HAIRLINE))
    told = "; ".join(" ".join(filter(None, cells)) for cells in rows)
    height = (len(rows) + 1) * ROW + 2
    return svg.picture(*parts, width=TABLE_WIDTH, height=height, title=title, description=told)


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def _text(x: float, y: float, text: str, size: float, fill: str, weight: str | None = None) -> str:
    return svg.tag("text", svg.words(text), x=x, y=y, font_size=size, fill=fill, font_weight=weight)
