"""What a comparison is about. A query string goes in; areas, indicator and year come out."""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from dashboard.api.areas import folded, search, search_former
from dashboard.language import Language
from dashboard.view_state import UnknownError, area_code, language_of
from etl.catalogue.model import Indicator
from etl.release.read import Release
from geodata.levels import Level
from geodata.regions import Region

PATH = "/vergelijk"
MOST = 6


@dataclass(frozen=True)
class Comparison:
    """areas: at most six, the first is what the others are held beside; asked: name that was typed but is not
    among the areas; close: areas it may mean; full: whether there was no room for it.
    """

    areas: tuple[Region, ...]
    indicator: Indicator
    year: int
    language: Language
    asked: str = ""
    close: tuple[Region, ...] = ()
    full: bool = False

    def without(self, code: str) -> "Comparison":
        """The same with one area less."""
        return replace(self, areas=tuple(area for area in self.areas if area.code != code))

    def with_(self, area: Region) -> "Comparison":
        """The same with one area more."""
        return replace(self, areas=(*self.areas, area))

    def query(self, path: str = PATH, **changes: str) -> str:
        """The address of this comparison at a path."""
        asked = {
            "gebieden": ",".join(area.code for area in self.areas),
            "indicator": self.indicator.id,
            "jaar": str(self.year),
        } | ({"taal": "en"} if self.language == "en" else {})
        return f"{path}?{urlencode(asked | changes, safe=',')}"


def parse(query: str, release: Release) -> Comparison:
    """The comparison a query string asks for. UnknownError for an indicator or code that does not exist.

    `erbij` is one more area by code or name, as typed in the form.
    """
    asked = dict(parse_qsl(query.removeprefix("?")))
    rates = {entry.id: entry for entry in release.figures if entry.rate is not None}
    name = asked.get("indicator", "").strip()
    if name and name not in rates:
        raise UnknownError("indicator", name)
    indicator = rates[name] if name else next(iter(rates.values()))
    years, year = release.years(indicator.id), asked.get("jaar", "").strip()
    chosen = int(year) if year.isdecimal() and int(year) in years else years[-1]
    found = Comparison(_areas(asked.get("gebieden", ""), release), indicator, chosen, language_of(query))
    return _with_typed(found, asked.get("erbij", "").strip()[:100], release)


def _areas(codes: str, release: Release) -> tuple[Region, ...]:
    found: dict[str, Region] = {}
    for code in filter(None, (part.strip().upper() for part in codes.split(","))):
        known = area_code(code, release)
        found[known] = release.regions[known]
    return tuple(found.values())[:MOST]


def _with_typed(found: Comparison, typed: str, release: Release) -> Comparison:
    if not typed:
        return found
    hits = search(release.regions, typed, limit=MOST)
    hits = hits or tuple(area for area, _ in search_former(release, typed, limit=MOST))
    exact = [hit for hit in hits if folded(typed) in (folded(hit.name), folded(hit.code))]
    # "Utrecht" is a gemeente to most people, although a province and a region carry the name too.
    exact = [hit for hit in exact if hit.level == Level.GEMEENTE] or exact
    if len(exact) == 1:
        if exact[0] in found.areas:
            return found
        if len(found.areas) >= MOST:
            return replace(found, full=True, asked=typed)
        return found.with_(exact[0])
    return replace(found, asked=typed, close=hits, full=len(found.areas) >= MOST)
