"""oEmbed (oembed.com, version 1.0): an address of ours in, what to put on another page out, as JSON or XML.

Only addresses of this very site are answered; the frame in the answer is built from parsed parameters, never
from the text that was sent.
"""

import json
from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape as xml_escape

from flask import Flask, Response, request
from werkzeug.datastructures import MultiDict

from dashboard.api.answers import SHORT
from dashboard.api.parameters import LONGEST, Moved
from dashboard.api.problems import Fault, Problem, problem_response
from dashboard.embed.kinds import HTML, asked_of
from dashboard.embed.links import address, picture, same_as
from dashboard.embed.question import NotDrawnError, question
from dashboard.settings import Settings
from etl.release.read import Store

SIZES = {
    "kaart": (640, 760),
    "trend": (640, 650),
    "vergelijking": (640, 380),
    "cijfer": (400, 330),
    "tabel": (640, 560),
}
"""Width and height of the frame of each kind, in pixels, with room for what a narrow one wraps."""
ROW = 65
"""More for each area of a comparison."""
NARROWEST = 320
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
    width, height = size(kind, query, widest, highest)
    source = origin + address(kind, query)
    title = _title(store, kind, query)
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
    kind: str, query: Mapping[str, str], widest: int | None = None, highest: int | None = None
) -> tuple[int, int]:
    """Width and height inside what is asked, never narrower than an embed can be read."""
    width, height = SIZES[kind]
    if kind == "vergelijking":
        height += ROW * (1 + len([code for code in query.get("gebieden", "").split(",") if code]))
    return max(min(width, widest or width), NARROWEST), min(height, highest or height)


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


def _title(store: Store, kind: str, query: dict[str, str]) -> str:
    asked, chosen = asked_of(store, kind, HTML, MultiDict(query))
    return question(asked, "en" if query.get("taal") == "en" else "nl", chosen).title(kind)


def _json(facts: Facts) -> Response:
    return Response(json.dumps(facts, ensure_ascii=False), mimetype="application/json")


def _xml(facts: Facts) -> str:
    inside = "".join(f"<{name}>{xml_escape(str(value))}</{name}>" for name, value in facts.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?><oembed>{inside}</oembed>'
