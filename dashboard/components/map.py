"""The map's place on the page, and what the script must draw there. A view goes in; components come out.

assets/map.js reads one attribute, `data-map`, and makes the map so. The same facts stand in words beside it.
"""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard import files
from dashboard.api.areas import within
from dashboard.components import html
from dashboard.components.drawing import drawing_address
from dashboard.components.legend import legend
from dashboard.components.markup import fragment
from dashboard.ids import Ids
from dashboard.numbers import (
    STATUS_ORDER,
    class_labels,
    class_numbers,
    status_words,
    unit_text,
    wide_margin,
)
from dashboard.text import Words
from dashboard.view_state import MAP, ViewState, followed, levels_of
from etl.catalogue.model import Indicator
from etl.release.read import Release, take
from etl.release.values import Values
from geodata.levels import LEVELS, Level
from geodata.regions import Regions

NAMED_PLACES = 150
"""Gemeenten whose name may appear on the map, largest first; the script shows those that fit."""
SIZE = "inwoners"


@dataclass(frozen=True)
class Tiles:
    """Where the shapes are: lowest and highest zoom in the archive of a vintage."""

    lowest: int
    highest: int


def map_view(view: ViewState, release: Release, tiles: Tiles, words: Words) -> html.Div:
    """Map, legend and a summary in words. Hidden when the table is asked for, so that the map stays alive."""
    indicator = release.indicators[view.indicator]
    values = take(
        release.values(view.indicator, view.year),
        within(release.regions, view.within or release.regions.codes[0], view.level),
    )
    level = words(f"level.{view.level}").lower()
    label = words("map.label", indicator=indicator.name[view.language], level=level, year=view.year)
    hidden = {} if view.tab == MAP else {"hidden": True}
    return html.Div(
        [
            html.P(_summary(view, release, values, words), className="unseen", id=f"{Ids.MAP}-samenvatting"),
            html.Div(
                fragment(
                    drawing_address(view),
                    id=f"{Ids.MAP}-tekening",
                    className="drawing",
                    **{"data-when": "no-map"},
                ),
                id=Ids.MAP,
                className="map",
                role="region",
                **{
                    "aria-label": label,
                    "data-map": json.dumps(map_spec(view, release, tiles, words), separators=(",", ":")),
                },
            ),
            legend(view, indicator, marks_of(values), words),
        ],
        className="map-view",
        **hidden,
    )


def map_spec(view: ViewState, release: Release, tiles: Tiles, words: Words) -> dict[str, Any]:
    """Everything the script needs; addresses of what is large, the rest as it is."""
    regions, info = release.regions, release.info
    indicator = release.indicators[view.indicator]
    area = None if view.area is None else regions[view.area]
    middle = regions[view.within].position if view.within else 0
    return {
        "tiles": f"/tegels/{info.vintage}/{{level}}/{{z}}/{{x}}/{{y}}.mvt",
        "zoom": [tiles.lowest, tiles.highest],
        "engine": [files.address(name) for name in files.ENGINE],
        "values": f"/v1/kaartwaarden/{info.id}/{view.indicator}/{view.year}/{view.level}",
        "names": f"/kaartnamen/{info.vintage}/{view.level}",
        "level": view.level,
        "areas": {
            level: {"count": _number(regions, level), "above": _above(level)} for level in _smallest(regions)
        },
        "levels": levels_of(indicator, release),
        "ahead": [
            level for level in levels_of(indicator, release) if level in LEVELS and level != view.level
        ],
        "follow": followed(indicator, release) if view.follow else None,
        "land": _corners(regions.bounds[0]),
        "bounds": _corners(regions.bounds[middle]),
        "within": None if not view.within else [regions[view.within].level, middle],
        "area": None if area is None else [area.level, area.position],
        "areaBounds": None if area is None else _corners(regions.bounds[area.position]),
        "places": _places(release),
        "unit": unit_text(indicator, view.language),
        "language": view.language,
        "status": {slug: status_words(slug, view.language) for slug in STATUS_ORDER},
        "words": {key: words(f"map.{key}") for key in ("keys", "zoom_in", "zoom_out", "whole")},
    }


def _number(regions: Regions, level: str) -> int:
    """How many areas a level has."""
    span = regions.slice(level)
    return span.stop - span.start


def _smallest(regions: Regions) -> list[str]:
    """All levels, those of the smallest areas first."""
    return sorted(regions.levels, key=partial(_number, regions), reverse=True)


def _above(level: str) -> str | None:
    """The level whose borders are drawn over this one."""
    if level not in LEVELS:
        return None
    return {Level.BUURT: "gemeente", Level.WIJK: "gemeente", Level.GEMEENTE: "regio"}.get(Level(level))


def _corners(bounds: Any) -> list[float] | None:
    return None if np.isnan(bounds[0]) else [round(float(corner), 4) for corner in bounds]


def _places(release: Release) -> list[list[Any]]:
    """Name and middle of the largest gemeenten, by inhabitants where the release has them."""
    regions = release.regions
    span = regions.slice(Level.GEMEENTE)
    if SIZE not in release.indicators:
        return []
    size = np.nan_to_num(release.values(SIZE, release.years(SIZE)[-1]).estimate)
    order = np.argsort(-size[span], kind="stable")[:NAMED_PLACES] + span.start
    where = _middles(regions, size)
    return [
        [regions.names[place], *(round(float(degrees), 4) for degrees in where[place])]
        for place in order.tolist()
        if regions.has_shape[place]
    ]


def _middles(regions: Regions, size: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where most people of a gemeente live, (areas, 2) degrees: a name belongs at the town, not in
    the harbour. The middle of its box where no buurt has people.
    """
    box = regions.bounds
    middle = (box[:, :2] + box[:, 2:]) / 2
    span = regions.slice(Level.BUURT)
    weight = np.where(regions.has_shape[span], size[span], 0.0)
    gemeente = regions.parent[regions.parent[span]]
    total, sums = np.zeros(len(regions)), np.zeros((len(regions), 2))
    np.add.at(total, gemeente, weight)
    np.add.at(sums, gemeente, np.nan_to_num(middle[span]) * weight[:, None])
    inhabited = total > 0
    middle[inhabited] = sums[inhabited] / total[inhabited, None]
    return middle


def marks_of(values: Values) -> frozenset[str]:
    """What the legend must explain beside the classes: only what is on this map."""
    found = {STATUS_ORDER[status] for status in np.unique(values.status[~values.shown])}
    return frozenset(found | ({"wide"} if wide_margin(values).any() else set()))


def _summary(view: ViewState, release: Release, values: Values, words: Words) -> str:
    """The map in one sentence, for who cannot see it."""
    areas = words(f"areas.{view.level}", n=len(values))
    told = classes_in_words(values, release.indicators[view.indicator], words)
    return words("map.summary", areas=areas, classes=told)


def classes_in_words(values: Values, indicator: Indicator, words: Words) -> str:
    """How many areas lie in each class, how many have no figure and why: a map's message without it."""
    unit = unit_text(indicator, words.language)
    classes = class_numbers(values, indicator)
    parts = [
        words("map.class_part", n=int(np.sum(classes == number)), label=label, unit=unit)
        for number, label in enumerate(class_labels(indicator, words.language))
    ]
    hidden = values.status[~values.shown]
    parts += [
        words(
            "map.status_part",
            n=int(np.sum(hidden == status)),
            status=status_words(STATUS_ORDER[status], words.language),
        )
        for status in np.unique(hidden)
    ]
    wide = int(np.sum(wide_margin(values)))
    return "; ".join([*parts, words("map.wide_part", n=wide)] if wide else parts)
