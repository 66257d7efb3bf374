"""Earlier divisions and where their areas went, up to the division of today. Checked steps in; answers out.

Which old areas, with what share, make an area of today? Can its figures of then be compared with those of
now? What became of a code? Everything follows from `Earlier`, the same for a run and for a reader.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geodata.changes import LEVELS, Kind, Step, Steps
from geodata.levels import Level
from geodata.regions import Region, Regions

Shares = Mapping[str, Fraction]
ONE = Fraction(1)


class Origin(IntEnum):
    """How a figure of an earlier division came to an area of today."""

    SAME = 0
    """The area was there, within the same borders."""
    RECODED = 1
    """The same borders under another code."""
    SUMMED = 2
    """Whole earlier areas together: exact."""
    ESTIMATED = 3
    """A part of an earlier area is in it: shared out by inhabitants."""
    NEW = 4
    """No earlier area is in it."""

    @property
    def comparable(self) -> bool:
        """Whether the figure is about the same ground as that of today."""
        return self in (Origin.SAME, Origin.RECODED, Origin.SUMMED)


@dataclass(frozen=True)
class FormerArea:
    """An area of an earlier division; parent: code of the one above it."""

    code: str
    name: str
    level: str
    parent: str | None


@dataclass(frozen=True)
class Earlier:
    """An earlier division, and its steps to the next one (or to that of today)."""

    vintage: str
    year: int
    areas: Mapping[str, FormerArea]
    steps: Steps


@dataclass(frozen=True)
class Successor:
    """What became of an old area. shares: code of today -> its share, empty when nothing took its place."""

    area: FormerArea
    vintage: str
    shares: Shares
    kind: Kind
    date: dt.date


class Lineage:
    """The division of today with its history, the oldest division first."""

    def __init__(self, regions: Regions, earlier: tuple[Earlier, ...] = ()) -> None:
        self.regions = regions
        self.earlier = tuple(sorted(earlier, key=lambda one: one.year))
        self._onward: dict[str, dict[str, dict[str, Fraction]]] = {}
        self._sources: dict[str, dict[str, dict[str, Fraction]]] = {}
        self._origins: dict[str, NDArray[np.uint8]] = {}

    def __bool__(self) -> bool:
        return bool(self.earlier)

    @cached_property
    def vintages(self) -> tuple[str, ...]:
        """Ids of the divisions, the oldest first, that of today last."""
        return (*(one.vintage for one in self.earlier), self.regions.vintage)

    def of(self, vintage: str) -> Earlier:
        """The earlier division with this id. KeyError when there is none."""
        return self.earlier[self._number(vintage)]

    def onward(self, vintage: str) -> Mapping[str, Shares]:
        """Code in an earlier division -> codes of today with their share of it."""
        if vintage not in self._onward:
            here = self.of(vintage)
            number = self._number(vintage) + 1
            later = self.onward(self.vintages[number]) if number < len(self.earlier) else None
            found = {}
            for code in here.areas:
                parts: dict[str, Fraction] = {}
                for to, share in _parts(here.steps, code).items():
                    for last, of_it in ({to: ONE} if later is None else later[to]).items():
                        parts[last] = parts.get(last, Fraction(0)) + share * of_it
                found[code] = parts
            self._onward[vintage] = found
        return self._onward[vintage]

    def sources(self, vintage: str) -> Mapping[str, Shares]:
        """Code of today -> codes of an earlier division with the share of them that lies in it now."""
        if vintage not in self._sources:
            found: dict[str, dict[str, Fraction]] = {}
            for code, parts in self.onward(vintage).items():
                for to, share in parts.items():
                    found.setdefault(to, {})[code] = share
            self._sources[vintage] = found
        return self._sources[vintage]

    def made_of(self, code: str, vintage: str) -> Shares:
        """The old areas in an area of today, with share: of its own level, or gemeenten in what is larger."""
        region, sources = self.regions[code], self.sources(vintage)
        if region.level in LEVELS:
            return sources.get(code, {})
        total: dict[str, Fraction] = {}
        for at in self.regions.within(code, Level.GEMEENTE).tolist():
            for old, share in sources.get(self.regions.codes[at], {}).items():
                total[old] = total.get(old, Fraction(0)) + share
        return total

    def origin(self, code: str, vintage: str) -> Origin:
        """How figures of an earlier division come to this area; SAME for the division of today."""
        if vintage == self.regions.vintage:
            return Origin.SAME
        shares = self.made_of(code, vintage)
        if not shares:
            return Origin.NEW
        if any(share != 1 for share in shares.values()):
            return Origin.ESTIMATED
        if self.regions[code].level not in LEVELS:
            return Origin.SAME  # a sum of whole gemeenten, then as now
        if len(shares) > 1:
            return Origin.SUMMED
        return Origin.SAME if code in shares else Origin.RECODED

    def origins(self, vintage: str) -> NDArray[np.uint8]:
        """(areas,) `Origin` of every area for figures of this division."""
        if vintage not in self._origins:
            codes = self.regions.codes
            self._origins[vintage] = np.array([self.origin(code, vintage) for code in codes], dtype=np.uint8)
        return self._origins[vintage]

    def changed_between(self, code: str, before: str, after: str) -> bool:
        """Whether the borders of an area differ between two divisions, other than by its code."""
        if before == after or (not self.made_of(code, before) and before != self.regions.vintage):
            return False
        then, now = (self.telling(code, vintage) for vintage in (before, after))
        return sorted(then.values()) != sorted(now.values())

    def telling(self, code: str, vintage: str) -> Shares:
        """The old areas by which the borders of an area differ: all of its own level; for a larger area the
        gemeenten that lie in it in part.
        """
        own = self.regions[code].level in LEVELS
        if vintage == self.regions.vintage:
            return {code: ONE} if own else {}
        shares = self.made_of(code, vintage)
        return shares if own else {old: share for old, share in shares.items() if share != 1}

    def became(self, code: str) -> Successor | None:
        """What became of a code that is not of today; None for a code that no division here had."""
        if code in self.regions:
            return None
        for one in reversed(self.earlier):
            if code in one.areas and one.areas[code].level in LEVELS:
                shares, step = self.onward(one.vintage)[code], self._turn(one, code)
                return Successor(one.areas[code], one.vintage, shares, step.kind, step.date)
        return None

    def _turn(self, one: Earlier, code: str) -> Step:
        """The step that made an old area what it is: where it was divided, else joined, else recoded."""
        codes, taken = [code], []
        for later in self.earlier[self._number(one.vintage) :]:
            steps = [step for name in codes for step in later.steps.get(name, ())]
            taken += steps
            codes = [to for name in codes for to in _parts(later.steps, name)]
        split = (step for step in taken if step.share != 1)
        other = (step for step in taken if step.kind != Kind.RECODED)
        return next(split, None) or next(other, None) or taken[0]

    @cached_property
    def gone(self) -> Mapping[str, Successor]:
        """Every old code that is not of today, with what became of it."""
        codes = dict.fromkeys(code for one in self.earlier for code in one.areas)
        found = {code: self.became(code) for code in codes}
        return {code: one for code, one in found.items() if one is not None}

    def next_of(self, successor: Successor) -> tuple[Region, ...]:
        """The areas of today, the largest share first."""
        shares = successor.shares
        return tuple(self.regions[code] for code in sorted(shares, key=lambda code: (-shares[code], code)))

    def days(self, code: str, before: str, after: str) -> tuple[dt.date, ...]:
        """When the borders of an area changed between two divisions, rising."""
        first, last = self._number(before), self._number(after)
        found = set()
        for one in self.earlier[first:last]:
            for old in self.telling(code, one.vintage):
                found |= {step.date for step in one.steps.get(old, ()) if step.kind != Kind.RECODED}
        return tuple(sorted(found))

    def _number(self, vintage: str) -> int:
        try:
            return self.vintages.index(vintage)
        except ValueError:
            raise KeyError(vintage) from None


def _parts(steps: Steps, code: str) -> dict[str, Fraction]:
    if code not in steps:
        return {code: ONE}
    return {step.new: step.share for step in steps[code] if step.new}
