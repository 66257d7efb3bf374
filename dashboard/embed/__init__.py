"""Embeds: pictures with their words, drawn on the server. A Flask server, store and settings go in.

/embed/kaart, trend, vergelijking, cijfer and tabel answer with whole HTML documents for a plain iframe: no
script (but in a map asked to move), no cookie, nothing from elsewhere. With `.svg` or `.png` behind the name
the same is one picture. With `release=` an embed is frozen; without, it follows the newest release.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask, Response, request

from dashboard.api.answers import SHORT, YEAR, Kept, Made, respond
from dashboard.api.parameters import Asked, Moved
from dashboard.api.problems import Problem
from dashboard.embed import oembed, page, pictures, refused, shown
from dashboard.embed.kinds import ENDINGS, HTML, KINDS, SVG, asked_of
from dashboard.embed.moving import moving
from dashboard.embed.question import NotDrawnError, question
from dashboard.embed.theme import Theme, sheet, theme
from dashboard.embed.words import words
from dashboard.language import Language
from dashboard.settings import Settings
from etl.release.read import Retraction, Store

FROZEN = "public, max-age=3600"
"""A frozen embed never changes but for one thing: a figure may be withdrawn, and then must say so soon."""


def register(server: Flask, store: Store, settings: Settings) -> None:
    """Put the embeds, their style sheet and oEmbed on `server`."""
    kept = Kept()
    for kind in KINDS:
        for ending, media in ENDINGS.items():
            view = _view(kind, media, store, kept, settings.origin)
            server.add_url_rule(f"/embed/{kind}{ending}", f"embed.{kind}{ending.replace('.', '-')}", view)
    oembed.register(server, store, settings)
    server.add_url_rule("/embed/stijl.css", "embed.style", _style)
    server.add_url_rule("/embed/<path:rest>", "embed.elsewhere", lambda rest: _gone(settings.origin))


def _view(kind: str, media: str, store: Store, kept: Kept, origin: str) -> Callable[[], Response]:
    def view() -> Response:
        language: Language = "en" if request.args.get("taal") == "en" else "nl"
        try:
            asked, chosen = asked_of(store, kind, media, request.args)
            notice = _notice(store, asked)
            key = (kind, media, asked.release.info.id, notice, *sorted(asked.values.items()))
            made = kept.get(key, lambda: _made(kind, media, store, asked, chosen, language, origin, notice))
        except Moved as moved:
            return _elsewhere_now(moved)
        except Problem as problem:
            return refused.for_problem(problem, kind, media, store, origin)
        except NotDrawnError as error:
            return refused.not_drawn(error, media, origin)
        response = respond(request, made, frozen=False)
        if asked.frozen:
            response.headers["Cache-Control"] = FROZEN
        return response

    return view


def _elsewhere_now(moved: Moved) -> Response:
    """The same embed about the areas of today: who embedded a former area keeps a frame that works."""
    there = f"{request.path}?{urlencode(moved.query, safe=',')}"
    response = Response(status=308, headers={"Location": there})
    response.headers["Cache-Control"] = FROZEN if moved.frozen else SHORT
    return response


def _made(
    kind: str,
    media: str,
    store: Store,
    asked: Asked,
    chosen: Theme,
    language: Language,
    origin: str,
    notice: Retraction | None,
) -> Made:
    try:
        what = question(asked, language, chosen)
    except KeyError:
        raise Problem(404, words(language).no_year) from None
    framed = shown.withdrawn(what, notice, origin) if notice else shown.framed(kind, what, store, origin)
    if media == HTML:
        if asked.text("interactief") and not notice:
            framed = moving(framed, what, store)
        return Made(page.document(framed, what, _discovery(kind, asked, origin)), HTML)
    if not framed.drawing and not notice:
        raise NotDrawnError("no_picture")
    lying = asked.text("vorm") is not None
    drawn = page.picture(framed, what, lying=lying)
    if media == SVG:
        return Made(drawn.encode(), SVG)
    return Made(pictures.png(drawn, asked.number("breedte", 1200 if lying else pictures.WIDTH)), media)


def _notice(store: Store, asked: Asked) -> Retraction | None:
    """That this figure was withdrawn; asked every time, so that an embed says so at once."""
    about = (asked.release.info.id, asked.text("indicator"))
    return next((one for one in store.retractions() if (one.release, one.indicator) == about), None)


def _discovery(kind: str, asked: Asked, origin: str) -> str:
    """Where oEmbed tells of this very frame."""
    query = {
        name: ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        for name, value in asked.values.items()
    }
    here = f"{origin}/embed/{kind}?{urlencode(query, safe=',')}"
    return f"{origin}/oembed?{urlencode({'url': here, 'format': 'json'})}"


def _gone(origin: str) -> Response:
    told = words("nl")
    return refused.answer(404, told.gone_title, (told.gone,), HTML, origin)


def _style() -> Response:
    try:
        chosen = theme(request.args.get("thema"), request.args.get("kleur"))
    except ValueError:
        chosen = Theme()
    response = respond(request, Made(sheet(chosen), "text/css"), frozen=False)
    if request.args.get("v"):
        response.headers["Cache-Control"] = YEAR
    return response
