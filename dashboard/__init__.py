"""The public site. Settings and a release store go in; a Dash application comes out."""

from functools import partial
from typing import Any

import flask
from dash import Dash, Input, Output, dcc, html

from dashboard import api, brief, embed, failure, files, headers, locator, searching, tokens, well_known
from dashboard.components.lighter import lighter
from dashboard.embed import links
from dashboard.first_paint import document
from dashboard.ids import Ids
from dashboard.moved import moved
from dashboard.pages import PAGES, area, circle, compare, draw, explorer, patterns, text_page
from dashboard.pages.embed_builder import register as register_builder
from dashboard.settings import Settings
from dashboard.site_address import origin, remember
from etl.release.read import Store

EXTENSION = "regiobeeld"


class Site(Dash):
    """Dash with our own document round it: the page is drawn by the server before any script runs."""

    def interpolate_index(self, **parts: str) -> str:
        """The first answer to a visit; `flask.g.status` carries the page's status to `_right_status`."""
        store: Store = flask.current_app.extensions[EXTENSION]
        search = flask.request.query_string.decode("utf-8", "replace")
        query = list(flask.request.args.items(multi=True))
        if there := moved(store, flask.request.path, query, [page.path for page in PAGES]):
            flask.abort(flask.redirect(there, 301))
        drawn = draw(store, flask.request.path, search)
        flask.g.status = drawn.status
        if drawn.status != 200:
            return document(drawn, "", **parts)
        here = (flask.request.path, flask.request.args, origin())
        shared = links.head(store.release(), *here, drawn.title, drawn.description, drawn.language)
        return document(drawn, shared, **parts)


def create_app(settings: Settings, store: Store) -> Dash:
    """The whole site on one Flask server, reading releases from `store` and nothing else."""
    app = Site(
        "dashboard",
        use_pages=False,
        pages_folder="",
        assets_ignore=".*",
        enable_mcp=False,
        update_title="",
        title="Regiobeeld",
        suppress_callback_exceptions=False,
        serve_locally=True,
    )
    server: flask.Flask = app.server
    server.extensions[EXTENSION] = store
    app.layout = html.Div([dcc.Location(id=Ids.ADDRESS, refresh=False), html.Div(id=Ids.PAGE)])
    app.callback(Output(Ids.PAGE, "children"), Input(Ids.ADDRESS, "pathname"), Input(Ids.ADDRESS, "search"))(
        partial(_show, store)
    )
    remember(server, settings)
    server.after_request(_right_status)
    tokens.register(server, settings.tokens)
    searching.register(server, store, locator.register(server, settings.locator))
    explorer.register(server, store)
    area.register(server, store)
    compare.register(server, store)
    register_builder(server, store)
    circle.register(server, store)
    patterns.register(server, store)
    brief.register(server, store)
    text_page.register(server, store, PAGES)
    files.register(server, store)
    api.register(server, store)
    embed.register(server, store, settings)
    well_known.register(server)
    failure.register(server)
    headers.register(server, settings, app.csp_hashes)
    return app


def _show(store: Store, path: str | None, search: str | None) -> Any:
    """The page at the address in the address bar."""
    return lighter(draw(store, path or "/", search or "").tree)


def _right_status(response: flask.Response) -> flask.Response:
    """Dash answers 200 to every path; a page that is not there must say so to machines too."""
    status = flask.g.get("status")
    if status and response.status_code == 200 and response.mimetype == "text/html":
        response.status_code = status
    return response
