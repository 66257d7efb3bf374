"""The resources of /v1, declared once: address, parameters, what is made, what it looks like.

A checked request goes in; a `Made` body comes out. `dashboard.api` serves these, `openapi` describes them.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.api import catalogue, declared, rows
from dashboard.api.answers import Made
from dashboard.api.areas import BEST, chosen, detail, row, search
from dashboard.api.mapvalues import pack
from dashboard.api.parameters import Asked, Parameter
from dashboard.api.problems import Problem
from etl.release.read import Store

JSON = "application/json"
CSV = "text/csv"
OCTETS = "application/octet-stream"
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Route:
    """One resource. make: (store, request, its address) -> body; answers: media type -> JSON Schema."""

    path: str
    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    make: Callable[[Store, Asked, str], Made]
    answers: Mapping[str, Schema]
    per_release: bool = True


def _json(body: object) -> Made:
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Made(text.encode(), JSON)


def _linked(name: str, found: object, asked: Asked, address: str) -> Made:
    links = {"self": {"href": address}}
    return _json({"_links": links, "release": asked.release.info.id, name: found})


def _values(store: Store, asked: Asked, address: str) -> Made:
    if asked.text("formaat") != "csv":
        return Made(rows.as_json(asked, address), JSON)
    parts = [asked.text("indicator"), asked.text("niveau"), *asked.texts("jaar"), asked.release.info.id]
    name = "-".join(part for part in parts if part)
    headers = {"Content-Disposition": f'inline; filename="{name}.csv"'}
    return Made(rows.as_csv(asked), CSV, headers)


def _indicators(store: Store, asked: Asked, address: str) -> Made:
    release = asked.release
    found = [catalogue.indicator_row(release, entry) for entry in release.indicators.values()]
    return _linked("indicatoren", found, asked, address)


def _areas(store: Store, asked: Asked, address: str) -> Made:
    regions = asked.release.regions
    level, inside, words = asked.text("niveau"), asked.text("binnen"), asked.text("zoek")
    positions = chosen(regions, level=level, inside=inside)
    if words is None:
        found = [regions.at(at) for at in positions[: asked.number("aantal", len(positions))].tolist()]
    else:
        within = None if inside is None else positions
        limit = asked.number("aantal", BEST)
        found = list(search(regions, words, level=level, inside=within, limit=limit))
    return _linked("gebieden", [row(regions, area) for area in found], asked, address)


def _area(store: Store, asked: Asked, address: str) -> Made:
    found = detail(asked.release.regions, str(asked.text("code")))
    return _json({"_links": {"self": {"href": address}}, "release": asked.release.info.id} | found)


def _sources(store: Store, asked: Asked, address: str) -> Made:
    return _linked("bronnen", [catalogue.source_row(use) for use in asked.release.sources], asked, address)


def _releases(store: Store, asked: Asked, address: str) -> Made:
    found = [catalogue.release_row(info) for info in store.releases()]
    return _json({"_links": {"self": {"href": address}}, "releases": found})


def _budget(store: Store, asked: Asked, address: str) -> Made:
    totals, entries = catalogue.budget_rows(store.ledger())
    return _json({"_links": {"self": {"href": address}}, "budget": totals, "boekingen": entries})


def _map_values(store: Store, asked: Asked, address: str) -> Made:
    release, name, level = asked.release, str(asked.text("indicator")), str(asked.text("niveau"))
    year = asked.number("jaar", 0)
    if year not in release.years(name):
        raise Problem(404, "Van dit cijfer is er geen kaart voor dit jaar.")
    packed = pack(release.values(name, year, level), release.indicators[name])
    headers = {
        "X-Aantal": str(packed.count),
        "X-Eerste": str(release.regions.slice(level).start),
        "X-Decimalen": str(packed.decimals),
        "X-Breedte": str(packed.width),
    }
    return Made(packed.body, OCTETS, headers)


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": dict(properties), "required": list(properties)}


def _listed(name: str, item: Schema, **more: Schema) -> Schema:
    return _object({"_links": {"type": "object"}, **more, name: {"type": "array", "items": item}})


def _keys(*names: str) -> Schema:
    return {"type": "object", "required": list(names), "properties": {name: {} for name in names}}


_TEXT: Schema = {"type": "string"}
_AREA = ("code", "naam", "niveau", "ouder", "gemeentenaam", "heeftVorm")
_INDICATOR = (
    *("id", "naam", "thema", "uitleg", "zegtNiet", "definitie", "geteld", "cijfer"),
    *("klassengrenzen", "bron", "bescherming", "niveaus", "jaren", "doel"),
)
_RELEASE = ("id", "titel", "gepubliceerd", "indeling", "fictief", "citaat", "controlegetal")
_SOURCE = (
    *("id", "titel", "uitgever", "licentie", "adres", "vertrouwelijk", "afgerondOp", "doel", "bestanden"),
)
_DEBIT = (
    *("volgnummer", "release", "eenheid", "rho", "rhoGrens", "metingen", "geboekt"),
    *("vorigControlegetal", "controlegetal"),
)
_TOTAL = ("eenheid", "rhoBesteed", "rhoGrens", "rhoOver")
_VALUES = _object(
    {
        "_links": {"type": "object"},
        "release": _TEXT,
        "fictief": {"type": "boolean"},
        "citaat": _TEXT,
        "waarden": {"type": "array", "items": _object(rows.COLUMNS)},
        "nietToegedeeld": {"type": "array", "items": _object(rows.REST_COLUMNS)},
    }
)
_YEAR = Parameter("jaar", "Een jaar.", declared.YEARS.schema, True, False, "path", 2023)

ROUTES: tuple[Route, ...] = (
    Route(
        "/v1/waarden",
        "waarden",
        "Cijfers met hun marge en status, een rij per jaar en gebied.",
        (
            *(declared.INDICATOR, declared.LEVEL, declared.YEARS, declared.AREAS, declared.INSIDE),
            *(declared.RELEASE, declared.FORMAT),
        ),
        _values,
        {JSON: _VALUES, CSV: _TEXT},
    ),
    Route(
        "/v1/indicatoren",
        "indicatoren",
        "Alle cijfers: wat ze zeggen en niet zeggen, hoe ze geteld en beschermd zijn, waarvoor ze dienen.",
        (declared.RELEASE,),
        _indicators,
        {JSON: _listed("indicatoren", _keys(*_INDICATOR), release=_TEXT)},
    ),
    Route(
        "/v1/gebieden",
        "gebieden",
        "Gebieden van de boom en de groeperingen, ook op naam of code te zoeken.",
        (declared.LEVEL, declared.INSIDE, declared.WORDS, declared.LIMIT, declared.RELEASE),
        _areas,
        {JSON: _listed("gebieden", _keys(*_AREA), release=_TEXT)},
    ),
    Route(
        "/v1/gebieden/{code}",
        "gebied",
        "Een gebied: waar het in ligt, wat erin ligt, tot welke groeperingen het hoort.",
        (declared.in_path(declared.INSIDE, "code"), declared.RELEASE),
        _area,
        {
            JSON: _keys(
                "_links", "release", *_AREA, "pad", "kinderen", "groeperingen", "omkadering", "indeling"
            )
        },
    ),
    Route(
        "/v1/bronnen",
        "bronnen",
        "Bronnen met doel, grondslag, eigenaar, einddatum en controlegetallen.",
        (declared.RELEASE,),
        _sources,
        {JSON: _listed("bronnen", _keys(*_SOURCE), release=_TEXT)},
    ),
    Route(
        "/v1/releases",
        "releases",
        "Alle uitgaven, de nieuwste eerst. Een uitgave verandert nooit.",
        (),
        _releases,
        {JSON: _listed("releases", _keys(*_RELEASE))},
        per_release=False,
    ),
    Route(
        "/v1/budget",
        "budget",
        "Hoeveel privacybudget elke uitgave kostte, per eenheid van bescherming. rho is van zCDP.",
        (),
        _budget,
        {JSON: _listed("boekingen", _keys(*_DEBIT), budget={"type": "array", "items": _keys(*_TOTAL)})},
        per_release=False,
    ),
    Route(
        "/v1/kaartwaarden/{release}/{indicator}/{jaar}/{niveau}",
        "kaartwaarden",
        "Klasse en cijfer van elk gebied van een niveau, compact voor de kaart (indeling: zie de broncode).",
        (
            *(declared.in_path(declared.RELEASE), declared.in_path(declared.INDICATOR), _YEAR),
            declared.in_path(declared.LEVEL),
        ),
        _map_values,
        {OCTETS: {"type": "string", "format": "binary"}},
    ),
)
