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
    "Vorm van het antwoord. zip is csv met uitleg, licentie en citaat erbij. "
    "geojson en gpkg (met vormen) vragen een niveau en een jaar.",
    {"type": "string", "enum": ["json", "csv", "zip", "parquet", "jsonstat", "geojson", "gpkg"]},
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

PAGE = Parameter(
    "pagina",
    "Welke pagina, van 1 af; alleen bij formaat=json.",
    {"type": "integer", "minimum": 1, "maximum": 1_000_000},
    example=1,
)
PAGE_SIZE = Parameter(
    "paginagrootte",
    "Hoeveel rijen op een pagina; alleen bij formaat=json. Zonder: 20.000.",
    {"type": "integer", "minimum": 1, "maximum": 20_000},
)
CODES = Parameter(
    "codes",
    "Gebiedscodes met komma's ertussen, van welk niveau of welke groepering ook.",
    {"type": "string", "pattern": CODE, "maxLength": 10},
    required=True,
    many=True,
    example="GM9001",
)
ONE_AREA = Parameter("gebied", "Code van een gebied.", AREAS.schema, required=True, example="GM9001")
ONE_YEAR = Parameter("jaar", "Een jaar. Zonder: het laatste.", YEARS.schema)
TESTED = Parameter(
    "niveau",
    "Niveau met genoeg gebieden om te weten wat gewoon is.",
    {"type": "string", "enum": ["gemeente", "wijk", "buurt"]},
    required=True,
    example="gemeente",
)
DEEPEST = Parameter(
    "niveau",
    "Tot en met welk niveau van de boom. Zonder: gemeente, of buurt binnen een gemeente of wijk.",
    {"type": "string", "enum": ["regio", "gemeente", "wijk", "buurt"]},
)


def in_path(parameter: Parameter, name: str | None = None) -> Parameter:
    """The same parameter as a part of the address."""
    return Parameter(
        name or parameter.name, parameter.about, parameter.schema, True, False, "path", parameter.example
    )
