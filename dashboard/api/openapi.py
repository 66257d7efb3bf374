"""The OpenAPI 3.1 document. The declared routes go in; the description of exactly those comes out."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.api.parameters import Parameter
from dashboard.api.problems import MEDIA
from dashboard.api.routes import Route
from dashboard.api.waarden import CSV, GEOJSON, GEOPACKAGE, JSON, PARQUET, ZIP
from dashboard.text import words

VERSION = "1.2.0"
FILE_MEDIA = (CSV, PARQUET, ZIP, GEOPACKAGE, GEOJSON)
"""What is sent as a file, in ranges when asked."""
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["in", "location", "code", "detail"],
                "properties": {
                    "in": {"type": "string", "enum": ["query", "path"]},
                    "location": {"type": "object", "properties": {"name": {"type": "string"}}},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
HEADERS = {
    "API-Version": {"description": "Versie van deze API.", "schema": {"type": "string"}},
    "ETag": {
        "description": "Naam van dit antwoord; bruikbaar in If-None-Match.",
        "schema": {"type": "string"},
    },
}


BASE = "/v1"
"""Where the major version stands: in the address of the server, as the rules ask, not in each path."""


def document(routes: Sequence[Route], origin: str) -> dict[str, Any]:
    """The whole document, for a site reached at `origin`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Regiobeeld",
            "version": VERSION,
            "description": "Cijfers over ondermijning per gebied, met marge. Een uitgave verandert nooit.",
            "contact": {
                "name": words("nl")("site.name"),
                "email": words("nl")("site.contact"),
                "url": f"{origin}/verantwoording#contact",
            },
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": f"{origin}{BASE}"}],
        "paths": {route.path.removeprefix(BASE): {"get": _operation(route)} for route in routes}
        | {_SELF: {"get": _own()}},
        "components": {"schemas": {"Probleem": PROBLEM}},
    }


_SELF = "/openapi.json"


def _operation(route: Route) -> dict[str, Any]:
    return {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.path.split("/")[2]],
        "parameters": [_parameter(parameter) for parameter in route.parameters],
        "responses": _responses(route.answers),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: Mapping[str, Any] = parameter.schema
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.about,
        "required": parameter.required,
        "schema": {"type": "array", "items": schema, "minItems": 1} if parameter.many else schema,
    }
    if parameter.many:
        described |= {"style": "form", "explode": False}
    if parameter.example is not None:
        described["example"] = [parameter.example] if parameter.many else parameter.example
    return described


def _responses(answers: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "200": {
            "description": "Het antwoord.",
            "headers": HEADERS,
            "content": {media: {"schema": schema} for media, schema in answers.items()},
        },
        "304": {"description": "Onveranderd.", "headers": HEADERS},
        "308": {
            "description": "Over een gebied dat nu anders heet of groter is: het adres daarvan.",
            "headers": {"API-Version": HEADERS["API-Version"]},
        },
        "400": _problem("De vraag klopt niet; alle fouten staan erin."),
        "404": _problem("Dit is er niet, of niet in deze uitgave."),
        "410": _problem("Dit gebied bestaat niet meer; wat ervoor in de plaats kwam, staat erin."),
        "503": _problem("Er is nog geen uitgave, of de database antwoordt niet."),
    }
    if any(media in FILE_MEDIA for media in answers):
        found["206"] = {"description": "Het gevraagde deel van het bestand.", "headers": HEADERS}
        found["416"] = {"description": "Dit deel ligt voorbij het einde van het bestand."}
    return found


def _problem(about: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Probleem"}
    version = {"API-Version": HEADERS["API-Version"]}
    return {"description": about, "headers": version, "content": {MEDIA: {"schema": schema}}}


def _own() -> dict[str, Any]:
    answer = {"200": {"description": "OpenAPI 3.1", "headers": HEADERS, "content": {JSON: {"schema": {}}}}}
    return {
        "operationId": "openapi",
        "summary": "Deze beschrijving.",
        "tags": ["openapi"],
        "responses": answer,
    }
