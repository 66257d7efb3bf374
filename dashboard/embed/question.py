"""What an embed is asked. A checked request goes in; a `Question` comes out, all of it known to exist."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from dashboard.api.parameters import Asked
from dashboard.embed.theme import Theme
from dashboard.language import Language
from dashboard.numbers import unit_text
from etl.catalogue.model import Indicator
from etl.release.read import Release
from geodata.levels import LEVELS, Level
from geodata.regions import Region

MOST_AREAS = 12
"""Areas that fit beside each other in one comparison."""


class NotDrawnError(LookupError):
    """This cannot be shown in one frame. `why` is a key of `Words.not_drawn`."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True)
class Question:
    """area: None is the land; areas: to compare or to list; frozen: whether the address names a release."""

    release: Release
    indicator: Indicator
    year: int
    level: str
    area: Region | None
    within: Region | None
    areas: tuple[Region, ...]
    language: Language
    theme: Theme
    frozen: bool

    @property
    def place(self) -> Region:
        """The area the embed is about."""
        return self.area or self.release.regions.at(0)

    @property
    def gemeente(self) -> Region | None:
        """The gemeente the view lies in, None when it is larger than one."""
        if self.within is None:
            return None
        path = self.release.regions.path(self.within.code)
        return next((region for region in path if region.level == Level.GEMEENTE), None)

    def title(self, kind: str) -> str:
        """What stands above an embed of this kind."""
        name = self.indicator.name[self.language]
        if kind == "vergelijking":
            return f"{name}, {self.year}"
        if kind in ("trend", "cijfer"):
            return f"{name}, {self.place.name}"
        if kind == "tabel" and self.areas:
            return name
        return f"{name}, {self.within.name if self.within else self.release.regions.names[0]}"

    def guard(self, kind: str) -> None:
        """NotDrawnError when one frame cannot hold this."""
        if kind == "vergelijking" and len(self.areas) > MOST_AREAS:
            raise NotDrawnError("too_many_areas")
        small = self.level in (Level.WIJK, Level.BUURT)
        whole = kind == "kaart" or (kind == "tabel" and not self.areas)
        if whole and small and self.gemeente is None:
            raise NotDrawnError("too_many")

    def under(self, more: str) -> str:
        """Unit, and what is said after it."""
        return ", ".join(part for part in (unit_text(self.indicator, self.language), more) if part)

    def address(self, origin: str, tab: str = "") -> str:
        """The same view on our own site."""
        query = {"indicator": self.indicator.id, "jaar": str(self.year), "niveau": self.level}
        query |= {"gebied": self.area.code} if self.area else {}
        query |= {"binnen": self.within.code} if self.within else {}
        query |= {"weergave": tab} if tab else {}
        return f"{origin}/?{urlencode(query | self._common())}"

    def comparison(self, origin: str) -> str:
        """The same areas beside each other on our own site."""
        query = {"gebieden": ",".join(area.code for area in self.areas)}
        query |= {"indicator": self.indicator.id, "jaar": str(self.year)}
        return f"{origin}/vergelijk?{urlencode(query | self._common(), safe=',')}"

    def _common(self) -> Mapping[str, str]:
        told = {"release": self.release.info.id} if self.frozen else {}
        return told | ({"taal": "en"} if self.language == "en" else {})


def question(asked: Asked, language: Language, chosen: Theme) -> Question:
    """The request as a question. KeyError when the figure has no year at all."""
    release, regions = asked.release, asked.release.regions
    indicator = release.indicators[str(asked.text("indicator"))]
    years = release.years(indicator.id)
    if not years:
        raise KeyError(indicator.id)
    area, within = asked.text("gebied"), asked.text("binnen")
    inside = None if within is None or regions[within].position == 0 else regions[within]
    codes = dict.fromkeys(asked.texts("gebieden"))
    return Question(
        release=release,
        indicator=indicator,
        year=asked.number("jaar", years[-1]),
        level=asked.text("niveau") or default_level(release, inside),
        area=None if area is None or regions[area].position == 0 else regions[area],
        within=inside,
        areas=tuple(regions[code] for code in codes),
        language=language,
        theme=chosen,
        frozen=asked.frozen,
    )


def default_level(release: Release, within: Region | None) -> str:
    """The level below the area the map is of; gemeenten for the land, regions and groupings."""
    if within is None or within.level not in LEVELS:
        return Level.GEMEENTE.value
    depth = Level(within.level).depth
    return LEVELS[min(max(depth + 1, Level.GEMEENTE.depth), Level.BUURT.depth)].value
