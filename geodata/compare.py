"""Two checked divisions in; where every area of the old one went out, with what people must look at.

Everything follows from one overlay of buurten. A piece of an old buurt weighs its share of the inhabitants of
the new buurt, or its surface where inhabitants are not known; wijken and gemeenten are sums of pieces, each
buurt weighing its own inhabitants. Borders are drawn anew each year, so slivers are no change.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.changes import DECIMALS, LEVELS, Kind, Step, Steps, in_order, kind_of, stayed
from geodata.division import Division
from geodata.levels import Level
from geodata.regions import Regions

SLIVER = 0.02
"""A piece that is less than this of both its old and its new buurt is the pen, not the border."""
LEAST = 0.001
"""A part smaller than this of an old area is left out, and told."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Compared:
    """What changed between two divisions.

    steps: old code -> where it went, for areas that did not just stay; renamed: code -> (old, new name) of
    areas that kept code and borders; new: codes that no old area is in; moved: (old code, new code, old and
    new code of the area above) of areas that came whole under another one; notes: what to look at.
    """

    steps: Steps
    renamed: Mapping[str, tuple[str, str]]
    new: tuple[str, ...]
    moved: tuple[tuple[str, str, str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Pieces:
    """Pieces of old buurten in new ones: positions in the two divisions, share of the old buurt, weights."""

    old: Ints
    new: Ints
    share: Floats
    people: Floats
    surface: Floats


def compare(
    old: Division,
    new: Division,
    date: dt.date,
    links: Mapping[str, str] | None = None,
    sliver: float = SLIVER,
) -> Compared:
    """date: when the changes took effect; links: old code -> new code of buurten that a table of the
    statistical office calls the same, which wins from the shapes; sliver: see `SLIVER`.
    """
    notes: list[str] = []
    pieces = _pieces(old, new, links or {}, sliver, notes)
    steps: dict[str, tuple[Step, ...]] = {}
    fresh: list[str] = []
    renamed: dict[str, tuple[str, str]] = {}
    into: dict[str, dict[str, dict[str, Fraction]]] = {}
    for level in LEVELS:
        parts = _parts(old.regions, new.regions, pieces, level, notes)
        into[level] = _turned(parts)
        for code, of_it in parts.items():
            if stayed(code, of_it, into[level]):
                names = old.regions[code].name, new.regions[code].name
                if names[0] != names[1]:
                    renamed[code] = names
                continue
            kind = kind_of(code, of_it, into[level])
            ways = of_it or {"": Fraction(1)}
            steps[code] = in_order(Step(to, share, kind, date) for to, share in ways.items())
        codes = new.regions.codes[new.regions.slice(level)]
        fresh += [code for code in codes if code not in into[level]]
    moved = _moved(old.regions, new.regions, steps)
    return Compared(steps, renamed, tuple(fresh), moved, tuple(notes))


def _pieces(
    old: Division, new: Division, links: Mapping[str, str], sliver: float, notes: list[str]
) -> _Pieces:
    before, after = old.shapes[Level.BUURT], new.shapes[Level.BUURT]
    first, second = before.geometry.to_numpy(), after.geometry.to_numpy()
    a, b, surface = _overlay(first, second)
    whole, other = shapely.area(first), shapely.area(second)
    real = (surface >= sliver * whole[a]) | (surface >= sliver * other[b])
    a, b, surface = a[real], b[real], surface[real]
    at_old, at_new = before.index.to_numpy()[a], after.index.to_numpy()[b]
    people = _known(after)[b] * surface / other[b]
    share = _share(a, people, surface)
    own = _known(before)[a] * share
    found = _Pieces(at_old, at_new, share, own, surface)
    return _linked(found, old.regions, new.regions, _by_hand(old, new, links, notes))


def _overlay(first: NDArray[np.object_], second: NDArray[np.object_]) -> tuple[Ints, Ints, Floats]:
    """Pairs that overlap, with the surface of the overlap. Equal shapes need no overlay."""
    place = {shape: number for number, shape in enumerate(shapely.to_wkb(second))}
    same = np.array([place.get(shape, -1) for shape in shapely.to_wkb(first)], dtype=np.int64)
    rest, taken = np.flatnonzero(same < 0), np.zeros(len(second), dtype=bool)
    taken[same[same >= 0]] = True
    free = np.flatnonzero(~taken)
    a, b = shapely.STRtree(second[free]).query(first[rest], predicate="intersects")
    a, b = rest[a], free[b]
    surface = shapely.area(shapely.intersection(first[a], second[b]))
    kept = np.flatnonzero(same >= 0)
    return (
        np.concatenate([kept, a]).astype(np.int64),
        np.concatenate([same[kept], b]).astype(np.int64),
        np.concatenate([shapely.area(first[kept]), surface]),
    )


def _known(frame: object) -> Floats:
    """Inhabitants of each buurt, nan where not given."""
    count = np.asarray(frame["inwoners"], dtype=np.float64)  # type: ignore[index]
    return np.where(count < 0, np.nan, count)


def _share(group: Ints, people: Floats, surface: Floats) -> Floats:
    """Share of each piece in its group: by inhabitants where all of them are known, else by surface."""
    size = int(group.max()) + 1 if len(group) else 0
    by_people = np.bincount(group, people, size)  # nan where one is not known
    weight = np.where((by_people > 0)[group], people, surface)
    share: Floats = weight / np.bincount(group, weight, size)[group]
    return share


def _by_hand(old: Division, new: Division, links: Mapping[str, str], notes: list[str]) -> dict[int, int]:
    """Position -> position of buurten that are the same because a table says so, or for want of a shape."""
    found = {}
    for code, to in links.items():
        found[old.regions[code].position] = new.regions[to].position
    bare = [region for region in old.regions if region.level == Level.BUURT and not region.has_shape]
    for region in bare:
        there = region.code in new.regions
        if there:
            found.setdefault(region.position, new.regions[region.code].position)
        elif region.position not in found:
            notes.append(
                f"{region.code} {region.name}: geen vorm in {old.regions.vintage}, zet zelf waar hij bleef"
            )
    for code in new.regions.codes[new.regions.slice(Level.BUURT)]:
        if not new.regions[code].has_shape and code in old.regions:
            found.setdefault(old.regions[code].position, new.regions[code].position)
    return found


def _linked(pieces: _Pieces, old: Regions, new: Regions, same: Mapping[int, int]) -> _Pieces:
    """Buurten that are said to be the same become one piece; nothing else of or in them is left."""
    if not same:
        return pieces
    targets = set(same.values())
    keep = np.array(
        [
            a not in same and b not in targets
            for a, b in zip(pieces.old.tolist(), pieces.new.tolist(), strict=True)
        ],
        dtype=bool,
    )
    # What is left of a buurt that lost a piece is the whole of it; what has nothing left keeps its pieces.
    alone = np.isin(pieces.old, pieces.old[keep], invert=True) & ~np.isin(pieces.old, list(same))
    keep |= alone
    weights = np.bincount(pieces.old[keep], pieces.share[keep], len(old))
    share = pieces.share[keep] / weights[pieces.old[keep]]
    whole = (
        np.bincount(pieces.old, pieces.people, len(old)),
        np.bincount(pieces.old, pieces.surface, len(old)),
    )
    a = np.array(list(same), dtype=np.int64)
    return _Pieces(
        np.concatenate([pieces.old[keep], a]),
        np.concatenate([pieces.new[keep], np.array(list(same.values()), dtype=np.int64)]),
        np.concatenate([share, np.ones(len(a))]),
        np.concatenate([whole[0][pieces.old[keep]] * share, whole[0][a]]),
        # A buurt without a shape still weighs something where nothing else tells.
        np.concatenate([whole[1][pieces.old[keep]] * share, np.maximum(whole[1][a], 1.0)]),
    )


def _parts(
    old: Regions, new: Regions, pieces: _Pieces, level: Level, notes: list[str]
) -> dict[str, dict[str, Fraction]]:
    """Old code of a level -> new code -> share of it, adding up to exactly 1; empty where nothing is left."""
    above, below = _lifted(old, pieces.old, level), _lifted(new, pieces.new, level)
    own = level == Level.BUURT
    share = pieces.share if own else _share(above, pieces.people, pieces.surface)
    sums: dict[int, dict[int, float]] = {}
    for a, b, part in zip(above.tolist(), below.tolist(), share.tolist(), strict=True):
        inside = sums.setdefault(a, {})
        inside[b] = inside.get(b, 0.0) + part
    found = {}
    for position in range(*old.slice(level).indices(len(old))):
        parts = {new.codes[b]: part for b, part in sums.get(position, {}).items() if part > 0}
        code = old.codes[position]
        small = [to for to, part in parts.items() if part < LEAST]
        for to in small:
            notes.append(
                f"{code} {old.names[position]}: {parts[to]:.4%} in {to} weggelaten, te klein om te delen"
            )
        found[code] = _rounded({to: part for to, part in parts.items() if to not in small})
    return found


def _lifted(regions: Regions, positions: Ints, level: Level) -> Ints:
    """Position of the area of `level` that each buurt lies in."""
    found = positions
    for _ in range(Level.BUURT.depth - level.depth):
        found = regions.parent[found].astype(np.int64)
    return found


def _rounded(parts: Mapping[str, float]) -> dict[str, Fraction]:
    """Shares of so many decimals, adding up to exactly 1: the largest takes what rounding leaves."""
    if not parts:
        return {}
    total, unit = sum(parts.values()), 10**DECIMALS
    whole = {to: round(part / total * unit) for to, part in parts.items()}
    largest = max(whole, key=lambda to: (whole[to], to))
    whole[largest] += unit - sum(whole.values())
    return {to: Fraction(number, unit) for to, number in whole.items()}


def _turned(parts: Mapping[str, Mapping[str, Fraction]]) -> dict[str, dict[str, Fraction]]:
    into: dict[str, dict[str, Fraction]] = {}
    for code, of_it in parts.items():
        for to, share in of_it.items():
            into.setdefault(to, {})[code] = share
    return into


def _moved(old: Regions, new: Regions, steps: Steps) -> tuple[tuple[str, str, str, str], ...]:
    """Areas that went whole to one area, under another parent than the one their old parent became."""
    found = []
    for region in old:
        if region.level not in LEVELS or region.parent is None:
            continue
        ways: list[tuple[str, Kind | None]] = [(step.new, step.kind) for step in steps.get(region.code, ())]
        ways = ways or [(region.code, None)]
        if len(ways) != 1 or ways[0][1] in (Kind.GONE, Kind.MERGED, Kind.BORDER):
            continue
        to = new[ways[0][0]]
        heirs = [step.new for step in steps.get(region.parent, ())] or [region.parent]
        if to.parent is not None and (len(heirs) > 1 or to.parent not in heirs):
            found.append((region.code, to.code, region.parent, to.parent))
    return tuple(found)
