"""Embeds: pictures with their words, drawn on the server. A Flask server, store and settings go in.

/embed/kaart, trend, vergelijking, cijfer and tabel answer with whole HTML documents for a plain iframe: no
script (but in a map asked to move), no cookie, nothing from elsewhere. With `.svg` or `.png` behind the name
the same is one picture. With `release=` an embed is frozen; without, it follows the newest release.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask, Response, request

from dashboard.api.answers import SHORT, YEAR, Kept, Made, respond
from dashboard.api.parameters import FORMER, Asked, Moved
from dashboard.api.problems import Problem
from dashboard.borders import became
from dashboard.embed import listed, mapped, oembed, page, pictures, shown
from dashboard.embed.kinds import ENDINGS, HTML, KINDS, SVG, asked_of
from dashboard.embed.moving import moving
from dashboard.embed.question import NotDrawnError, Question, question
from dashboard.embed.theme import Theme, sheet, theme
from dashboard.embed.words import words
from dashboard.numbers import Language
from dashboard.settings import Settings
from dashboard.text import words as site_words
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
            return _former(store, problem, language, origin) or _problem_page(problem, language, origin)
        except NotDrawnError as error:
            told = words(language)
            status = 404 if error.why == "no_picture" else 400
            return _wrong(status, told.wrong_title, (told.not_drawn[error.why],), language, origin)
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
    framed = shown.withdrawn(what, notice, origin) if notice else _framed(kind, what, store, origin)
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


def _framed(kind: str, what: Question, store: Store, origin: str) -> page.Framed:
    if kind == "kaart":
        return mapped.map_(what, store, origin)
    make = {
        "trend": shown.trend,
        "vergelijking": shown.comparison,
        "cijfer": shown.figure,
        "tabel": listed.listing,
    }
    return make[kind](what, origin)


def _discovery(kind: str, asked: Asked, origin: str) -> str:
    """Where oEmbed tells of this very frame."""
    query = {
        name: ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        for name, value in asked.values.items()
    }
    here = f"{origin}/embed/{kind}?{urlencode(query, safe=',')}"
    return f"{origin}/oembed?{urlencode({'url': here, 'format': 'json'})}"


def _former(store: Store, problem: Problem, language: Language, origin: str) -> Response | None:
    """Which areas a former one was divided over; None when the request has other faults."""
    if not problem.faults or any(fault.code != FORMER for fault in problem.faults):
        return None
    release = store.release(request.args.get("release") or None)
    codes = [area["code"] for fault in problem.faults for area in fault.more["gebieden"]]
    lines = [became(release, code, site_words(language)) for code in codes]
    return _wrong(410, words(language).gone_title, lines, language, origin)


def _problem_page(problem: Problem, language: Language, origin: str) -> Response:
    """400 for what cannot be read, 404 when all of it can be read but something is not there."""
    told = words(language)
    codes = {fault.code for fault in problem.faults}
    if problem.status == 400 and codes != {"onbekend"}:
        title, status, lines = told.wrong_title, 400, [told.wrong]
    else:
        title, status, lines = told.gone_title, 404 if problem.status == 400 else problem.status, [told.gone]
    names = sorted({fault.name for fault in problem.faults})
    if names:
        lines.append(f"{told.faults}: {', '.join(names)}.")
    return _wrong(status, title, [told.contrast] if codes == {"contrast"} else lines, language, origin)


def _wrong(
    status: int, title: str, lines: list[str] | tuple[str, ...], language: Language, origin: str
) -> Response:
    body = page.wrong(title, lines, language, f"{origin}/", Theme("auto"))
    response = Response(body, status=status, mimetype=HTML)
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


def _gone(origin: str) -> Response:
    told = words("nl")
    return _wrong(404, told.gone_title, (told.gone,), "nl", origin)


def _style() -> Response:
    try:
        chosen = theme(request.args.get("thema"), request.args.get("kleur"))
    except ValueError:
        chosen = Theme()
    response = respond(request, Made(sheet(chosen), "text/css"), frozen=False)
    if request.args.get("v"):
        response.headers["Cache-Control"] = YEAR
    return response
