"""Rows in codes of earlier divisions in, the same counts in the codes of today out.

Whole earlier areas are summed, exactly. A part of one is what its own smaller areas say went along, and a
share of what those do not say: an estimate, with the spread of counts that fall on either side of the new
border by chance. A withheld part makes the sum withheld, an absent part absent; nothing becomes zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from etl.extract.table import PublicTable
from geodata.changes import LEVELS
from geodata.levels import Level
from geodata.lineage import Lineage, Shares

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Carried:
    """A table in codes of today. spread: (role, year) -> (areas,) variance that sharing out adds."""

    table: PublicTable
    spread: Mapping[tuple[str, int], Floats] = field(default_factory=dict)


def carry(table: PublicTable, coded: Mapping[int, str], lineage: Lineage) -> Carried:
    """coded: year -> earlier division of its rows; rows of other years stay as they are."""
    plain = table.only(~np.isin(table.year, list(coded)))
    area, year = list(plain.area), [plain.year]
    values = {role: [column] for role, column in plain.values.items()}
    given = {role: [plain.given.get(role, np.ones(len(plain.area), dtype=bool))] for role in values}
    spread = {}
    for one in sorted(set(table.year.tolist()) & set(coded)):
        found = {role: _role(table, role, one, coded[one], lineage) for role in values}
        codes = sorted({code for cells, _ in found.values() for code in cells})
        area += codes
        year.append(np.full(len(codes), one, dtype=np.int64))
        for role, (cells, variance) in found.items():
            values[role].append(np.array([cells.get(code, np.nan) for code in codes], dtype=np.float64))
            given[role].append(np.array([code in cells for code in codes], dtype=bool))
            spread[role, one] = variance
    joint = {role: np.concatenate(parts) for role, parts in values.items()}
    there = {role: np.concatenate(parts) for role, parts in given.items()}
    return Carried(PublicTable(tuple(area), np.concatenate(year), joint, there), spread)


def _role(
    table: PublicTable, role: str, year: int, vintage: str, lineage: Lineage
) -> tuple[dict[str, float], Floats]:
    """(code of today -> count, nan where withheld; (areas,) variance) of one figure in one year."""
    rows = np.flatnonzero(table.rows(role, year))
    old = {table.area[row]: float(table.values[role][row]) for row in rows.tolist()}
    given = _Year(old, vintage, lineage)
    found, variance = given.kept_above(), given.spread()
    for code, shares in lineage.sources(vintage).items():
        cell = given.value(code, shares)
        if cell is not None:
            found[code] = cell
            if all(share == 1 for share in shares.values()):
                variance[lineage.regions[code].position] = 0.0
    return found, variance


class _Year:
    """One figure in one year: what its source says, by code of then."""

    def __init__(self, old: Mapping[str, float], vintage: str, lineage: Lineage) -> None:
        self._old, self._vintage, self._lineage = old, vintage, lineage
        self._onward = lineage.onward(vintage)
        areas = lineage.of(vintage).areas
        self._inside: dict[str, list[str]] = {}
        for code in areas:
            self._inside.setdefault(areas[code].parent or "", []).append(code)

    def kept_above(self) -> dict[str, float]:
        """Land and regions as the source gives them; no region when one of them has other gemeenten now."""
        regions, areas = self._lineage.regions, self._lineage.of(self._vintage).areas
        upper = [code for code in self._old if code in regions and regions[code].level not in LEVELS]
        then: dict[str, set[str]] = {}
        for area in areas.values():
            if area.level == Level.GEMEENTE:
                then.setdefault(area.parent or "", set()).add(area.code)
        moved = False
        for code in upper:
            now = self._lineage.made_of(code, self._vintage)
            whole = {old for old, share in now.items() if share == 1}
            moved = moved or (
                regions[code].level == Level.REGIO and (len(whole) < len(now) or whole != then.get(code))
            )
        return {code: self._old[code] for code in upper if not moved or regions[code].level == Level.LAND}

    def value(self, code: str, shares: Shares) -> float | None:
        """The count of an area of today, nan where withheld, None where a part has no row."""
        parts = [self._old.get(old) for old in shares]
        if any(part is not None and np.isnan(part) for part in parts):
            return float("nan")
        if any(part is None for part in parts):
            return None
        return sum(self._old[old] if share == 1 else self._part(old, code) for old, share in shares.items())

    def spread(self) -> Floats:
        """(areas,) variance: each count that was shared out falls in an area with chance p, or beside it."""
        regions = self._lineage.regions
        variance = np.zeros(len(regions))
        for code, targets in self._onward.items():
            amount = self._rest(code) if len(targets) > 1 else 0.0
            if not amount:
                continue
            chance: dict[int, Fraction] = {}
            for to, share in targets.items():
                above = [region.position for region in regions.path(to)]
                for position in [*above, *(group.position for group in regions.groupings_of(to))]:
                    chance[position] = chance.get(position, Fraction(0)) + share
            for position, p in chance.items():
                variance[position] += abs(amount) * float(p * (1 - p))
        return variance

    def _part(self, old: str, code: str) -> float:
        """How much of an old area lies in an area of today."""
        amount = self._rest(old) * float(self._within(old, code))
        return amount + sum(self._part(inner, code) for inner in self._known_inside(old))

    def _within(self, old: str, code: str) -> Fraction:
        """Share of an old area, of any level, that lies in an area of today of its level or a larger one."""
        regions = self._lineage.regions
        ways = self._onward[old].items()
        inside = (share for to, share in ways if any(region.code == code for region in regions.path(to)))
        return sum(inside, Fraction(0))

    def _rest(self, old: str) -> float:
        """What an old area has beyond its smaller areas with a figure; 0 where it has none itself."""
        own = self._old.get(old)
        if own is None or np.isnan(own):
            return 0.0
        return own - sum(self._old[inner] for inner in self._known_inside(old))

    def _known_inside(self, old: str) -> list[str]:
        """The nearest smaller areas of an old area that have a figure."""
        found = []
        for inner in self._inside.get(old, ()):
            own = self._old.get(inner)
            found += self._known_inside(inner) if own is None or np.isnan(own) else [inner]
        return found
