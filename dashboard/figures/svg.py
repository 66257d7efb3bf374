"""Drawing without a browser: SVG text. Names, attributes and text go in; escaped markup comes out.

Colours stand in attributes, so that a picture is whole without a stylesheet; a stylesheet may still change
them by class. Nothing here needs scripts, inline styles or anything from elsewhere.
"""

from functools import cache
from html import escape

INK, SOFT_INK, HAIRLINE, PAPER, SURFACE = "#17212b", "#52606b", "#d5d3ca", "#f7f6f2", "#ffffff"
CLASS_FILLS = ("#e6edf1", "#bcd0dd", "#86abc4", "#4c7fa6", "#1d4e79")
"""Five classes, light to dark; the same in map, legend and embed."""
LINE, BAND = "#1d4e79", "#bcd0dd"
MISSING, WITHHELD = "#d9d6cd", "#ffffff"
UNSURE, UNSURE_LINE = "#ebe6d6", "#cbbf9f"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def tag(name: str, *inside: str, **attributes: str | float | None) -> str:
    """One element. inside: markup already; attributes: escaped here, `_` stands for `-`, None is left out."""
    told = "".join(
        f' {_dashed(key)}="{escape(_plain(value))}"' for key, value in attributes.items() if value is not None
    )
    return f"<{name}{told}>{''.join(inside)}</{name}>" if inside else f"<{name}{told}/>"


def words(text: str) -> str:
    """Text as markup."""
    return escape(text, quote=False)


def picture(*inside: str, width: float, height: float, title: str, description: str, left: float = 0,
            top: float = 0) -> str:  # fmt: skip
    """A whole drawing with its text alternative; scales to the width it is given."""
    return tag(
        "svg",
        tag("title", words(title)),
        tag("desc", words(description)),
        *inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=" ".join(map(_plain, (left, top, width, height))),
        role="img",
        font_family=FONT,
    )


def hatch(name: str, ground: str | None, line: str, gap: float) -> str:
    """A pattern of slanted lines; ground None lets what lies below show through."""
    fill = () if ground is None else (tag("rect", width=gap, height=gap, fill=ground),)
    stroke = tag("path", d=f"M0 0V{_plain(gap)}", stroke=line, stroke_width=gap / 3)
    return tag(
        "pattern", *fill, stroke, id=name, width=gap, height=gap, patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )  # fmt: skip


def _plain(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


@cache
def _dashed(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
