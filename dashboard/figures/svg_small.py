"""Small maps beside each other: shapes told once, colours per map. Outlines and figures in; SVG text out."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

import numpy as np

from dashboard.figures import svg, svg_map
from dashboard.numbers import wide_margin
from etl.catalogue.model import Indicator
from etl.release.values import Values
from geodata.outlines import Paths


def shelf(shapes: Paths, key: str) -> str:
    """Every shape under a name, drawn nowhere. key: what sets these names apart in a document."""
    paths = (svg.tag("path", id=_name(key, position), d=path) for position, path in shapes)
    return svg.tag("svg", svg.tag("defs", *paths), width=0, height=0, aria_hidden="true", class_="shelf")


def small(shapes: Paths, values: Values, indicator: Indicator, key: str, told: Mapping[str, str]) -> str:
    """One map of the shapes on the shelf. values: in their order; told: `title` and `description`."""
    left, top, width, height = svg_map.frame(shapes)
    looks, unit = svg_map.look(values, indicator), width / 1000
    patterns = (
        svg.hatch(f"onzeker{key}", svg.PAPER, svg.HAIRLINE, 18 * unit),
        svg.hatch(f"ruim{key}", None, svg.SURFACE, 14 * unit),
    )
    parts = [svg.tag("defs", *patterns)]
    for name, fill in svg_map.FILLS.items():
        inside = _uses(shapes, np.flatnonzero(looks == name).tolist(), key)
        if inside:
            fill = fill.replace("#onzeker", f"#onzeker{key}")
            width_of_line = 1.6 * unit
            parts.append(
                svg.tag("g", inside, fill=fill, class_=name, stroke=svg.SURFACE, stroke_width=width_of_line)
            )
    wide = _uses(shapes, np.flatnonzero(wide_margin(values)).tolist(), key)
    if wide:
        parts.append(svg.tag("g", wide, fill=f"url(#ruim{key})", class_="ruim"))
    return svg.picture(*parts, width=width, height=height, left=left, top=top, **told)


def coarser(shapes: Paths, step: int) -> Paths:
    """The same shapes with their corners on a grid of `step` units: half the text, as sharp on a screen.

    Corners that neighbours share fall on the same grid point, so no gaps open.
    """
    return tuple((position, _coarse(path, step)) for position, path in shapes)


_RING = re.compile(r"M(-?\d+) (-?\d+)l([-\d ]+)z")


@lru_cache(maxsize=4096)
def _coarse(path: str, step: int) -> str:
    rings = []
    for x, y, steps in _RING.findall(path):
        numbers = list(map(int, steps.split()))
        at = (int(x), int(y))
        corners = [(at[0] // step, at[1] // step)]
        for move in zip(numbers[::2], numbers[1::2], strict=True):
            at = at[0] + move[0], at[1] + move[1]
            corner = at[0] // step, at[1] // step
            if corner != corners[-1]:
                corners.append(corner)
        if len(corners) > 2:
            moves = " ".join(f"{(b[0] - a[0]) * step} {(b[1] - a[1]) * step}" for a, b in pairwise(corners))
            rings.append(f"M{corners[0][0] * step} {corners[0][1] * step}l{moves}z")
    # An area smaller than the grid keeps its own shape, so that none is ever missing.
    return "".join(rings) or path


def _uses(shapes: Paths, rows: list[int], key: str) -> str:
    # The shelf is shared by all maps of a page, the patterns are not: a name of a shape has no year in it.
    names = (_name(key.partition("_")[0], shapes[row][0]) for row in rows)
    return "".join(svg.tag("use", href=f"#{name}") for name in names)


def _name(key: str, position: int) -> str:
    return f"v{key}{position}"
