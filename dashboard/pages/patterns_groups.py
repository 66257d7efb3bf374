"""The groups of a map as a list in plain words. A view and its groups go in; components come out."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np

from dashboard.components import html
from dashboard.components.shell import soft_link
from dashboard.language import list_text, sort_key
from dashboard.numbers import read_cell
from dashboard.pages.area_place import Place
from dashboard.pages.patterns_found import Found, Group
from dashboard.pages.patterns_state import Patterns
from geodata.levels import Level

LISTED = 40
"""More groups than this make no list to read: the visitor chooses a part of the land first."""
NAMED = 4
"""Gemeenten named with a large group."""


def groups(place: Place, state: Patterns, found: Found) -> list[Any]:
    """A line for every group; nothing when there are none, or more than anybody reads."""
    text = place.words
    if not 0 < len(found.groups) <= LISTED:
        return []
    land = place.release.some(state.indicator.id, state.year, np.array([0], dtype=np.int32))
    beside = read_cell(land, 0, state.indicator, text.language)
    lines = [_line(place, state, group, f"{place.land.name}: {beside.figure}") for group in found.groups]
    return [html.Ol(lines, className="groups")]


def summary(place: Place, state: Patterns, found: Found) -> list[Any]:
    """How many groups there are, in words."""
    text = place.words
    if not found.groups:
        return [html.P(text("patterns.none"), className="nothing"), html.P(text("patterns.none_why"))]
    areas = sum(len(group.positions) for group in found.groups)
    together = text(f"areas.{state.level}", n=areas)
    counted = text("patterns.groups", n=len(found.groups), areas=together)
    if len(found.groups) <= LISTED:
        return [html.P([counted, " ", text("patterns.order")])]
    regions = place.release.regions
    regios = [regions.at(at) for at in range(*regions.slice(Level.REGIO).indices(len(regions)))]
    links = [html.Li(soft_link(one.name, replace(state, area=one).query())) for one in regios]
    return [
        html.P([counted, " ", text("patterns.too_many")]),
        html.Ul(links, className="inline-list"),
    ]


def _line(place: Place, state: Patterns, group: Group, land: str) -> html.Li:
    text, regions = place.words, place.release.regions
    reading = read_cell(group.joint, 0, state.indicator, text.language)
    joint = ""
    if reading.shown:
        joint = text("patterns.joint", figure=f"{reading.figure} {reading.unit}", land=land)
    query = "?taal=en" if text.language == "en" else ""
    links = [
        html.Li(soft_link(regions.names[position], f"/gebied/{regions.codes[position]}{query}"))
        for position in group.positions
    ]
    many = len(group.positions) > 1
    swatch = html.Span(className=f"swatch group-{'high' if group.high else 'low'}", **{"aria-hidden": "true"})
    return html.Li(
        [
            html.H3([swatch, _where(place, state, group)]),
            html.P(sentence(place, state, group)),
            html.P(joint, className="small") if joint else None,
            html.Details([html.Summary(text("patterns.which")), html.Ul(links, className="inline-list")])
            if many
            else html.P(links[0].children, className="small"),
        ]
    )


def sentence(place: Place, state: Patterns, group: Group) -> str:
    """ "Deze 6 wijken liggen bij elkaar en hebben samen met hun buren meer ... dan toeval verklaart."."""
    text = place.words
    key = "patterns.group_high" if group.high else "patterns.group_low"
    noun = state.indicator.noun[text.language]
    level, levels = text(f"level.{state.level}").lower(), text(f"levels.{state.level}")
    return text(key, n=len(group.positions), level=level, levels=levels, noun=noun)


def _where(place: Place, state: Patterns, group: Group) -> str:
    """The gemeenten of a group, those with most of its areas first; of gemeenten their regio."""
    upper = Level.REGIO if state.level == Level.GEMEENTE else Level.GEMEENTE
    regions = place.release.regions
    paths = [regions.path(regions.codes[position]) for position in group.positions]
    names = Counter(next(one.name for one in path if one.level == upper) for path in paths)
    told = [name for name, _ in sorted(names.items(), key=lambda pair: (-pair[1], sort_key(pair[0])))]
    more = len(told) - NAMED
    if more > 0:
        return ", ".join(told[:NAMED]) + " " + place.words("patterns.and_more", n=more)
    if state.level == Level.GEMEENTE:
        told = [place.words("area.regio_name", name=name) for name in told]
    return list_text(told, place.language)
