"""An SVG as PNG, without a browser. A drawing goes in; the bytes of a picture come out.

resvg (through the package resvg-py) draws with the two fonts that lie beside this file and no others: the
same drawing gives the same bytes on every machine, also on one that has no fonts at all.
"""

from pathlib import Path

from resvg_py import svg_to_bytes

from dashboard.figures import svg

FAMILY = "DejaVu Sans"
FONTS = tuple(str(path) for path in sorted((Path(__file__).parent / "fonts").glob("*.ttf")))
WIDTH = 1280
"""Pixels, unless asked otherwise: the sheet twice as large as it is drawn, sharp on any screen."""


def png(drawing: str, width: int = WIDTH) -> bytes:
    """The picture, `width` pixels wide. ValueError when the drawing is no SVG."""
    own = drawing.replace(f'font-family="{svg.tag("x", a=svg.FONT)[6:-3]}"', f'font-family="{FAMILY}"')
    return bytes(
        svg_to_bytes(
            svg_string=own,
            width=width,
            skip_system_fonts=True,
            font_files=list(FONTS),
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    )
