"""Embeds: pictures with their words, drawn on the server. A Flask server, store and settings go in.

/embed/kaart, /embed/trend and /embed/cijfer answer with whole HTML documents for a plain iframe: no script,
no cookie, nothing from elsewhere. With `release=` an embed is frozen; without, it follows the newest release.
"""

from collections.abc import Callable, Mapping

from flask import Flask, Response, request

from dashboard.api import declared
from dashboard.api.answers import YEAR, Kept, Made, respond
from dashboard.api.parameters import Asked, Parameter, check
from dashboard.api.problems import Problem
from dashboard.embed import page, shown
from dashboard.embed.words import words
from dashboard.numbers import Language
from dashboard.settings import Settings
from etl.release.read import Store

HTML, SVG = "text/html", "image/svg+xml"
LANGUAGE = Parameter("taal", "Taal: nl of en.", {"type": "string", "enum": ["nl", "en"]})
YEAR_ASKED = Parameter("jaar", "Een jaar. Zonder: het laatste.", declared.YEARS.schema)
AREA = Parameter("gebied", "Code van een gebied. Zonder: het hele land.", declared.INSIDE.schema)
COMMON = (declared.INDICATOR, AREA, declared.RELEASE, LANGUAGE)
KINDS: Mapping[str, tuple[Parameter, ...]] = {
    "kaart": (*COMMON, YEAR_ASKED, declared.LEVEL, declared.INSIDE),
    "trend": COMMON,
    "cijfer": (*COMMON, YEAR_ASKED),
}
"""Parameters each embed knows; any other name is a fault, so that a typing error is seen at once."""
DRAWN = ("kaart", "trend")
"""Embeds that also come as one picture: /embed/kaart.svg, /embed/trend.svg."""


def register(server: Flask, store: Store, settings: Settings) -> None:
    """Put the embeds and their stylesheet on `server`."""
    kept = Kept()
    for kind in KINDS:
        view = _view(kind, HTML, store, kept, settings.origin)
        server.add_url_rule(f"/embed/{kind}", f"embed.{kind}", view)
    for kind in DRAWN:
        view = _view(kind, SVG, store, kept, settings.origin)
        server.add_url_rule(f"/embed/{kind}.svg", f"embed.{kind}-svg", view)
    server.add_url_rule("/embed/stijl.css", "embed.style", _style)
    server.add_url_rule("/embed/<path:rest>", "embed.elsewhere", lambda rest: _gone(settings.origin))


def _view(kind: str, media: str, store: Store, kept: Kept, origin: str) -> Callable[[], Response]:
    def view() -> Response:
        language: Language = "en" if request.args.get("taal") == "en" else "nl"
        try:
            asked = check(store, KINDS[kind], request.args, {})
            key = (kind, media, asked.release.info.id, *sorted(asked.values.items()))
            made = kept.get(key, lambda: _made(kind, media, store, asked, language, origin))
        except Problem as problem:
            return _problem_page(problem, language, origin)
        except shown.NotDrawnError:
            told = words(language)
            return _wrong(400, told.wrong_title, (told.too_many,), language, origin)
        return respond(request, made, frozen=asked.frozen)

    return view


def _made(kind: str, media: str, store: Store, asked: Asked, language: Language, origin: str) -> Made:
    question = _question(asked, language)
    if kind == "trend":
        framed = shown.trend(question, origin)
    elif kind == "cijfer":
        framed = shown.figure(question, origin)
    else:
        framed = shown.map_(question, store, origin)
    if media == HTML:
        return Made(page.document(framed, question.release, question.indicator, language), HTML)
    if not framed.drawing:
        raise Problem(404, words(language).no_map)
    return Made(page.picture(framed, question.release, question.indicator, language), SVG)


def _question(asked: Asked, language: Language) -> shown.Question:
    release, regions = asked.release, asked.release.regions
    indicator = release.indicators[str(asked.text("indicator"))]
    years = release.years(indicator.id)
    if not years:
        raise Problem(404, words(language).no_year)
    area, within = asked.text("gebied"), asked.text("binnen")
    inside = None if within is None or regions[within].position == 0 else regions[within]
    return shown.Question(
        release=release,
        indicator=indicator,
        year=asked.number("jaar", years[-1]),
        level=asked.text("niveau") or shown.default_level(release, inside),
        area=None if area is None or regions[area].position == 0 else regions[area],
        within=inside,
        language=language,
    )


def _problem_page(problem: Problem, language: Language, origin: str) -> Response:
    """400 for what cannot be read, 404 when all of it can be read but something is not there."""
    told = words(language)
    unknown = problem.faults and all(fault.code == "onbekend" for fault in problem.faults)
    if problem.status == 400 and not unknown:
        title, status, lines = told.wrong_title, 400, [told.wrong]
    else:
        title, status, lines = told.gone_title, 404 if problem.status == 400 else problem.status, [told.gone]
    names = sorted({fault.name for fault in problem.faults})
    if names:
        lines.append(f"{told.faults}: {', '.join(names)}.")
    return _wrong(status, title, lines, language, origin)


def _wrong(
    status: int, title: str, lines: list[str] | tuple[str, ...], language: Language, origin: str
) -> Response:
    response = Response(page.wrong(title, lines, language, f"{origin}/"), status=status, mimetype=HTML)
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


def _gone(origin: str) -> Response:
    told = words("nl")
    return _wrong(404, told.gone_title, (told.gone,), "nl", origin)


def _style() -> Response:
    made = Made(page.style(), "text/css")
    response = respond(request, made, frozen=False)
    if request.args.get("v"):
        response.headers["Cache-Control"] = YEAR
    return response
