"""The document round a page. A drawn page and Dash's own parts go in; the whole HTML comes out.

The page stands in the document as HTML, readable before and without scripts. Dash draws the same page again
beside it; assets/page.js then takes this first one away. Our scripts come before Dash's, so that the map
does not wait for it.
"""

import hashlib
from functools import cache
from html import escape
from pathlib import Path

from dashboard import map_engine
from dashboard.components.markup import markup
from dashboard.pages import Drawn

ASSETS = Path(__file__).parent / "assets"
SCRIPTS = ("page.js", "search.js", "map.js")
STYLES = ("app.css", "explorer.css")
FIRST = "voorblad"
"""Id of the page as the server drew it."""


def document(drawn: Drawn, **parts: str) -> str:
    """The answer to a visit. parts: css, config, scripts, renderer, app_entry as Dash makes them."""
    engine = "".join(
        (
            f'<link rel="stylesheet" href="{map_engine.address("maplibre-gl.css")}">',
            f'<script defer src="{map_engine.address("maplibre-gl.js")}"></script>',
        )
    )
    preload = "".join(
        f'<link rel="preload" as="fetch" crossorigin href="{escape(address)}">' for address in drawn.preload
    )
    styles = "".join(f'<link rel="stylesheet" href="{asset(name)}">' for name in STYLES)
    scripts = "".join(f'<script defer src="{asset(name)}"></script>' for name in SCRIPTS)
    return f"""<!doctype html>
<html lang="{drawn.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(drawn.title)}</title>
<meta name="description" content="{escape(drawn.description)}">
<link rel="icon" href="{asset("icon.svg")}" type="image/svg+xml">
{styles}{engine if drawn.preload else ""}{preload}
{scripts}
{parts["css"]}
</head>
<body>
<div id="{FIRST}">{markup(drawn.tree, drawn.fragments)}</div>
{parts["app_entry"]}
<footer hidden>{parts["config"]}{parts["scripts"]}{parts["renderer"]}</footer>
</body>
</html>"""


@cache
def asset(name: str) -> str:
    """Address of a file in assets/, with its checksum so that browsers may keep it."""
    return f"/assets/{name}?m={hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]}"
