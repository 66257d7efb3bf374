"""oEmbed (oembed.com, version 1.0): an address of ours in, what to put on another page out, as JSON or XML.

Only addresses of this very site are answered; the frame in the answer is built from parsed parameters, never
from the text that was sent.
"""

import json
from html import escape
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape as xml_escape

from flask import Flask, Response, request
from werkzeug.datastructures import MultiDict

from dashboard.api.answers import SHORT
from dashboard.api.parameters import LONGEST, Moved
from dashboard.api.problems import Fault, Problem, problem_response
from dashboard.embed.fitting import height
from dashboard.embed.kinds import HTML, asked_of
from dashboard.embed.links import address, picture, same_as
from dashboard.embed.question import NotDrawnError, Question, question
from dashboard.embed.shown import framed
from dashboard.settings import Settings
from etl.release.read import Store

WIDTHS = {"kaart": 640, "trend": 640, "vergelijking": 640, "cijfer": 400, "tabel": 640}
"""Width of the frame of each kind, in pixels."""
NARROWEST, LONGEST_LIST = 320, 560
"""Of any frame, in pixels; and the height of one in which a table of a whole level scrolls."""
KNOWN = ("url", "format", "maxwidth", "maxheight")
Facts = dict[str, str | int]


def register(server: Flask, store: Store, settings: Settings) -> None:
    """Put /oembed on `server`."""

    def view() -> Response:
        origin = settings.origin or request.host_url.rstrip("/")
        try:
            form = request.args.get("format", "json")
            if form not in ("json", "xml"):
                # 501 is what the specification asks for a form that is not there.
                return Response("Alleen json en xml.\n", status=501, mimetype="text/plain")
            facts = told(store, origin, *_asked())
        except Problem as problem:
            return problem_response(problem)
        response = Response(_xml(facts), mimetype="text/xml") if form == "xml" else _json(facts)
        response.headers["Cache-Control"] = SHORT
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    server.add_url_rule("/oembed", "embed.oembed", view)


def told(store: Store, origin: str, url: str, widest: int | None, highest: int | None) -> Facts:
    """The answer about one address. Problem 404 for what is not ours or not there."""
    kind, query = _frame_of(store, origin, url)
    asked = _question(store, kind, query)
    width, height = size(store, kind, asked, widest, highest)
    source = origin + address(kind, query)
    title = asked.title(kind)
    return {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Regiobeeld",
        "provider_url": f"{origin}/",
        "title": title,
        "width": width,
        "height": height,
        "html": frame(source, title, width, height),
        "thumbnail_url": origin + picture(kind, query, vorm="liggend"),
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
        "cache_age": 3600,
    }


def frame(source: str, title: str, width: int, height: int) -> str:
    """One line of HTML: no script, as wide as the page allows."""
    return (
        f'<iframe src="{escape(source)}" title="{escape(title)}" width="{width}" height="{height}" '
        'style="border:0;max-width:100%" loading="lazy"></iframe>'
    )


def size(
    store: Store, kind: str, asked: Question, widest: int | None = None, highest: int | None = None
) -> tuple[int, int]:
    """Width and the height that fits it, inside what is allowed, never narrower than an embed can be read."""
    width = max(min(WIDTHS[kind], widest or WIDTHS[kind]), NARROWEST)
    high = fitting(store, kind, asked, width)
    return width, min(high, highest or high)


def fitting(store: Store, kind: str, asked: Question, width: int) -> int:
    """The height that shows all of an embed in a frame this wide."""
    if kind == "tabel" and not asked.areas:
        return LONGEST_LIST
    return height(framed(kind, asked, store, ""), asked, width)


def _asked() -> tuple[str, int | None, int | None]:
    faults = [
        Fault("(parameter)", "onbekende-parameter", f"Er is: {', '.join(KNOWN)}.")
        for name in request.args
        if name not in KNOWN
    ]
    url = request.args.get("url", "")
    if not url or len(url) > LONGEST:
        faults.append(Fault("url", "ontbreekt", "'url' is het adres van een pagina of embed van deze site."))
    sizes: list[int | None] = []
    for name in ("maxwidth", "maxheight"):
        text = request.args.get(name)
        if text is not None and not (text.isascii() and text.isdigit() and 0 < len(text) <= 5 and int(text)):
            faults.append(Fault(name, "vorm", f"'{name}' is een aantal pixels."))
            text = None
        sizes.append(None if text is None else int(text))
    if faults:
        raise Problem(400, f"{len(faults)} fout(en) in de vraag; ze staan hieronder.", faults)
    return url, sizes[0], sizes[1]


def _frame_of(store: Store, origin: str, url: str) -> tuple[str, dict[str, str]]:
    """Kind and checked parameters of the embed behind an address. Problem 404 when it is not one of ours."""
    stranger = Problem(404, "Dit is geen adres van een kaart, grafiek, cijfer of tabel op deze site.")
    try:
        parts = urlsplit(url)
        own = f"{parts.scheme}://{parts.netloc}".lower() == origin.lower() or url.startswith("/embed/")
        query = MultiDict(parse_qsl(parts.query, max_num_fields=30))
        release = store.release(query.get("release") or None)
    except (ValueError, KeyError):
        raise stranger from None
    found = same_as(release, parts.path, query) if own else None
    if found is None:
        raise stranger
    try:
        asked, chosen = asked_of(store, found[0], HTML, MultiDict(found[1]))
        question(asked, "nl", chosen).guard(found[0])
    except Moved as moved:
        return _frame_of(store, origin, address(found[0], moved.query))
    except (Problem, NotDrawnError, KeyError):
        raise stranger from None
    return found


def _question(store: Store, kind: str, query: dict[str, str]) -> Question:
    asked, chosen = asked_of(store, kind, HTML, MultiDict(query))
    return question(asked, "en" if query.get("taal") == "en" else "nl", chosen)


def _json(facts: Facts) -> Response:
    return Response(json.dumps(facts, ensure_ascii=False), mimetype="application/json")


def _xml(facts: Facts) -> str:
    inside = "".join(f"<{name}>{xml_escape(str(value))}</{name}>" for name, value in facts.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?><oembed>{inside}</oembed>'
