"""The figure of a circle, `/cirkel`. A query string goes in; the sum of the neighbourhoods inside comes out.

Summed of published neighbourhoods, each for the share of its land inside the circle; never of rows about
persons: two circles that differ by one house would tell who lives there. Choosing is a plain form.
"""

from functools import lru_cache, partial
from typing import Any

from flask import Flask, Response, abort, redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from dashboard.components import html
from dashboard.components.markup import fragment, markup
from dashboard.components.prose import prose
from dashboard.components.source_line import source_line
from dashboard.components.terms import explained
from dashboard.components.withdrawn import card, notice
from dashboard.locator import locator
from dashboard.pages.area_place import find
from dashboard.pages.circle_figure import figure, summed
from dashboard.pages.circle_file import FILE, answer
from dashboard.pages.circle_form import form
from dashboard.pages.circle_map import map_
from dashboard.pages.circle_shapes import Ground
from dashboard.pages.circle_state import PATH, Circle, parse
from dashboard.pages.circle_table import table
from dashboard.pages.drawn import Content, Page
from dashboard.text import Words, words
from dashboard.view_state import language_of
from etl.release.read import Release, Store

BODY = f"{PATH}/inhoud"


def draw(store: Store, release: Release, search: str) -> Content:
    """The page at this query string. UnknownError for an unknown area or indicator."""
    text = words(language_of(search))
    ground = ground_of(store, release)
    state = parse(search, release, ground, locator())
    address = f"{BODY}?{search.removeprefix('?')}" if state.fault else state.query(BODY)
    place = named(release, state, text)
    title = text("circle.title_of", radius=state.radius_text, place=place) if place else text("circle.title")
    return Content(
        tree=fragment(address, className="area compare circle"),
        title=title,
        description=text("circle.description"),
        kind="compare-page circle-page",
        other_language=state.query(taal="nl" if text.language == "en" else "en"),
        status=200 if state.fault in ("", "several") else 400,
        fragments={address: partial(body, store, release, state, text)},
    )


def register(server: Flask, store: Store) -> None:
    """Put /cirkel/inhoud on `server`: the page without menu, for a visitor who is here already.

    A typed place that is found moves the visitor on to the point itself: the address of a home belongs
    in no address bar, history or shared link.
    """

    def settled() -> BaseResponse | None:
        if request.path != PATH or not request.args.get("plek"):
            return None
        try:
            release = store.release()
            query = request.query_string.decode("utf-8", "replace")
            state = parse(query, release, ground_of(store, release), locator())
        except (LookupError, SQLAlchemyError):
            return None
        return redirect(state.query(), 303) if state.centre is not None and not state.fault else None

    server.before_request(settled)

    def view() -> Response:
        query = request.query_string.decode("utf-8", "replace")
        try:
            release = store.release()
            ground = ground_of(store, release)
            state = parse(query, release, ground, locator())
        except SQLAlchemyError:
            abort(503)
        except LookupError:
            abort(404)
        shown = markup(body(store, release, state, words(state.language)))
        return Response(shown, headers={"X-Robots-Tag": "noindex"})

    def file() -> Response:
        try:
            release = store.release()
            ground = ground_of(store, release)
            state = parse(request.query_string.decode("utf-8", "replace"), release, ground, locator())
        except SQLAlchemyError:
            abort(503)
        except LookupError:
            abort(404)
        if state.centre is None or state.fault:
            abort(400)
        return answer(release, state, summed(release, ground, state))

    server.add_url_rule(BODY, "circle.body", view)
    server.add_url_rule(FILE, "circle.file", file)


@lru_cache(maxsize=4)
def ground_of(store: Store, release: Release) -> Ground:
    """Shapes of a release, kept: some 30 MB when every gemeente has been visited."""
    place = find(store, release, release.regions.codes[0], words("nl"))
    return Ground(release, lambda: place.outlines)


def named(release: Release, state: Circle, text: Words) -> str:
    """What the circle is drawn round, in words; empty where there is none."""
    if state.centre is None:
        return ""
    if state.area is not None:
        level = text(f"level.{state.area.level}").lower()
        return text("circle.middle_of", level=level, area=state.area.name)
    above = [] if state.at is None else release.regions.path(state.at.code)
    where = f"{state.at.name}, {above[2].name}" if state.at is not None else ""
    return text("circle.point_in", area=where)


def body(store: Store, release: Release, state: Circle, text: Words) -> list[Any]:
    """Everything between menu and foot."""
    ground = ground_of(store, release)
    top = [html.H1(text("circle.heading")), html.P(text("circle.lead"), className="age")]
    parts: list[Any] = [html.Div(top, className="area-top")]
    if not ground.placed:
        return [*parts, html.P(text("circle.no_outlines"), className="message")]
    parts.append(form(release, state, text))
    withdrawn = notice(store, release, state.indicator.id)
    if state.centre is not None and withdrawn:
        parts.append(card(withdrawn, state.indicator, text))
    elif state.centre is not None:
        found = summed(release, ground, state)
        about = f"{state.indicator.name[state.language]}, {state.year}"
        within = text("circle.within", radius=state.radius_text, place=named(release, state, text))
        parts.append(
            html.Section(
                [
                    html.H2(about),
                    html.P(within[:1].upper() + within[1:], className="under"),
                    html.Div(
                        [
                            html.Div(figure(release, state, text, found), className="circle-figure"),
                            html.Div(map_(release, ground, state, text, found), className="circle-map"),
                        ],
                        className="circle-columns",
                    ),
                    table(release, state, text, found),
                    html.P(html.A(text("area.to_csv"), href=state.query(FILE)), className="card-links"),
                ],
                className="card compare-card",
            )
        )
    line = source_line(release.info, text)
    return explained([*parts, _why(text), line], text)


def _why(text: Words) -> html.Div:
    """How it is summed, and why never of rows about persons."""
    return html.Div(
        [
            html.Section(
                [html.H2(text(f"circle.{part}")), *prose(text(f"circle.{part}_text"), text.language)]
            )
            for part in ("how", "privacy")
        ],
        className="area-help circle-help",
    )


PAGE = Page("circle", PATH, draw)
