"""Areas beside each other as SVG: a dot and its 95 % interval as a whisker, all on one labelled scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures import svg
from dashboard.figures.svg_trend import axis
from dashboard.language import Language, border_text

WIDTH, LEFT, RIGHT = 340.0, 10.0, 14.0
ROW, TOP, FOOT, LETTER = 46.0, 4.0, 26.0, 13.0
"""At 320 px of screen these letters are still 11 px high."""
CAP = 5.0
NAME_LETTERS = 24
"""Letters of a name that fit beside its figure."""


@dataclass(frozen=True)
class Row:
    """One area. figure, low, high: on the scale; said: the figure in words, or why there is none."""

    name: str
    said: str
    figure: float
    low: float
    high: float
    shown: bool = True
    here: bool = True


def draw(rows: Sequence[Row], title: str, told: str, language: Language) -> str:
    """The picture. told: all of it in words; a row that is not `here` (the land) is drawn softer."""
    top, ticks = axis(max((max(row.high, row.figure) for row in rows if row.shown), default=0.0))
    height = TOP + ROW * len(rows) + FOOT
    parts = [svg.tag("defs", svg.hatch("onzeker", svg.UNSURE, svg.UNSURE_LINE, 6))]
    for tick in ticks:
        x = _x(tick, top)
        parts.append(svg.tag("path", d=f"M{x:.1f} {TOP:.0f}V{height - FOOT:.0f}", stroke=svg.HAIRLINE))
        anchor = "start" if tick == 0 else "end" if tick == ticks[-1] else "middle"
        parts.append(_text(x, height - 8, border_text(tick, language), anchor, svg.SOFT_INK))
    for number, row in enumerate(rows):
        parts += _row(row, TOP + number * ROW, top)
    return svg.picture(*parts, width=WIDTH, height=height, title=title, description=told)


def _x(value: float, top: float) -> float:
    return LEFT + min(max(value, 0.0) / top, 1.0) * (WIDTH - LEFT - RIGHT)


def _row(row: Row, y: float, top: float) -> list[str]:
    middle = y + 31
    name = row.name if len(row.name) <= NAME_LETTERS else row.name[: NAME_LETTERS - 1].rstrip() + "…"
    parts = [_text(LEFT, y + 15, name, "start", svg.INK, "600" if row.here else None)]
    if not row.shown:
        across = WIDTH - LEFT - RIGHT
        box = svg.tag("rect", x=LEFT, y=middle - 10, width=across, height=20, rx=4, fill="url(#onzeker)")
        over = svg.tag(
            "text", svg.words(row.said), x=WIDTH / 2, y=middle + 4.5, text_anchor="middle", font_size=LETTER,
            fill=svg.INK, stroke=svg.UNSURE, stroke_width=5, stroke_linejoin="round", paint_order="stroke",
        )  # fmt: skip
        return [*parts, box, over]
    parts.append(_text(WIDTH - RIGHT, y + 15, row.said, "end", svg.INK, "600" if row.here else None))
    x, colour = _x(row.figure, top), svg.LINE if row.here else svg.SOFT_INK
    if row.high > row.low:
        low, high = _x(row.low, top), _x(row.high, top)
        line = f"M{low:.1f} {middle:.0f}H{high:.1f}" + "".join(
            f"M{end:.1f} {middle - CAP:.0f}v{2 * CAP:.0f}" for end in (low, high)
        )
        parts.append(svg.tag("path", d=line, stroke=colour, stroke_width=2, fill="none", class_="marge"))
    dot = svg.tag(
        "circle", cx=x, cy=middle, r=6, fill=colour, stroke=svg.SURFACE, stroke_width=1.5, class_="punt"
    )
    return [*parts, dot]


def _text(x: float, y: float, text: str, anchor: str, fill: str, weight: str | None = None) -> str:
    return svg.tag(
        "text", svg.words(text), x=x, y=y, text_anchor=anchor, font_size=LETTER, fill=fill, font_weight=weight
    )
