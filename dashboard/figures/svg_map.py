"""A map as SVG, drawn on the server. Outlines and figures of the areas on it go in; a picture comes out.

Shapes are (position of the area, path) pairs, as `geodata.outlines` stores them with a vintage; paths
are made of straight lines (M, L, H, V, Z in either case).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import svg
from dashboard.numbers import STATUS_ORDER, class_numbers, wide_margin
from etl.catalogue.model import Indicator
from etl.release.values import Values
from geodata.outlines import Paths

Box = tuple[float, float, float, float]
MARGIN = 0.02
MARKS = ("te-onzeker", "geheim", "ontbreekt", "nvt")
"""Statuses without a figure, as the map draws them."""
GRID = 24
ROOM_ENOUGH = 0.6
"""Points looked at in each direction for a label; share of the most room there is that will do."""
KEPT = 8192
"""Shapes whose extent and centre are remembered: a page draws the same ones for every figure."""
_STEP = re.compile(r"([MLHVZmlhvz])|(-?\d*\.?\d+)")


@dataclass(frozen=True)
class Drawing:
    """What a map shows: areas that carry a figure, lines over them, the one area to point out, names to tell.

    values: figures of the shapes, in their order; tell: row -> text of the shape's tooltip; labels: row ->
    short text to write on the shape; link: row -> address the shape leads to. Links are for a pointer: they
    are left out of the order of the Tab key, so a page that has them also has a list.
    """

    shapes: Paths
    values: Values
    tell: Callable[[int], str]
    borders: Paths = ()
    chosen: int | None = None
    labels: Mapping[int, str] = field(default_factory=dict)
    link: Callable[[int], str] | None = None


def draw(drawing: Drawing, indicator: Indicator, *, title: str, description: str, key: str = "") -> str:
    """The picture, cut to its shapes, one group per class or status so that colours are told once.

    key: what makes the names of its patterns differ from those of another map in the same document.
    """
    left, top, width, height = frame(drawing.shapes)
    looks = look(drawing.values, indicator)
    wide = wide_margin(drawing.values)
    unit = width / 1000
    parts = [svg.tag("defs", *_patterns(unit, key))]
    for name, fill in FILLS.items():
        rows = np.flatnonzero(looks == name).tolist()
        inside = [_area(drawing, row) for row in rows]
        if inside:
            fill = fill.replace("#onzeker", f"#onzeker{key}")
            parts.append(svg.tag("g", *inside, fill=fill, class_=name, **_edge(name, unit)))
    over = [svg.tag("path", d=drawing.shapes[row][1]) for row in np.flatnonzero(wide).tolist()]
    if over:
        parts.append(svg.tag("g", *over, fill=f"url(#ruim{key})", class_="ruim", pointer_events="none"))
    lines = [svg.tag("path", d=path) for _, path in drawing.borders]
    if lines:
        parts.append(
            svg.tag("g", *lines, fill="none", stroke=svg.SURFACE, stroke_width=2.2 * unit, class_="grens")
        )
    parts += [
        svg.tag("path", d=path, fill="none", stroke=svg.INK, stroke_width=4 * unit, class_="gekozen")
        for position, path in drawing.shapes
        if position == drawing.chosen
    ]
    parts += [_label(drawing.shapes[row][1], text, unit) for row, text in drawing.labels.items()]
    return svg.picture(
        *parts, width=width, height=height, left=left, top=top, title=title, description=description
    )


FILLS: Mapping[str, str] = {
    **{f"k{number}": fill for number, fill in enumerate(svg.CLASS_FILLS)},
    "te-onzeker": "url(#onzeker)",
    "geheim": svg.WITHHELD,
    "ontbreekt": svg.MISSING,
    "nvt": svg.PAPER,
}


def look(values: Values, indicator: Indicator) -> NDArray[np.str_]:
    """How each row is drawn: k0 to k4, or its status."""
    classes = class_numbers(values, indicator)
    names = np.array([f"k{number}" for number in range(len(svg.CLASS_FILLS))])
    status = np.array(STATUS_ORDER)[values.status]
    status = np.where(np.isin(status, MARKS), status, "ontbreekt")
    return np.where(classes == 255, status, names[np.minimum(classes, len(names) - 1)])


def frame(shapes: Paths) -> Box:
    """Left, top, width, height around the shapes, with a little air. ValueError without shapes."""
    if not shapes:
        raise ValueError("no shapes to draw")
    boxes = np.array([extent(path) for _, path in shapes])
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = boxes[:, 2:].max(axis=0)
    air = MARGIN * max(right - left, bottom - top)
    return left - air, top - air, right - left + 2 * air, bottom - top + 2 * air


@lru_cache(maxsize=KEPT)
def extent(path: str) -> Box:
    """Left, top, right, bottom of a path of straight lines."""
    corners = np.array([corner for ring in _rings(path) for corner in ring])
    left, top = corners.min(axis=0).tolist()
    right, bottom = corners.max(axis=0).tolist()
    return left, top, right, bottom


@lru_cache(maxsize=KEPT)
def centre(path: str) -> tuple[float, float]:
    """Centre of gravity of the largest ring of a path."""
    best, found = 0.0, (0.0, 0.0)
    for ring in _rings(path):
        xy = np.array([*ring, ring[0]])
        cross = xy[:-1, 0] * xy[1:, 1] - xy[1:, 0] * xy[:-1, 1]
        area = float(cross.sum())
        if abs(area) > best:
            best = abs(area)
            x, y = ((xy[:-1] + xy[1:]) * cross[:, None]).sum(axis=0) / (3 * area)
            found = float(x), float(y)
    return found


@lru_cache(maxsize=KEPT)
def label_point(path: str, reach: float = float("inf")) -> tuple[float, float] | None:
    """Where a label stands in a shape: its centre of gravity, or else the point with room nearest to it.

    The centre of an area that lies round another is in that other one. Room is the distance to the nearest
    edge, as in the pole of inaccessibility (Garcia-Castellanos and Lombardo, 2007), over a grid. reach: only
    the part within this distance of 0 0 counts. None where nothing of the shape lies in it.
    """
    left, top, right, bottom = extent(path)
    x = np.linspace(max(left, -reach), min(right, reach), GRID)
    y = np.linspace(max(top, -reach), min(bottom, reach), GRID)
    heart = np.array(centre(path))
    points = np.vstack([heart, np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)])
    room = np.minimum(_room(points, _rings(path)), reach - np.hypot(*points.T))
    if room.max() <= 0:
        return None
    good = points[room >= ROOM_ENOUGH * room.max()]
    found = good[np.hypot(*(good - heart).T).argmin()]
    return float(found[0]), float(found[1])


def _room(points: NDArray[np.float64], rings: list[list[tuple[float, float]]]) -> NDArray[np.float64]:
    """(points,) distance to the nearest edge, below zero outside."""
    start = np.array([corner for ring in rings for corner in ring])
    end = np.array([corner for ring in rings for corner in (*ring[1:], ring[0])])
    along = end - start
    away = points[:, None] - start
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip((away * along).sum(axis=2) / length, 0, 1)
    distance = np.hypot(*np.moveaxis(away - share[..., None] * along, -1, 0)).min(axis=1)
    height = np.where(along[:, 1] == 0, 1.0, along[:, 1])
    between = (start[:, 1] > points[:, None, 1]) != (end[:, 1] > points[:, None, 1])
    crossed = between & (away[..., 0] < along[:, 0] * away[..., 1] / height)
    inside = crossed.sum(axis=1) % 2 == 1
    return np.asarray(np.where(inside, distance, -distance), dtype=np.float64)


def _rings(path: str) -> list[list[tuple[float, float]]]:
    """The corners of every ring."""
    rings: list[list[tuple[float, float]]] = []
    x = y = 0.0
    for command, pair in _steps(path):
        shift_x, shift_y = (x, y) if command.islower() else (0.0, 0.0)
        kind = command.upper()
        if kind == "Z":
            x, y = rings[-1][0]
            continue
        if kind != "V":
            x = pair[0] + shift_x
        if kind != "H":
            y = pair[-1] + shift_y
        if kind == "M":
            rings.append([])
        rings[-1].append((x, y))
    return rings


def _steps(path: str) -> list[tuple[str, list[float]]]:
    """Commands with their one or two numbers; numbers after the first of an M are an L, as SVG says."""
    found: list[tuple[str, list[float]]] = []
    command, numbers = "", list[float]()
    for letter, number in _STEP.findall(path):
        if letter:
            command, numbers = letter, []
            if letter in "Zz":
                found.append((letter, []))
            continue
        numbers.append(float(number))
        if len(numbers) == (1 if command in "HVhv" else 2):
            found.append((command, numbers))
            numbers, command = [], {"M": "L", "m": "l"}.get(command, command)
    return found


def _area(drawing: Drawing, row: int) -> str:
    title = svg.tag("title", svg.words(drawing.tell(row)))
    if drawing.link is None:
        return svg.tag("path", title, d=drawing.shapes[row][1])
    path = svg.tag("path", d=drawing.shapes[row][1])
    return svg.tag("a", title, path, href=drawing.link(row), tabindex="-1", data_soft="1")


def _label(path: str, text: str, unit: float) -> str:
    x, y = label_point(path) or centre(path)
    return svg.tag(
        "text", svg.words(text), x=x, y=y + 15 * unit, text_anchor="middle", font_size=44 * unit,
        font_weight="600", fill=svg.INK, stroke=svg.SURFACE, stroke_width=11 * unit, paint_order="stroke",
        stroke_linejoin="round", class_="nummer", aria_hidden="true",
    )  # fmt: skip


def _edge(name: str, unit: float) -> dict[str, str | float]:
    if name == "geheim":
        return {"stroke": svg.SOFT_INK, "stroke_width": 1.2 * unit, "stroke_dasharray": f"{3 * unit:.2f}"}
    return {"stroke": svg.SURFACE, "stroke_width": 0.9 * unit}


def _patterns(unit: float, key: str) -> tuple[str, str]:
    return (
        svg.hatch(f"onzeker{key}", svg.UNSURE, svg.UNSURE_LINE, 14 * unit),
        svg.hatch(f"ruim{key}", None, svg.SURFACE, 11 * unit),
    )
