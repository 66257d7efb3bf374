"""The groups of a map, ready to be told. A release and a view in; groups with their joint figure out."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dashboard.api.areas import within
from dashboard.pages.patterns_state import Patterns
from etl.findings import ClusterMap, cluster_map, clusters, portions
from etl.release.read import Release
from etl.release.values import Values

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Group:
    """Areas that share borders and are marked.

    positions: theirs, rising; near: with all their neighbours, which the test looks at too; high: together
    with those, more than usual; joint: the figure of `near` as one.
    """

    positions: tuple[int, ...]
    near: Rows
    high: bool
    joint: Values


@dataclass(frozen=True, eq=False)
class Found:
    """Groups in the part of the land that is shown, by code; inside: positions of all areas there; map: the
    tests, over the whole land.
    """

    groups: tuple[Group, ...]
    inside: Rows
    map: ClusterMap


def found(release: Release, state: Patterns) -> Found | None:
    """The groups of a view; None for a release that does not know which areas are neighbours."""
    whole = _whole(release, state.indicator.id, state.year, state.level.value)
    if whole is None:
        return None
    groups, tests = whole
    span = release.regions.slice(state.level)
    inside = np.arange(span.start, span.stop)
    if state.area is not None:
        inside = within(release.regions, state.area.code, state.level).astype(np.int64)
    here = set(inside.tolist())
    return Found(tuple(group for group in groups if here.intersection(group.positions)), inside, tests)


@lru_cache(maxsize=32)
def _whole(
    release: Release, indicator: str, year: int, level: str
) -> tuple[tuple[Group, ...], ClusterMap] | None:
    """All groups of the land, in the order of their first code: no order of more and less."""
    pairs = release.neighbours(level)
    if not len(pairs):
        return None
    groups = []
    for one in clusters(release, indicator, year, level):
        own = np.array(sorted(release.regions[code].position for code in one.codes), dtype=np.int64)
        touching = pairs[np.isin(pairs, own).any(axis=1)]
        near = np.unique(np.concatenate([own, touching.ravel()]))
        joint = portions(release, indicator, year, near, np.ones(len(near))).values
        groups.append(Group(tuple(own.tolist()), near, one.direction == "high", joint))
    return tuple(sorted(groups, key=lambda group: group.positions[0])), cluster_map(
        release, indicator, year, level
    )
