"""Make an embed, `/embed`. A query string goes in; a form, previews and lines to copy come out.

A plain form that asks for the same page again: it works without scripts. Previews are the embeds themselves.
"""

from functools import partial
from typing import Any

from flask import Flask, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from dashboard.components import html
from dashboard.components.markup import drawn, fragment, markup
from dashboard.embed.links import address, oembed
from dashboard.embed.oembed import fitting, frame, size
from dashboard.embed.question import Question
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
        fragments={content: partial(body, store, release, wish, text)},
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
        shown = markup(body(store, release, wish, words(wish.language)))
        return Response(shown, headers={"X-Robots-Tag": "noindex"})

    server.add_url_rule(BODY, "embed_builder.body", view)


def body(store: Store, release: Release, wish: Wish, text: Words) -> list[Any]:
    """Everything between menu and foot."""
    return [
        html.Div(
            [html.H1(text("embed.title")), html.P(text("embed.lead"), className="age")], className="area-top"
        ),
        form(release, wish, text),
        *_made(store, wish, text),
    ]


def _made(store: Store, wish: Wish, text: Words) -> list[html.Div | html.Section]:
    """Lines to copy and previews; or why there are none."""
    if wish.shown is None:
        return [html.Div(html.P(wish.fault), className="message", role="status")]
    return [_copied(store, wish, wish.shown, text), _previews(store, wish, wish.shown, text)]


def _copied(store: Store, wish: Wish, shown: Question, text: Words) -> html.Section:
    """Lines to copy: frame, picture, oEmbed."""
    here, title = origin(), shown.title(wish.kind)
    width, height = size(store, wish.kind, shown)
    source = here + address(wish.kind, wish.parameters)
    picture = here + address(wish.kind, wish.parameters, ".png")
    view = shown.comparison(here) if wish.kind == "vergelijking" else shown.address(here)
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


def _previews(store: Store, wish: Wish, shown: Question, text: Words) -> html.Section:
    """The embed at three widths, each as high as it needs; what is wider than the screen scrolls."""
    source, title = address(wish.kind, wish.parameters), shown.title(wish.kind)
    frames = []
    for width in WIDTHS:
        height = fitting(store, wish.kind, shown, width)
        told = text("embed.size", width=width, height=height)
        frame = html.Iframe(
            src=source,
            title=text("embed.preview_of", width=width, title=title),
            width=str(width),
            height=str(height),
        )
        roll = html.Div(frame, className="embed-preview", tabIndex=0, role="region", **{"aria-label": told})
        frames.append(html.Figure([html.Figcaption(told), roll]))
    return html.Section([html.H2(text("embed.preview_title")), *frames], className="card embed-previews")


PAGE = Page("embed", PATH, draw)
