"""What a frame says when it cannot show its figure. A problem goes in; a page or a picture that still reads.

Somebody's page shows this for years, so it is never a bare error: an `<img>` gets a picture, and a frame that
was frozen on a release that is gone says so and leads to the same view of today.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.datastructures import MultiDict

from dashboard.api.parameters import FORMER
from dashboard.api.problems import Problem
from dashboard.borders import became
from dashboard.embed import page, pictures
from dashboard.embed.kinds import HTML, KINDS, SVG, asked_of
from dashboard.embed.question import NotDrawnError, question
from dashboard.embed.theme import NAMES, Theme, painted
from dashboard.embed.words import Words, words
from dashboard.figures import svg_sheet
from dashboard.language import Language
from dashboard.text import words as site_words
from etl.release.read import Store


def for_problem(problem: Problem, kind: str, media: str, store: Store, origin: str) -> Response:
    """400 for what cannot be read; 404 when all can be read but something is not there, 410 when it was."""
    told, codes = words(_language()), {fault.code for fault in problem.faults}
    if [(fault.name, fault.code) for fault in problem.faults] == [("release", "onbekend")]:
        newest = _newest(kind, store, origin)
        status = 410 if _was_here(store) else 404
        lines = [told.removed_why, told.removed_where if newest else told.gone]
        return answer(status, told.removed_title, lines, media, origin, newest)
    if problem.faults and codes == {FORMER}:
        return answer(410, told.gone_title, _divided(problem, store), media, origin)
    names = sorted({fault.name for fault in problem.faults})
    named = [f"{told.faults}: {', '.join(names)}."] if names else []
    if problem.status == 400 and codes == {"contrast"}:
        return answer(400, told.wrong_title, [told.contrast], media, origin)
    if problem.status == 400 and codes != {"onbekend"}:
        return answer(400, told.wrong_title, [told.wrong, *named], media, origin)
    status = 404 if problem.status == 400 else problem.status
    return answer(status, told.gone_title, [told.gone, *named], media, origin)


def _divided(problem: Problem, store: Store) -> list[str]:
    """Over which areas each former one was divided."""
    release = store.release(request.args.get("release") or None)
    codes = [area["code"] for fault in problem.faults for area in fault.more["gebieden"]]
    return [became(release, code, site_words(_language())) for code in codes]


def not_drawn(error: NotDrawnError, media: str, origin: str) -> Response:
    """404 for a picture there is none of, 400 for more than fits in one frame."""
    told = words(_language())
    status = 404 if error.why == "no_picture" else 400
    return answer(status, told.wrong_title, [told.not_drawn[error.why]], media, origin)


def answer(
    status: int, title: str, lines: Sequence[str], media: str, origin: str, newest: str = ""
) -> Response:
    """The words as a page, or drawn for an <img>. newest: address of the same view of today."""
    language = _language()
    told, chosen = words(language), _theme()
    if media == HTML:
        link = (newest, told.newest) if newest else (f"{origin}/", told.to_site)
        body = page.wrong(title, lines, language, link, chosen)
    else:
        body = _picture(title, lines, told, chosen, media)
    response = Response(body, status=status, mimetype=media)
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


def _picture(title: str, lines: Sequence[str], told: Words, chosen: Theme, media: str) -> bytes:
    sheet = svg_sheet.Sheet(title=title, under=told.site, banner=(), drawing="", swatches=(), foot=lines)
    make = svg_sheet.card if request.args.get("vorm") == "liggend" else svg_sheet.draw
    drawn = painted(make(sheet, " ".join(lines)), chosen)
    return drawn.encode() if media == SVG else pictures.png(drawn, pictures.WIDTH)


def _newest(kind: str, store: Store, origin: str) -> str:
    """Where our own site shows the same of the newest release; empty when that has no such view."""
    query = MultiDict((name, value) for name, value in request.args.items(multi=True) if name != "release")
    # Of a picture: its form and width are no part of the view.
    known = {parameter.name for parameter in KINDS[kind]}
    query = MultiDict((name, value) for name, value in query.items(multi=True) if name in known)
    try:
        asked, chosen = asked_of(store, kind, HTML, query)
        found = question(asked, _language(), chosen)
        found.guard(kind)
    except (Problem, NotDrawnError, KeyError):
        return ""
    if kind == "vergelijking":
        return found.comparison(origin)
    if kind == "trend" and found.area is not None:
        taal = {"taal": "en"} if found.language == "en" else {}
        return f"{origin}/gebied/{found.area.code}" + (f"?{urlencode(taal)}" if taal else "")
    return found.address(origin, tab="tabel" if kind == "tabel" else "")


def _was_here(store: Store) -> bool:
    """Whether the ledger, or a release that followed it, still names the release that is asked for."""
    wanted = request.args.get("release")
    known = {debit.release_id for debit in store.ledger()} | {info.follows for info in store.releases()}
    return wanted in known


def _language() -> Language:
    return "en" if request.args.get("taal") == "en" else "nl"


def _theme() -> Theme:
    asked = request.args.get("thema")
    return next((Theme(name) for name in NAMES if name == asked), Theme("auto"))
