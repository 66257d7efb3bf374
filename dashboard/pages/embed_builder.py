"""Make an embed, `/embed`. A query string goes in; a form, previews and lines to copy come out.

A plain form that asks for the same page again: it works without scripts. Previews are the embeds themselves.
"""

from functools import partial
from typing import Any

from dash import html
from flask import Flask, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from dashboard.components.markup import drawn, fragment, markup
from dashboard.embed.links import address, oembed
from dashboard.embed.oembed import frame, size
from dashboard.figures.svg import tag
from dashboard.figures.svg import words as escaped
from dashboard.pages.drawn import Content, Page
from dashboard.pages.embed_form import form
from dashboard.pages.embed_state import PATH, Wish, parse
from dashboard.site_address import origin
from dashboard.text import Words, words
from etl.release.read import Release, Store

BODY = "/insluiten/inhoud"
WIDTHS = (320, 640, 960)


def draw(store: Store, release: Release, search: str) -> Content:
    """The page at this query string. UnknownError for an unknown indicator."""
    wish = parse(store, release, search)
    text = words(wish.language)
    content = wish.query(BODY)
    return Content(
        tree=fragment(content, className="area embed-builder"),
        title=f"{text('embed.title')} · {text('site.name')}",
        description=text("embed.description"),
        kind="compare-page",
        other_language=wish.query(taal="nl" if text.language == "en" else "en"),
        fragments={content: partial(body, release, wish, text)},
    )


def register(server: Flask, store: Store) -> None:
    """Put /insluiten/inhoud on `server`: the page without menu, for a visitor who is here already."""

    def view() -> Response:
        try:
            release = store.release()
            wish = parse(store, release, request.query_string.decode("utf-8", "replace"))
        except SQLAlchemyError:
            abort(503)
        except LookupError:
            abort(404)
        shown = markup(body(release, wish, words(wish.language)))
        return Response(shown, headers={"X-Robots-Tag": "noindex"})

    server.add_url_rule(BODY, "embed_builder.body", view)


def body(release: Release, wish: Wish, text: Words) -> list[Any]:
    """Everything between menu and foot."""
    return [
        html.Div(
            [html.H1(text("embed.title")), html.P(text("embed.lead"), className="age")], className="area-top"
        ),
        form(release, wish, text),
        *([_refused(wish.fault)] if wish.fault else [_copied(wish, text), _previews(wish, text)]),
    ]


def _refused(fault: str) -> html.Div:
    return html.Div(html.P(fault), className="message", role="status")


def _copied(wish: Wish, text: Words) -> html.Section:
    """Lines to copy: frame, picture, oEmbed."""
    here, title = origin(), _title(wish)
    width, height = size(wish.kind, wish.parameters)
    source = here + address(wish.kind, wish.parameters)
    picture = here + address(wish.kind, wish.parameters, ".png")
    view = _view(wish, here)
    image = tag("a", tag("img", src=picture, alt=title, width=width).replace("/>", ">"), href=view)
    lines = [("frame", frame(source, title, width, height))]
    if wish.kind != "tabel" or wish.asked.get("gebieden"):
        # A whole level as a table is too long for a picture.
        drawing = here + address(wish.kind, wish.parameters, ".svg")
        lines += [("image", image), ("picture", picture), ("drawing", drawing)]
    lines.append(("oembed", here + oembed(source)))
    return html.Section(
        [
            html.H2(text("embed.copy_title")),
            html.P(text("embed.copy_lead")),
            *[_line(name, line, text) for name, line in lines],
        ],
        className="card embed-lines",
    )


def _view(wish: Wish, here: str) -> str:
    """Where the picture leads to."""
    if wish.shown is None:
        return here
    return wish.shown.comparison(here) if wish.kind == "vergelijking" else wish.shown.address(here)


def _line(name: str, line: str, text: Words) -> html.Div:
    """A label, a field that only reads, and a button for who has scripts."""
    rows = "3" if name in ("frame", "image") else "2"
    area = f'<textarea id="embed-{name}" rows="{rows}" readonly spellcheck="false">{escaped(line)}</textarea>'
    return html.Div(
        [
            html.Label(text(f"embed.copy_{name}"), htmlFor=f"embed-{name}"),
            drawn(area),
            html.Button(
                [text("embed.copy"), html.Span(f": {text(f'embed.copy_{name}')}", className="unseen")],
                type="button",
                className="button copy",
                **{"data-copy": f"embed-{name}", "data-done": text("embed.copied")},
            ),
        ],
        className="embed-line",
    )


def _previews(wish: Wish, text: Words) -> html.Section:
    """The embed at three widths; what is wider than the screen scrolls."""
    height = str(size(wish.kind, wish.parameters)[1])
    frames = [
        html.Figure(
            [
                html.Figcaption(text("embed.width", width=width)),
                html.Div(
                    html.Iframe(
                        src=address(wish.kind, wish.parameters),
                        title=text("embed.preview_of", width=width, title=_title(wish)),
                        width=str(width),
                        height=height,
                    ),
                    className="embed-preview",
                    tabIndex=0,
                    role="region",
                    **{"aria-label": text("embed.width", width=width)},
                ),
            ]
        )
        for width in WIDTHS
    ]
    return html.Section([html.H2(text("embed.preview_title")), *frames], className="card embed-previews")


def _title(wish: Wish) -> str:
    return wish.shown.title(wish.kind) if wish.shown else ""


PAGE = Page("embed", PATH, draw)
