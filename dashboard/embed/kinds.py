"""The kinds of embed and what may be asked of each. A query string goes in; a checked request comes out."""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from dashboard.api import declared
from dashboard.api.parameters import Asked, Parameter, check
from dashboard.api.problems import Fault, Problem
from dashboard.embed.theme import NAMES, Theme, theme
from etl.release.read import Store

HTML, SVG, PNG = "text/html", "image/svg+xml", "image/png"
ENDINGS: Mapping[str, str] = {"": HTML, ".svg": SVG, ".png": PNG}
LANGUAGE = Parameter("taal", "Taal: nl of en.", {"type": "string", "enum": ["nl", "en"]})
YEAR_ASKED = Parameter("jaar", "Een jaar. Zonder: het laatste.", declared.YEARS.schema)
AREA = Parameter("gebied", "Code van een gebied. Zonder: het hele land.", declared.INSIDE.schema)
AREAS = Parameter(
    "gebieden",
    "Codes van ten hoogste twaalf gebieden, met komma's ertussen.",
    declared.AREAS.schema,
    many=True,
)
THEME = Parameter(
    "thema", "Licht, donker, of wat de lezer heeft ingesteld.", {"type": "string", "enum": NAMES}
)
COLOUR = Parameter(
    "kleur",
    "Eigen kleur: zes hexadecimale cijfers, donker genoeg om op wit te lezen.",
    {"type": "string", "pattern": "^[0-9A-Fa-f]{6}$", "maxLength": 6},
)
WIDE = Parameter(
    "breedte", "Breedte in pixels (alleen .png).", {"type": "integer", "minimum": 320, "maximum": 1920}
)
FORM = Parameter(
    "vorm", "liggend: 1200 bij 630, als plaatje bij een link.", {"type": "string", "enum": ["liggend"]}
)
MOVES = Parameter(
    "interactief", "ja: een kaart die beweegt (vraagt scripts).", {"type": "string", "enum": ["ja"]}
)
COMMON = (declared.INDICATOR, declared.RELEASE, LANGUAGE, THEME, COLOUR)
KINDS: Mapping[str, tuple[Parameter, ...]] = {
    "kaart": (*COMMON, AREA, YEAR_ASKED, declared.LEVEL, declared.INSIDE, MOVES),
    "trend": (*COMMON, AREA),
    "vergelijking": (*COMMON, AREAS, YEAR_ASKED),
    "cijfer": (*COMMON, AREA, YEAR_ASKED),
    "tabel": (*COMMON, AREAS, YEAR_ASKED, declared.LEVEL, declared.INSIDE),
}
"""Parameters each embed knows; any other name is a fault, so that a typing error is seen at once."""
MORE: Mapping[str, tuple[Parameter, ...]] = {HTML: (), SVG: (FORM,), PNG: (FORM, WIDE)}
"""What a picture knows besides."""


def asked_of(store: Store, kind: str, media: str, query: MultiDict[str, str]) -> tuple[Asked, Theme]:
    """The checked request behind a query string. Problem when it is wrong in any way."""
    asked = check(store, (*KINDS[kind], *MORE[media]), query, {})
    try:
        return asked, theme(asked.text("thema"), asked.text("kleur"))
    except ValueError:
        raise Problem(400, "", [Fault("kleur", "contrast", "")]) from None
