"""Which map of groups a visitor asks for. A query string in; indicator, year, level, part of the land out."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from dashboard.language import Language
from dashboard.view_state import UnknownError, area_code, language_of
from etl.catalogue.model import Indicator
from etl.release.read import Release
from geodata.levels import Level
from geodata.regions import Region

PATH = "/patronen"
LEVELS = (Level.GEMEENTE, Level.WIJK, Level.BUURT)
"""Levels with enough areas to learn what is usual."""


@dataclass(frozen=True)
class Patterns:
    """area: the part of the land the page is about, None for all of it; a gemeente, or something larger."""

    indicator: Indicator
    year: int
    level: Level
    area: Region | None
    language: Language

    def query(self, path: str = PATH, **changes: str) -> str:
        """The address of this view at a path."""
        asked = {"indicator": self.indicator.id, "jaar": str(self.year), "niveau": self.level.value}
        asked |= {"gebied": self.area.code} if self.area is not None else {}
        asked |= {"taal": "en"} if self.language == "en" else {}
        return f"{path}?{urlencode(asked | changes)}"


def usable(release: Release) -> tuple[Indicator, ...]:
    """Figures that can be held beside what is usual: rates, at one of the levels of this page."""
    return tuple(one for one in release.figures if one.rate is not None and one.judged and levels_of(one))


def levels_of(indicator: Indicator) -> tuple[Level, ...]:
    """Levels of this page that the indicator is counted at."""
    return tuple(level for level in LEVELS if level in indicator.levels)


def parse(query: str, release: Release) -> Patterns:
    """The view a query string asks for. UnknownError for an unknown indicator or area."""
    asked: dict[str, str] = {}
    for key, value in parse_qsl(query.removeprefix("?")):
        asked.setdefault(key, value.strip())
    known = {one.id: one for one in usable(release)}
    name = asked.get("indicator", "")
    if not known or (name and name not in known):
        raise UnknownError("indicator", name)
    indicator = known[name] if name else next(iter(known.values()))
    years, year = release.years(indicator.id), asked.get("jaar", "")
    levels, level = levels_of(indicator), asked.get("niveau", "")
    standard = Level.WIJK if Level.WIJK in levels else levels[0]
    return Patterns(
        indicator,
        int(year) if year.isdecimal() and int(year) in years else years[-1],
        Level(level) if level in [one.value for one in levels] else standard,
        _area(asked.get("gebied", "").upper(), release),
        language_of(query),
    )


def _area(code: str, release: Release) -> Region | None:
    """The gemeente of a wijk or buurt; None for the whole land."""
    if not code:
        return None
    path = release.regions.path(area_code(code, release))
    if path[-1].level in (Level.WIJK, Level.BUURT):
        return next(one for one in path if one.level == Level.GEMEENTE)
    return None if path[-1].level == Level.LAND else path[-1]
