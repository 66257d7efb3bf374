"""Small maps by year, and the button that plays the years. A view goes in; components come out."""

from functools import lru_cache

import numpy as np

from dashboard.components import html
from dashboard.components.drawing import drawn_level, outlines, shapes_of
from dashboard.components.legend import legend
from dashboard.components.map import classes_in_words, marks_of
from dashboard.components.markup import drawn
from dashboard.components.shell import soft_link
from dashboard.figures import svg_small
from dashboard.text import Words, words
from dashboard.view_state import MAP, ViewState
from etl.release.read import Release, Store, take

YEARS_PATH = "/jaren"
KEY = "j"


def years_address(view: ViewState) -> str:
    """Where the small maps of a view are."""
    return f"{YEARS_PATH}?{view.query}"


@lru_cache(maxsize=24)
def small_maps(store: Store, release: Release, view: ViewState) -> html.Div:
    """A map of every year with one legend; each year leads to its large map."""
    text, indicator = words(view.language), release.indicators[view.indicator]
    level, place = drawn_level(view, release)
    shapes = shapes_of(outlines(store, release.info.vintage), release, level, place)
    years = release.years(view.indicator)
    title = text(
        "years.title",
        indicator=indicator.name[view.language],
        level=text(f"level.{level}").lower(),
        first=years[0],
        last=years[-1],
    )
    if not shapes:
        return html.Div([html.H2(title), html.P(text("map.no_drawing"))])
    positions = np.array([position for position, _ in shapes], dtype=np.int32)
    maps, marks = [], frozenset[str]()
    for year in years:
        values = take(release.values(view.indicator, year), positions)
        marks |= marks_of(values)
        told = text("years.said", year=year, classes=classes_in_words(values, indicator, text))
        name = f"{indicator.name[view.language]}, {year}"
        picture = svg_small.small(
            shapes, values, indicator, f"{KEY}_{year}", {"title": name, "description": told}
        )
        here = {"aria-current": "true"} if year == view.year else {}
        link = soft_link(str(year), view.but(year=year, tab=MAP).address, **here)
        maps.append(html.Li([html.H3(link), html.Div(drawn(picture))]))
    return html.Div(
        [
            html.H2(title),
            html.P(text("years.why") if len(years) > 1 else text("years.one")),
            html.P(text(f"map.drawn_{level}")) if level != view.level and level in _DRAWN else None,
            legend(view, indicator, marks, text, with_year=False),
            drawn(svg_small.shelf(shapes, KEY)),
            html.Ul(maps, className="small-maps"),
        ]
    )


_DRAWN = ("gemeente", "regio")


def player(view: ViewState, release: Release, text: Words) -> html.Button | None:
    """The button that shows one year after the other (assets/player.js); hidden without scripts."""
    if len(release.years(view.indicator)) < 2:
        return None
    said = {f"data-{key}": text(f"years.{key}") for key in ("play", "stop", "next")}
    return html.Button(text("years.play"), type="button", className="button player", **said)
