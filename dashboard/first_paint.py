"""The document round a page. A drawn page and Dash's own parts go in; the whole HTML comes out.

The page stands in the document as HTML, readable before and without scripts. Dash draws the same page again
beside it; assets/page.js then takes this first one away. Our scripts come before Dash's. On a page with a
map, Dash's wait in a template until the map has its colours (docs/adr/0017): links work without them.
"""

import re
from html import escape

from dashboard import files, tokens
from dashboard.components.markup import markup
from dashboard.pages import Drawn

_UNUSED = re.compile(r'<script src="[^"]*/dash_table/[^"]*"></script>')
"""A script Dash sends along that no page here uses: its own table. Its polyfill is used: a chart of dcc asks
`regeneratorRuntime` of it.
"""
FIRST = "voorblad"
"""Id of the page as the server drew it."""
WAITING = "dash"
"""Id of the scripts that assets/page.js starts later."""


def document(drawn: Drawn, more: str, **parts: str) -> str:
    """The answer to a visit. more: lines for its head; parts: css, config, scripts, renderer, app_entry as
    Dash makes them.
    """
    scripts = ("maplibre-gl.js", "site.js") if drawn.preload else ("site.js",)
    engine = f'<link rel="stylesheet" href="{files.address("maplibre-gl.css")}">' if drawn.preload else ""
    early = "".join(f'<link rel="preload" as="script" href="{files.address(name)}">' for name in scripts)
    # Not deferred: a deferred script would wait until Dash's own had run, and the map with it.
    ours = "".join(f'<script src="{files.address(name)}"></script>' for name in scripts)
    preload = "".join(
        f'<link rel="preload" as="fetch" crossorigin href="{escape(address)}">' for address in drawn.preload
    )
    dash = _UNUSED.sub("", parts["scripts"]) + parts["renderer"]
    waiting = f'<template id="{WAITING}">{dash}</template>' if drawn.preload else dash
    return f"""<!doctype html>
<html lang="{drawn.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(drawn.title)}</title>
<meta name="description" content="{escape(drawn.description)}">
{more}
<link rel="alternate" type="application/atom+xml" href="/v1/releases.atom" title="Regiobeeld: uitgaven">
<link rel="icon" href="{files.address("icon.svg")}" type="image/svg+xml">
<link rel="stylesheet" href="{files.address("site.css")}">
{tokens.link()}
{engine}{early}{preload}
{parts["css"]}
</head>
<body>
<div id="{FIRST}">{markup(drawn.tree, drawn.fragments)}</div>
{ours}
{parts["app_entry"]}
<footer hidden>{parts["config"]}{waiting}</footer>
</body>
</html>"""
