"""What an area page is about, looked up once. A release and a code go in; a `Place` comes out."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from dashboard.api.areas import within
from dashboard.components.withdrawn import notices
from dashboard.language import Language
from dashboard.numbers import Reading, read_cell
from dashboard.text import Words
from dashboard.view_state import area_code
from etl.catalogue.model import Indicator
from etl.findings import Finding, peer_figure, peers, stands_out
from etl.frames import Status
from etl.release.read import Release, Retraction, Store, take
from etl.release.values import Values, present
from geodata.levels import LEVELS, Level
from geodata.outlines import Outlines, unpack
from geodata.regions import Region

MOST = 3
"""Sentences about what stands out."""
EVERY = 12
"""More findings than one figure can ever give."""


@dataclass(frozen=True)
class Beside:
    """An area, or some together, in one year: name, one row of figures, in words too. here: the page's."""

    name: str
    values: Values
    reading: Reading
    here: bool = False


@dataclass(frozen=True)
class Shown:
    """One indicator on the page.

    values: the area, a row a year; land: the same for the land, None where that says nothing (a count, or the
    page is about the land); around: the area, then what stands beside it, in the newest year; withdrawn: the
    notice that this figure must not be used, and so is not shown.
    """

    indicator: Indicator
    years: tuple[int, ...]
    values: Values
    land: Values | None
    around: tuple[Beside, ...]
    reading: Reading
    withdrawn: Retraction | None = None

    @property
    def year(self) -> int:
        """The newest year."""
        return self.years[-1]


@dataclass(frozen=True)
class Place:
    """One area of a release, with the words of the visitor's language. withdrawn: figures of this release."""

    store: Store
    release: Release
    region: Region
    words: Words
    withdrawn: tuple[Retraction, ...] = ()

    @property
    def language(self) -> Language:
        """Language of the page."""
        return self.words.language

    @property
    def land(self) -> Region:
        """The whole land."""
        return self.release.regions.at(0)

    @cached_property
    def above(self) -> tuple[Region, ...]:
        """What the area lies in, smallest first, without the land."""
        return self.release.regions.path(self.region.code)[1:-1][::-1]

    @cached_property
    def gemeente(self) -> Region | None:
        """The gemeente it is or lies in, None for larger areas."""
        path = (self.region, *self.above)
        return next((region for region in path if region.level == Level.GEMEENTE), None)

    @cached_property
    def regios(self) -> tuple[Region, ...]:
        """The regions it is, lies in or holds gemeenten of; none for the land."""
        regions = self.release.regions
        if self.region.level == Level.LAND:
            return ()
        held = [regions.at(place).code for place in regions.members.get(self.region.position, ())]
        paths = [regions.path(code) for code in held or [self.region.code]]
        found = {region.code: region for path in paths for region in path if region.level == Level.REGIO}
        return tuple(found.values())

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What stands out, at most three; never a figure that was withdrawn."""
        gone = {one.indicator for one in self.withdrawn}
        limit = MOST if not gone else MOST + len(gone) * EVERY
        found = stands_out(self.release, self.region.code, limit)
        return tuple(one for one in found if one.indicator not in gone)[:MOST]

    @cached_property
    def peers(self) -> tuple[Region, ...]:
        """Comparable areas of the same level; none for the land."""
        return () if self.region.level == Level.LAND else peers(self.release, self.region.code)

    @cached_property
    def shown(self) -> tuple[Shown, ...]:
        """Every figure that exists at this level, in the order of the menu."""
        level = self.region.level
        return tuple(
            look(self, indicator)
            for indicator in self.release.figures
            if level not in tuple(LEVELS) or level in indicator.levels
        )

    @cached_property
    def _inside(self) -> dict[tuple[str, str], tuple[NDArray[np.int32], dict[str, Values]]]:
        return {}

    def inside(self, code: str, level: str) -> tuple[NDArray[np.int32], dict[str, Values]]:
        """Positions of the areas of a level inside an area, in the order of their codes; indicator -> newest
        figures there.
        """
        if (code, level) not in self._inside:
            positions = within(self.release.regions, code, level)
            figures = self.release.newest(positions) if positions.size else {}
            self._inside[code, level] = positions, figures
        return self._inside[code, level]

    @cached_property
    def outlines(self) -> Outlines:
        """Drawn shapes of the division."""
        return _outlines(self.store, self.release.info.vintage)

    @cached_property
    def inhabitants(self) -> tuple[int, float] | None:
        """Year and newest number of inhabitants, None where the release does not tell."""
        gone = any(one.indicator == "inwoners" for one in self.withdrawn)
        if gone or "inwoners" not in self.release.indicators:
            return None
        years, values = self.release.over_time("inwoners", self.region.code)
        known = np.flatnonzero(values.shown)
        return (years[known[-1]], float(values.estimate[known[-1]])) if known.size else None

    def name_of(self, region: Region) -> str:
        """Its name; that of a larger area with its level, for "Amsterdam" is both a region and a gemeente."""
        if region.level in (Level.REGIO, Level.GEMEENTE) and region.code != self.region.code:
            return self.words(f"area.{region.level}_name", name=region.name)
        return region.name

    def full_name(self, region: Region) -> str:
        """Its name, that of a wijk or buurt with its gemeente: there are many a Centrum."""
        path = self.release.regions.path(region.code)
        gemeente = next((one.name for one in path[:-1] if one.level == Level.GEMEENTE), "")
        return f"{region.name} ({gemeente})" if gemeente else region.name


@lru_cache(maxsize=4)
def _outlines(store: Store, vintage: str) -> Outlines:
    return unpack(store.outlines(vintage))


def find(store: Store, release: Release, code: str, words: Words) -> Place:
    """The place with this code, or what a former area now is. UnknownError when the release has neither."""
    region = release.regions[area_code(code, release)]
    return Place(store, release, region, words, notices(store, release))


def look(place: Place, indicator: Indicator) -> Shown:
    """One indicator of this place: through time, and in the newest year beside others."""
    release, code = place.release, place.region.code
    years, values = release.over_time(indicator.id, code)
    newest = len(years) - 1

    def beside(name: str, values: Values, *, here: bool = False) -> Beside:
        return Beside(name, values, read_cell(values, 0, indicator, place.language), here)

    around = [beside(place.region.name, row(values, newest), here=True)]
    land = None
    if indicator.rate is not None and place.region.level != Level.LAND:
        alike = joint(release, indicator, years[-1], code)
        if alike is not None:
            level = place.words(f"levels.{place.region.level}")
            around.append(beside(place.words("area.alike", levels=level), alike))
        for region in place.above:
            if region.level != Level.WIJK:
                upper = release.over_time(indicator.id, region.code)[1]
                around.append(beside(place.name_of(region), row(upper, newest)))
        land = release.over_time(indicator.id, place.land.code)[1]
        around.append(beside(place.land.name, row(land, newest)))
    withdrawn = next((one for one in place.withdrawn if one.indicator == indicator.id), None)
    return Shown(indicator, years, values, land, tuple(around), around[0].reading, withdrawn)


def row(values: Values, at: int) -> Values:
    """One row of figures."""
    return take(values, slice(at, at + 1))


def joint(release: Release, indicator: Indicator, year: int, code: str) -> Values | None:
    """The comparable areas of this area taken together, as one row; None where there are none."""
    found = peer_figure(release, indicator.id, year, code)
    if found is None or indicator.rate is None:
        return None
    return present(
        np.array([found.estimate]),
        np.array([found.variance]),
        np.array([found.denominator]),
        np.array([Status.OK], dtype=np.uint8),
        per=indicator.rate.per,
        reference_rate=release.series_info(indicator.id, year).reference_rate,
    )
