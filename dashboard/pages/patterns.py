"""Groups of areas that lie high or low together, `/patronen`. A query string goes in; map and words out."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from dashboard.components import html
from dashboard.components.markup import field, fragment, markup
from dashboard.components.source_line import source_line
from dashboard.components.terms import explained
from dashboard.components.withdrawn import card, notice
from dashboard.language import sort_key
from dashboard.pages.area_place import find
from dashboard.pages.drawn import Content, Page
from dashboard.pages.patterns_alarm import alarm
from dashboard.pages.patterns_changes import change
from dashboard.pages.patterns_found import found as find_groups
from dashboard.pages.patterns_groups import groups, summary
from dashboard.pages.patterns_map import map_
from dashboard.pages.patterns_state import PATH, Patterns, levels_of, parse, usable
from dashboard.text import Words, words
from etl.release.read import Release, Store
from geodata.levels import Level

BODY = f"{PATH}/inhoud"


def draw(store: Store, release: Release, search: str) -> Content:
    """The page at this query string. UnknownError for an unknown area or indicator."""
    state = parse(search, release)
    text = words(state.language)
    address = state.query(BODY)
    return Content(
        tree=fragment(address, className="area compare patterns"),
        title=text("patterns.title_of", indicator=state.indicator.name[text.language], year=state.year),
        description=text("patterns.description"),
        kind="compare-page patterns-page",
        other_language=state.query(taal="nl" if text.language == "en" else "en"),
        fragments={address: partial(body, store, release, state, text)},
    )


def register(server: Flask, store: Store) -> None:
    """Put /patronen/inhoud on `server`: the page without menu, for a visitor who is here already."""

    def view() -> Response:
        query = request.query_string.decode("utf-8", "replace")
        try:
            release = store.release()
            state = parse(query, release)
        except SQLAlchemyError:
            abort(503)
        except LookupError:
            abort(404)
        shown = markup(body(store, release, state, words(state.language)))
        return Response(shown, headers={"X-Robots-Tag": "noindex"})

    server.add_url_rule(BODY, "patterns.body", view)


def body(store: Store, release: Release, state: Patterns, text: Words) -> list[Any]:
    """Everything between menu and foot."""
    place = find(store, release, release.regions.codes[0], text)
    top = [html.H1(text("patterns.heading")), html.P(text("patterns.lead"), className="age")]
    parts: list[Any] = [html.Div(top, className="area-top"), _form(release, state, text)]
    withdrawn = notice(store, release, state.indicator.id)
    found = None if withdrawn else find_groups(release, state)
    if withdrawn:
        parts.append(card(withdrawn, state.indicator, text))
    elif found is None:
        parts.append(html.P(text("patterns.no_neighbours"), className="message"))
    else:
        where = place.land.name if state.area is None else place.name_of(state.area)
        head = f"{state.indicator.name[text.language]}, {where}, {state.year}"
        map_and_list = [
            html.Div(map_(place, state, found), className="patterns-map"),
            html.Div([*summary(place, state, found), _careful(state, text)], className="patterns-list"),
        ]
        shown = html.Div(map_and_list, className="patterns-columns")
        parts += [
            _card([html.H2(head), shown, *groups(place, state, found)]),
            _card([html.H2(text("patterns.change"), id="veranderd"), *change(place, state, found)]),
            _card([html.H2(text("patterns.alarm"), id="vals-alarm"), *alarm(place, state, found)]),
        ]
    line = source_line(release.info, text)
    return explained([*parts, _download(release, state, text), line], text)


def _download(release: Release, state: Patterns, text: Words) -> html.P:
    """What the page tells, and the figures it looked at."""
    asked = {"indicator": state.indicator.id, "niveau": state.level.value, "jaar": str(state.year)}
    asked |= {} if state.area is None else {"binnen": state.area.code}
    query = urlencode(asked | {"release": release.info.id})
    figures = html.A(text("area.to_csv"), href=f"/v1/waarden?{query}&formaat=csv")
    return html.P([figures, html.A("JSON", href=f"/v1/patronen?{query}")], className="card-links")


def _card(inside: list[Any]) -> html.Section:
    return html.Section(inside, className="card compare-card")


def _careful(state: Patterns, text: Words) -> html.P:
    """What a group does not say."""
    told = [text("patterns.not_said"), " ", state.indicator.not_said[text.language]]
    return html.P([html.Strong(text("panel.not_said") + ": "), *told])


def _form(release: Release, state: Patterns, text: Words) -> html.Section:
    figures = [(one.id, one.name[text.language]) for one in usable(release)]
    years = [(str(year), str(year)) for year in reversed(release.years(state.indicator.id))]
    levels = [(level.value, text(f"levels.{level}").capitalize()) for level in levels_of(state.indicator)]
    return html.Section(
        [
            html.H2(text("patterns.choose"), className="unseen"),
            html.Form(
                [
                    field("hidden", "taal", "en") if text.language == "en" else None,
                    _select("indicator", text("filters.indicator"), figures, state.indicator.id),
                    _select("niveau", text("filters.level"), levels, state.level.value),
                    _select("jaar", text("filters.year"), years, str(state.year)),
                    _parts_of_the_land(release, state, text),
                    html.Button(text("compare.show"), type="submit", className="button"),
                ],
                action=PATH,
                method="get",
            ),
        ],
        className="compare-form",
    )


def _select(name: str, label: str, options: list[tuple[str, str]], chosen: str) -> html.Div:
    found = [html.Option(told, value=value, selected=value == chosen) for value, told in options]
    key = f"kies-{name}"
    return html.Div([html.Label(label, htmlFor=key), html.Select(found, name=name, id=key)])


def _parts_of_the_land(release: Release, state: Patterns, text: Words) -> html.Div:
    """The whole land, a regio or a gemeente."""
    chosen, regions = "" if state.area is None else state.area.code, release.regions
    whole = text("filters.whole", land=regions.at(0).name)
    options: list[Any] = [html.Option(whole, value="", selected=not chosen)]
    levels = [Level.REGIO.value, Level.GEMEENTE.value]
    if state.area is not None and state.area.level not in levels:
        options.append(html.Option(state.area.name, value=chosen, selected=True))
    for level in levels:
        span = regions.slice(level)
        pairs = sorted(
            zip(regions.names[span], regions.codes[span], strict=True), key=lambda pair: sort_key(pair[0])
        )
        inside = [html.Option(name, value=code, selected=code == chosen) for name, code in pairs]
        options.append(html.Optgroup(inside, label=text(f"levels.{level}").capitalize()))
    choice = html.Select(options, name="gebied", id="kies-gebied")
    return html.Div([html.Label(text("patterns.part"), htmlFor="kies-gebied"), choice])


PAGE = Page("patterns", PATH, draw)
