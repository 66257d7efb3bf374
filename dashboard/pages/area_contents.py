"""Where one can go on a long area page: a row of links. A `Place` goes in; a list of contents comes out."""

from dashboard.components import html
from dashboard.pages.area_help import HELP
from dashboard.pages.area_overview import OVERVIEW
from dashboard.pages.area_place import Place
from etl.catalogue.model import Theme

FEWEST = 2
"""Fewer themes than this are in sight without links."""


def section(theme: Theme) -> str:
    """The id of a theme on the page: a name of its own, for an indicator may have the name of a theme."""
    return f"thema-{theme.id}"


def contents(place: Place) -> html.Nav | None:
    """Links to the overview, to every theme with a figure here, to the end. None on a short page."""
    here = {one.indicator.theme for one in place.shown}
    themes = [theme for theme in place.release.themes if theme.id in here]
    if len(themes) < FEWEST:
        return None
    words = place.words
    links = [(section(theme), theme.name[place.language]) for theme in themes]
    if any(one.indicator.rate is not None for one in place.shown):
        links.insert(0, (OVERVIEW, words("area.contents_overview")))
    links.append((HELP, words("area.contents_help")))
    return html.Nav(
        html.Ul([html.Li(html.A(name, href=f"#{id_}")) for id_, name in links]),
        className="area-contents",
        **{"aria-label": words("area.contents")},
    )
