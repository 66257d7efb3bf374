"""The areas of one division year (vintage): a tree in a fixed order, and groupings beside it.

`Regions` is built from checked columns and never changes. The position of an area in it is its identity
everywhere else: row in an array of figures, feature id in the tiles, key in the release store.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geodata.levels import LEVELS, Level


@dataclass(frozen=True)
class Region:
    """One area. `level`: a tree level or the kind of a grouping; `parent`: None for land and groupings."""

    position: int
    code: str
    name: str
    level: str
    parent: str | None
    has_shape: bool = True


@dataclass(frozen=True)
class Regions:
    """All areas of one vintage: the tree level by level, each level sorted by code, then the groupings.

    codes, names: (areas,); level: (areas,) name of the level or grouping kind;
    parent: (areas,) position of the parent, -1 for land and for groupings;
    members: position of a grouping -> positions of its gemeenten;
    has_shape: (areas,) False where the boundary file has no shape; bounds: (areas, 4) lon/lat west, south,
    east, north, nan without a shape.
    """

    vintage: str
    year: int
    codes: tuple[str, ...]
    names: tuple[str, ...]
    level: tuple[str, ...]
    parent: NDArray[np.int32]
    has_shape: NDArray[np.bool_]
    bounds: NDArray[np.float64]
    members: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    @cached_property
    def _slices(self) -> dict[str, slice]:
        spans: dict[str, slice] = {}
        for position, name in enumerate(self.level):
            start = spans[name].start if name in spans else position
            spans[name] = slice(start, position + 1)
        return spans

    @cached_property
    def _position(self) -> dict[str, int]:
        return {code: position for position, code in enumerate(self.codes)}

    @cached_property
    def _children(self) -> dict[int, tuple[int, ...]]:
        found: dict[int, list[int]] = {}
        for position, parent in enumerate(self.parent.tolist()):
            found.setdefault(parent, []).append(position)
        return {parent: tuple(children) for parent, children in found.items() if parent >= 0}

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, code: str) -> bool:
        return code in self._position

    def __getitem__(self, code: str) -> Region:
        """The area with this code; KeyError when this vintage has no such code."""
        return self.at(self._position[code])

    def __iter__(self) -> Iterator[Region]:
        return (self.at(position) for position in range(len(self)))

    def at(self, position: int) -> Region:
        """The area at this position."""
        parent = int(self.parent[position])
        return Region(
            position,
            self.codes[position],
            self.names[position],
            self.level[position],
            self.codes[parent] if parent >= 0 else None,
            bool(self.has_shape[position]),
        )

    @property
    def levels(self) -> tuple[str, ...]:
        """Names of the tree levels, then of the grouping kinds, in order."""
        return tuple(self._slices)

    @property
    def tree_size(self) -> int:
        """Number of areas in the tree: positions below this are tree areas, from here on groupings."""
        return int(self._slices[Level.BUURT].stop)

    def slice(self, level: str) -> slice:
        """Positions of a level (contiguous). KeyError for an unknown level."""
        return self._slices[level]

    def children(self, code: str) -> tuple[Region, ...]:
        """Direct children of a tree area, members of a grouping."""
        position = self._position[code]
        positions = self.members.get(position) or self._children.get(position, ())
        return tuple(self.at(child) for child in positions)

    def path(self, code: str) -> tuple[Region, ...]:
        """From land down to the area itself."""
        position, path = self._position[code], []
        while position >= 0:
            path.append(self.at(position))
            position = int(self.parent[position])
        return tuple(reversed(path))

    def within(self, code: str, level: str) -> NDArray[np.int32]:
        """Positions of the areas of `level` that lie inside the area `code` (itself included)."""
        position = self._position[code]
        inside = np.zeros(len(self), dtype=bool)
        inside[[position, *self.members.get(position, ())]] = True
        for name in LEVELS[1:]:
            span = self._slices[name]
            inside[span] |= inside[self.parent[span]]
        span = self._slices[level]
        return np.flatnonzero(inside[span]).astype(np.int32) + np.int32(span.start)

    def groupings_of(self, code: str) -> tuple[Region, ...]:
        """The groupings that hold this gemeente (or the gemeente this area lies in)."""
        gemeenten = {region.position for region in self.path(code) if region.level == Level.GEMEENTE}
        return tuple(self.at(group) for group, inside in self.members.items() if gemeenten & set(inside))


def build_regions(
    vintage: str,
    year: int,
    areas: Sequence[tuple[str, str, str, str | None]],
    groupings: Mapping[str, Sequence[tuple[str, str, Sequence[str]]]] | None = None,
    bounds: Mapping[str, tuple[float, float, float, float]] | None = None,
) -> Regions:
    """Regions from checked rows.

    areas: (code, name, level, parent code or None), any order, already checked (geodata.boundaries);
    groupings: kind -> (code, name, codes of its gemeenten); bounds: code -> west, south, east, north in
    degrees, only for areas with a shape (None: every area counts as shapeless).
    """
    ordered = sorted(areas, key=lambda area: (Level(area[2]).depth, area[0]))
    groups = [
        (code, name, kind, members)
        for kind, rows in (groupings or {}).items()
        for code, name, members in sorted(rows)
    ]
    codes = tuple(area[0] for area in ordered) + tuple(group[0] for group in groups)
    position = {code: number for number, code in enumerate(codes)}
    parent = [position[area[3]] if area[3] is not None else -1 for area in ordered]
    box = np.full((len(codes), 4), np.nan)
    for code, corners in (bounds or {}).items():
        box[position[code]] = corners
    return Regions(
        vintage=vintage,
        year=year,
        codes=codes,
        names=tuple(area[1] for area in ordered) + tuple(group[1] for group in groups),
        level=tuple(str(area[2]) for area in ordered) + tuple(group[2] for group in groups),
        parent=np.array(parent + [-1] * len(groups), dtype=np.int32),
        has_shape=~np.isnan(box[:, 0]),
        bounds=box,
        members={
            len(ordered) + number: tuple(sorted(position[code] for code in group[3]))
            for number, group in enumerate(groups)
        },
    )
