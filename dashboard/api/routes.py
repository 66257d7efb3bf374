"""The resources of /v1, declared once: address, parameters, what is made, what it looks like.

A checked request goes in; a `Made` body comes out. `dashboard.api` serves these, `openapi` describes them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.api import declared, past, resources, rows, waarden
from dashboard.api.answers import Made
from dashboard.api.dcat import JSONLD
from dashboard.api.feed import ATOM
from dashboard.api.parameters import Asked, Parameter
from dashboard.api.resources import OCTETS
from dashboard.api.shelf import Filed
from dashboard.api.waarden import CSV, CSVW, JSON, MEDIA, PARQUET, ZIP
from etl.release.read import Store

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Route:
    """One resource. make: (store, request, its address) -> body; answers: media type -> JSON Schema."""

    path: str
    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    make: Callable[[Store, Asked, str], Made | Filed]
    answers: Mapping[str, Schema]
    per_release: bool = True


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": dict(properties), "required": list(properties)}


def _listed(name: str, item: Schema, **more: Schema) -> Schema:
    return _object({"_links": {"type": "object"}, **more, name: {"type": "array", "items": item}})


def _keys(*names: str) -> Schema:
    return {"type": "object", "required": list(names), "properties": {name: {} for name in names}}


def _texts(*names: str) -> dict[str, Schema]:
    return dict.fromkeys(names, _TEXT)


_TEXT: Schema = {"type": "string"}
_BINARY: Schema = {"type": "string", "format": "binary"}
_TREE = _keys("code", "naam", "niveau", "kinderen")
_AREA = ("code", "naam", "niveau", "ouder", "gemeentenaam", "heeftVorm")
_INDICATOR = (
    *("id", "naam", "thema", "uitleg", "zegtNiet", "definitie", "geteld", "cijfer"),
    *("klassengrenzen", "bron", "bescherming", "niveaus", "jaren", "doel"),
)
_RELEASE = (
    *("id", "titel", "gepubliceerd", "indeling", "fictief", "citaat", "controlegetal"),
    *("volgtOp", "redenen"),
)
_DETAIL = (
    *("licentie", "letOp", "bestanden", "controlegetallen", "boekingen", "wijzigingen"),
    *("bescherming", "kaart"),
)
_SOURCE = (
    *("id", "titel", "uitgever", "licentie", "adres", "vertrouwelijk", "afgerondOp"),
    *("kolommen", "doel", "bestanden"),
)
_DEBIT = (
    *("volgnummer", "release", "eenheid", "rho", "rhoGrens", "metingen", "geboekt"),
    *("vorigControlegetal", "controlegetal"),
)
_TOTAL = ("eenheid", "rhoBesteed", "rhoGrens", "rhoOver")
_FINDING = (
    *("soort", "indicator", "gebiedscode", "jaren", "grondslag", "eigen", "vergeleken"),
    *("verhouding", "p"),
)
_PLACE = ("gebiedscode", "gebiedsnaam")
_PATTERNS = _keys(
    *("_links", "release", "citaat", "indicator", "jaar", "niveau", "burenBekend", "groepen", "veranderd")
)
_VALUES = _object(
    {
        "_links": {"type": "object"},
        "release": _TEXT,
        "fictief": {"type": "boolean"},
        "citaat": _TEXT,
        "licentie": _object({"naam": _TEXT, "adres": _TEXT}),
        "aantalRijen": {"type": "integer"},
        "pagina": {"type": "integer"},
        "paginagrootte": {"type": "integer"},
        "nietToegedeeld": {"type": "array", "items": _object(rows.REST_COLUMNS)},
        "andereGrenzen": {"type": "array", "items": _object(past.OTHER_BORDERS)},
        "waarden": {"type": "array", "items": _object(rows.COLUMNS)},
    }
)
_JSONSTAT: Schema = {
    "type": "object",
    "description": "formaat=jsonstat: een dataset volgens JSON-stat 2.0.",
    "required": ["version", "class", "id", "size", "dimension", "value"],
}
_SUM = _keys(
    *("_links", "release", "indeling", "citaat", "indicator", "eenheid", "uitleg"),
    *("geteld", "overlap", "waarden"),
)
_SELECTION = (declared.INDICATOR, declared.LEVEL, declared.YEARS, declared.AREAS, declared.INSIDE)
_OF_AREA = declared.in_path(declared.INSIDE, "code")
_OF_RELEASE = declared.in_path(declared.RELEASE)
_YEAR = Parameter("jaar", "Een jaar.", declared.YEARS.schema, True, False, "path", 2023)

ROUTES: tuple[Route, ...] = (
    Route(
        "/v1/waarden",
        "waarden",
        "Cijfers met hun marge en status, een rij per jaar en gebied.",
        (*_SELECTION, declared.RELEASE, declared.FORMAT, declared.PAGE, declared.PAGE_SIZE),
        waarden.values,
        {
            JSON: {"anyOf": [_VALUES, _JSONSTAT]},
            CSV: _TEXT,
            **{MEDIA[form]: _BINARY for form in ("zip", "parquet", "gpkg")},
            MEDIA["geojson"]: _keys("type", "herkomst", "features"),
        },
    ),
    Route(
        "/v1/waarden.csv-metadata.json",
        "waardenBeschrijving",
        "Wat er in het CSV-bestand met dezelfde vraag staat (CSV on the Web): soorten, betekenis, licentie.",
        (*_SELECTION, declared.RELEASE),
        waarden.description,
        {CSVW: {"type": "object"}},
    ),
    Route(
        "/v1/indicatoren",
        "indicatoren",
        "Alle cijfers: wat ze zeggen en niet zeggen, hoe ze geteld en beschermd zijn, waarvoor ze dienen.",
        (declared.RELEASE,),
        resources.indicators,
        {JSON: _listed("indicatoren", _keys(*_INDICATOR), release=_TEXT)},
    ),
    Route(
        "/v1/themas",
        "themas",
        "De thema's en hun cijfers.",
        (declared.RELEASE,),
        resources.themes,
        {JSON: _listed("themas", _keys("id", "naam", "indicatoren"), release=_TEXT)},
    ),
    Route(
        "/v1/gebieden",
        "gebieden",
        "Gebieden van de boom en de groeperingen, ook op naam of code te zoeken.",
        (declared.LEVEL, declared.INSIDE, declared.WORDS, declared.LIMIT, declared.RELEASE),
        resources.area_list,
        {JSON: _listed("gebieden", _keys(*_AREA), release=_TEXT)},
    ),
    Route(
        "/v1/gebieden/som",
        "som",
        "Gebieden samengenomen: aantal en cijfer met de exacte marge. Elk gebied telt één keer.",
        (declared.CODES, declared.INDICATOR, declared.YEARS, declared.RELEASE),
        resources.union,
        {JSON: _SUM},
    ),
    Route(
        "/v1/gebieden/{code}/boom",
        "boom",
        "Een gebied en alles wat erin ligt.",
        (_OF_AREA, declared.DEEPEST, declared.RELEASE),
        resources.area_tree,
        {JSON: _object({"_links": {"type": "object"}, "release": _TEXT, "boom": _TREE})},
    ),
    Route(
        "/v1/gebieden/{code}/buren",
        "buren",
        "Gebieden van hetzelfde niveau die aan dit gebied grenzen.",
        (_OF_AREA, declared.RELEASE),
        resources.neighbours,
        {JSON: _listed("buren", _keys("code", "naam", "niveau"), release=_TEXT)},
    ),
    Route(
        "/v1/gebieden/{code}",
        "gebied",
        "Een gebied: waar het in ligt, wat erin ligt, tot welke groeperingen het hoort.",
        (_OF_AREA, declared.RELEASE),
        resources.area,
        {
            JSON: _keys(
                *("_links", "release", *_AREA, "pad", "kinderen", "groeperingen", "omkadering"),
                *("indeling", "geschiedenis"),
            )
        },
    ),
    Route(
        "/v1/gebieden/{code}/waarden.zip",
        "gebiedZip",
        "Alle cijfers van een gebied, alle jaren, met uitleg, licentie en citaat in één bestand.",
        (_OF_AREA, declared.RELEASE),
        resources.area_zip,
        {ZIP: _BINARY},
    ),
    Route(
        "/v1/bevindingen",
        "bevindingen",
        "Wat opvalt in een gebied: verschillen en veranderingen groter dan ruis en toeval. Vaak niets.",
        (declared.ONE_AREA, declared.RELEASE),
        resources.findings,
        {JSON: _listed("bevindingen", _keys(*_FINDING), **_texts("release", "citaat", *_PLACE))},
    ),
    Route(
        "/v1/patronen",
        "patronen",
        "Groepen buren die samen hoog of laag liggen, en gebieden die anders veranderden dan het land.",
        (declared.INDICATOR, declared.TESTED, declared.ONE_YEAR, declared.INSIDE, declared.RELEASE),
        resources.patterns,
        {JSON: _PATTERNS},
    ),
    Route(
        "/v1/grenswijzigingen",
        "grenswijzigingen",
        "Gebieden van eerdere indelingen die veranderden: waarin ze opgingen, met welk aandeel en wanneer.",
        (declared.RELEASE,),
        resources.border_changes,
        {JSON: _listed("grenswijzigingen", _keys(*past.CHANGE_COLUMNS), release=_TEXT)},
    ),
    Route(
        "/v1/grenswijzigingen.csv",
        "grenswijzigingenBestand",
        "Dezelfde gewichten als CSV-bestand.",
        (declared.RELEASE,),
        resources.border_changes_csv,
        {CSV: _TEXT},
    ),
    Route(
        "/v1/bronnen",
        "bronnen",
        "Bronnen met doel, grondslag, eigenaar, einddatum en controlegetallen.",
        (declared.RELEASE,),
        resources.sources,
        {JSON: _listed("bronnen", _keys(*_SOURCE), release=_TEXT)},
    ),
    Route(
        "/v1/releases",
        "releases",
        "Alle uitgaven, de nieuwste eerst. Een uitgave verandert nooit.",
        (),
        resources.release_list,
        {JSON: _listed("releases", _keys(*_RELEASE))},
        per_release=False,
    ),
    Route(
        "/v1/releases.atom",
        "uitgavenNieuws",
        "Nieuwe uitgaven met de redenen, en ingetrokken cijfers, als Atom-feed om te volgen.",
        (),
        resources.release_feed,
        {ATOM: _TEXT},
        per_release=False,
    ),
    Route(
        "/v1/catalogus.jsonld",
        "catalogus",
        "Alle uitgaven als datasets voor een dataportaal (DCAT-AP-NL 3.0).",
        (),
        resources.portal,
        {JSONLD: {"type": "object"}},
        per_release=False,
    ),
    Route(
        "/v1/releases/{release}",
        "uitgave",
        "Een uitgave: citaat, controlegetallen, wat er veranderde, hoe de cijfers beschermd zijn.",
        (_OF_RELEASE,),
        resources.release_detail,
        {JSON: _keys("_links", *_RELEASE, *_DETAIL)},
    ),
    Route(
        "/v1/releases/{release}/metingen",
        "metingen",
        "Hoe u de ruwe metingen gebruikt.",
        (_OF_RELEASE,),
        resources.measurements,
        {JSON: _keys("_links", "release", "bestand", "uitleg", "pagina", "kolommen")},
    ),
    Route(
        "/v1/releases/{release}/metingen.csv",
        "metingenBestand",
        "De ruwe metingen met ruis, zoals ze getrokken zijn.",
        (_OF_RELEASE,),
        resources.measurements_csv,
        {CSV: _TEXT},
    ),
    Route(
        "/v1/releases/{release}/alles.zip",
        "allesZip",
        "Alles van een uitgave in één bestand. Een afgebroken download gaat verder met Range.",
        (_OF_RELEASE,),
        resources.whole_zip,
        {ZIP: _BINARY},
    ),
    Route(
        "/v1/releases/{release}/alles.parquet",
        "allesParquet",
        "Alle waarden van een uitgave in één tabel. Een afgebroken download gaat verder met Range.",
        (_OF_RELEASE,),
        resources.whole_parquet,
        {PARQUET: _BINARY},
    ),
    Route(
        "/v1/intrekkingen",
        "intrekkingen",
        "Cijfers die na publicatie zijn ingetrokken, met datum en reden. De uitgave zelf verandert niet.",
        (),
        resources.retractions,
        {JSON: _listed("intrekkingen", _keys("release", "indicator", "naam", "datum", "reden"))},
        per_release=False,
    ),
    Route(
        "/v1/budget",
        "budget",
        "Hoeveel privacybudget elke uitgave kostte, per eenheid van bescherming. rho is van zCDP.",
        (),
        resources.budget,
        {JSON: _listed("boekingen", _keys(*_DEBIT), budget={"type": "array", "items": _keys(*_TOTAL)})},
        per_release=False,
    ),
    Route(
        "/v1/kaartwaarden/{release}/{indicator}/{jaar}/{niveau}",
        "kaartwaarden",
        "Klasse en cijfer van elk gebied van een niveau, compact voor de kaart (indeling: zie de broncode).",
        (
            *(_OF_RELEASE, declared.in_path(declared.INDICATOR), _YEAR),
            declared.in_path(declared.LEVEL),
        ),
        resources.map_values,
        {OCTETS: {"type": "string", "format": "binary"}},
    ),
)
