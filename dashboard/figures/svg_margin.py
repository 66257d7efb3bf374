"""What a margin looks like, as SVG: a dot, its bar, and the hatch where nothing can be said. Lines go in."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures import svg
from dashboard.figures.svg_trend import axis
from dashboard.language import Language, border_text

WIDTH, LEFT, RIGHT = 400.0, 12.0, 14.0
ROW, TOP, LETTER = 58.0, 6.0, 14.0
BAR, DOT = 12.0, 6.5
UNSURE, UNSURE_LINE = "#ebe6d6", "#cbbf9f"


@dataclass(frozen=True)
class Line:
    """One area. name: above it; told: in words; figure, low, high: on the scale; shown: else no number is
    drawn.
    """

    name: str
    told: str
    figure: float
    low: float
    high: float
    shown: bool = True


def draw(lines: Sequence[Line], title: str, unsure: str, language: Language, *, numbers: bool = True) -> str:
    """The picture. unsure: the words over a hatch; numbers: whether the scale has marks."""
    top, ticks = axis(max((line.high for line in lines if line.shown), default=1.0))
    height = TOP + ROW * len(lines) + (26 if numbers else 4)
    parts = [svg.tag("defs", svg.hatch("unsure", UNSURE, UNSURE_LINE, 6))]
    parts += _scale(ticks, top, height, language) if numbers else []
    for row, line in enumerate(lines):
        parts += _line(line, TOP + row * ROW, top, unsure)
    told = " ".join(line.told for line in lines)
    return svg.picture(*parts, width=WIDTH, height=height, title=title, description=told)


def _x(value: float, top: float) -> float:
    return LEFT + min(max(value, 0.0) / top, 1.0) * (WIDTH - LEFT - RIGHT)


def _line(line: Line, y: float, top: float, unsure: str) -> list[str]:
    middle = y + 38
    name = _text(LEFT, y + 18, line.name, weight="600")
    track = svg.tag(
        "path", d=f"M{LEFT:.0f} {middle:.0f}H{WIDTH - RIGHT:.0f}", stroke=svg.HAIRLINE, stroke_width=1
    )
    if not line.shown:
        box = svg.tag(
            "rect",
            x=LEFT,
            y=middle - 12,
            width=WIDTH - LEFT - RIGHT,
            height=24,
            rx=5,
            fill="url(#unsure)",
        )
        words = svg.tag(
            "text",
            svg.words(unsure),
            x=WIDTH / 2,
            y=middle + 5,
            text_anchor="middle",
            font_size=LETTER,
            font_weight="600",
            fill=svg.INK,
            stroke=UNSURE,
            stroke_width=5,
            stroke_linejoin="round",
            paint_order="stroke",
        )
        return [name, box, words]
    low, high = _x(line.low, top), _x(line.high, top)
    bar = svg.tag(
        "rect",
        x=low,
        y=middle - BAR / 2,
        width=max(high - low, 1.0),
        height=BAR,
        rx=BAR / 2,
        fill=svg.BAND,
    )
    dot = svg.tag("circle", cx=_x(line.figure, top), cy=middle, r=DOT, fill=svg.LINE)
    return [name, track, bar, dot]


def _scale(ticks: Sequence[float], top: float, height: float, language: Language) -> list[str]:
    lines = []
    for tick in ticks:
        x = _x(tick, top)
        lines.append(svg.tag("path", d=f"M{x:.1f} {TOP:.0f}V{height - 22:.0f}", stroke="#efede6"))
        anchor = "start" if tick == 0 else "end" if tick == ticks[-1] else "middle"
        lines.append(_text(x, height - 6, border_text(tick, language), anchor=anchor, fill=svg.SOFT_INK))
    return lines


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", fill: str = svg.INK, weight: str | None = None
) -> str:
    told = svg.words(text)
    return svg.tag(
        "text", told, x=x, y=y, text_anchor=anchor, font_size=LETTER, fill=fill, font_weight=weight
    )
