"""The parameters of /v1, each declared once. Nothing goes in; `Parameter` objects come out."""

from dashboard.api.parameters import Parameter

CODE = r"^[A-Z]{2}[0-9A-Z]{2,8}$"

INDICATOR = Parameter(
    "indicator",
    "Naam van een cijfer, zoals in /v1/indicatoren.",
    {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 60},
    required=True,
    example="misdrijven",
)
LEVEL = Parameter(
    "niveau",
    "Niveau: land, regio, gemeente, wijk, buurt of een groepering zoals provincie.",
    {"type": "string", "pattern": "^[a-z][a-z_-]*$", "maxLength": 40},
    example="gemeente",
)
YEARS = Parameter(
    "jaar",
    "Een of meer jaren, met komma's ertussen. Zonder: alle jaren.",
    {"type": "integer", "minimum": 1900, "maximum": 2199},
    many=True,
    example=2023,
)
AREAS = Parameter(
    "gebied",
    "Een of meer gebiedscodes, met komma's ertussen.",
    {"type": "string", "pattern": CODE, "maxLength": 10},
    many=True,
)
INSIDE = Parameter(
    "binnen",
    "Code van een gebied: alleen gebieden die daarin liggen.",
    {"type": "string", "pattern": CODE, "maxLength": 10},
)
RELEASE = Parameter(
    "release",
    "Naam van een uitgave, zoals in /v1/releases. Zonder: de nieuwste.",
    {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$", "maxLength": 80},
)
FORMAT = Parameter(
    "formaat",
    "Vorm van het antwoord: json of csv.",
    {"type": "string", "enum": ["json", "csv"]},
    example="json",
)
WORDS = Parameter(
    "zoek",
    "Naam of code, of een deel ervan. Accenten en hoofdletters maken niet uit.",
    {"type": "string", "maxLength": 100},
    example="borne",
)
LIMIT = Parameter(
    "aantal",
    "Hoeveel gebieden ten hoogste. Zonder: bij zoeken 20, anders alle.",
    {"type": "integer", "minimum": 1, "maximum": 100_000},
)


def in_path(parameter: Parameter, name: str | None = None) -> Parameter:
    """The same parameter as a part of the address."""
    return Parameter(
        name or parameter.name, parameter.about, parameter.schema, True, False, "path", parameter.example
    )
