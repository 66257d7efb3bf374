"""What somebody wants to embed. A query string goes in; a `Wish`, lenient as a form must be, comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from dashboard.api.areas import folded, search
from dashboard.api.problems import Problem
from dashboard.embed.kinds import HTML, KINDS, asked_of
from dashboard.embed.question import NotDrawnError, Question, question
from dashboard.embed.words import words as embed_words
from dashboard.language import Language
from dashboard.view_state import UnknownError, area_code, language_of
from etl.release.read import Release, Store
from geodata.levels import Level
from geodata.regions import Region

PATH = "/embed"
AREAS = ("gebied", "binnen", "gebieden")
CHOSEN = ("indicator", "jaar", "niveau", *AREAS, "thema", "kleur", "interactief", "release")
"""Parameters of an embed that the form can set, in the order in which they are written."""


@dataclass(frozen=True)
class Wish:
    """kind: of embed; asked: parameters as parsed, areas as codes; not_found: names typed that are no area;
    fault: why it cannot be embedded, empty when it can.
    """

    kind: str
    asked: Mapping[str, str]
    language: Language
    not_found: tuple[str, ...] = ()
    fault: str = ""
    shown: Question | None = field(default=None, compare=False)

    @property
    def parameters(self) -> dict[str, str]:
        """Parameters of the embed itself: those its kind knows."""
        known = {parameter.name for parameter in KINDS[self.kind]}
        told = {name: self.asked[name] for name in CHOSEN if name in known and self.asked.get(name)}
        return told | ({"taal": "en"} if self.language == "en" else {})

    def query(self, path: str = PATH, **changes: str) -> str:
        """Address of this wish at a path."""
        told: dict[str, Any] = {"soort": self.kind}
        told |= {name: self.asked[name] for name in CHOSEN if self.asked.get(name)}
        told |= {"taal": "en"} if self.language == "en" else {}
        return f"{path}?{urlencode(told | changes, safe=',')}"


def parse(store: Store, release: Release, search_: str) -> Wish:
    """The wish in a query string. UnknownError for an unknown indicator, as on every page."""
    given = {name: value.strip() for name, value in parse_qsl(search_.removeprefix("?"), max_num_fields=40)}
    kind, language = given.get("soort", "kaart"), language_of(search_)
    kind = kind if kind in KINDS else "kaart"
    indicator = given.get("indicator") or release.figures[0].id
    if indicator not in {figure.id for figure in release.figures}:
        raise UnknownError("indicator", indicator)
    asked = {name: given[name] for name in CHOSEN if given.get(name)} | {"indicator": indicator}
    asked["kleur"] = asked.get("kleur", "").removeprefix("#")
    if given.get("vast") == "ja":
        asked["release"] = release.info.id
    lost: list[str] = []
    for name in AREAS:
        if name in asked:
            found = [_area(release, text, lost) for text in asked[name].split(",") if text.strip()]
            asked[name] = ",".join(dict.fromkeys(area.code for area in found if area))
    _mend(asked, release, kind)
    return _checked(store, Wish(kind, asked, language, tuple(lost)))


def _area(release: Release, text: str, lost: list[str]) -> Region | None:
    """The area meant by a code or a whole name: of areas with one name the gemeente; else it is lost."""
    typed = text.strip()[:100]
    try:
        return release.regions[area_code(typed, release)]
    except UnknownError:
        pass
    hits = [hit for hit in search(release.regions, typed, limit=40) if folded(hit.name) == folded(typed)]
    best = next((hit for hit in hits if hit.level == Level.GEMEENTE), hits[0] if hits else None)
    if best is None:
        lost.append(typed)
    return best


def _mend(asked: dict[str, str], release: Release, kind: str) -> None:
    """Choices that went together with another figure or kind give way to what there is."""
    years = release.years(asked["indicator"])
    if asked.get("jaar") and not (asked["jaar"].isdecimal() and int(asked["jaar"]) in years):
        del asked["jaar"]
    if asked.get("niveau") not in release.regions.levels:
        asked.pop("niveau", None)
    # A trend of the area that the map is about, and the other way round.
    if kind in ("trend", "cijfer") and not asked.get("gebied") and asked.get("binnen"):
        asked["gebied"] = asked["binnen"]
    if kind == "vergelijking" and not asked.get("gebieden"):
        asked["gebieden"] = asked.get("gebied") or asked.get("binnen") or ""


def _checked(store: Store, wish: Wish) -> Wish:
    told = embed_words(wish.language)
    try:
        asked, chosen = asked_of(store, wish.kind, HTML, MultiDict(wish.parameters))
        shown = question(asked, wish.language, chosen)
        shown.guard(wish.kind)
    except NotDrawnError as error:
        return Wish(wish.kind, wish.asked, wish.language, wish.not_found, told.not_drawn[error.why])
    except Problem as problem:
        pale = {fault.name for fault in problem.faults} == {"kleur"}
        fault = told.contrast if pale else told.gone
        return Wish(wish.kind, wish.asked, wish.language, wish.not_found, fault)
    except KeyError:
        return Wish(wish.kind, wish.asked, wish.language, wish.not_found, told.no_year)
    return Wish(wish.kind, wish.asked, wish.language, wish.not_found, "", shown)
