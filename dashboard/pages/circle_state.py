"""Which circle a visitor asks for. A query string goes in; centre, radius, indicator and year come out.

A place that is not in this land, or a radius that is no number, is told on the page (status 400) beside the
form to put it right; a code or an indicator that does not exist is an error, as on every page.
"""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dashboard.api.areas import folded, search
from dashboard.language import Language, number_text
from dashboard.locator import Locator, LocatorDownError, Place, is_postcode
from dashboard.pages.circle_shapes import Ground, Point
from dashboard.view_state import UnknownError, area_code, language_of
from etl.catalogue.model import Indicator
from etl.release.read import Release
from geodata.levels import Level
from geodata.regions import Region

PATH = "/cirkel"
RADII = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0)
"""Kilometres to choose from; any tenth between the first and the last will do."""
STANDARD = 1.0
CHOICES = 6
_CENTRED = (Level.GEMEENTE, Level.WIJK, Level.BUURT)


@dataclass(frozen=True)
class Circle:
    """centre: metres of RD, None where there is no circle to draw yet; area: whose middle it is; point: as
    latitude and longitude, when it was asked for so; at: the buurt the centre lies in; radius: km.

    fault: key of what was wrong (`circle.fault_<fault>`), with `found`; close, places: areas and addresses
    it may mean.
    """

    indicator: Indicator
    year: int
    radius: float
    language: Language
    centre: Point | None = None
    area: Region | None = None
    point: tuple[float, float] | None = None
    at: Region | None = None
    fault: str = ""
    found: str = ""
    close: tuple[Region, ...] = ()
    places: tuple[Place, ...] = ()

    @property
    def radius_text(self) -> str:
        """Kilometres as written: "1", "1,5"."""
        return radius_text(self.radius, self.language)

    def query(self, path: str = PATH, **changes: str) -> str:
        """The address of this circle at a path."""
        asked = {"gebied": self.area.code} if self.area is not None else {}
        if self.point is not None:
            asked = {"punt": ",".join(f"{part:.4f}" for part in self.point)}
        return self._address(path, asked, changes)

    def round(self, code: str) -> str:
        """The address of the same circle round the middle of another area."""
        return self._address(PATH, {"gebied": code}, {})

    def round_place(self, place: Place) -> str:
        """The address of the same circle round a place."""
        return self._address(PATH, {"punt": ",".join(f"{part:.4f}" for part in place.point)}, {})

    def _address(self, path: str, asked: dict[str, str], changes: dict[str, str]) -> str:
        asked |= {"straal": f"{self.radius:g}", "indicator": self.indicator.id, "jaar": str(self.year)}
        asked |= {"taal": "en"} if self.language == "en" else {}
        return f"{path}?{urlencode(asked | changes, safe=',')}"


def radius_text(radius: float, language: Language) -> str:
    """A radius in kilometres, in this language."""
    return number_text(radius, language, 0 if radius == int(radius) else 1)


def usable(release: Release) -> tuple[Indicator, ...]:
    """Figures a circle can be summed of: a rate, counted by buurt."""
    return tuple(one for one in release.figures if one.rate is not None and Level.BUURT in one.levels)


def parse(query: str, release: Release, ground: Ground, locator: Locator | None = None) -> Circle:
    """The circle a query string asks for. UnknownError for an unknown code or indicator.

    `punt` is "latitude,longitude"; `gebied` a code; `plek` is what was typed: a name, a code, a point, and
    with a locator a postcode or an address.
    """
    asked: dict[str, str] = {}
    for key, value in parse_qsl(query.removeprefix("?")):
        asked.setdefault(key, value.strip())
    indicator, fault = _indicator(asked.get("indicator", ""), release)
    years, year = release.years(indicator.id), asked.get("jaar", "")
    chosen = int(year) if year.isdecimal() and int(year) in years else years[-1]
    radius = _radius(asked.get("straal", ""))
    found = Circle(indicator, chosen, STANDARD if radius is None else radius, language_of(query))
    typed = asked.get("plek", "")[:100]
    place: dict[str, Any]
    if typed:
        place = _typed(typed, release, ground, locator)
    elif asked.get("punt"):
        place = _point(asked["punt"][:100], release, ground)
    else:
        place = _area(asked.get("gebied", ""), release, ground)
    told: dict[str, Any] = {"fault": "figure", "found": fault} if fault else {}
    if radius is None:
        told = {"fault": "radius", "found": asked["straal"][:20]}
    return replace(found, **place | told)


def _indicator(asked: str, release: Release) -> tuple[Indicator, str]:
    """The indicator, and the name of one that was asked for but cannot be summed."""
    known = {one.id: one for one in usable(release)}
    if not known:
        raise UnknownError("indicator", asked)
    first = next(iter(known.values()))
    if not asked or asked in known:
        return known.get(asked, first), ""
    other = release.indicators.get(asked)
    if other is None or other not in release.figures:
        raise UnknownError("indicator", asked)
    return first, asked


def _radius(asked: str) -> float | None:
    """Kilometres to a tenth; None for what is no number from 0.5 to 5."""
    if not asked:
        return STANDARD
    try:
        radius = round(float(asked.replace(",", ".")), 1)
    except (ValueError, OverflowError):
        return None
    return radius if RADII[0] <= radius <= RADII[-1] else None


def _area(asked: str, release: Release, ground: Ground) -> dict[str, Any]:
    return _middle(release.regions[area_code(asked, release)], release, ground) if asked else {}


def _middle(area: Region, release: Release, ground: Ground) -> dict[str, Any]:
    """The circle round the middle of an area."""
    if area.level not in _CENTRED:
        return {"fault": "large", "found": area.name}
    centre = ground.middle(area)
    if centre is None:
        return {"fault": "shape", "found": area.name}
    place = ground.place_of(centre)
    inside = release.regions.within(area.code, Level.BUURT)
    if place not in inside:
        # A bent area: its centre of gravity lies in another. The middle of its nearest buurt is its own.
        middles = [ground.middle(release.regions.at(int(buurt))) for buurt in inside]
        near = [point for point in middles if point is not None]
        if near:
            centre = min(near, key=lambda point: (point[0] - centre[0]) ** 2 + (point[1] - centre[1]) ** 2)
            place = ground.place_of(centre)
    return {"area": area, "centre": centre, "at": None if place is None else release.regions.at(place)}


def _point(asked: str, release: Release, ground: Ground) -> dict[str, Any]:
    point = _two_numbers(asked)
    if point is None:
        return {"fault": "point", "found": asked}
    centre = ground.metres(point)
    place = None if centre is None else ground.place_of(centre)
    if centre is None or place is None:
        return {"fault": "outside", "found": asked}
    return {"point": point, "centre": centre, "at": release.regions.at(place)}


def _two_numbers(asked: str) -> tuple[float, float] | None:
    """ "52.09, 5.12" or "52,09 5,12" -> latitude, longitude; None for anything else."""
    parts = asked.split(",") if asked.count(",") == 1 else asked.replace(",", ".").split()
    if asked.count(",") == 3:  # 52,09,5,12 and 52,09, 5,12: a comma for the decimals and one between
        whole = asked.replace(" ", "").split(",")
        parts = [".".join(whole[:2]), ".".join(whole[2:])]
    try:
        latitude, longitude = (round(float(part), 4) for part in parts)
    except (ValueError, OverflowError):
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _typed(typed: str, release: Release, ground: Ground, locator: Locator | None) -> dict[str, Any]:
    """What a typed place means: a point, one area, or the question which."""
    if _two_numbers(typed) is not None:
        return _point(typed, release, ground)
    hits = [hit for hit in search(release.regions, typed) if hit.level in _CENTRED]
    exact = [hit for hit in hits if folded(typed) in (folded(hit.name), folded(hit.code))]
    # "Utrecht" is a gemeente to most people, although wijken carry the name too.
    exact = [hit for hit in exact if hit.level == Level.GEMEENTE] or exact
    if len(exact) == 1:
        return _middle(exact[0], release, ground)
    if not hits:
        return _addressed(typed, release, ground, locator)
    return {"fault": "several", "found": typed, "close": tuple(hits[:CHOICES])}


def _addressed(typed: str, release: Release, ground: Ground, locator: Locator | None) -> dict[str, Any]:
    """What is no name of an area: a postcode or an address, where those can be looked up."""
    if locator is None or release.info.fictional:
        return {"fault": "address" if is_postcode(typed) else "unknown", "found": typed}
    try:
        places = locator.search(typed)
    except LocatorDownError:
        return {"fault": "down", "found": typed}
    here = [(place, _point("{},{}".format(*place.point), release, ground)) for place in places]
    here = [(place, found) for place, found in here if "fault" not in found]
    if len(here) == 1:
        return here[0][1]
    if not here:
        return {"fault": "unknown", "found": typed}
    return {"fault": "several", "found": typed, "places": tuple(place for place, _ in here)}
