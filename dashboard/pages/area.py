"""One area, `/gebied/{code}`. A release and a code go in; everything a mayor needs of it comes out.

The page is drawn by the server and travels as one fragment: whole in the first document, so that it reads
before and without scripts, and as HTML from /gebied/{code}/inhoud when the visitor comes from another page.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Flask, Response, abort, request
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from dashboard.borders import became, heir
from dashboard.components import html
from dashboard.components.markup import drawn, fragment, markup
from dashboard.components.shell import soft_link
from dashboard.components.source_line import source_line
from dashboard.components.terms import explained
from dashboard.figures import svg_trend
from dashboard.language import Language
from dashboard.moved import WAS
from dashboard.pages.area_card import age, card, map_view, people, reach
from dashboard.pages.area_contents import contents, section
from dashboard.pages.area_findings import box
from dashboard.pages.area_help import help_
from dashboard.pages.area_overview import overview
from dashboard.pages.area_place import Place, find
from dashboard.pages.drawn import Content, Page
from dashboard.text import Words, words
from dashboard.view_state import language_of
from etl.release.read import Release, Retraction, Store
from geodata.levels import Level

PREFIX = "/gebied/"
KEPT = 128
"""Pages in memory, some 120 kB each."""
LIKE = 3.0
"""Lines in the same unit share an axis when their highest points are within this factor."""


def page_at(path: str) -> Page | None:
    """The page of the area this path names, None when it is not the path of an area."""
    code = path.removeprefix(PREFIX)
    if not path.startswith(PREFIX) or not code or "/" in code:
        return None
    return Page("area", path, partial(draw, code))


def draw(code: str, store: Store, release: Release, search: str) -> Content:
    """The page of an area. UnknownError for a code this release does not have."""
    text = words(language_of(search))
    place = find(store, release, code, text)
    address = f"{PREFIX}{place.region.code}/inhoud{_query(text)}"
    facts = {"area": place.region.name, "level": text(f"level.{place.region.level}").lower()}
    other = "" if text.language == "en" else "?taal=en"
    asked = code if code.upper() != place.region.code else dict(parse_qsl(search.lstrip("?"))).get(WAS, "")
    was, page = _was(place, asked), fragment(address, className="area")
    return Content(
        tree=page if was is None else html.Div([was, page]),
        title=text("area.title", **facts),
        description=text("area.description", **facts),
        kind="area-page",
        other_language=f"{PREFIX}{place.region.code}{other}",
        fragments={address: partial(made, store, release, place.region.code, text.language, place.withdrawn)},
    )


def _was(place: Place, asked: str) -> html.P | None:
    """Why this page is shown to who asked for a former area: only where that area did become this one."""
    code = asked.strip().upper()
    found = heir(place.release, code)
    if found is None or found.code != place.region.code:
        return None
    return html.P(became(place.release, code, place.words), className="was", role="status")


def register(server: Flask, store: Store) -> None:
    """Put /gebied/{code}/inhoud on `server`: the page without menu, for a visitor who is here already."""

    def view(code: str) -> Response:
        try:
            release = store.release()
            text = words(language_of(request.query_string.decode("utf-8", "replace")))
            place = find(store, release, code, text)
        except SQLAlchemyError:
            abort(503)
        except LookupError:
            abort(404)
        shown = made(store, release, place.region.code, text.language, place.withdrawn)
        return Response(str(shown), headers={"X-Robots-Tag": "noindex"})

    server.add_url_rule(f"{PREFIX}<code>/inhoud", "area.body", view)


@lru_cache(maxsize=KEPT)
def made(
    store: Store, release: Release, code: str, language: Language, withdrawn: tuple[Retraction, ...] = ()
) -> Markup:
    """The page of an area as HTML, kept: a release never changes; what is withdrawn makes another."""
    place = Place(store, release, release.regions[code], words(language), withdrawn)
    return drawn(markup(body(place)))


def body(place: Place) -> list[Any]:
    """Everything between menu and foot."""
    reaches = _shared_axes(place)
    themes = []
    for theme in place.release.themes:
        shown = [one for one in place.shown if one.indicator.theme == theme.id]
        cards = [card(place, one, reaches.get(one.indicator.id, 0.0)) for one in shown]
        rates = any(one.indicator.rate for one in shown)
        if cards:
            themes.append(
                html.Section(
                    [html.H2(theme.name[place.language]), html.Div(cards, className="cards")],
                    className="theme" if rates else "theme counts",
                    id=section(theme),
                )
            )
    parts = [box(place), contents(place), overview(place), *themes, *help_(place), _foot(place)]
    return [_top(place), *explained(parts, place.words)]


def _top(place: Place) -> html.Div:
    text, region = place.words, place.region
    lies_in = [
        soft_link(
            text(f"panel.in_{above.level}", name=above.name)
            if above.level in (Level.REGIO, Level.GEMEENTE)
            else above.name,
            f"{PREFIX}{above.code}{_query(text)}",
        )
        for above in place.above
    ]
    kicker: list[Any] = [text(f"level.{region.level}")]
    for link in lies_in:
        kicker += [" · ", link]
    facts = [part for part in (people(place), age(place)) if part]
    return html.Div(
        [
            html.P(kicker, className="kind"),
            html.H1(region.name),
            html.P(" ".join(facts), className="age"),
            _actions(place),
        ],
        className="area-top",
    )


CIRCLED = (Level.GEMEENTE, Level.WIJK, Level.BUURT)
"""Levels small enough for a circle round their middle to mean something."""


def _actions(place: Place) -> html.P:
    text, code = place.words, place.region.code
    first = place.release.figures[0]
    view = map_view(place, first, place.release.years(first.id)[-1])
    brief = f"{PREFIX}{code}/brief.pdf{_query(text)}"
    buttons: list[tuple[str, str, Callable[..., Any]]] = [
        ("area.to_map", view.address, soft_link),
        ("area.to_brief", brief, html.A),
    ]
    if place.peers:
        near = ",".join([code, *(peer.code for peer in place.peers[:3])])
        query = {"gebieden": near} | ({"taal": "en"} if text.language == "en" else {})
        buttons.insert(1, ("area.to_compare", "/vergelijk?" + urlencode(query, safe=","), soft_link))
    language = "&taal=en" if text.language == "en" else ""
    if place.region.level in CIRCLED:
        buttons.append(("area.to_circle", f"/cirkel?gebied={code}{language}", soft_link))
    every = f"/v1/gebieden/{code}/waarden.zip?release={place.release.info.id}"
    buttons.append(("area.to_zip", every, html.A))
    return html.P(
        [link(text(key), href=href, className="button") for key, href, link in buttons],
        className="area-actions",
    )


def _shared_axes(place: Place) -> dict[str, float]:
    """How far the axis of each line goes: the same for figures in one unit that lie near each other."""
    lines = [one for one in place.shown if one.withdrawn is None]
    own = {one.indicator.id: reach(place, one) for one in lines}
    shared = {}
    for one in lines:
        unit = one.reading.unit
        like = [own[other.indicator.id] for other in lines if other.reading.unit == unit]
        highest = svg_trend.axis(own[one.indicator.id])[0]
        shared[one.indicator.id] = max(
            [value for value in like if value <= LIKE * highest] + [own[one.indicator.id]]
        )
    return shared


def _foot(place: Place) -> html.P:
    return source_line(place.release.info, place.words)


def _query(text: Words) -> str:
    return "?taal=en" if text.language == "en" else ""
