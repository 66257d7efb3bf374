"""What the visitor looks at. A query string goes in, a frozen `ViewState` comes out, and back again.

The address bar is the only state: map, panel, table, embed and download all read the same `ViewState`.
A choice that does not exist (a year, a level) falls back to a default, because a page must appear; an
indicator or an area that does not exist is an error, because another one would be a lie.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dashboard.language import Language
from etl.catalogue.model import Indicator
from etl.release.read import Release
from geodata.levels import LEVELS, Level

LANGUAGES: tuple[Language, ...] = ("nl", "en")
ZOOM = "zoom"
ZOOMED = {"gemeente": 0.0, "wijk": 9.0, "buurt": 10.6}
"""Level -> zoom of the map (Web Mercator, tiles of 512 pixels) from which its areas can be pointed at."""
MAP, TABLE, SMALL = "kaart", "tabel", "jaren"
TABS = (MAP, TABLE, SMALL)
KEYS = {
    "indicator": "indicator",
    "year": "jaar",
    "level": "niveau",
    "follow": "volgt",
    "area": "gebied",
    "within": "binnen",
    "tab": "weergave",
    "release": "release",
    "language": "taal",
}
"""Field -> its Dutch name in the address, in the order it is written."""


class UnknownError(LookupError):
    """The address names something that is not there. `what` is area, indicator or release."""

    def __init__(self, what: str, found: str) -> None:
        self.what, self.found = what, found
        super().__init__(f"{what} {found!r} is not in this release")


@dataclass(frozen=True)
class ViewState:
    """indicator: id; year: a year it has; level: what the map draws; follow: ZOOM when the level goes along
    with how far the map is zoomed in, None when it stays; area: code in the panel, None is the
    land; within: code of the area the map is about, None is the land; tab: map, table or small maps by year;
    language; release: id of a release that is not to change, None is the newest.
    """

    indicator: str
    year: int
    level: str
    area: str | None = None
    within: str | None = None
    tab: str = MAP
    follow: str | None = None
    language: Language = "nl"
    release: str | None = None

    def but(self, **changes: Any) -> "ViewState":
        """The same view with something else chosen."""
        return replace(self, **changes)

    @property
    def query(self) -> str:
        """The view as a query string, without a question mark; defaults that need no words are left out."""
        silent = {"tab": MAP, "language": "nl"}
        pairs = [(KEYS[name], getattr(self, name), silent.get(name)) for name in KEYS]
        return urlencode([(key, value) for key, value, default in pairs if value not in (None, default)])

    @property
    def address(self) -> str:
        """Where this view lives on our own site."""
        return f"/?{self.query}"


def language_of(search: str) -> Language:
    """Language in a query string, Dutch when it names none that we speak."""
    return "en" if _pairs(search).get(KEYS["language"]) == "en" else "nl"


def release_of(search: str) -> str | None:
    """Id of the release a query string asks for, None for the newest."""
    return _pairs(search).get(KEYS["release"]) or None


def parse(search: str, release: Release) -> ViewState:
    """The view a query string asks of this release. UnknownError for an unknown area or indicator."""
    asked = _pairs(search)
    indicator = _indicator(asked.get(KEYS["indicator"], ""), release)
    area, within = (_area(asked.get(KEYS[name], ""), release) for name in ("area", "within"))
    return ViewState(
        indicator=indicator.id,
        year=_year(asked.get(KEYS["year"], ""), release.years(indicator.id)),
        level=_level(asked.get(KEYS["level"], ""), levels_of(indicator, release)),
        area=area,
        within=within,
        follow=ZOOM if asked.get(KEYS["follow"]) == ZOOM else None,
        tab=asked[KEYS["tab"]] if asked.get(KEYS["tab"]) in TABS else MAP,
        language=language_of(search),
        release=release_of(search),
    )


def levels_of(indicator: Indicator, release: Release) -> tuple[str, ...]:
    """Levels the map can draw of this indicator: of the tree below the land, then the groupings."""
    tree = tuple(level.value for level in LEVELS[1:] if level in indicator.levels)
    groupings = tuple(level for level in release.regions.levels if level not in set(LEVELS))
    return tree + (groupings if Level.GEMEENTE in indicator.levels else ())


def followed(indicator: Indicator, release: Release) -> dict[str, float]:
    """Levels that the map can go through while zooming in -> zoom from which each is drawn, rising."""
    there = levels_of(indicator, release)
    return {level: zoom for level, zoom in ZOOMED.items() if level in there}


def _pairs(search: str) -> Mapping[str, str]:
    """Query string -> name -> first value given."""
    found: dict[str, str] = {}
    for key, value in parse_qsl(search.removeprefix("?")):
        found.setdefault(key, value.strip())
    return found


def _indicator(asked: str, release: Release) -> Indicator:
    known = {figure.id: figure for figure in release.figures}
    if asked and asked not in known:
        raise UnknownError("indicator", asked)
    return known[asked] if asked else next(iter(known.values()))


def area_code(asked: str, release: Release) -> str:
    """The code in this release, of a former area that of its one heir. UnknownError when there is none."""
    code = asked.upper()
    if code in release.regions:
        return code
    became = release.lineage.became(code)
    if became is None or len(became.shares) != 1:
        raise UnknownError("area", asked)
    return next(iter(became.shares))


def _area(asked: str, release: Release) -> str | None:
    """Code in the form of the release; the land itself is None."""
    code = area_code(asked, release) if asked else ""
    return None if not code or release.regions[code].level == Level.LAND else code


def _year(asked: str, years: tuple[int, ...]) -> int:
    """The year asked for, else the last one."""
    return int(asked) if asked.isdecimal() and int(asked) in years else years[-1]


def _level(asked: str, levels: tuple[str, ...]) -> str:
    if asked in levels:
        return asked
    return Level.GEMEENTE.value if Level.GEMEENTE.value in levels else levels[0]
