"""A line through time as SVG, its 95 % interval as a band. Figures of one area go in; a picture comes out."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import svg
from dashboard.language import Language, border_text
from dashboard.numbers import Reading, read_cells, unit_text
from etl.catalogue.model import Indicator
from etl.release.values import Values

WIDTH, HEIGHT = 340.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 18.0, 12.0, 28.0
LETTER = 13.0
"""At 320 px of screen these letters are still 11 px high."""
DIGIT = 0.62 * LETTER
"""Width of one."""
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Series:
    """Figures of one area: years rising, values one row a year, name of the area."""

    name: str
    years: Sequence[int]
    values: Values


@dataclass(frozen=True)
class _Scale:
    years: Sequence[int]
    top: float
    left: float

    def x(self, year: float) -> float:
        first, last = self.years[0], self.years[-1]
        share = (year - first) / (last - first) if last > first else 0.5
        return self.left + share * (WIDTH - self.left - RIGHT)

    def y(self, figure: float) -> float:
        return HEIGHT - BOTTOM - min(max(figure, 0) / self.top, 1) * (HEIGHT - TOP - BOTTOM)


def draw(
    indicator: Indicator,
    area: Series,
    land: Series | None,
    language: Language,
    *,
    reach: float | None = None,
    breaks: Collection[int] = (),
) -> str:
    """The picture: band, line, points, and the land as a dashed line. Years without a figure are gaps.

    reach: what the axis must reach, so that pictures beside each other share it (`largest`); breaks: years
    from which is counted otherwise: the line stops there and starts anew.
    """
    top, ticks = axis(largest(area, land) if reach is None else reach)
    longest = max(len(border_text(tick, language)) for tick in ticks)
    scale = _Scale(area.years, top, max(LEFT, longest * DIGIT + 14))
    parts = [_grid(scale, ticks, language)]
    parts += [_break(scale, year) for year in area.years[1:] if year in breaks]
    runs = [part for run in _runs(area.values.shown) for part in _cut(run, area.years, breaks)]
    parts += [_band(scale, area, run) for run in runs]
    if land is not None:
        parts.append(_dashed(scale, land))
    parts += [_line(scale, area, run) for run in runs]
    readings = read_cells(area.values, indicator, language)
    parts += [_point(scale, area, row, reading) for row, reading in enumerate(readings)]
    parts += _year_labels(scale)
    if not area.values.shown.any():
        why = readings[-1].figure
        parts.append(_text(WIDTH / 2, HEIGHT / 2, why[:1].upper() + why[1:], "middle"))
    title = f"{indicator.name[language]}, {area.name}"
    told = f"{unit_text(indicator, language)}. {_told(area, readings)}."
    return svg.picture(*parts, width=WIDTH, height=HEIGHT, title=title, description=told)


def axis(largest: float) -> tuple[float, tuple[float, ...]]:
    """Top of an axis from 0 and its marks: at most six, at 1, 2 or 5 times a power of ten."""
    if not largest > 0:
        return 1.0, (0.0, 1.0)
    power = 10.0 ** math.floor(math.log10(largest))
    step = next(s * power for s in (0.2, 0.5, 1, 2, 5) if largest <= 5 * s * power * (1 + 1e-9))
    count = math.ceil(largest / step - 1e-9)
    return step * count, tuple(step * number for number in range(count + 1))


def largest(area: Series, land: Series | None) -> float:
    """The highest point of a picture: of its band or of the land."""
    values = [area.values.figure_upper[area.values.shown], area.values.figure[area.values.shown]]
    if land is not None:
        values.append(land.values.figure[land.values.shown])
    return float(max((part.max() for part in values if part.size), default=0))


def _runs(shown: NDArray[np.bool_]) -> list[list[int]]:
    """Stretches of neighbouring years with a figure."""
    runs: list[list[int]] = []
    for row in np.flatnonzero(shown).tolist():
        if runs and runs[-1][-1] == row - 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _cut(run: list[int], years: Sequence[int], breaks: Collection[int]) -> list[list[int]]:
    """A stretch of years, cut where a year starts that is counted otherwise."""
    parts: list[list[int]] = [[]]
    for row in run:
        if parts[-1] and years[row] in breaks:
            parts.append([])
        parts[-1].append(row)
    return parts


def _break(scale: _Scale, year: int) -> str:
    x = scale.x(year - 0.5)
    return svg.tag(
        "path", d=f"M{x:.1f} {TOP:.0f}V{HEIGHT - BOTTOM:.0f}", stroke=svg.SOFT_INK, stroke_dasharray="1 4",
        stroke_width=1.5, class_="breuk",
    )  # fmt: skip


def _band(scale: _Scale, area: Series, run: list[int]) -> str:
    low, high = area.values.figure_lower, area.values.figure_upper
    if not (high[run] > low[run]).any():
        return ""
    if len(run) == 1:
        x = scale.x(area.years[run[0]])
        line = _path([(x, scale.y(low[run[0]])), (x, scale.y(high[run[0]]))])
        return svg.tag("path", d=line, stroke=svg.BAND, stroke_width=8, class_="band")
    upper = [(scale.x(area.years[row]), scale.y(high[row])) for row in run]
    lower = [(scale.x(area.years[row]), scale.y(low[row])) for row in reversed(run)]
    return svg.tag("path", d=_path(upper + lower) + "Z", fill=svg.BAND, fill_opacity=0.7, class_="band")


def _line(scale: _Scale, area: Series, run: list[int]) -> str:
    points = [(scale.x(area.years[row]), scale.y(area.values.figure[row])) for row in run]
    return svg.tag(
        "path", d=_path(points), fill="none", stroke=svg.LINE, stroke_width=2.4, stroke_linejoin="round",
        class_="lijn",
    )  # fmt: skip


def _point(scale: _Scale, area: Series, row: int, reading: Reading) -> str:
    x = scale.x(area.years[row])
    title = svg.tag("title", svg.words(f"{area.years[row]}: {reading.figure}"))
    if reading.shown:
        y = scale.y(float(area.values.figure[row]))
        return svg.tag("circle", title, cx=x, cy=y, r=4, fill=svg.LINE, stroke=svg.SURFACE, class_="punt")
    y = HEIGHT - BOTTOM
    cross = f"M{x - 4:.1f} {y - 10:.1f}l8 8m0-8l-8 8"
    return svg.tag("path", title, d=cross, stroke=svg.SOFT_INK, stroke_width=1.6, class_="geen")


def _dashed(scale: _Scale, land: Series) -> str:
    rows = [row for row in range(len(land.years)) if land.values.shown[row]]
    points = [(scale.x(land.years[row]), scale.y(land.values.figure[row])) for row in rows]
    if not points:
        return ""
    return svg.tag(
        "path", d=_path(points), fill="none", stroke=svg.SOFT_INK, stroke_width=1.5, stroke_dasharray="4 4",
        class_="land",
    )  # fmt: skip


def _grid(scale: _Scale, ticks: Sequence[float], language: Language) -> str:
    parts = []
    for tick in ticks:
        y = scale.y(tick)
        parts.append(svg.tag("path", d=f"M{scale.left:.0f} {y:.1f}H{WIDTH - RIGHT:.0f}", stroke=svg.HAIRLINE))
        parts.append(_text(scale.left - 8, y + 4, border_text(tick, language), "end"))
    return svg.tag("g", *parts, class_="as")


def _year_labels(scale: _Scale) -> list[str]:
    # Seven labels fit side by side; beyond that only every other, counted from the last year.
    every = math.ceil(len(scale.years) / 7)
    return [
        _text(scale.x(year), HEIGHT - 8, str(year), "middle")
        for row, year in enumerate(scale.years)
        if (len(scale.years) - 1 - row) % every == 0
    ]


def _text(x: float, y: float, text: str, anchor: Anchor) -> str:
    return svg.tag("text", svg.words(text), x=x, y=y, text_anchor=anchor, font_size=LETTER, fill=svg.SOFT_INK)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _told(area: Series, readings: Sequence[Reading]) -> str:
    """The whole line in words, for who cannot see it."""
    return "; ".join(
        f"{year}: {reading.figure}" + (f" ({reading.margin})" if reading.margin else "")
        for year, reading in zip(area.years, readings, strict=True)
    )
