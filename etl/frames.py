"""Privacy state as a type: TrueCounts -> NoisyCounts -> Estimates. Arrays go in, named arrays come out.

Only `Estimates` can be published; a type checker refuses the others. A true count never shows its values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Status(IntEnum):
    """What a cell is, as stored. `slug` is the word in every public answer."""

    OK = 0
    TE_ONZEKER = 1
    GEHEIM = 2
    ONTBREEKT = 3
    VOORLOPIG = 4
    NVT = 5

    @property
    def slug(self) -> str:
        """The public word: ok, te-onzeker, geheim, ontbreekt, voorlopig, nvt."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True)
class TrueCounts:
    """Confidential counts of one indicator over every public cell.

    years: (years,); counts: (years, tree areas) int64, zeros included, children adding up to parents;
    dropped: (years,) contributions that the bound dropped, each unit's clipped (None: it cannot drop any);
    absent: (years, tree areas), areas of which it is public that the source has no figure (count 0), or None.
    """

    indicator: str
    years: tuple[int, ...]
    counts: NDArray[np.int64] = field(repr=False)
    dropped: NDArray[np.int64] | None = field(default=None, repr=False)
    absent: NDArray[np.bool_] | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        return f"TrueCounts({self.indicator!r}, years={self.years}, cells={self.counts.size}, values hidden)"


class PublicCounts(TrueCounts):
    """Counts of a table that anyone can look up, which a demonstration treats as if they were confidential.

    The only counts that may be set beside a release: `etl.quality` takes no others.
    """


@dataclass(frozen=True)
class NoisyCounts:
    """Measurements: true count plus discrete Gaussian noise. Safe to publish.

    counts: (years, tree areas) int64; sigma2: (tree areas,) float64 variance of each measurement, inf where
    the level was not measured.
    """

    indicator: str
    years: tuple[int, ...]
    counts: NDArray[np.int64]
    sigma2: NDArray[np.float64]


@dataclass(frozen=True)
class Estimates:
    """What a release may show of one indicator, over all areas: tree, then groupings.

    estimate, variance: (years, areas) float64, nan where `status` says there is no figure; status: (years,
    areas) uint8 of `Status`; rest: year -> {(position of the parent, level) -> count that no area of that
    level carries}, for public sources only; coded_in: year -> earlier division in whose codes the source
    gave it, for figures that were carried over.
    """

    indicator: str
    years: tuple[int, ...]
    estimate: NDArray[np.float64]
    variance: NDArray[np.float64]
    status: NDArray[np.uint8]
    rest: Mapping[int, Mapping[tuple[int, str], float]] = field(default_factory=dict)
    coded_in: Mapping[int, str] = field(default_factory=dict)

    def nearest(self, year: int) -> int:
        """The year of these figures that is nearest, the earlier of two: denominators may lack years."""
        return min(self.years, key=lambda other: (abs(other - year), other))
